"""Keeps the feeds of visits under way claimed, on a timer of its own."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.core.feed import Feed
from bot.core.ports import Clock, Observer
from bot.core.stores import Feeds

CLAIM = timedelta(seconds=12)
"""How soon the feed of a process that died is visited by another."""
RENEW_SECONDS = 4.0
"""Two renewals may fail and the claim still holds."""


@dataclass(slots=True)
class Claims:
    """Holds feeds from when they were claimed until their visits end."""

    feeds: Feeds
    clock: Clock
    observer: Observer
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _held: dict[int, Feed] = field(default_factory=dict)
    _timer: asyncio.Task[None] | None = None

    def hold(self, feed: Feed) -> None:
        """Renew a feed's claim from now on."""
        self._held[feed.id] = feed
        if self._timer is None:
            self._timer = asyncio.create_task(self._keep())

    def let_go(self, feed: Feed) -> None:
        """Renew it no longer."""
        if self._held.get(feed.id) == feed:
            del self._held[feed.id]
        if self._timer and not self._held:
            self._timer.cancel()
            self._timer = None

    async def _keep(self) -> None:
        while True:
            await self.sleep(RENEW_SECONDS)
            try:
                await self.feeds.renew(list(self._held.values()), self.clock.now(), CLAIM)
            except Exception as error:  # the store may be away for a while; a claim lost is found at the visit's end
                self.observer.trouble("keeping the feeds that are visited", error)
