"""What was told before, the edits of it, and the pages that are looked at again, in memory."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.chat import ChatState
from bot.core.delivery import Delivery, State, Verdict
from bot.core.editing import EDIT_PATIENCE, EDIT_PAUSE, EDIT_WINDOW, Edit
from bot.core.flood import Trace
from bot.core.stores import PageCheck, Revision, Told
from bot.store.withdrawals import LOOKS, SECOND_LOOK, WITHDRAWN
from tests.fakes.news import deliver, told_in, twins
from tests.fakes.rows import DeliveryRow, EditRow, Rows, StoryRow


class MemoryArchive:
    """Fulfils `bot.core.stores.Archive`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def bearing(self, keys: Iterable[str]) -> dict[str, Told]:
        return {key: self._told(story_id) for key in keys if (story_id := self._rows.story_keys.get(key))}

    async def traces(self, feed_id: int, limit: int) -> list[Trace]:
        key_of = {story_id: key for key, story_id in sorted(self._rows.story_keys.items(), reverse=True)}
        mine = sorted((n for n, row in self._rows.story_rows.items() if row.feed_id == feed_id), reverse=True)
        stories = [self._rows.stories[number] for number in mine[:limit]]
        return [Trace(key_of.get(s.id, ""), s.title, s.fingerprint, s.published) for s in stories]

    async def told(self, after_id: int, since: datetime, limit: int = 1_000) -> list[Told]:
        later = [n for n, row in sorted(self._rows.story_rows.items()) if n > after_id and row.seen_at >= since]
        return [self._told(number) for number in later[:limit]]

    def _told(self, story_id: int) -> Told:
        row = self._rows.story_rows[story_id]
        silent_since = row.seen_at if row.silent else None
        return Told(self._rows.stories[story_id], row.feed_id, row.cluster or story_id, row.continues, silent_since)


