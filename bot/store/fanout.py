"""One story into deliveries for every chat that wants it: one statement, however many chats there are."""

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
from bot.core.stores import NewStory
from bot.store.database import count_inserted
from bot.store.tables import Moment, chats, deliveries, stories, subscriptions
from bot.store.turns import fronts

GAP = "gap"
_GOLDEN = 0.6180339887498949
"""Steps of this part of a circle come to rest everywhere on it alike."""
_COLUMNS = ["story_id", "chat_id", "lane", "state", "due_at", "created_at", "turn", "heading"]


def fan_out(connection: Connection, story_id: int, new: NewStory, now: datetime) -> int:
    """Make a delivery for every active chat that follows a matched filter; return how many."""
    wanted = chats.c.state == literal_column(f"'{ChatState.ACTIVE.value}'")
    wanted &= chats.c.id.in_(_followers(list(new.matches)))
    if twins := _twins(connection, story_id, new.cluster):
        wanted &= chats.c.id.not_in(select(deliveries.c.chat_id).where(deliveries.c.story_id.in_(twins)))
    row = select(
        literal(story_id, BigInteger),
        chats.c.id,
        chats.c.lane,
        _state(new),
        literal(now, Moment),
        literal(now, Moment),
        _turn(connection, story_id),
        literal(GAP if new.gap else ""),
    ).where(wanted)
    return count_inserted(connection, insert(deliveries).from_select(_COLUMNS, row))


def _followers(filter_ids: list[int]) -> Select[Any]:
    # Asked this way a chat with two of the filters is found once, without a sort of all.
    return select(subscriptions.c.chat_id).where(subscriptions.c.filter_id.in_(filter_ids))


def _state(new: NewStory) -> ColumnElement[str]:
    held = literal(State.HELD.value)
    return held if new.gap else case((chats.c.rhythm.is_(None), literal(State.QUEUED.value)), else_=held)


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
