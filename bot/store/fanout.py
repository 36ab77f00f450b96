"""One story into deliveries for every chat that wants it: one statement, however many chats there are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    case,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
)

from bot.core.chat import ChatState
from bot.core.delivery import State
from bot.core.releases import Heading
from bot.core.stores import NewStory
from bot.store.database import count_inserted
from bot.store.lists import among
from bot.store.tables import Moment, chats, deliveries, matches, stories, subscriptions
from bot.store.turns import fronts

_GOLDEN = 0.6180339887498949
"""Steps of this part of a circle come to rest everywhere on it alike."""
_UNTOLD = [State.CANCELLED.value, State.DEAD.value]
_COLUMNS = ["story_id", "chat_id", "lane", "state", "due_at", "created_at", "turn", "heading"]


def fan_out(connection: Connection, story_id: int, new: NewStory, now: datetime) -> int:
    """Make a delivery for every active chat that follows a matched filter; return how many."""
    # Asked this way a chat with two of the filters is found once, without a sort of all.
    followers = select(subscriptions.c.chat_id).where(among(subscriptions.c.filter_id, "filters"))
    wanted: ColumnElement[bool] = chats.c.id.in_(followers.params(filters=list(new.matches)))
    if twins := _twins(connection, story_id, new.cluster):
        wanted &= chats.c.id.not_in(_told(twins))
    return _deliver(connection, story_id, wanted, now, gap=new.gap)


def fan_out_twins(connection: Connection, story_id: int, chat_ids: Sequence[int], now: datetime) -> int:
    """Make a delivery of what tells the same as a story for chats that will not get that one; return how many.

    Each gets the oldest that it follows, that was to be told and that is not withdrawn, unless it gets one already.
    """
    kept = select(func.coalesce(stories.c.cluster, stories.c.id)).where(stories.c.id == story_id)
    twins = _twins(connection, story_id, connection.execute(kept).scalar())
    there = stories.c.id.in_(twins) & stories.c.withdrawn_at.is_(None) & ~stories.c.silent
    made = 0
    for twin in connection.execute(select(stories.c.id).where(there).order_by(stories.c.id)).scalars().all():
        filter_ids = select(matches.c.filter_id).where(matches.c.story_id == twin)
        followers = select(subscriptions.c.chat_id).where(
            subscriptions.c.filter_id.in_(filter_ids), among(subscriptions.c.chat_id, "theirs")
        )
        cancelled = select(deliveries.c.chat_id).where(deliveries.c.story_id == twin)
        wanted: ColumnElement[bool] = chats.c.id.in_(followers.params(theirs=list(chat_ids)))
        wanted &= chats.c.id.not_in(_told(twins)) & chats.c.id.not_in(cancelled)
        made += _deliver(connection, twin, wanted, now, gap=False)
    return made


def _told(story_ids: Sequence[int]) -> Select[Any]:
    """Return the chats that were told one of the stories, or will be."""
    theirs = deliveries.c.story_id.in_(story_ids) & deliveries.c.state.not_in(_UNTOLD)
    return select(deliveries.c.chat_id).where(theirs)


def _deliver(connection: Connection, story_id: int, wanted: ColumnElement[bool], now: datetime, *, gap: bool) -> int:
    row = select(
        literal(story_id, BigInteger),
        chats.c.id,
        chats.c.lane,
        _state(gap),
        literal(now, Moment),
        literal(now, Moment),
        _turn(connection, story_id),
        literal(Heading.GAP.value if gap else ""),
    ).where(chats.c.state == literal_column(f"'{ChatState.ACTIVE.value}'"), wanted)
    return count_inserted(connection, insert(deliveries).from_select(_COLUMNS, row))


def _state(gap: bool) -> ColumnElement[str]:
    held = literal(State.HELD.value)
    return held if gap else case((chats.c.rhythm.is_(None), literal(State.QUEUED.value)), else_=held)


def _turn(connection: Connection, story_id: int) -> ColumnElement[int]:
    """Return a chat's place, counted from the front of its lane's queue, from another chat on for each story.

    Whoever is among the last for one story is among the first for another.
    """
    begun = fronts(connection)
    base = case(begun, value=chats.c.lane, else_=0) if begun else literal(0)
    lowest, highest = (int(connection.execute(select(each(chats.c.id))).scalar() or 0) for each in (func.min, func.max))
    first = lowest + int((highest + 1 - lowest) * (story_id * _GOLDEN % 1))
    order = (chats.c.id < first, chats.c.id)
    return base + func.row_number().over(partition_by=chats.c.lane, order_by=order)


def _twins(connection: Connection, story_id: int, cluster: int | None) -> list[int]:
    """Return the other stories that tell the same."""
    if cluster is None:
        return []
    same = or_(stories.c.cluster == cluster, stories.c.id == cluster) & (stories.c.id != story_id)
    return list(connection.execute(select(stories.c.id).where(same)).scalars())
