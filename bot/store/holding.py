"""What is held for chats' hours, and what of it is due; what becomes of it is in `bot.store.releasing`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, exists, func, or_, select, update

from bot.core.chat import Chat
from bot.core.delivery import State
from bot.core.releases import Bundle, Held, Ruling
from bot.core.rhythm import LONGEST_HOLD
from bot.core.stores import HeldFor
from bot.store.bundles import UNTRIED, dissolve
from bot.store.database import Database
from bot.store.releasing import ROWS_AT_ONCE, Crowded, release, shorten
from bot.store.rows import chat_of
from bot.store.tables import HELD, QUEUED, Moment, chats, deliveries, matches, stories, subscriptions, waiting

_ROWS_A_CHAT = 10
"""Due rows looked at for each chat that is asked for; few have more."""
_BEFORE_MIDNIGHT = timedelta(days=2)

_LOUD = exists().where(
    matches.c.story_id == deliveries.c.story_id,
    matches.c.filter_id == subscriptions.c.filter_id,
    subscriptions.c.chat_id == deliveries.c.chat_id,
    subscriptions.c.loud,
)
_theirs = deliveries.c.chat_id.in_(bindparam("theirs", expanding=True))
_is_due = deliveries.c.due_at <= bindparam("now", type_=Moment)
_FIRST_DUE = (
    select(deliveries.c.chat_id)
    .where(HELD, _is_due, exists().where(chats.c.id == deliveries.c.chat_id))
    .order_by(deliveries.c.due_at, deliveries.c.chat_id)
    .limit(bindparam("most"))
)
_DUE = (
    select(*(deliveries.c[name] for name in ("id", "chat_id", "created_at", "due_at", "heading")), _LOUD.label("loud"))
    .where(HELD, _is_due, _theirs)
    .order_by(deliveries.c.id)
)
_LATER = (
    select(deliveries.c.chat_id, func.min(deliveries.c.due_at, type_=Moment).label("at"))
    .where(HELD, deliveries.c.due_at > bindparam("now", type_=Moment), _theirs)
    .group_by(deliveries.c.chat_id)
)


class HoldingTable:
    """Fulfils `bot.core.stores.Holding`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: datetime, limit: int) -> list[HeldFor]:
        return await self._database.read(lambda connection: _due(connection, now, limit))

    async def told_since(self, chat_id: int, since: datetime) -> int:
        told = (
            select(func.count())
            .select_from(stories)
            .join(deliveries, deliveries.c.story_id == stories.c.id)
            .where(
                stories.c.seen_at > since - _BEFORE_MIDNIGHT,
                deliveries.c.chat_id == chat_id,
                or_(deliveries.c.bundle.is_(None), deliveries.c.bundle == deliveries.c.id),
                or_(waiting(), (deliveries.c.state == State.SENT.value) & (deliveries.c.done_at >= since)),
            )
        )
        return await self._database.read(lambda connection: int(connection.execute(told).scalar_one()))

    async def keep(self, ruling: Ruling, now: datetime) -> int:
        return await self._database.write(lambda connection: release(connection, ruling, now))

    async def shorten(
        self, most: int, before: datetime, limit: int, now: datetime, parts: Callable[[Sequence[int]], Iterable[Bundle]]
    ) -> tuple[int, int]:
        asked = Crowded(most, before, limit, now)
        return await self._database.write(lambda connection: shorten(connection, asked, parts))

    async def waiting_with_hours(self, after: int, limit: int) -> list[Chat]:
        theirs = select(deliveries.c.chat_id).where(or_(UNTRIED, QUEUED & (deliveries.c.bundle == deliveries.c.id)))
        wanted = select(chats).where(chats.c.rhythm.is_not(None), chats.c.id > after, chats.c.id.in_(theirs))
        page = wanted.order_by(chats.c.id).limit(limit)
        rows = await self._database.read(lambda connection: connection.execute(page).mappings().all())
        return [chat_of(row) for row in rows]

    async def recall(self, chat_ids: Sequence[int], now: datetime) -> int:
        return await self._database.write(lambda connection: _recall(connection, chat_ids, now))

    async def bring_forward(self, now: datetime) -> int:
        astray = update(deliveries).where(HELD, deliveries.c.due_at > now + LONGEST_HOLD).values(due_at=now)
        return await self._database.write(lambda connection: int(connection.execute(astray).rowcount))

    async def oldest(self) -> dict[str, datetime]:
        since = func.min(deliveries.c.created_at, type_=Moment)
        by_lane = select(deliveries.c.lane, since).where(QUEUED).group_by(deliveries.c.lane)
        rows = await self._database.read(lambda connection: connection.execute(by_lane).all())
        return {row.lane: row[1] for row in rows}


def _recall(connection: Connection, chat_ids: Sequence[int], now: datetime) -> int:
    dissolve(connection, chat_ids)
    untried = update(deliveries).where(deliveries.c.chat_id.in_(chat_ids), UNTRIED, ~_LOUD)
    return int(connection.execute(untried.values(state=State.HELD.value, due_at=now)).rowcount)


def _due(connection: Connection, now: datetime, limit: int) -> list[HeldFor]:
    first = connection.execute(_FIRST_DUE, {"now": now, "most": limit * _ROWS_A_CHAT}).scalars()
    theirs = list(dict.fromkeys(first))[:limit]
    if not theirs:
        return []
    asked = {"now": now, "theirs": theirs}
    rows: dict[int, list[Held]] = {chat_id: [] for chat_id in theirs}
    for row in connection.execute(_DUE, asked):
        rows[row.chat_id].append(_held(row))
    later = {row.chat_id: row.at for row in connection.execute(_LATER, asked)}
    found = connection.execute(select(chats).where(chats.c.id.in_(theirs))).mappings()
    by_id = {row["id"]: chat_of(row) for row in found}
    # A chat may become another's a moment after it was found.
    return [HeldFor(by_id[each], tuple(rows[each]), later.get(each)) for each in _few(rows) if each in by_id]


def _held(row: Any) -> Held:
    # A bundle that was dissolved leaves “daily 2/3” with the one that carried it.
    return Held(row.id, row.created_at, row.due_at, row.loud, row.heading.partition(" ")[0])


def _few(rows: Mapping[int, list[Held]]) -> Iterator[int]:
    """Yield chats until theirs are as many rows as a short transaction should change."""
    found = 0
    for chat_id, theirs in rows.items():
        if found and found + len(theirs) > ROWS_AT_ONCE:
            return
        found += len(theirs)
        yield chat_id
