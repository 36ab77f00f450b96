"""Claims deliveries: which of a lane's go next. Every statement is built once, for they run many times a second."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, case, select, update

from bot.core.delivery import Delivery, State
from bot.store.claimed import TAKEN, deliveries_of
from bot.store.database import take_turn
from bot.store.lists import among
from bot.store.tables import CLAIMED, QUEUED, Moment, deliveries, leases, waiting
from bot.store.turns import FIRST_TO_HEED_DUE, READY, SLEEPING, asleep_until, asleep_until_due, front

_MORE = 16
"""How many turns are looked at beyond those asked for: as many chats may be busy at no cost."""
_MOST_TURNS, _GROWTH = 2_000, 4
"""How many are looked at in one transaction, however many are in the way: it must be short."""

_under_way = deliveries.alias("under_way")
_claimed = _under_way.c.state.between(State.CLAIMED.value, State.CLAIMED.value)  # for the reason see CLAIMED
_busy = select(_under_way.c.chat_id).where(waiting(_under_way), _under_way.c.lane == bindparam("of"), _claimed)
_TURNS = (
    select(deliveries.c.id, deliveries.c.chat_id, deliveries.c.chat_id.in_(_busy).label("busy"), READY.label("ready"))
    .where(
        QUEUED,
        deliveries.c.lane == bindparam("of"),
        deliveries.c.turn >= bindparam("low", type_=BigInteger),
        deliveries.c.turn <= bindparam("high", type_=BigInteger),
    )
    .order_by(deliveries.c.turn, deliveries.c.id)
    .limit(bindparam("most"))
)
# What another transaction changes at this moment is passed over, so that none ever waits for the other.
_free = select(_under_way.c.id).where(
    among(_under_way.c.id, "these"),
    waiting(_under_way),
    _under_way.c.state == State.QUEUED.value,
)
_TAKE = update(deliveries).where(deliveries.c.id.in_(_free.with_for_update(skip_locked=True)), QUEUED).returning(*TAKEN)
_STILL_UNDER_WAY = (
    select(deliveries.c.chat_id).where(CLAIMED, among(deliveries.c.chat_id, "theirs")).with_for_update(skip_locked=True)
)
_until = bindparam("until", type_=BigInteger)
_now = bindparam("now_", type_=Moment)
_within_a_lease = FIRST_TO_HEED_DUE.between(_now, _until - SLEEPING) & (_now != FIRST_TO_HEED_DUE)
_soon = case((_within_a_lease, SLEEPING + FIRST_TO_HEED_DUE), else_=_until)
_is_due = deliveries.c.due_at <= _now
_SLEEP = update(deliveries).where(deliveries.c.id.in_(_free.with_for_update(skip_locked=True)), QUEUED)
_SLEEP_LONG = _SLEEP.values(turn=_until)
_SLEEP_UNTIL_DUE = _SLEEP.values(turn=case((_is_due, _soon), else_=asleep_until_due()))
_THESE = update(deliveries).where(among(deliveries.c.id, "these"))
_CARRIED = update(deliveries).where(among(deliveries.c.bundle, "these"), deliveries.c.state == State.BUNDLED.value)
_FENCE = select(leases.c.fence).where(leases.c.name == bindparam("name")).with_for_update(read=True)


@dataclass(slots=True)
class _Choice:
    """What one claim takes, and what it met on the way there."""

    connection: Connection
    lane: str
    now: datetime
    lease: timedelta
    limit: int
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    rows: list[Any] = field(default_factory=list)
    chats: set[int] = field(default_factory=set)
    looked_at: int = 0

    @property
    def left(self) -> int:
        return self.limit - len(self.rows)


def claim(
    connection: Connection, lane: str, now: datetime, lease: timedelta, limit: int, fence: int | None = None
) -> list[Delivery] | None:
    """Let chats' turns come, those that slept until now first, and take for each chat what it gets next.

    Return None where so much was in the way, or wanted by nobody, that it is worth another transaction to see what is
    behind it.
    """
    take_turn(connection, f"claim {lane}")
    if fence is not None and not _still_holds(connection, lane, fence):
        return []
    choice = _Choice(connection, lane, now, lease, limit)
    for low, high in ((SLEEPING, asleep_until(now)), (0, SLEEPING - 1)):
        _walk(choice, low, high)
    if not choice.rows and choice.looked_at >= _MOST_TURNS:
        return None
    found, unwanted = deliveries_of(connection, choice.token, choice.rows)
    for why, ids in unwanted.items():
        _cancel(connection, ids, why, now)
    return found if found or not unwanted else None


def _cancel(connection: Connection, ids: list[int], why: str, now: datetime) -> None:
    """End what has nobody to go to, with what was to be told in the same messages."""
    ended = {"state": State.CANCELLED.value, "lease": "", "lease_until": None, "error": why, "done_at": now}
    for rows in (_CARRIED, _THESE):
        connection.execute(rows, {"these": ids, **ended})


def _still_holds(connection: Connection, lane: str, fence: int) -> bool:
    """Return whether nobody else got the lane; nobody will until this transaction ends."""
    return bool(connection.execute(_FENCE, {"name": f"lane {lane}"}).scalar() == fence)


def _walk(choice: _Choice, low: int, high: int) -> None:
    most = choice.limit + _MORE
    while choice.left > 0 and choice.looked_at < _MOST_TURNS:
        asked = {"of": choice.lane, "low": low, "high": high, "now": choice.now, "most": most}
        turns = choice.connection.execute(_TURNS, asked).all()
        taken = _take(choice, turns, was_asleep=low >= SLEEPING)
        # What cannot go is put out of the way only where it fills all that was looked at: mostly it is a few.
        if len(turns) < most or choice.left <= 0 or (_put_to_sleep(choice, turns) + taken) == 0:
            return
        choice.looked_at += len(turns)
        most = min(most * _GROWTH, _MOST_TURNS)


def _take(choice: _Choice, turns: Iterable[Any], *, was_asleep: bool) -> int:
    ready: dict[int, int] = {}
    for turn in turns:
        if not turn.busy and turn.ready is not None and turn.chat_id not in choice.chats and len(ready) < choice.left:
            ready.setdefault(turn.chat_id, turn.ready)
    if not ready:
        return 0
    values = {"state": State.CLAIMED.value, "lease": choice.token, "lease_until": choice.now + choice.lease}
    if was_asleep:
        values["turn"] = front(choice.connection, choice.lane)
    found = choice.connection.execute(_TAKE, {"these": list(ready.values()), **values}).all()
    place = {number: at for at, number in enumerate(ready.values())}
    choice.rows += sorted(found, key=lambda row: place[row.id])
    choice.chats.update(ready)
    return len(found)


def _put_to_sleep(choice: _Choice, turns: Sequence[Any]) -> int:
    """Put what cannot go now to sleep, a lease at most; return how many."""
    waits = [turn for turn in turns if turn.busy or turn.ready is None or turn.chat_id in choice.chats]
    busy = {turn.chat_id for turn in waits if turn.busy or turn.chat_id in choice.chats}
    # Their ends wake them, and must not have come in between.
    still = set(choice.connection.execute(_STILL_UNDER_WAY, {"theirs": list(busy)}).scalars()) if busy else set()
    resting: dict[int, int] = {}
    for turn in waits:
        if turn.chat_id not in busy:
            resting.setdefault(turn.chat_id, turn.id)
    first = set(resting.values())
    others = [turn.id for turn in waits if turn.id not in first and (turn.chat_id in still or turn.chat_id in resting)]
    until = asleep_until(choice.now + choice.lease)
    if first:
        choice.connection.execute(_SLEEP_UNTIL_DUE, {"these": list(first), "until": until, "now_": choice.now})
    if others:
        choice.connection.execute(_SLEEP_LONG, {"these": others, "until": until})
    return len(first) + len(others)
