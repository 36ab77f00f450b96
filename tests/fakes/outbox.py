"""Deliveries and what was said, in memory."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.core.delivery import PATIENCE, Delivery, OnUncertain, State, Verdict
from bot.core.ports import Clock
from bot.core.stores import Said
from tests.fakes.people import mark_gone, move
from tests.fakes.rows import DeliveryRow, Rows


class MemoryOutbox:
    """Fulfils `bot.core.stores.Outbox`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def claim(self, lane: str, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
        token = f"lease-{next(self._rows.ids)}"
        claimed = self._claimable(lane, now)[:limit]
        for row in claimed:
            row.state, row.lease, row.lease_until = State.CLAIMED, token, now + lease
        return [self._delivery(row) for row in claimed]

    async def record(self, delivery: Delivery, verdict: Verdict, now: datetime) -> bool:
        row = self._held(delivery)
        if row is None:
            return False
        row.state, row.lease, row.lease_until = verdict.state, "", None
        row.due_at = verdict.due_at or now
        row.message_id, row.error = verdict.message_id, verdict.error
        row.repeat = delivery.repeat or verdict.repeat
        row.attempts = delivery.attempts + int(verdict.counts)
        if verdict.chat_gone:
            mark_gone(self._rows, delivery.to, verdict.error)
        if verdict.moved_to:
            move(self._rows, delivery.to, verdict.moved_to)
        return True

    async def release(self, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            if row := self._held(delivery):
                row.state, row.lease, row.lease_until = State.QUEUED, "", None

    async def recover(self, now: datetime, on_uncertain: OnUncertain = OnUncertain.RESEND) -> int:
        state = State.QUEUED if on_uncertain is OnUncertain.RESEND else State.UNCERTAIN
        lapsed = [row for row in self._rows.waiting() if row.lease_until and row.lease_until < now]
        for row in lapsed:
            row.state, row.lease, row.lease_until, row.repeat = state, "", None, True
        return len(lapsed)

    async def next_due(self, lane: str) -> datetime | None:
        return min((row.due_at for row in self._queued() if self._lane(row) == lane), default=None)

    async def lanes(self) -> set[str]:
        return {self._lane(row) for row in self._queued()}

    async def counts(self) -> dict[State, int]:
        return dict(Counter(row.state for row in self._rows.deliveries.values()))

    def _queued(self) -> list[DeliveryRow]:
        return [row for row in self._rows.waiting() if row.state is State.QUEUED]

    def _lane(self, row: DeliveryRow) -> str:
        return self._rows.chats[row.chat_id].address.lane

    def _claimable(self, lane: str, now: datetime) -> list[DeliveryRow]:
        """Return the oldest waiting delivery of each chat that has none under way, where it is due."""
        taken = {row.chat_id for row in self._rows.waiting() if row.state is State.CLAIMED}
        oldest: dict[int, DeliveryRow] = {}
        for row in self._queued():
            if row.attempts < PATIENCE:
                oldest.setdefault(row.chat_id, row)
        ours = [row for row in self._queued() if self._lane(row) == lane and row.chat_id not in taken]
        first = [row for row in ours if row.chat_id not in oldest or row.id <= oldest[row.chat_id].id]
        due = {row.chat_id: row for row in reversed(first) if row.due_at <= now}
        return sorted(due.values(), key=lambda row: row.id)

    def _held(self, delivery: Delivery) -> DeliveryRow | None:
        row = self._rows.deliveries.get(delivery.id)
        return row if row and row.state is State.CLAIMED and row.lease == delivery.lease else None

    def _delivery(self, row: DeliveryRow) -> Delivery:
        mine = sorted(self._rows.followed_by(row.chat_id))
        return Delivery(
            id=row.id,
            lease=row.lease,
            chat=self._rows.chats[row.chat_id],
            story=self._rows.stories[row.story_id],
            evidence=tuple(why for each in mine for why in self._rows.matches.get((row.story_id, each), ())),
            attempts=row.attempts,
            repeat=row.repeat,
        )


class MemoryTranscript:
    """Fulfils `bot.core.stores.Transcript`."""

    def __init__(self, rows: Rows, clock: Clock) -> None:
        self._rows = rows
        self._clock = clock

    async def add(self, chat: str, mine: bool, body: str, replaces: int = 0) -> int:
        said = Said(next(self._rows.ids), mine, body, self._clock.now(), replaces)
        self._rows.transcript.append((chat, said))
        return said.id

    async def since(self, chat: str, last_id: int, limit: int = 200) -> list[Said]:
        later = [said for where, said in self._rows.transcript if where == chat and said.id > last_id]
        return later[:limit]
