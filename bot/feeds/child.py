"""One worker process, from its start to its end, as seen from the event loop."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import suppress
from pathlib import Path

from bot.core.outcomes import Parse
from bot.core.story import Article
from bot.feeds.frames import LENGTH, MAX_FRAME, Job, answer_of, entry_of, frame, head_of, of_job

_ROOT = Path(__file__).parents[2]
_COMMAND = (sys.executable, "-m", "bot.feeds.worker")
_INHERITED = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "VIRTUAL_ENV")
_WRITE_AT_ONCE = 256 * 1024
_ENTRIES_AT_ONCE = 20
_START = 30.0
"""Seconds a machine under load may take to start a Python with feedparser in it."""


class ChildGone(Exception):
    """The worker ended in the middle, or spoke nonsense."""


class Child:
    """A running worker. One job at a time; after any exception of `ask` it is out of step and must be ended."""

    def __init__(self, process: Process, jobs: asyncio.StreamWriter, answers: asyncio.StreamReader) -> None:
        self._process = process
        self._jobs = jobs
        self._answers = answers
        self.leaving = False
        """Whether the worker has said that it ends after its last answer."""

    @classmethod
    async def start(cls) -> "Child":
        """Start a worker and wait until it can work; raises `ChildGone`, OSError or TimeoutError."""
        environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            *_COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=environment | {"PYTHONPATH": str(_ROOT)}
        )
        if process.stdin is None or process.stdout is None:
            raise ChildGone("no pipes")
        child = cls(process, process.stdin, process.stdout)
        try:
            async with asyncio.timeout(_START):
                await child._read()
        except BaseException:
            await child.end()
            raise
        return child

    @property
    def running(self) -> bool:
        """Whether it can be asked."""
        return self._process.returncode is None and not self.leaving

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    async def ask(self, job: Job, body: bytes) -> Parse | Article | None:
        """Return the answer to a job; raises `ChildGone`."""
        try:
            await self._write(of_job(job), frame(body))
            head = head_of(await self._read())
            entries = []
            for number in range(head.get("entries", 0)):
                entries.append(entry_of(await self._read()))
                if number % _ENTRIES_AT_ONCE == 0:
                    await asyncio.sleep(0)
            self.leaving = bool(head["last"])
            return answer_of(head, entries)
        except (OSError, asyncio.IncompleteReadError, ValueError, KeyError, TypeError) as error:
            raise ChildGone(type(error).__name__) from error

    async def end(self) -> None:
        """Kill the worker and wait for its end."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):  # It was quicker.
                self._process.kill()
        await self._process.wait()

    async def _write(self, *parts: bytes) -> None:
        for part in parts:
            view = memoryview(part)
            for at in range(0, len(view), _WRITE_AT_ONCE):
                self._jobs.write(view[at : at + _WRITE_AT_ONCE])
                await self._jobs.drain()

    async def _read(self) -> bytes:
        try:
            (length,) = LENGTH.unpack(await self._answers.readexactly(LENGTH.size))
            if length > MAX_FRAME:
                raise ChildGone("an answer of impossible size")
            return await self._answers.readexactly(length)
        except asyncio.IncompleteReadError as error:
            raise ChildGone("it ended in the middle") from error
