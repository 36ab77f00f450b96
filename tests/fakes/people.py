"""Chats and what they follow, in memory."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from bot.core.chat import Address, Chat, ChatState, Sighting
from bot.core.delivery import State
from bot.core.rhythm import Rhythm
from bot.core.stores import FilterChange, Subscription
from tests.fakes.rows import WAITING, Broken, Rows, SubscriptionRow


class MemoryChats:
    """Fulfils `bot.core.stores.Chats`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def seen(self, sighting: Sighting, now: datetime) -> Chat:
        known = self._rows.chat_at(sighting.address)
        if known is None:
            known = Chat(
                next(self._rows.ids), sighting.address, sighting.kind, "", "", ChatState.ACTIVE, False, "", now
            )
        state = self._before(known) if known.state is ChatState.GONE else known.state
        language = sighting.language or known.language
        seen = replace(known, kind=sighting.kind, title=sighting.title, language=language, state=state)
        self._rows.chats[seen.id] = seen
        return seen

    async def find(self, address: Address) -> Chat | None:
        return self._rows.chat_at(address)

    async def set_state(self, chat_id: int, state: ChatState) -> None:
        self._rows.chats[chat_id] = replace(self._rows.chats[chat_id], state=state)
        if state is ChatState.PAUSED:
            dissolve(self._rows, {chat_id}, arrived=True)
            cancel_queued(self._rows, chat_id, "paused")

    async def set_threads(self, chat_id: int, on: bool) -> None:
        self._rows.chats[chat_id] = replace(self._rows.chats[chat_id], threads=on)

    async def set_hours(self, chat_id: int, rhythm: Rhythm, zone: str, now: datetime) -> int:
        self._rows.chats[chat_id] = replace(self._rows.chats[chat_id], rhythm=rhythm, zone=zone)
        dissolve(self._rows, {chat_id})
        for row in self._rows.deliveries.values():
            if row.chat_id == chat_id and row.is_untried:
                row.state = State.HELD
        return decide_anew(self._rows, chat_id, now)

    async def set_preview(self, chat_id: int, on: bool) -> None:
        self._rows.chats[chat_id] = replace(self._rows.chats[chat_id], link_preview=on)

    async def set_asked(self, chat_id: int, asked: str) -> None:
        self._rows.chats[chat_id] = replace(self._rows.chats[chat_id], asked=asked)

    async def gone(self, address: Address, reason: str, *, alone: bool = False) -> int:
        return mark_gone(self._rows, address, reason, alone=alone)

    async def back(self, address: Address) -> None:
        for chat in self._rows.chats_under(address):
            if chat.state is ChatState.GONE:
                await self.set_state(chat.id, self._before(chat))

    def _before(self, chat: Chat) -> ChatState:
        return ChatState.PAUSED if chat.id in self._rows.gone_paused else ChatState.ACTIVE

    async def moved(self, old: Address, new: Address) -> None:
        move(self._rows, old, new)

    async def count(self) -> int:
        return sum(chat.state is not ChatState.GONE for chat in self._rows.chats.values())


def cancel_queued(rows: Rows, chat_id: int, why: str, spare: Collection[int] = ()) -> None:
    """Cancel what waits for a chat, but for the stories to spare and messages of several."""
    for row in rows.deliveries.values():
        waits = row.state in (State.QUEUED, State.HELD) and row.bundle is None
        if row.chat_id == chat_id and waits and row.story_id not in spare:
            row.state, row.error = State.CANCELLED, why


def dissolve(rows: Rows, chat_ids: Collection[int], *, arrived: bool = False) -> None:
    """Hold again what was to be told together and is not under way; what may have arrived only where that is said."""
    queued = (row for row in rows.deliveries.values() if row.state is State.QUEUED and row.bundle)
    carriers = {row.id for row in queued if arrived or not row.repeat}
    for row in rows.deliveries.values():
        if row.chat_id in chat_ids and row.state in (State.QUEUED, State.BUNDLED) and row.bundle in carriers:
            row.state, row.bundle, row.due_at = State.HELD, None, row.made_at


def decide_anew(rows: Rows, chat_id: int, now: datetime) -> int:
    """Make all that is held for a chat due; return how many."""
    held = [row for row in rows.deliveries.values() if row.chat_id == chat_id and row.state is State.HELD]
    for row in held:
        row.due_at = now
    return len(held)


def mark_gone(rows: Rows, address: Address, reason: str, *, alone: bool = False) -> int:
    """Stop alerts to a chat and cancel what waits for it."""
    ids = {chat.id for chat in rows.chats_under(address) if not alone or chat.address == address}
    for chat_id in ids:
        if rows.chats[chat_id].state is not ChatState.GONE:
            paused = rows.chats[chat_id].state is ChatState.PAUSED
            (rows.gone_paused.add if paused else rows.gone_paused.discard)(chat_id)
        rows.chats[chat_id] = replace(rows.chats[chat_id], state=ChatState.GONE)
    for row in rows.deliveries.values():
        if row.chat_id in ids and row.state in (*WAITING, State.HELD, State.BUNDLED):
            row.state, row.lease, row.lease_until, row.error = State.CANCELLED, "", None, reason
    return len(ids)


