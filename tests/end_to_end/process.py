"""One `python -m bot …` as a child of the test, ended by its own process id."""

import asyncio
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LONGEST_STOP = 10.0


class BotProcess:
    """A child in a folder of its own. All that it says goes to one file, which `output` reads."""

    def __init__(
        self, folder: Path, arguments: tuple[str, ...], environment: dict[str, str], number: int, module: str = "bot"
    ) -> None:
        self._folder, self._arguments, self._environment = folder, arguments, environment
        self._module = module
        self._path = folder / f"output-{number}.txt"
        self._process: Process | None = None

    async def start(self) -> None:
        with self._path.open("wb") as output:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self._module, *self._arguments),
                cwd=self._folder,
                env={
                    "PATH": os.environ["PATH"],
                    "HOME": str(self._folder),
                    "PYTHONPATH": str(ROOT),
                    **self._environment,
                },
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        return self._path.read_text(errors="replace") if self._path.exists() else ""

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def says(self, text: str, timeout: float = 15.0) -> str:  # noqa: ASYNC109 - says what came instead
        """Wait until the output has a text; return the first line with it."""
        end = time.monotonic() + timeout
        while text not in self.output:
            if time.monotonic() > end or not self.running:
                raise AssertionError(f"“{text}” was not said within {timeout} s:\n{self.output[-3000:]}")
            await asyncio.sleep(0.02)
        return next(line for line in self.output.splitlines() if text in line)

    async def ends(self, timeout: float = LONGEST_STOP) -> int:  # noqa: ASYNC109 - says what came instead
        """Wait for the end; return the exit status."""
        try:
            return await asyncio.wait_for(self._child.wait(), timeout)
        except TimeoutError:
            raise AssertionError(f"still running after {timeout} s:\n{self.output[-3000:]}") from None

    async def stop(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Ask the process to stop; return its exit status and the seconds it took."""
        began = time.monotonic()
        self._child.send_signal(number)
        return await self.ends(), time.monotonic() - began

    async def kill(self) -> None:
        """End the process without a word of warning, as the kernel does."""
        if self.running:
            self._child.kill()
            await self._child.wait()

    @property
    def _child(self) -> Process:
        assert self._process is not None, "the process was not started"
        return self._process


def _bare(folder: Path) -> dict[str, str]:
    """Return what a process needs at least; nothing of the operator's own settings."""
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT)}
