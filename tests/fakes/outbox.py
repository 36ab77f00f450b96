"""Deliveries and what was said, in memory."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from bot.core.chat import ChatState
from bot.core.delivery import LONGEST_HALT, PATIENCE, Delivery, OnUncertain, State, Verdict
from bot.core.polling import CLOCKS_APART
from bot.core.ports import Clock
from bot.core.stores import Parked, Said
from tests.fakes.people import mark_gone, move
from tests.fakes.rows import DeliveryRow, Rows


class MemoryOutbox:
    """Fulfils `bot.core.stores.Outbox`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def claim(
        self, lane: str, now: datetime, lease: timedelta, limit: int, *, fence: int | None = None
    ) -> list[Delivery]:
        lease_row = self._rows.leases.get(f"lane {lane}")
        if fence is not None and (lease_row is None or lease_row.fence != fence):
            return []
        token = f"lease-{next(self._rows.ids)}"
        claimed: list[DeliveryRow] = []
        while not claimed and (turns := self._claimable(lane, now)[:limit]):
            claimed = [row for row in turns if self._is_wanted(row, now)]
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
        if verdict.state is not State.QUEUED:
            row.done_at = now
            for other in self._carried(row):
                other.state, other.message_id, other.error, other.done_at = row.state, row.message_id, row.error, now
        if verdict.chat_gone:
            mark_gone(self._rows, delivery.to, verdict.error, alone=verdict.alone)
        if verdict.moved_to:
            move(self._rows, delivery.to, verdict.moved_to)
        return True

    async def release(self, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            if row := self._held(delivery):
                row.state, row.lease, row.lease_until = State.QUEUED, "", None

    async def recover(
        self,
        now: datetime,
        on_uncertain: OnUncertain = OnUncertain.RESEND,
        *,
        lane: str | None = None,
        lapsed: bool = False,
        sparing: Collection[int] = (),
    ) -> int:
        state = State.QUEUED if on_uncertain is OnUncertain.RESEND else State.UNCERTAIN
        claimed = [row for row in self._rows.waiting() if row.lease_until and lane in (None, self._lane(row))]
        everything = lane is not None and not lapsed
        over = [row for row in claimed if everything or (row.lease_until and row.lease_until < now)]
        lost = [row for row in over if row.id not in sparing]
        for row in lost:
            row.state, row.lease, row.lease_until, row.repeat = state, "", None, True
            if state is State.UNCERTAIN:
                row.done_at, row.error = now, "its process ended while it was sent"
                for other in self._carried(row):
                    other.state, other.error, other.done_at = state, row.error, now
        return len(lost)

    async def bring_forward(self, now: datetime) -> int:
        made_ahead = [row for row in self._queued() if row.made_at > now + CLOCKS_APART and row.due_at > now]
        too_far = [row for row in self._queued() if row.due_at > now + LONGEST_HALT + CLOCKS_APART]
        astray = {row.id: row for row in (*made_ahead, *too_far)}
        for row in astray.values():
            row.due_at = now
        return len(astray)

    async def parked(self, limit: int) -> list[Parked]:
        found = [
            Parked(
                row.id,
                row.state,
                self._rows.chats[row.chat_id],
                self._rows.stories[row.story_id].title,
                row.done_at or row.due_at,
                row.error,
                len(self._told_within(row)),
            )
            for row in self._parked()
        ]
        return found[:limit]

    async def resolve(self, ids: Iterable[int] | None, resend: bool, now: datetime) -> int:
        chosen = None if ids is None else set(ids)
        rows = [row for row in self._parked() if chosen is None or row.id in chosen]
        for row in rows:
            others = self._told_within(row)
            if resend:
                row.state, row.repeat, row.attempts, row.turn = State.QUEUED, True, 0, self._rows.front(self._lane(row))
                row.due_at = now
            for each in others:
                each.state = State.BUNDLED if resend else State.CANCELLED
            if not resend:
                row.state = State.CANCELLED
            for each in (row, *others):
                each.error, each.done_at = ("", None) if resend else ("given up by the operator", now)
        return len(rows)

    async def counts(self) -> dict[State, int]:
        return dict(Counter(row.state for row in self._rows.deliveries.values()))

    def _queued(self) -> list[DeliveryRow]:
        return [row for row in self._rows.waiting() if row.state is State.QUEUED]

    def _lane(self, row: DeliveryRow) -> str:
        return self._rows.lane(row)

    def _parked(self) -> list[DeliveryRow]:
        rows = [row for _, row in sorted(self._rows.deliveries.items()) if row.state in (State.UNCERTAIN, State.DEAD)]
        return [row for row in rows if row.bundle in (None, row.id)]

    def _told_within(self, row: DeliveryRow) -> list[DeliveryRow]:
        return [other for other in self._rows.deliveries.values() if other.bundle == row.id and other is not row]

    def _claimable(self, lane: str, now: datetime) -> list[DeliveryRow]:
        """Return the oldest waiting delivery of each chat that has none under way, where it is due, by chats' turns."""
        taken = {row.chat_id for row in self._rows.waiting() if row.state is State.CLAIMED}
        oldest: dict[int, DeliveryRow] = {}
        for row in self._queued():
            if row.attempts < PATIENCE:
                oldest.setdefault(row.chat_id, row)
        ours = [row for row in self._queued() if self._lane(row) == lane and row.chat_id not in taken]
        first = [row for row in ours if row.chat_id not in oldest or row.id <= oldest[row.chat_id].id]
        due = {row.chat_id: row for row in reversed(first) if row.due_at <= now}
        turns = sorted(self._queued(), key=lambda row: (row.turn, row.id))
        return list({row.chat_id: due[row.chat_id] for row in turns if row.chat_id in due}.values())

    def _is_wanted(self, row: DeliveryRow, now: datetime) -> bool:
        """Return whether its chat is to get a delivery after all, and end it where it is not."""
        chat, follows = self._rows.chats[row.chat_id], self._rows.followed_by(row.chat_id)
        why = "" if chat.state is ChatState.ACTIVE else chat.state.value
        if not why and not row.bundle and not any((row.story_id, each) in self._rows.matches for each in follows):
            why = "no longer followed"
        for each in (row, *self._carried(row)) if why else ():
            each.state, each.error, each.done_at = State.CANCELLED, why, now
        return not why

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
            made_at=row.made_at,
            attempts=row.attempts,
            repeat=row.repeat,
            others=tuple(self._rows.stories[other.story_id] for other in self._carried(row)),
            heading=row.heading,
            reply_to=self._answers(row) if self._rows.chats[row.chat_id].threads else "",
        )

    def _answers(self, row: DeliveryRow) -> str:
        """Return the message that told the chat what the story follows on."""
        told = {each.story_id: each for each in self._rows.deliveries.values() if each.chat_id == row.chat_id}
        before = self._rows.story_rows[row.story_id].continues
        for _ in range(4):
            if before and before in told and told[before].state is State.SENT and told[before].message_id:
                return told[before].message_id
            before = self._rows.story_rows[before].continues if before in self._rows.story_rows else None
        return ""

    def _carried(self, row: DeliveryRow) -> list[DeliveryRow]:
        others = [other for _, other in sorted(self._rows.deliveries.items()) if other.state is State.BUNDLED]
        return [other for other in others if other.bundle == row.id]


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
