"""The table of deliveries: record, release, recover; how they are claimed is in `bot.store.claiming`."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select, tuple_, update

from bot.core.delivery import Delivery, OnUncertain, State, Verdict
from bot.store.chats import mark_gone, move
from bot.store.claiming import claim
from bot.store.database import Database
from bot.store.tables import CLAIMED, QUEUED, Moment, deliveries

# Changes a row while its claim is still ours: the lease is the fence. Built once, for it runs with every send.
_WHILE_HELD = update(deliveries).where(
    deliveries.c.id == bindparam("of"), deliveries.c.lease == bindparam("held"), CLAIMED
)


class OutboxTable:
    """Fulfils `bot.core.stores.Outbox`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, lane: str, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
        return await self._database.write(lambda connection: claim(connection, lane, now, lease, limit))

    async def record(self, delivery: Delivery, verdict: Verdict, now: datetime) -> bool:
        return await self._database.write(lambda connection: _record(connection, delivery, verdict, now))

    async def release(self, claimed: Iterable[Delivery]) -> None:
        # A lease is shared by all that one claim took, and some of that may be on its way.
        theirs = [(delivery.id, delivery.lease) for delivery in claimed]
        back = update(deliveries).where(CLAIMED, tuple_(deliveries.c.id, deliveries.c.lease).in_(theirs))
        queued = back.values(state=State.QUEUED.value, lease="", lease_until=None)
        await self._database.write(lambda connection: connection.execute(queued).rowcount)

    async def recover(self, now: datetime, on_uncertain: OnUncertain = OnUncertain.RESEND) -> int:
        state = State.QUEUED if on_uncertain is OnUncertain.RESEND else State.UNCERTAIN
        lapsed = CLAIMED & (deliveries.c.lease_until < now)
        again = update(deliveries).where(lapsed)
        queued = again.values(state=state.value, lease="", lease_until=None, repeat=True)
        return await self._database.write(lambda connection: int(connection.execute(queued).rowcount))

    async def next_due(self, lane: str) -> datetime | None:
        soonest = select(func.min(deliveries.c.due_at, type_=Moment)).where(deliveries.c.lane == lane, QUEUED)
        return await self._database.read(lambda connection: connection.execute(soonest).scalar())

    async def lanes(self) -> set[str]:
        waiting = select(deliveries.c.lane).distinct().where(QUEUED)
        return await self._database.read(lambda connection: set(connection.execute(waiting).scalars()))

    async def counts(self) -> dict[State, int]:
        by_state = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
        rows = await self._database.read(lambda connection: connection.execute(by_state).all())
        return {State(state): number for state, number in rows}


def _record(connection: Connection, delivery: Delivery, verdict: Verdict, now: datetime) -> bool:
    done = verdict.state is not State.QUEUED
    values = {
        "of": delivery.id,
        "held": delivery.lease,
        "state": verdict.state.value,
        "lease": "",
        "lease_until": None,
        "due_at": verdict.due_at or now,
        "message_id": verdict.message_id,
        "error": verdict.error,
        "repeat": delivery.repeat or verdict.repeat,
        "attempts": delivery.attempts + int(verdict.counts),
        "done_at": now if done else None,
    }
    if connection.execute(_WHILE_HELD, values).rowcount == 0:
        return False
    if verdict.chat_gone:
        mark_gone(connection, delivery.to, verdict.error)
    if verdict.moved_to:
        move(connection, delivery.to, verdict.moved_to)
    return True
