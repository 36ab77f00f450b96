"""A clock that moves when it is told to."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count

START = datetime(2026, 2, 6, 12, 0, tzinfo=UTC)
_TURNS = 20
"""Turns of the event loop that others get before time moves on."""


class FakeClock:
    """Fulfils `bot.core.ports.Clock` in virtual time; wall and monotonic clock move together but for `jump_wall`.

    `sleep` wakes when time gets there. With `runs_free` (the default) the sleeper due first moves time itself once
    others had a few turns; without, only `advance` does.
    """

    def __init__(self, now: datetime = START, *, runs_free: bool = True) -> None:
        self.runs_free = runs_free
        self.slept: list[float] = []
        self._wall = now
        self._monotonic = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    def now(self) -> datetime:
        return self._wall

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Move both clocks on and wake who is due."""
        self._to(self._monotonic + seconds)

    def jump_wall(self, seconds: float) -> None:
        """Set the wall clock forward, or back; nobody wakes of it."""
        self._wall += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        """Wait in virtual time."""
        self.slept.append(seconds)
        sleeper = (self._monotonic + max(seconds, 0.0), next(self._order), asyncio.get_running_loop().create_future())
        heapq.heappush(self._sleepers, sleeper)
        try:
            while self.runs_free and not sleeper[2].done():
                await self._let_others_run()
                if self._sleepers and self._sleepers[0] is sleeper:
                    self._to(sleeper[0])
            await sleeper[2]
        finally:
            if sleeper in self._sleepers:
                self._sleepers.remove(sleeper)
                heapq.heapify(self._sleepers)

    def _to(self, monotonic: float) -> None:
        moved = max(monotonic - self._monotonic, 0.0)
        self._monotonic += moved
        self._wall += timedelta(seconds=moved)
        while self._sleepers and self._sleepers[0][0] <= self._monotonic:
            woken = heapq.heappop(self._sleepers)[2]
            if not woken.done():
                woken.set_result(None)

    async def _let_others_run(self) -> None:
        for _ in range(_TURNS):
            await asyncio.sleep(0)
