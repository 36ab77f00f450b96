"""The store's epoch: its row, and the file beside an SQLite database that tells when an older one was put back."""

import asyncio
import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select, update

from bot.core.delivery import OPEN, State
from bot.core.stores import Forgotten
from bot.store.database import Database, insert_into
from bot.store.feeds import FREE, OF_NO_ANSWER
from bot.store.tables import counters, deliveries, edits, feeds

_NAME = "epoch"
_OPEN = [state.value for state in OPEN]


class EpochTable:
    """Fulfils `bot.core.stores.Epochs`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def kept(self) -> int:
        return await self._database.read(_kept)

    async def advance(self) -> int:
        return await self._database.write_through(lambda connection: _advance(connection, 1))

    async def begin_anew(self, epoch: int, reason: str, now: datetime) -> Forgotten:
        return await self._database.write_through(lambda connection: _begin_anew(connection, epoch, reason, now))


class EpochFile:
    """Fulfils `bot.core.stores.Mark`: a number in a file beside the database's own. A backup should leave it out."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}.epoch")

    async def noted(self) -> int:
        return await asyncio.to_thread(self._read)

    async def note(self, epoch: int) -> None:
        await asyncio.to_thread(self._write, epoch)

    def _read(self) -> int:
        try:
            return int(self._path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return 0

    def _write(self, epoch: int) -> None:
        # In one step: half a number would be another number.
        fresh = self._path.with_name(f"{self._path.name}.new")
        fresh.write_text(f"{epoch}\n", encoding="ascii")
        os.replace(fresh, self._path)


def _kept(connection: Connection) -> int:
    return connection.execute(select(counters.c.value).where(counters.c.name == _NAME)).scalar() or 0


def _advance(connection: Connection, to: int) -> int:
    """Raise the number by one, and to `to` at least."""
    epoch = max(_kept(connection) + 1, to)
    row = insert_into(connection, counters).values(name=_NAME, value=epoch)
    connection.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": epoch}))
    return epoch


def _begin_anew(connection: Connection, epoch: int, reason: str, now: datetime) -> Forgotten:
    waits = deliveries.c.state.in_(_OPEN)
    ended = {"state": State.CANCELLED.value, "lease": "", "lease_until": None, "error": reason, "done_at": now}
    cancelled = connection.execute(update(deliveries).where(waits).values(ended)).rowcount
    ended.pop("done_at")
    connection.execute(update(edits).where(edits.c.state.in_(_OPEN)).values(ended))
    # As before a first visit: whatever a feed lists counts as known, and nothing is compared with an older visit.
    blank = {"polled_before": False, "polled_at": None, **OF_NO_ANSWER}
    silenced = connection.execute(update(feeds).where(feeds.c.polled_before).values(blank)).rowcount
    # A visit under way compares with what was kept before.
    connection.execute(update(feeds).where(feeds.c.claim != "").values(FREE))
    _advance(connection, epoch)
    return Forgotten(cancelled, silenced)
