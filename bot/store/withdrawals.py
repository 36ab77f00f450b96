"""The pages of stories told of late: which is to be looked at again, and what becomes of one that is gone."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    exists,
    func,
    or_,
    select,
    type_coerce,
    update,
)

from bot.core.delivery import State
from bot.core.editing import EDIT_WINDOW
from bot.core.stores import PageCheck
from bot.store.bundles import dissolve
from bot.store.database import Database, take_turn
from bot.store.edits import queue_edits
from bot.store.fanout import fan_out_twins
from bot.store.rows import feed_of, story_of
from bot.store.tables import deliveries, feeds, stories

LOOKS = tuple(timedelta(hours=hours) for hours in (1, 6, 24))
"""How old a story is when its page is looked at again."""
SECOND_LOOK = timedelta(minutes=10)
"""After the first look that found nothing, at least."""
WITHDRAWN = "withdrawn by its publisher"
# As a sum, so that the last two days' stories are looked through and not the feed's whole history.
_feed = stories.c.feed_id + 0
_TRIES = 5


class WithdrawalTable:
    """Fulfils `bot.core.stores.Withdrawals`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def next_check(self, now: datetime) -> PageCheck | None:
        return await self._database.write(lambda connection: _next_check(connection, now))

    async def note(self, check: PageCheck, *, missing: bool) -> None:
        count = stories.c.missing + 1 if missing else 0
        noted = update(stories).where(stories.c.id == check.story.id).values(missing=count)
        await self._database.write(lambda connection: connection.execute(noted).rowcount)

    async def missing_of(self, feed_id: int, now: datetime) -> int:
        gone = select(func.count()).where(
            _feed == feed_id,
            stories.c.seen_at >= now - EDIT_WINDOW,
            stories.c.withdrawn_at.is_(None),
            stories.c.missing > 0,
        )
        return await self._database.read(lambda connection: int(connection.execute(gone).scalar_one()))

    async def withdraw(self, story_id: int, now: datetime, *, edit: bool) -> int:
        return await self._database.write(lambda connection: _withdraw(connection, story_id, now, edit=edit))


def _next_check(connection: Connection, now: datetime) -> PageCheck | None:
    with_pages = {feed.id: feed for feed in map(feed_of, _enabled(connection)) if feed.source.articles}
    told = exists().where(deliveries.c.story_id == stories.c.id, deliveries.c.state == State.SENT.value)
    due = (
        select(stories)
        .where(
            _feed.in_(list(with_pages)),
            stories.c.seen_at.between(now - EDIT_WINDOW, now - LOOKS[0]),
            stories.c.withdrawn_at.is_(None),
            stories.c.link != "",
            _is_due(now),
            told,
        )
        .order_by(stories.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = connection.execute(due).mappings().first()
    if row is None:
        return None
    connection.execute(update(stories).where(stories.c.id == row["id"]).values(checked_at=now))
    trusted = with_pages[row["feed_id"]].source.trusts(row["link"])
    return PageCheck(story_of(row), trusted, row["missing"], row["feed_id"])


def _enabled(connection: Connection) -> Sequence[RowMapping]:
    return connection.execute(select(feeds).where(feeds.c.enabled)).mappings().all()


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Match stories whose page was not looked at since they came of an age for it, or is to be looked at once more."""
    unseen = stories.c.checked_at.is_(None)
    looks = [and_(stories.c.seen_at <= now - age, unseen | _before(age)) for age in LOOKS]
    return or_(*looks, (stories.c.missing == 1) & (stories.c.checked_at <= now - SECOND_LOOK))


def _before(age: timedelta) -> ColumnElement[bool]:
    # Both are whole microseconds, which the database adds up.
    of_age = type_coerce(stories.c.seen_at, BigInteger) + age // timedelta(microseconds=1)
    return type_coerce(stories.c.checked_at, BigInteger) < of_age


def _withdraw(connection: Connection, story_id: int, now: datetime, *, edit: bool) -> int:
    # As every fan-out does: deliveries become visible in the order of their ids.
    take_turn(connection, "stories")
    gone = update(stories).where(stories.c.id == story_id, stories.c.withdrawn_at.is_(None))
    if connection.execute(gone.values(withdrawn_at=now)).rowcount == 0:
        return 0
    of_it = deliveries.c.story_id == story_id
    together = select(deliveries.c.chat_id).where(of_it, deliveries.c.bundle.is_not(None))
    # What was to be told with it is decided anew without it.
    dissolve(connection, list(connection.execute(together).scalars()))
    waits = deliveries.c.state.in_([State.QUEUED.value, State.HELD.value])
    cancelled = update(deliveries).where(of_it, deliveries.c.bundle.is_(None), waits).returning(deliveries.c.chat_id)
    ended = cancelled.values(state=State.CANCELLED.value, error=WITHDRAWN, done_at=now)
    if left := list(connection.execute(ended).scalars()):
        # Others told the same and were passed over because of it.
        fan_out_twins(connection, story_id, left, now)
    return queue_edits(connection, [story_id], now) if edit else 0
