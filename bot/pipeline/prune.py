"""Lets go of what has had its time, a little at once, so that the database keeps its size."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.core.ports import Clock
from bot.core.stores import Kept, Pruning, Retention

REASONS = timedelta(days=10)
"""How long it is known why a story matched: longer than the longest digest holds a story, or an edit may take."""
SEEN = timedelta(days=2)
"""How long what a platform told is known, so that it is not done twice."""
LISTED = 300
"""Stories of each feed that are never forgotten: more than feeds list."""
AT_ONCE = 1_000
BREATH = 0.05
"""Seconds between two transactions, in which others write."""


@dataclass(slots=True)
class Prune:
    """Removes what is older than `keep`. `sleep` waits on the clock that tells the time."""

    pruning: Pruning
    clock: Clock
    keep: timedelta
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _change: int = 0
    """The last change of filters at the round before: by now every process has seen it."""

    async def round(self) -> int:
        """Remove all that has had its time; return how many rows there were."""
        now = self.clock.now()
        retention = Retention(now - self.keep, now - min(REASONS, self.keep), now - SEEN, LISTED, self._change)
        change = await self.pruning.last_change()
        removed = 0
        for kind in Kept:
            while count := await self.pruning.prune(kind, retention, AT_ONCE):
                removed += count
                await self.sleep(BREATH)
        self._change = change
        return removed
