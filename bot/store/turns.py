"""The order in which a lane's deliveries wait.

Each has a turn. A new story's deliveries get the turns from the front of the queue on, one after the other: a story for
a hundred thousand chats leaves room between its own for the few of a story that comes later. A turn is a chat's, not
a delivery's: when it comes, the chat gets the oldest that waits for it.

What cannot go for a while and is in others' way sleeps: from SLEEPING on a turn is a moment, and no claim looks at it
before. Nothing sleeps longer than a lease but a delivery that is itself not due, so whoever changes a row need not
know whether it sleeps.
"""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    ScalarSelect,
    bindparam,
    func,
    literal_column,
    select,
    type_coerce,
    update,
)

from bot.core.delivery import PATIENCE
from bot.store.lists import among
from bot.store.tables import QUEUED, Moment, chats, deliveries, waiting

SLEEPING = 2**62
"""Turns from here on are moments: this plus the microseconds since 1970."""

_NO_END = 2**63 - 1
_NOW = bindparam("now", type_=Moment)
_patient, _next = deliveries.alias("patient"), deliveries.alias("next")


def asleep_until(moment: datetime) -> int:
    """Return the turn of what sleeps until then."""
    return SLEEPING + (Moment.number(moment) or 0)


def asleep_until_due() -> ColumnElement[int]:
    """Return the turn at which a delivery sleeps until it is due."""
    return SLEEPING + type_coerce(deliveries.c.due_at, BigInteger)


def first_to_heed(chat_id: Column[int], what: ColumnElement[int]) -> ScalarSelect[int]:
    """Return something of a chat's oldest delivery that lets no later one pass."""
    theirs = (_patient.c.chat_id == chat_id) & waiting(_patient) & (_patient.c.attempts < PATIENCE)
    return select(what).where(theirs).order_by(_patient.c.id).limit(1).correlate(chat_id.table).scalar_subquery()


def ready(chat_id: Column[int]) -> ScalarSelect[int]:
    """Return the delivery that a chat gets next, if it may go now: the oldest, unless that has failed a few times."""
    oldest = first_to_heed(chat_id, _patient.c.id)
    queued = waiting(_next) & (_next.c.state == literal_column("'queued'"))
    passes = (_next.c.chat_id == chat_id) & queued & (_next.c.due_at <= _NOW)
    may_go = passes & (_next.c.id <= func.coalesce(oldest, _NO_END))
    return select(_next.c.id).where(may_go).order_by(_next.c.id).limit(1).correlate(chat_id.table).scalar_subquery()


FIRST_TO_HEED_DUE = first_to_heed(deliveries.c.chat_id, type_coerce(_patient.c.due_at, BigInteger))
READY = ready(deliveries.c.chat_id)
_NEXT_LANE = (
    select(deliveries.c.lane, deliveries.c.turn)
    .where(QUEUED, deliveries.c.lane > bindparam("after"))
    .order_by(deliveries.c.lane, deliveries.c.turn)
    .limit(1)
)
_NEXT_LANE_AT_WORK = (
    select(deliveries.c.lane)
    .where(waiting(), deliveries.c.lane > bindparam("after"))
    .order_by(deliveries.c.lane)
    .limit(1)
)
_FRONT = (
    select(deliveries.c.turn)
    .where(QUEUED, deliveries.c.lane == bindparam("of"), deliveries.c.turn < SLEEPING)
    .order_by(deliveries.c.turn)
    .limit(1)
)
_SLEEPER = (
    select(deliveries.c.id).where(QUEUED, deliveries.c.lane == bindparam("of"), deliveries.c.turn >= SLEEPING).limit(1)
)
_READY_OF = select(ready(chats.c.id)).where(among(chats.c.id, "theirs"))
_WAKE = update(deliveries).where(among(deliveries.c.id, "these"), deliveries.c.turn >= SLEEPING, QUEUED)


def front(connection: Connection, lane: str) -> int:
    """Return the lowest turn that waits awake in a lane, 0 where none does."""
    return int(connection.execute(_FRONT, {"of": lane}).scalar() or 0)


def fronts(connection: Connection) -> dict[str, int]:
    """Return the lowest turn of each lane where anything waits awake, with a look at each lane's first row only."""
    found: dict[str, int] = {}
    last = ""
    while row := connection.execute(_NEXT_LANE, {"after": last}).first():
        last = row.lane
        if row.turn < SLEEPING:
            found[last] = row.turn
    return found


def lanes(connection: Connection) -> list[str]:
    """Return the lanes in which anything waits or is under way, with a look at each lane's first row only."""
    found = [""]
    while (lane := connection.execute(_NEXT_LANE_AT_WORK, {"after": found[-1]}).scalar()) is not None:
        found.append(lane)
    return found[1:]


def wake(connection: Connection, lane: str, chat_ids: list[int], now: datetime) -> None:
    """Bring what chats get next to the front of their lane where it sleeps: nothing of them is under way any more."""
    if connection.execute(_SLEEPER, {"of": lane}).first() is None:
        return
    found = connection.execute(_READY_OF, {"theirs": chat_ids, "now": now}).scalars()
    if next_ones := [each for each in found if each is not None]:
        connection.execute(_WAKE, {"these": next_ones, "turn": front(connection, lane)})
