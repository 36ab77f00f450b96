"""Leases and what was seen, in memory."""

from bot.core.ports import Clock
from tests.fakes.rows import LeaseRow, Rows


class MemoryLeases:
    """Fulfils `bot.core.stores.Leases`."""

    def __init__(self, rows: Rows, clock: Clock) -> None:
        self._rows = rows
        self._clock = clock

    async def take(self, name: str, holder: str, seconds: float) -> int | None:
        now, row = self._clock.monotonic(), self._rows.leases.setdefault(name, LeaseRow())
        if row.holder != holder:
            if row.until >= now:
                return None
            row.holder, row.fence = holder, row.fence + 1
        row.until = now + seconds
        return row.fence

    async def give_up(self, name: str, holder: str) -> None:
        row = self._rows.leases.get(name)
        if row and row.holder == holder:
            row.holder, row.until = "", 0.0


class MemorySeen:
    """Fulfils `bot.core.stores.Seen`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def first(self, key: str) -> bool:
        new = key not in self._rows.seen
        self._rows.seen.add(key)
        return new

    async def known(self, key: str) -> bool:
        return key in self._rows.seen
