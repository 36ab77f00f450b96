"""Feeds and their visits."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from bot.core.feed import Feed, FeedSource
from bot.core.polling import Decision
from bot.store.database import Database, insert_into, take_turn
from bot.store.rows import feed_of, feed_state, source_json
from bot.store.tables import feeds


class FeedTable:
    """Fulfils `bot.core.stores.Feeds`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sync(self, sources: Sequence[FeedSource], now: datetime) -> None:
        await self._database.write(lambda connection: _sync(connection, sources, now))

    async def claim_due(self, now: datetime, lease: timedelta, limit: int) -> list[Feed]:
        return await self._database.write(lambda connection: _claim_due(connection, now, lease, limit))

    async def give_back(self, given: Iterable[Feed], now: datetime) -> None:
        theirs = feeds.c.id.in_([feed.id for feed in given]) & (feeds.c.next_poll_at > now)
        due = update(feeds).where(theirs).values(next_poll_at=now)
        await self._database.write(lambda connection: connection.execute(due).rowcount)

    async def make_due(self, now: datetime) -> int:
        due = update(feeds).where(feeds.c.enabled).values(next_poll_at=now, off_because="")
        return await self._database.write(lambda connection: connection.execute(due).rowcount)

    async def all(self) -> list[Feed]:
        wanted = select(feeds).where(feeds.c.enabled).order_by(feeds.c.id)
        rows = await self._database.read(lambda connection: connection.execute(wanted).mappings().all())
        return [feed_of(row) for row in rows]

    async def next_due(self) -> datetime | None:
        soonest = select(func.min(feeds.c.next_poll_at)).where(feeds.c.enabled, feeds.c.off_because == "")
        return await self._database.read(lambda connection: connection.execute(soonest).scalar())

    async def keep(self, decision: Decision) -> None:
        await self._database.write(lambda connection: keep_decision(connection, decision))


def keep_decision(connection: Connection, decision: Decision) -> None:
    """Write what a visit decided, inside the caller's transaction."""
    feed = decision.feed
    if decision.host_waits_until:
        # Feeds of one host are often refused together, and each visit writes all their rows.
        take_turn(connection, f"host {feed.source.host}")
    connection.execute(update(feeds).where(feeds.c.id == feed.id).values(feed_state(feed)))
    if until := decision.host_waits_until:
        same_host = (feeds.c.host == feed.source.host) & (feeds.c.next_poll_at < until)
        connection.execute(update(feeds).where(same_host).values(next_poll_at=until))


def _sync(connection: Connection, sources: Sequence[FeedSource], now: datetime) -> None:
    connection.execute(update(feeds).where(feeds.c.url.not_in([s.url for s in sources])).values(enabled=False))
    for source in sources:
        described = {"name": source.name, "host": source.host, "source": source_json(source), "enabled": True}
        new = insert_into(connection, feeds).values(url=source.url, next_poll_at=now, **described)
        connection.execute(new.on_conflict_do_update(index_elements=["url"], set_=described))


def _claim_due(connection: Connection, now: datetime, lease: timedelta, limit: int) -> list[Feed]:
    due = (
        select(feeds)
        .where(feeds.c.enabled, feeds.c.off_because == "", feeds.c.next_poll_at <= now)
        .order_by(feeds.c.next_poll_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = [feed_of(row) for row in connection.execute(due).mappings()]
    if claimed:
        taken = feeds.c.id.in_([feed.id for feed in claimed])
        connection.execute(update(feeds).where(taken).values(next_poll_at=now + lease))
    return claimed
