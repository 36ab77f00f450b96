"""Removes what has had its time, a little at once: nobody waits for a long transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, exists, func, select, tuple_, update

from bot.core.delivery import ENDS, OPEN, State
from bot.core.rhythm import LONGEST_HOLD
from bot.core.stores import Kept, Retention
from bot.store.database import Database
from bot.store.subscriptions import next_change
from bot.store.tables import deliveries, feeds, filters, matches, seen, stories, subscriptions, transcript

_ENDED = [state.value for state in ENDS]
_SCANNED = 20
"""So many times what is removed at once is looked through for it: some of the oldest may still wait."""
_WAITING = [state.value for state in OPEN - {State.CLAIMED}]
_FORGOTTEN = {"state": State.CANCELLED.value, "lease": "", "lease_until": None, "error": "nobody sent it in time"}
_Prune = Callable[[Connection, Retention, int], int]


class PruneTable:
    """Fulfils `bot.core.stores.Pruning`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prune(self, kind: Kept, retention: Retention, limit: int) -> int:
        return await self._database.write(lambda connection: _PRUNES[kind](connection, retention, limit))

    async def last_change(self) -> int:
        latest = select(func.coalesce(func.max(filters.c.seq), 0))
        return await self._database.read(lambda connection: int(connection.execute(latest).scalar_one()))


def _deliveries(connection: Connection, retention: Retention, limit: int) -> int:
    first = _first(deliveries, limit * _SCANNED)
    ended = _before(first, "created_at", retention.history, first.c.state.in_(_ENDED)).limit(limit)
    gone = _remove(connection, deliveries, ended)
    # Else what nobody sends any more would stand before all that has ended, and hide it.
    lapsed = first.c.state.in_(_WAITING) | ((first.c.state == State.CLAIMED) & (first.c.lease_until < retention.seen))
    waited = min(retention.history, retention.seen - LONGEST_HOLD)
    forgotten = deliveries.c.id.in_(_before(first, "created_at", waited, lapsed).limit(limit))
    return gone + int(connection.execute(update(deliveries).where(forgotten).values(_FORGOTTEN)).rowcount)


def _transcript(connection: Connection, retention: Retention, limit: int) -> int:
    return _remove(connection, transcript, _before(_first(transcript, limit), "said_at", retention.history))


def _reasons(connection: Connection, retention: Retention, limit: int) -> int:
    waits = exists().where(deliveries.c.story_id == matches.c.story_id, deliveries.c.state.not_in(_ENDED))
    old = (
        select(matches.c.story_id, matches.c.filter_id)
        .join(stories, stories.c.id == matches.c.story_id)
        .where(stories.c.seen_at < retention.reasons, ~waits)
        .limit(limit)
    )
    gone = delete(matches).where(tuple_(matches.c.story_id, matches.c.filter_id).in_(old))
    return int(connection.execute(gone).rowcount)


def _stories(connection: Connection, retention: Retention, limit: int) -> int:
    newest_first = func.row_number().over(partition_by=stories.c.feed_id, order_by=stories.c.id.desc())
    ranked = select(stories.c.id, stories.c.feed_id, stories.c.seen_at, newest_first.label("place")).subquery()
    polled = exists().where(feeds.c.id == ranked.c.feed_id, feeds.c.enabled)
    told = exists().where(deliveries.c.story_id == ranked.c.id)
    old = select(ranked.c.id).where(
        ranked.c.seen_at < retention.history, ~(polled & (ranked.c.place <= retention.listed)), ~told
    )
    return _remove(connection, stories, old.limit(limit))


def _filters(connection: Connection, retention: Retention, limit: int) -> int:
    next_change(connection)  # lets nobody begin to follow one of these meanwhile
    used = exists().where(subscriptions.c.filter_id == filters.c.id)
    named = exists().where(matches.c.filter_id == filters.c.id)
    unused = select(filters.c.id).where(~filters.c.live, filters.c.seq <= retention.change, ~used, ~named)
    return _remove(connection, filters, unused.limit(limit))


def _seen(connection: Connection, retention: Retention, limit: int) -> int:
    return _remove(connection, seen, select(seen.c.key).where(seen.c.seen_at < retention.seen).limit(limit))


_PRUNES: dict[Kept, _Prune] = {
    Kept.DELIVERIES: _deliveries,
    Kept.TRANSCRIPT: _transcript,
    Kept.REASONS: _reasons,
    Kept.STORIES: _stories,
    Kept.FILTERS: _filters,
    Kept.SEEN: _seen,
}


def _first(table: Table, limit: int) -> Any:
    """Return a table's first rows. Ids grow with time, so the oldest are there without an index on their time."""
    return select(table).order_by(table.c.id).limit(limit).subquery()


def _before(rows: Any, column: str, moment: datetime, *conditions: Any) -> Select[Any]:
    return select(rows.c.id).where(rows.c[column] < moment, *conditions)


def _remove(connection: Connection, table: Table, keys: Select[Any]) -> int:
    (key,) = table.primary_key.columns
    return int(connection.execute(delete(table).where(key.in_(keys))).rowcount)
