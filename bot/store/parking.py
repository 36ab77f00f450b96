"""What was given up or may have arrived, for the operator to see and to decide about."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from bot.core.delivery import State
from bot.core.stores import Parked
from bot.store.rows import CHAT_COLUMNS, chat_from
from bot.store.tables import Moment, chats, deliveries, stories
from bot.store.turns import front

_AT_ONCE = 5_000
_STATES = [State.UNCERTAIN.value, State.DEAD.value]
_is_parked = deliveries.c.state.in_(_STATES)
# What was told within another delivery's message stands and falls with that.
_of_its_own = or_(deliveries.c.bundle.is_(None), deliveries.c.bundle == deliveries.c.id)
_told_within = deliveries.alias("told_within")
_others = (
    select(func.count())
    .where(_told_within.c.bundle == deliveries.c.id, _told_within.c.id != deliveries.c.id)
    .correlate(deliveries)
    .scalar_subquery()
)
_since = func.coalesce(deliveries.c.done_at, deliveries.c.due_at, type_=Moment)
_LIST = (
    select(
        *(chats.c[name] for name in CHAT_COLUMNS),
        *(deliveries.c[name] for name in ("id", "state", "error")),
        stories.c.title,
        _since,
        _others,
    )
    .select_from(deliveries)
    .join(chats, chats.c.id == deliveries.c.chat_id)
    .join(stories, stories.c.id == deliveries.c.story_id)
    .where(_is_parked, _of_its_own)
    .order_by(deliveries.c.id)
)


def parked(connection: Connection, limit: int) -> list[Parked]:
    """Return what waits for the operator, the oldest first."""
    found = []
    for row in connection.execute(_LIST.limit(limit)):
        number, state, why, title, since, others = row[len(CHAT_COLUMNS) :]
        chat = chat_from(row[: len(CHAT_COLUMNS)])
        found.append(Parked(number, State(state), chat, title, since, why, others))
    return found


def resolve(connection: Connection, ids: Sequence[int] | None, resend: bool, now: datetime) -> int:
    """Queue again or give up what was parked; return how many messages that are."""
    chosen = _is_parked & _of_its_own & (deliveries.c.id.in_(ids) if ids is not None else deliveries.c.id > 0)
    found = connection.execute(select(deliveries.c.id, deliveries.c.lane).where(chosen).with_for_update()).all()
    if not resend:
        values = {"state": State.CANCELLED.value, "error": "given up by the operator", "done_at": now}
        _change([row.id for row in found], connection, values, values)
        return len(found)
    again = {"attempts": 0, "repeat": True, "error": "", "done_at": None}
    for lane in {row.lane for row in found}:
        queued = again | {"state": State.QUEUED.value, "due_at": now, "turn": front(connection, lane)}
        theirs = [row.id for row in found if row.lane == lane]
        _change(theirs, connection, queued, {"state": State.BUNDLED.value, "error": "", "done_at": None})
    return len(found)


def _change(ids: Sequence[int], connection: Connection, values: dict[str, Any], carried: dict[str, Any]) -> None:
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        connection.execute(update(deliveries).where(deliveries.c.id.in_(some)).values(values))
        others = deliveries.c.bundle.in_(some) & (deliveries.c.bundle != deliveries.c.id) & _is_parked
        connection.execute(update(deliveries).where(others).values(carried))