class MemoryEdits:
    """Fulfils `bot.core.stores.Edits`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def revise(self, revisions: Iterable[Revision], now: datetime) -> int:
        queued = 0
        for each in revisions:
            before = self._rows.stories[each.story.id]
            revised = (each.revised, now) if each.revised else (before.revised, before.revised_at)
            after = replace(each.story, keys=(), revised=revised[0], revised_at=revised[1])
            self._rows.stories[before.id] = replace(after, withdrawn_at=before.withdrawn_at)
            queued += queue_edits(self._rows, before.id, now) if each.shown else 0
        return queued

    async def claim(self, lane: str, now: datetime, lease: timedelta, limit: int) -> list[Edit]:
        token = f"edit-{next(self._rows.ids)}"
        alerts = [row for row in self._rows.waiting() if row.state is State.QUEUED and row.due_at <= now]
        busy = any(self._rows.chats[row.chat_id].address.lane == lane for row in alerts)
        since = now - EDIT_PATIENCE if busy else now
        due = [row for row in self._rows.edits.values() if row.lane == lane and self._is_due(row, now)]
        taken = [row for row in due if row.due_at <= since]
        for row in taken[:limit]:
            row.state, row.lease, row.lease_until = State.CLAIMED, token, now + lease
        return [self._edit(row) for row in taken[:limit]]

    async def record(self, edit: Edit, verdict: Verdict, now: datetime) -> bool:
        row = self._rows.edits.get(edit.delivery.id)
        if row is None or row.state is not State.CLAIMED or row.lease != edit.lease:
            return False
        row.state, row.lease, row.lease_until = verdict.state, "", None
        row.due_at, row.error = verdict.due_at or now, verdict.error
        row.attempts = edit.attempts + int(verdict.counts)
        return True

    async def recover(self, now: datetime) -> int:
        lapsed = [row for row in self._rows.edits.values() if row.lease_until and row.lease_until < now]
        for row in lapsed:
            row.state, row.lease, row.lease_until = State.QUEUED, "", None
        for row in self._rows.edits.values():
            sent = self._rows.deliveries[row.delivery_id]
            if row.state is State.QUEUED and sent.done_at and sent.done_at < now - EDIT_WINDOW:
                row.state, row.error = State.DEAD, "too old to be changed"
        return len(lapsed)

    async def counts(self) -> dict[State, int]:
        return dict(Counter(row.state for row in self._rows.edits.values()))

    def _is_due(self, row: EditRow, now: datetime) -> bool:
        sent = self._rows.deliveries[row.delivery_id]
        there = self._rows.chats[sent.chat_id].state is not ChatState.GONE
        of_late = sent.state is State.SENT and sent.done_at is not None and sent.done_at >= now - EDIT_WINDOW
        return row.state is State.QUEUED and row.due_at <= now and of_late and there

    def _edit(self, row: EditRow) -> Edit:
        sent, stories = self._rows.deliveries[row.delivery_id], self._rows.stories
        mine = sorted(self._rows.followed_by(sent.chat_id))
        others = [each for _, each in sorted(self._rows.deliveries.items()) if each.bundle == sent.id != each.id]
        delivery = Delivery(
            id=sent.id,
            lease="",
            chat=self._rows.chats[sent.chat_id],
            story=stories[sent.story_id],
            evidence=tuple(why for each in mine for why in self._rows.matches.get((sent.story_id, each), ())),
            made_at=sent.made_at,
            others=tuple(stories[each.story_id] for each in others),
            heading=sent.heading,
        )
        return Edit(row.id, row.lease, delivery, sent.message_id, row.attempts)


class MemoryWithdrawals:
    """Fulfils `bot.core.stores.Withdrawals`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def next_check(self, now: datetime) -> PageCheck | None:
        for story_id, row in sorted(self._rows.story_rows.items()):
            story, source = self._rows.stories[story_id], self._rows.feeds[row.feed_id].source
            if self._is_due(story_id, row, now) and story.link and source.articles and not story.withdrawn_at:
                row.checked_at = now
                return PageCheck(story, source.trusts(story.link), row.missing, row.feed_id)
        return None

    async def note(self, check: PageCheck, *, missing: bool) -> None:
        row = self._rows.story_rows[check.story.id]
        row.missing = row.missing + 1 if missing else 0

    async def missing_of(self, feed_id: int, now: datetime) -> int:
        rows, since = self._rows, now - EDIT_WINDOW
        there = {n: row for n, row in rows.story_rows.items() if not rows.stories[n].withdrawn_at}
        return sum(row.feed_id == feed_id and row.missing > 0 and row.seen_at >= since for row in there.values())

    async def withdraw(self, story_id: int, now: datetime, *, edit: bool) -> int:
        if self._rows.stories[story_id].withdrawn_at:
            return 0
        self._rows.stories[story_id] = replace(self._rows.stories[story_id], withdrawn_at=now)
        left = {row.chat_id for row in self._rows.deliveries.values() if row.story_id == story_id}
        for row in self._rows.deliveries.values():
            if row.story_id == story_id:
                self._cancel(row, now)
        self._fan_out_twins(story_id, left, now)
        return queue_edits(self._rows, story_id, now) if edit else 0

    def _cancel(self, row: DeliveryRow, now: datetime) -> None:
        carrier = self._rows.deliveries[row.bundle] if row.bundle else row
        if carrier.state not in (State.QUEUED, State.HELD) or (carrier.bundle and carrier.repeat):
            return
        for each in list(self._rows.deliveries.values()):
            if each.bundle == carrier.id:  # what was to be told with it is decided anew without it
                each.state, each.bundle, each.due_at = State.HELD, None, each.made_at
        row.state, row.error, row.done_at = State.CANCELLED, WITHDRAWN, now

    def _fan_out_twins(self, story_id: int, left: set[int], now: datetime) -> None:
        rows = self._rows
        cluster = twins(rows, rows.story_rows[story_id].cluster or story_id)
        for twin in cluster:
            if twin == story_id or rows.stories[twin].withdrawn_at or rows.story_rows[twin].silent:
                continue
            follow = {row.chat_id for row in rows.subscriptions if (twin, row.filter_id) in rows.matches}
            had = {row.chat_id for row in rows.deliveries.values() if row.story_id == twin}
            deliver(rows, twin, (left & follow) - told_in(rows, cluster) - had, now)

    def _is_due(self, story_id: int, row: StoryRow, now: datetime) -> bool:
        told = any(each.story_id == story_id and each.state is State.SENT for each in self._rows.deliveries.values())
        if not told or not now - EDIT_WINDOW <= row.seen_at <= now - LOOKS[0]:
            return False
        ages = [age for age in LOOKS if row.seen_at <= now - age]
        looked = row.checked_at is not None and all(row.checked_at >= row.seen_at + age for age in ages)
        again = row.missing == 1 and row.checked_at is not None and row.checked_at <= now - SECOND_LOOK
        return again or not looked


def queue_edits(rows: Rows, story_id: int, now: datetime) -> int:
    """Queue one edit for each message sent of late that tells a story; return how many."""
    queued = 0
    for row in list(rows.deliveries.values()):
        carrier = rows.deliveries[row.bundle] if row.bundle else row
        of_late = row.state is State.SENT and row.done_at is not None and row.done_at >= now - EDIT_WINDOW
        if row.story_id == story_id and (of_late or carrier.state is State.CLAIMED):
            queued += _queue(rows, carrier, now)
    return queued


def _queue(rows: Rows, sent: DeliveryRow, now: datetime) -> int:
    lane = rows.chats[sent.chat_id].address.lane
    row = rows.edits.setdefault(sent.id, EditRow(next(rows.ids), sent.id, lane, now))
    if row.state is State.DEAD:
        return 0
    if row.state is State.CLAIMED:
        row.due_at = now + EDIT_PAUSE
    elif row.state is State.SENT:
        row.due_at = max(now, row.due_at + EDIT_PAUSE)
    row.state, row.lease, row.lease_until, row.attempts, row.error = State.QUEUED, "", None, 0, ""
    return 1
