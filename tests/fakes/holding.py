"""What is held for chats' hours, in memory."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from bot.core.chat import Chat
from bot.core.delivery import State
from bot.core.releases import Bundle, Held, Ruling
from bot.core.rhythm import LONGEST_HOLD
from bot.core.stores import HeldFor
from tests.fakes.people import dissolve
from tests.fakes.rows import WAITING, DeliveryRow, Rows


class MemoryHolding:
    """Fulfils `bot.core.stores.Holding`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def due(self, now: datetime, limit: int) -> list[HeldFor]:
        due, later = defaultdict(list), dict[int, datetime]()
        for row in sorted(self._held(), key=lambda row: (row.due_at, row.chat_id)):
            if row.due_at <= now:
                due[row.chat_id].append(row)
            else:
                later.setdefault(row.chat_id, row.due_at)
        return [
            HeldFor(self._rows.chats[chat_id], tuple(map(self._as_held, rows)), later.get(chat_id))
            for chat_id, rows in [each for each in due.items() if each[0] in self._rows.chats][:limit]
        ]

    async def told_since(self, chat_id: int, since: datetime) -> int:
        theirs = [row for row in self._rows.deliveries.values() if row.chat_id == chat_id]
        messages = [row for row in theirs if row.bundle in (None, row.id)]
        recent = [row for row in messages if row.made_at > since - timedelta(days=2)]
        return sum(
            row.state in WAITING or (row.state is State.SENT and row.done_at is not None and row.done_at >= since)
            for row in recent
        )

    async def keep(self, ruling: Ruling, now: datetime) -> int:
        seen = {row.id: row.due_at for row in ruling.rows}
        there = {row.id: row for row in self._held() if row.due_at == seen.get(row.id)}
        free = [there[number] for number in ruling.free if number in there]
        for row in free:
            self._queue(row, now)
        held = 0
        for (until, heading), ids in ruling.hold.items():
            for row in (there[number] for number in ids if number in there):
                row.due_at, row.heading = until, heading
                held += 1
        return len(free) + held + sum(self._bundle(each, there, now) for each in ruling.bundles)

    async def shorten(
        self, most: int, before: datetime, limit: int, now: datetime, parts: Callable[[Sequence[int]], Iterable[Bundle]]
    ) -> tuple[int, int]:
        queues: dict[int, list[DeliveryRow]] = defaultdict(list)
        for row in self._rows.waiting():
            if row.is_untried:
                queues[row.chat_id].append(row)
        crowds = [
            chat_id
            for chat_id, queue in queues.items()
            if len(queue) > most or (len(queue) > 1 and min(row.made_at for row in queue) < before)
        ][:limit]
        there = {row.id: row for chat_id in crowds for row in self._waits(chat_id, queues[chat_id])}
        made = [each for chat_id in crowds for each in parts(sorted(self._of(there, chat_id)))]
        return sum(self._bundle(each, there, now) for each in made), len(made)

    def _waits(self, chat_id: int, alone: list[DeliveryRow]) -> list[DeliveryRow]:
        """Return what waits for a chat as alerts of their own, and in a backlog that is not under way."""
        theirs = [row for row in self._rows.deliveries.values() if row.chat_id == chat_id]
        fresh = [row for row in theirs if row.state is State.QUEUED and not row.attempts and not row.repeat]
        carriers = {row.id for row in fresh if row.heading.startswith("backlog")}
        carried = [row for row in theirs if row.state is State.BUNDLED and row.bundle in carriers]
        return [*alone, *(row for row in fresh if row.id in carriers), *carried]

    def _of(self, there: dict[int, DeliveryRow], chat_id: int) -> list[int]:
        return [number for number, row in there.items() if row.chat_id == chat_id]

    async def waiting_with_hours(self, after: int, limit: int) -> list[Chat]:
        theirs = {row.chat_id for row in self._rows.waiting() if row.is_untried or row.bundle == row.id}
        found = [self._rows.chats[number] for number in sorted(theirs) if number > after]
        return [chat for chat in found if chat.rhythm.to_json()][:limit]

    async def recall(self, chat_ids: Sequence[int], now: datetime) -> int:
        dissolve(self._rows, chat_ids)
        quiet = [row for row in self._rows.waiting() if row.is_untried and not self._as_held(row).loud]
        theirs = [row for row in quiet if row.chat_id in chat_ids]
        for row in theirs:
            row.state, row.due_at = State.HELD, now
        return len(theirs)

    async def bring_forward(self, now: datetime) -> int:
        astray = [row for row in self._held() if row.due_at > now + LONGEST_HOLD]
        for row in astray:
            row.due_at = now
        return len(astray)

    async def oldest(self) -> dict[str, datetime]:
        found: dict[str, datetime] = {}
        for row in self._rows.waiting():
            if row.state is State.QUEUED:
                lane = self._rows.chats[row.chat_id].address.lane
                found[lane] = min(found.get(lane, row.made_at), row.made_at)
        return found

    def _held(self) -> Iterable[DeliveryRow]:
        return (row for _, row in sorted(self._rows.deliveries.items()) if row.state is State.HELD)

    def _as_held(self, row: DeliveryRow) -> Held:
        loud = {each.filter_id for each in self._rows.subscriptions if each.chat_id == row.chat_id and each.loud}
        is_loud = any((row.story_id, filter_id) in self._rows.matches for filter_id in loud)
        return Held(row.id, row.made_at, row.due_at, is_loud, row.heading.partition(" ")[0])

    def _queue(self, row: DeliveryRow, now: datetime, bundle: int | None = None, heading: str = "") -> None:
        if row.state is not State.QUEUED:
            row.due_at, row.turn = now, self._rows.front(self._rows.lane(row)) + 1
        row.state, row.bundle, row.heading = State.QUEUED, bundle, heading

    def _bundle(self, bundle: Bundle, there: dict[int, DeliveryRow], now: datetime) -> int:
        rows = [there[number] for number in bundle.ids if number in there]
        if len(rows) == 1:
            self._queue(rows[0], now)
        elif rows:
            for row in rows[1:]:
                row.state, row.bundle = State.BUNDLED, rows[0].id
                row.heading = row.heading or bundle.heading.partition(" ")[0]
            self._queue(rows[0], now, rows[0].id, bundle.heading)
        return len(rows)
