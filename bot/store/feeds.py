"""Feeds and their visits."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    literal,
    select,
    tuple_,
    update,
)

from bot.core.feed import AFRESH, Feed, FeedSource
from bot.core.polling import Decision, strays
from bot.core.stores import VisitLost
from bot.store.database import Database, insert_into, server_time, take_turn
from bot.store.rows import feed_of, feed_state, source_json
from bot.store.tables import Moment, feeds

OF_NO_ANSWER = dict.fromkeys(("etag", "last_modified", "validators_of", "body_hash"), "")
"""What is kept of a feed's last answer, where there was none."""
FREE = {"claim": "", "claimed_until": 0}
"""What is kept of a claim, where there is none."""
_POLLED = feeds.c.enabled & (feeds.c.off_because == "")
_MICROSECOND = timedelta(microseconds=1)


class FeedTable:
    """Fulfils `bot.core.stores.Feeds`. On PostgreSQL claims last by its own clock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sync(self, sources: Sequence[FeedSource], now: datetime) -> None:
        await self._database.write(lambda connection: _sync(connection, sources, now))

    async def claim_due(self, now: datetime, lease: timedelta, limit: int) -> list[Feed]:
        # Asked twice a second, and mostly in vain: a look that writes nothing comes first.
        if not await self._database.read(lambda connection: connection.execute(_due(connection, now, 1)).first()):
            return []
        return await self._database.write(lambda connection: _claim_due(connection, now, lease, limit))

    async def renew(self, claimed: Iterable[Feed], now: datetime, lease: timedelta) -> set[int]:
        ours = _claimed_as(claimed)
        return await self._database.write(lambda connection: _renew(connection, ours, now, lease))

    async def give_back(self, claimed: Iterable[Feed], due_at: datetime) -> None:
        free = update(feeds).where(_claimed_as(claimed)).values(**FREE, next_poll_at=due_at)
        await self._database.write(lambda connection: connection.execute(free).rowcount)

    async def end_claims(self) -> None:
        free = update(feeds).where(feeds.c.claim != "").values(FREE)
        await self._database.write(lambda connection: connection.execute(free).rowcount)

    async def make_due(self, now: datetime) -> int:
        due = update(feeds).where(feeds.c.enabled).values(next_poll_at=now, off_because="")
        return await self._database.write(lambda connection: connection.execute(due).rowcount)

    async def all(self) -> list[Feed]:
        wanted = select(feeds).where(feeds.c.enabled).order_by(feeds.c.id)
        rows = await self._database.read(lambda connection: connection.execute(wanted).mappings().all())
        return [feed_of(row) for row in rows]

    async def keep(self, decision: Decision) -> None:
        await self._database.write(lambda connection: keep_decision(connection, decision))


def keep_decision(connection: Connection, decision: Decision) -> None:
    """Write what a visit decided, inside the caller's transaction; raises VisitLost, which breaks that off."""
    feed = decision.feed
    if decision.host_waits_until:
        # Feeds of one host are often refused together, and each visit writes all their rows.
        take_turn(connection, f"host {feed.source.host}")
    kept = update(feeds).where(_claimed_as([feed])).values(feed_state(feed) | FREE)
    if connection.execute(kept).rowcount == 0:
        raise VisitLost
    if until := decision.host_waits_until:
        same_host = (feeds.c.host == feed.source.host) & (feeds.c.next_poll_at < until)
        connection.execute(update(feeds).where(same_host).values(next_poll_at=until))


def _claimed_as(claimed: Iterable[Feed]) -> ColumnElement[bool]:
    return tuple_(feeds.c.id, feeds.c.claim).in_([(feed.id, feed.claim) for feed in claimed])


def _sync(connection: Connection, sources: Sequence[FeedSource], now: datetime) -> None:
    listed = feeds.c.url.in_([source.url for source in sources])
    connection.execute(update(feeds).where(~listed).values(enabled=False))
    forgotten = ~feeds.c.enabled & (feeds.c.polled_at < now - AFRESH)
    connection.execute(update(feeds).where(listed, forgotten).values(polled_before=False, **OF_NO_ANSWER))
    for source in sources:
        described = {"name": source.name, "host": source.host, "source": source_json(source), "enabled": True}
        new = insert_into(connection, feeds).values(url=source.url, next_poll_at=now, **described)
        connection.execute(new.on_conflict_do_update(index_elements=["url"], set_=described))
    polled = [feed_of(row) for row in connection.execute(select(feeds).where(_POLLED)).mappings()]
    astray = feeds.c.id.in_([feed.id for feed in strays(polled, now)]) & (feeds.c.next_poll_at > now)
    connection.execute(update(feeds).where(astray).values(next_poll_at=now))


def _due(connection: Connection, now: datetime, limit: int) -> Select[Any]:
    free = (feeds.c.claim == "") | (feeds.c.claimed_until <= _claims_now(connection, now))
    return select(feeds).where(_POLLED, feeds.c.next_poll_at <= now, free).order_by(feeds.c.next_poll_at).limit(limit)


def _claim_due(connection: Connection, now: datetime, lease: timedelta, limit: int) -> list[Feed]:
    due = _due(connection, now, limit).with_for_update(skip_locked=True)
    ids = [row.id for row in connection.execute(due)]
    if not ids:
        return []
    until = _claims_now(connection, now) + lease // _MICROSECOND
    token = {"claim": uuid.uuid4().hex, "claimed_until": until}
    connection.execute(update(feeds).where(feeds.c.id.in_(ids)).values(token))
    claimed = select(feeds).where(feeds.c.id.in_(ids)).order_by(feeds.c.next_poll_at)
    return [feed_of(row) for row in connection.execute(claimed).mappings()]


def _renew(connection: Connection, ours: ColumnElement[bool], now: datetime, lease: timedelta) -> set[int]:
    until = _claims_now(connection, now) + lease // _MICROSECOND
    longer = update(feeds).where(ours).values(claimed_until=until).returning(feeds.c.id)
    return set(connection.execute(longer).scalars())


def _claims_now(connection: Connection, now: datetime) -> ColumnElement[int]:
    if connection.dialect.name == "postgresql":
        return server_time(connection)
    return literal(Moment.number(now), BigInteger)
