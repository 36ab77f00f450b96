"""What a process and its children cost: memory and processor time, read from /proc."""

import asyncio
import os
from dataclasses import dataclass, field
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Weight:
    """Watches the memory of a process and of its tree, in megabytes. Use as `async with Weight(pid) as weight`."""

    pid: int
    own: float = 0.0
    """The most that the process itself held."""
    tree: float = 0.0
    """The most that it and its children held together."""
    _task: asyncio.Task[None] | None = field(default=None, repr=False)

    async def __aenter__(self) -> "Weight":
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        while True:
            own, *others = [resident(pid) for pid in family(self.pid)]
            self.own, self.tree = max(self.own, own), max(self.tree, own + sum(others))
            await asyncio.sleep(0.02)


def family(pid: int) -> list[int]:
    """Return a process's id and those of all that came of it."""
    try:
        tasks = [task / "children" for task in Path(f"/proc/{pid}/task").iterdir()]
        children = [int(child) for task in tasks for child in task.read_text().split()]
    except OSError:  # it ended meanwhile
        children = []
    return [pid, *(member for child in children for member in family(child))]


def resident(pid: int) -> float:
    """Return the memory a process holds, in megabytes; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        return 0.0


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process and its children have used, those that ended included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    used = sum(map(int, fields[11:15])) / _TICKS
    return used + sum(map(processor_seconds, family(pid)[1:]))
