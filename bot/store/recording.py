"""Keeps how sends ended, many in one transaction, each by the lease it was sent under."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Integer, String, Text, bindparam, func, update

from bot.core.delivery import Delivery, State, Verdict
from bot.store.chats import mark_gone, move
from bot.store.lists import Rows
from bot.store.tables import CLAIMED, Moment, Words, deliveries
from bot.store.turns import asleep_until, wake

_ROWS = Rows(
    "results",
    id=BigInteger(),
    lease=Text(),
    state=String(16),
    due_at=BigInteger(),
    message_id=Text(),
    error=Text(),
    repeat=Integer(),
    attempts=BigInteger(),
    done_at=BigInteger(),
    turn=BigInteger(),
)
# The lease is the fence: a row whose claim passed to another is not found.
_END = (
    update(deliveries)
    .where(deliveries.c.id == _ROWS.id, deliveries.c.lease == _ROWS.lease, CLAIMED)
    .values(
        state=_ROWS.state,
        lease="",
        lease_until=None,
        due_at=_ROWS.due_at,
        message_id=_ROWS.message_id,
        error=_ROWS.error,
        repeat=_ROWS.repeat == 1,
        attempts=_ROWS.attempts,
        done_at=_ROWS.done_at,
        turn=func.coalesce(_ROWS.turn, deliveries.c.turn),
    )
    .returning(deliveries.c.id)
)
_END_CARRIED = update(deliveries).where(
    deliveries.c.bundle == bindparam("by"), deliveries.c.state == State.BUNDLED.value
)


@dataclass(frozen=True, slots=True)
class Result:
    """How one send ended, and when."""

    delivery: Delivery
    verdict: Verdict
    now: datetime

    @property
    def concerns_its_chat(self) -> bool:
        """Whether more than the delivery changes."""
        return self.verdict.chat_gone or self.verdict.moved_to is not None


def record(connection: Connection, results: Sequence[Result]) -> list[bool]:
    """Keep how sends ended; return for each whether its lease still held."""
    if len({each.delivery.id for each in results}) < len(results):
        # Several claims of one delivery ended at once; at most one of them still stands.
        return [record(connection, [each])[0] for each in results]
    given = Rows.given([_values(each) for each in results])
    held = {row[0] for row in connection.execute(_END, {"results": given}).all()}
    ended = [each for each in results if each.delivery.id in held]
    if ended:
        end_carried(connection, [_fate(each) for each in ended if _ends_others(each)])
        _heed(connection, ended)
    return [each.delivery.id in held for each in results]


def end_carried(connection: Connection, fates: Sequence[dict[str, Any]]) -> None:
    """Let what was told within deliveries end as those (`by`) did."""
    if fates:
        connection.execute(_END_CARRIED, fates)


def _ends_others(result: Result) -> bool:
    return result.verdict.state is not State.QUEUED and bool(result.delivery.others)


def _values(result: Result) -> list[Any]:
    """Return what is kept, in the order of `_ROWS`."""
    delivery, verdict, now = result.delivery, result.verdict, result.now
    done = verdict.state is not State.QUEUED
    due_at = verdict.due_at or now
    return [
        delivery.id,
        delivery.lease,
        verdict.state.value,
        Moment.number(due_at),
        Words.fit(verdict.message_id),
        Words.fit(verdict.error),
        int(delivery.repeat or verdict.repeat),
        delivery.attempts + int(verdict.counts),
        Moment.number(now) if done else None,
        asleep_until(due_at) if due_at > now and not done else None,
    ]


def _fate(result: Result) -> dict[str, Any]:
    verdict = result.verdict
    return {
        "by": result.delivery.id,
        "state": verdict.state.value,
        "message_id": verdict.message_id,
        "error": verdict.error,
        "done_at": result.now,
    }


def _heed(connection: Connection, ended: Sequence[Result]) -> None:
    """Let what waits of the chats go on, where they are still there."""
    lanes: dict[str, list[int]] = {}
    for each in ended:
        if each.verdict.chat_gone:
            mark_gone(connection, each.delivery.to, each.verdict.error, alone=each.verdict.alone)
        if each.verdict.moved_to:
            move(connection, each.delivery.to, each.verdict.moved_to)
        lanes.setdefault(each.delivery.to.lane, []).append(each.delivery.chat.id)
    now = max(each.now for each in ended)
    for lane, chat_ids in lanes.items():
        wake(connection, lane, chat_ids, now)
