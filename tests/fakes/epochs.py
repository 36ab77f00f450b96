"""The store's epoch in memory, and a mark beside it."""

from dataclasses import replace
from datetime import datetime

from bot.core.delivery import State
from bot.core.stores import Forgotten
from tests.fakes.news import MemoryFeeds
from tests.fakes.rows import Rows

_OPEN = (State.QUEUED, State.CLAIMED, State.HELD, State.BUNDLED)


class MemoryEpochs:
    """Fulfils `bot.core.stores.Epochs`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def kept(self) -> int:
        return self._rows.epoch

    async def advance(self) -> int:
        self._rows.epoch += 1
        return self._rows.epoch

    async def begin_anew(self, epoch: int, reason: str, now: datetime) -> Forgotten:
        self._rows.epoch = max(self._rows.epoch + 1, epoch)
        waited = [row for row in self._rows.deliveries.values() if row.state in _OPEN]
        for row in waited:
            row.state, row.lease, row.lease_until, row.error = State.CANCELLED, "", None, reason
        await MemoryFeeds(self._rows).end_claims()
        visited = [feed for feed in self._rows.feeds.values() if feed.polled_before]
        for feed in visited:
            blank = replace(feed, polled_before=False, etag="", last_modified="", body_hash="")
            self._rows.feeds[feed.id] = blank
        return Forgotten(len(waited), len(visited))


class FakeMark:
    """Fulfils `bot.core.stores.Mark`. `broken` refuses to keep a number."""

    def __init__(self, number: int = 0) -> None:
        self.number = number
        self.broken = False

    async def noted(self) -> int:
        return self.number

    async def note(self, epoch: int) -> None:
        if self.broken:
            raise OSError("No space left on device")
        self.number = epoch
