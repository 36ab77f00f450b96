"""An event loop whose clock jumps to the next timer as soon as nobody has anything to do."""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from tests.fakes.clock import START

_T = TypeVar("_T")


_MOMENT = 1e-9
"""Seconds that every round of the loop takes, so that a wait of next to nothing comes to an end."""


class _Impatient(selectors.SelectSelector):
    """Never waits; tells how long it was to."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("everybody waits, and no timer is set")
        self.skipped += max(timeout, 0.0) + _MOMENT
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs what only ever waits for its own timers, as fast as the machine can."""

    def __init__(self) -> None:
        self._impatient = _Impatient()
        super().__init__(self._impatient)

    def time(self) -> float:
        return self._impatient.skipped


def run_virtually(work: Coroutine[Any, Any, _T]) -> _T:
    """Return what the work returns, its waits skipped."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)


class LoopClock:
    """Fulfils `bot.core.ports.Clock` with the running loop's time, real or virtual."""

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()
