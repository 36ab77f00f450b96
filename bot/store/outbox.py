"""The table of deliveries; how they are claimed is in `bot.store.claiming`, how they end in `bot.store.recording`."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, tuple_, update

from bot.core.delivery import LONGEST_HALT, Delivery, OnUncertain, State, Verdict
from bot.core.polling import CLOCKS_APART
from bot.core.stores import Parked
from bot.store import parking
from bot.store.claiming import claim
from bot.store.database import Database
from bot.store.recording import Result, end_carried, record
from bot.store.tables import CLAIMED, QUEUED, deliveries
from bot.store.together import Together
from bot.store.turns import asleep_until, lanes

_LONGEST_SLEEP = timedelta(minutes=10)
"""Longer than any lease: what is due and sleeps longer was put to sleep by a clock that ran ahead."""


class OutboxTable:
    """Fulfils `bot.core.stores.Outbox`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._results = Together(self._record)

    async def claim(
        self, lane: str, now: datetime, lease: timedelta, limit: int, *, fence: int | None = None
    ) -> list[Delivery]:
        found: list[Delivery] | None = None
        while found is None:
            found = await self._database.write(lambda connection: claim(connection, lane, now, lease, limit, fence))
        return found

    async def record(self, delivery: Delivery, verdict: Verdict, now: datetime) -> bool:
        result = Result(delivery, verdict, now)
        if result.concerns_its_chat:
            # It changes rows that others of the same group may stand for.
            (kept,) = await self._record([result])
            return kept
        return await self._results.add(result)

    async def _record(self, results: list[Result]) -> list[bool]:
        return await self._database.write(lambda connection: record(connection, results))

    async def release(self, claimed: Iterable[Delivery]) -> None:
        # A lease is shared by all that one claim took, and some of that may be on its way.
        theirs = [(delivery.id, delivery.lease) for delivery in claimed]
        back = update(deliveries).where(CLAIMED, tuple_(deliveries.c.id, deliveries.c.lease).in_(theirs))
        queued = back.values(state=State.QUEUED.value, lease="", lease_until=None)
        await self._database.write(lambda connection: connection.execute(queued).rowcount)

    async def recover(
        self,
        now: datetime,
        on_uncertain: OnUncertain = OnUncertain.RESEND,
        *,
        lane: str | None = None,
        lapsed: bool = False,
        sparing: Collection[int] = (),
    ) -> int:
        spared = deliveries.c.id.not_in(list(sparing))
        if lane is not None and not lapsed:
            lost = (deliveries.c.lane == lane) & spared
            return await self._database.write(lambda connection: _free(connection, now, on_uncertain, lost))
        return await self._database.write(lambda connection: _recover(connection, now, on_uncertain, lane, spared))

    async def bring_forward(self, now: datetime) -> int:
        return await self._database.write(lambda connection: _bring_forward(connection, now))

    async def parked(self, limit: int) -> list[Parked]:
        return await self._database.read(lambda connection: parking.parked(connection, limit))

    async def resolve(self, ids: Iterable[int] | None, resend: bool, now: datetime) -> int:
        chosen = None if ids is None else list(ids)
        return await self._database.write(lambda connection: parking.resolve(connection, chosen, resend, now))

    async def counts(self) -> dict[State, int]:
        by_state = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
        rows = await self._database.read(lambda connection: connection.execute(by_state).all())
        return {State(state): number for state, number in rows}


def _recover(
    connection: Connection, now: datetime, on_uncertain: OnUncertain, lane: str | None, spared: ColumnElement[bool]
) -> int:
    # Lane by lane, for that is how what is under way is found without reading all that waits.
    lapsed, of = (deliveries.c.lease_until < now) & spared, lanes(connection) if lane is None else {lane}
    return sum(_free(connection, now, on_uncertain, (deliveries.c.lane == each) & lapsed) for each in of)


def _free(connection: Connection, now: datetime, on_uncertain: OnUncertain, lost: ColumnElement[bool]) -> int:
    free: dict[str, Any] = {"lease": "", "lease_until": None, "repeat": True}
    if on_uncertain is OnUncertain.RESEND:
        again = update(deliveries).where(CLAIMED, lost).values(state=State.QUEUED.value, **free)
        return int(connection.execute(again).rowcount)
    fate = {"state": State.UNCERTAIN.value, "error": "its process ended while it was sent", "done_at": now}
    parked = update(deliveries).where(CLAIMED, lost).values(fate | free).returning(deliveries.c.id)
    ids = list(connection.execute(parked).scalars())
    end_carried(connection, [{"by": number, "message_id": "", **fate} for number in ids])
    return len(ids)


def _bring_forward(connection: Connection, now: datetime) -> int:
    # Made in the future, or due later than even the longest wait that a platform may ask for.
    made_ahead = deliveries.c.created_at > now + CLOCKS_APART
    astray = (made_ahead & (deliveries.c.due_at > now)) | (deliveries.c.due_at > now + LONGEST_HALT + CLOCKS_APART)
    due = update(deliveries).where(QUEUED, astray).values(due_at=now, turn=0)
    brought = int(connection.execute(due).rowcount)
    sleeps_on = (deliveries.c.due_at <= now) & (deliveries.c.turn > asleep_until(now + _LONGEST_SLEEP))
    connection.execute(update(deliveries).where(QUEUED, sleeps_on).values(turn=0))
    return brought