def move(rows: Rows, old: Address, new: Address) -> None:
    """Give a chat its new address; one already known there takes over what it had."""
    for chat in rows.chats_under(old):
        there = replace(new, topic=new.topic or chat.address.topic)
        target, front = rows.chat_at(there), rows.front(there.lane)
        if there.lane != old.lane:
            for row in rows.deliveries.values():
                row.turn = front if row.chat_id == chat.id else row.turn
        if target is None:
            rows.chats[chat.id] = replace(chat, address=there)
        elif target.id != chat.id:
            _merge(rows, chat.id, target.id)


def _merge(rows: Rows, old: int, new: int) -> None:
    dissolve(rows, {old})
    has, told = rows.followed_by(new), {row.story_id for row in rows.deliveries.values() if row.chat_id == new}
    for subscription in rows.subscriptions:
        if subscription.chat_id == old and subscription.filter_id not in has:
            subscription.chat_id = new
    for delivery in rows.deliveries.values():
        if delivery.chat_id == old and delivery.story_id not in told:
            delivery.chat_id = new
    rows.subscriptions = [row for row in rows.subscriptions if row.chat_id != old]
    going = {row.id for row in rows.deliveries.values() if row.chat_id == old}
    rows.deliveries = {key: row for key, row in rows.deliveries.items() if key not in going}
    for row in rows.deliveries.values():
        if row.bundle in going:
            row.bundle = None
            if row.state is State.BUNDLED:
                row.state, row.due_at, row.repeat = State.HELD, row.made_at, True
    del rows.chats[old]


class MemorySubscriptions:
    """Fulfils `bot.core.stores.Subscriptions`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def of(self, chat_id: int) -> list[Subscription]:
        canonical = {each.filter_id: each.canonical for each in self._rows.filters.values()}
        theirs = [row for row in self._rows.subscriptions if row.chat_id == chat_id]
        return [Subscription(row.id, canonical[row.filter_id], row.loud) for row in theirs]

    async def add(self, chat_id: int, canonical: str, now: datetime) -> bool:
        if chat_id not in self._rows.chats:
            raise Broken("a subscription of a chat that is not kept")
        kept = self._rows.filters.get(canonical)
        if kept is None or not kept.live:
            kept = self._change(self._next_seq(), kept.filter_id if kept else next(self._rows.ids), canonical, True)
        if kept.filter_id in self._rows.followed_by(chat_id):
            return False
        self._rows.subscriptions.append(SubscriptionRow(next(self._rows.ids), chat_id, kept.filter_id))
        return True

    async def remove(self, chat_id: int, canonicals: Iterable[str]) -> int:
        named = [self._rows.filters[each] for each in set(canonicals) if each in self._rows.filters]
        ids = {each.filter_id for each in named}
        before = len(self._rows.subscriptions)
        staying = [row for row in self._rows.subscriptions if row.chat_id != chat_id or row.filter_id not in ids]
        self._rows.subscriptions = staying
        wanted, seq = {row.filter_id for row in staying}, self._next_seq()
        for each in named:
            if each.live and each.filter_id not in wanted:
                self._change(seq, each.filter_id, each.canonical, False)
        mine = self._rows.followed_by(chat_id)
        wanted_stories = {story_id for story_id, filter_id in self._rows.matches if filter_id in mine}
        dissolve(self._rows, {chat_id})
        cancel_queued(self._rows, chat_id, "no longer followed", wanted_stories)
        return before - len(staying)

    async def set_loud(self, chat_id: int, canonicals: Iterable[str], loud: bool, now: datetime) -> None:
        named = {self._rows.filters[each].filter_id for each in canonicals if each in self._rows.filters}
        for row in self._rows.subscriptions:
            if row.chat_id == chat_id and row.filter_id in named:
                row.loud = loud
        decide_anew(self._rows, chat_id, now)

    async def changes(self, after: int, limit: int = 1_000) -> list[FilterChange]:
        later = [each for each in self._rows.filters.values() if each.seq > after]
        later.sort(key=lambda each: (each.seq, each.filter_id))
        return later[:limit] + [each for each in later[limit:] if each.seq == later[limit - 1].seq]

    def _next_seq(self) -> int:
        self._rows.seq += 1
        return self._rows.seq

    def _change(self, seq: int, filter_id: int, canonical: str, live: bool) -> FilterChange:
        self._rows.filters[canonical] = change = FilterChange(seq, filter_id, canonical, live)
        return change
