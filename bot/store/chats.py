"""Chats, what becomes of them, and where they move."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Update, case, delete, func, select, update

from bot.core.chat import Address, Chat, ChatState, Sighting
from bot.core.rhythm import Rhythm
from bot.store.bundles import cancel, decide_anew, dissolve, lock_carriers, recall, stand_alone
from bot.store.database import Database, insert_into, take_turn
from bot.store.rows import GONE_PAUSED, chat_of
from bot.store.tables import HELD, chats, deliveries, subscriptions, waiting
from bot.store.turns import front

_GONE = (ChatState.GONE.value, GONE_PAUSED)
_AS_GONE = case((chats.c.state.in_([ChatState.PAUSED.value, GONE_PAUSED]), GONE_PAUSED), else_=ChatState.GONE.value)


class ChatTable:
    """Fulfils `bot.core.stores.Chats`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seen(self, sighting: Sighting, now: datetime) -> Chat:
        known = await self.find(sighting.address)
        if known and known.state is not ChatState.GONE and (known.kind, known.title) == (sighting.kind, sighting.title):
            return known
        return await self._database.write(lambda connection: _seen(connection, sighting, now))

    async def find(self, address: Address) -> Chat | None:
        row = await self._database.read(
            lambda connection: connection.execute(select(chats).where(_at(address))).mappings().first()
        )
        return chat_of(row) if row else None

    async def set_state(self, chat_id: int, state: ChatState) -> None:
        await self._database.write(lambda connection: _set_state(connection, chat_id, state))

    async def set_preview(self, chat_id: int, on: bool) -> None:
        await self._set(update(chats).where(chats.c.id == chat_id).values(link_preview=on))

    async def set_asked(self, chat_id: int, asked: str) -> None:
        await self._set(update(chats).where(chats.c.id == chat_id).values(asked=asked))

    async def set_threads(self, chat_id: int, on: bool) -> None:
        await self._set(update(chats).where(chats.c.id == chat_id).values(threads=on))

    async def set_hours(self, chat_id: int, rhythm: Rhythm, zone: str, now: datetime) -> int:
        values = {"rhythm": rhythm.to_json(), "zone": zone}
        return await self._database.write(lambda connection: _set_hours(connection, chat_id, values, now))

    async def gone(self, address: Address, reason: str, *, alone: bool = False) -> int:
        return await self._database.write(lambda connection: mark_gone(connection, address, reason, alone=alone))

    async def back(self, address: Address) -> None:
        await self._set(_welcomed(_at_or_under(address)))

    async def moved(self, old: Address, new: Address) -> None:
        await self._database.write(lambda connection: move(connection, old, new))

    async def count(self) -> int:
        alive = select(func.count()).select_from(chats).where(chats.c.state.not_in(_GONE))
        return await self._database.read(lambda connection: int(connection.execute(alive).scalar_one()))

    async def _set(self, statement: Update) -> None:
        await self._database.write(lambda connection: connection.execute(statement).rowcount)


def _set_state(connection: Connection, chat_id: int, state: ChatState) -> None:
    connection.execute(update(chats).where(chats.c.id == chat_id).values(state=state.value))
    if state is ChatState.PAUSED:
        cancel(connection, [chat_id], "paused")


def _set_hours(connection: Connection, chat_id: int, values: dict[str, Any], now: datetime) -> int:
    connection.execute(update(chats).where(chats.c.id == chat_id).values(values))
    recall(connection, [chat_id])
    return decide_anew(connection, chat_id, now)


def mark_gone(connection: Connection, address: Address, reason: str, *, alone: bool = False) -> int:
    """Stop alerts to a chat and cancel what waits for it, inside the caller's transaction."""
    there = _at(address) if alone else _at_or_under(address)
    ids = list(connection.execute(select(chats.c.id).where(there)).scalars())
    connection.execute(update(chats).where(chats.c.id.in_(ids)).values(state=_AS_GONE))
    cancel(connection, ids, reason, under_way=True)
    return len(ids)


def move(connection: Connection, old: Address, new: Address) -> None:
    """Give a chat its new address, inside the caller's transaction; one already known there takes over what it had."""
    for row in connection.execute(select(chats.c.id, chats.c.topic).where(_at_or_under(old))).all():
        there = Address(new.platform, new.lane, new.chat, new.topic or row.topic)
        target = connection.execute(select(chats.c.id).where(_at(there))).scalar()
        if target is None:
            values = {"lane": there.lane, "chat": there.chat, "topic": there.topic}
            connection.execute(update(chats).where(chats.c.id == row.id).values(values))
        elif target != row.id:
            _merge(connection, row.id, target)
        # A turn counts in its own lane only.
        turn = {} if there.lane == old.lane else {"turn": front(connection, there.lane)}
        for rows in (waiting(), HELD):
            theirs = update(deliveries).where(deliveries.c.chat_id == (target or row.id), rows)
            connection.execute(theirs.values(lane=there.lane, **turn))


def _merge(connection: Connection, old: int, new: int) -> None:
    # No story may be fanned out to the old chat while it goes.
    take_turn(connection, "stories")
    dissolve(connection, [old])
    lock_carriers(connection, [old], waiting())
    for table, twin in ((subscriptions, "filter_id"), (deliveries, "story_id")):
        there = select(table.c[twin]).where(table.c.chat_id == new)
        moving = (table.c.chat_id == old) & table.c[twin].not_in(there)
        connection.execute(update(table).where(moving).values(chat_id=new))
    # What goes with the old chat must not take along what it was to carry.
    stand_alone(connection, old)
    connection.execute(delete(deliveries).where(deliveries.c.chat_id == old))
    connection.execute(delete(chats).where(chats.c.id == old))


def _seen(connection: Connection, sighting: Sighting, now: datetime) -> Chat:
    address = sighting.address
    described = {"kind": sighting.kind.value, "title": sighting.title, "language": sighting.language}
    row = insert_into(connection, chats).values(
        platform=address.platform.value,
        lane=address.lane,
        chat=address.chat,
        topic=address.topic,
        state=ChatState.ACTIVE.value,
        created_at=now,
        **described,
    )
    connection.execute(row.on_conflict_do_update(index_elements=["platform", "lane", "chat", "topic"], set_=described))
    connection.execute(_welcomed(_at(address)))
    return chat_of(connection.execute(select(chats).where(_at(address))).mappings().one())


def _welcomed(there: ColumnElement[bool]) -> Update:
    """Return the statement that lets a chat that was gone be as it was before."""
    was = case((chats.c.state == GONE_PAUSED, ChatState.PAUSED.value), else_=ChatState.ACTIVE.value)
    return update(chats).where(there, chats.c.state.in_(_GONE)).values(state=was)


def _at(address: Address) -> ColumnElement[bool]:
    return _same_chat(address) & (chats.c.topic == address.topic)


def _at_or_under(address: Address) -> ColumnElement[bool]:
    """Match the chat and, where no topic is named, all its topics."""
    return _at(address) if address.topic else _same_chat(address)


def _same_chat(address: Address) -> ColumnElement[bool]:
    return (
        (chats.c.platform == address.platform.value) & (chats.c.lane == address.lane) & (chats.c.chat == address.chat)
    )
