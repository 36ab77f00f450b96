"""What becomes of held deliveries, and of queues that are too long, inside the caller's transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, case, func, or_, select, update

from bot.core.delivery import State
from bot.core.releases import Bundle, Heading, Ruling
from bot.store.bundles import BUNDLES, UNTRIED
from bot.store.database import take_turn
from bot.store.tables import HELD, QUEUED, Moment, deliveries
from bot.store.turns import front

ROWS_AT_ONCE = 5_000
"""Also far below the number of values that either database takes in a statement."""

_these = deliveries.c.id.in_(bindparam("these", expanding=True))
_theirs = deliveries.c.chat_id.in_(bindparam("theirs", expanding=True))
# Taken in the order of their ids, and without waiting for who else decides or claims: that one's word stands.
_STILL_THERE = (
    select(*(deliveries.c[name] for name in ("id", "lane", "state", "due_at", "heading")))
    .where(HELD, _these)
    .order_by(deliveries.c.id)
    .with_for_update(skip_locked=True)
)
_row = tuple(deliveries.c[name] for name in ("id", "chat_id", "lane", "state", "bundle", "heading"))
_BACKLOG = QUEUED & deliveries.c.heading.startswith(Heading.BACKLOG.value) & ~deliveries.c.repeat
_WAITS = (
    select(*_row)
    .where(or_(UNTRIED, _BACKLOG & (deliveries.c.attempts == 0)), _theirs)
    .with_for_update(skip_locked=True)
)
_WITHIN = (
    select(*_row)
    .where(deliveries.c.bundle.in_(bindparam("these", expanding=True)), deliveries.c.state == State.BUNDLED.value)
    .with_for_update()
)
_CHANGE = update(deliveries).where(deliveries.c.id == bindparam("of"))
_HOLD = update(deliveries).where(_these)


class Crowded(NamedTuple):
    """Which queues are too long."""

    most: int
    before: datetime
    limit: int
    now: datetime


def release(connection: Connection, ruling: Ruling, now: datetime) -> int:
    """Carry out what was decided, but for what has changed since; return how many deliveries it concerned."""
    take_turn(connection, BUNDLES)
    seen = {row.id: row.due_at for row in ruling.rows}
    there = {row.id: row for row in _still_there(connection, seen) if row.due_at == seen[row.id]}
    concerned = _free(connection, [number for number in ruling.free if number in there], there, now)
    for (until, heading), ids in ruling.hold.items():
        held = [number for number in ids if number in there]
        for some in _batches(held):
            connection.execute(_HOLD, {"these": some, "due_at": until, "heading": heading})
        concerned += len(held)
    return concerned + _bundle(connection, ruling.bundles, there, now)


def _still_there(connection: Connection, ids: Iterable[int]) -> Iterator[Any]:
    for some in _batches(sorted(ids)):
        yield from connection.execute(_STILL_THERE, {"these": some})


def _batches(ids: list[int]) -> Iterator[list[int]]:
    return (ids[at : at + ROWS_AT_ONCE] for at in range(0, len(ids), ROWS_AT_ONCE))


def _free(connection: Connection, ids: Iterable[int], there: Mapping[int, Any], now: datetime) -> int:
    alone = [{"heading": "", "bundle": None, "of": number} for number in ids]
    _queue(connection, alone, there, now)
    return len(alone)


def _bundle(connection: Connection, bundles: Iterable[Bundle], there: Mapping[int, Any], now: datetime) -> int:
    carriers: list[dict[str, Any]] = []
    carried: list[dict[str, Any]] = []
    for bundle in bundles:
        ids = [number for number in bundle.ids if number in there]
        if len(ids) == 1:  # the others were told or cancelled meanwhile
            carriers.append({"of": ids[0], "bundle": None, "heading": ""})
        elif ids:
            carriers.append({"of": ids[0], "bundle": ids[0], "heading": bundle.heading})
            carried += [_carried(number, ids[0], bundle, there) for number in ids[1:]]
    _queue(connection, carriers, there, now)
    if carried:
        connection.execute(_CHANGE, carried)
    return len(carriers) + len(carried)


def _carried(number: int, carrier: int, bundle: Bundle, there: Mapping[int, Any]) -> dict[str, Any]:
    reason = there[number].heading or bundle.heading.partition(" ")[0]
    return {"of": number, "state": State.BUNDLED.value, "bundle": carrier, "heading": reason}


def _queue(connection: Connection, rows: list[dict[str, Any]], there: Mapping[int, Any], now: datetime) -> None:
    """Put what was held into its lane's queue, as a new story's deliveries are; what is queued keeps its place."""
    queued = [row for row in rows if there[row["of"]].state == State.QUEUED.value]
    held = [row for row in rows if there[row["of"]].state != State.QUEUED.value]
    lanes = {there[row["of"]].lane for row in held}
    turns = {lane: count(front(connection, lane) + 1) for lane in lanes}
    for row in held:
        row |= {"state": State.QUEUED.value, "due_at": now, "turn": next(turns[there[row["of"]].lane])}
    for changed in (queued, held):
        if changed:
            connection.execute(_CHANGE, changed)


def shorten(
    connection: Connection, asked: Crowded, parts: Callable[[Sequence[int]], Iterable[Bundle]]
) -> tuple[int, int]:
    """Tell together what waits in queues that are too long; return how many alerts in how many messages."""
    take_turn(connection, BUNDLES)
    theirs = list(connection.execute(_crowds(asked)).scalars())
    if not theirs:
        return 0, 0
    alone = list(connection.execute(_WAITS, {"theirs": theirs}))
    # Nobody else takes a message apart meanwhile; what it tells must not be passed over, so it is waited for.
    carried = list(connection.execute(_WITHIN, {"these": [row.id for row in alone if row.bundle]}))
    there = {row.id: row for row in sorted((*alone, *carried), key=lambda row: row.id)}
    queues: dict[int, list[int]] = {}
    for row in there.values():
        queues.setdefault(row.chat_id, []).append(row.id)
    bundles = [bundle for ids in queues.values() if len(ids) > 1 for bundle in parts(ids)]
    return _bundle(connection, bundles, there, asked.now), len(bundles)


def _crowds(asked: Crowded) -> Select[int]:
    is_old = func.min(deliveries.c.created_at, type_=Moment) < asked.before
    number = func.count()
    return (
        select(deliveries.c.chat_id)
        .where(UNTRIED)
        .group_by(deliveries.c.chat_id)
        .having(or_(number > asked.most, case((number > 1, is_old), else_=False)))
        .limit(asked.limit)
    )
