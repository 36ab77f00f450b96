"""Chats, what becomes of them, and where they move."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Update, delete, func, select, update

from bot.core.chat import Address, Chat, ChatState, Sighting
from bot.core.delivery import State
from bot.store.database import Database, insert_into
from bot.store.rows import chat_of
from bot.store.tables import QUEUED, chats, deliveries, subscriptions, waiting


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

    async def gone(self, address: Address, reason: str) -> int:
        return await self._database.write(lambda connection: mark_gone(connection, address, reason))

    async def back(self, address: Address) -> None:
        was_gone = _at_or_under(address) & (chats.c.state == ChatState.GONE.value)
        await self._set(update(chats).where(was_gone).values(state=ChatState.ACTIVE.value))

    async def moved(self, old: Address, new: Address) -> None:
        await self._database.write(lambda connection: move(connection, old, new))

    async def count(self) -> int:
        alive = select(func.count()).select_from(chats).where(chats.c.state != ChatState.GONE.value)
        return await self._database.read(lambda connection: int(connection.execute(alive).scalar_one()))

    async def _set(self, statement: Update) -> None:
        await self._database.write(lambda connection: connection.execute(statement).rowcount)


def _set_state(connection: Connection, chat_id: int, state: ChatState) -> None:
    connection.execute(update(chats).where(chats.c.id == chat_id).values(state=state.value))
    if state is ChatState.PAUSED:
        queued = update(deliveries).where(deliveries.c.chat_id == chat_id, QUEUED)
        connection.execute(queued.values(state=State.CANCELLED.value, error="paused"))


def mark_gone(connection: Connection, address: Address, reason: str) -> int:
    """Stop alerts to a chat and cancel what waits for it, inside the caller's transaction."""
    ids = list(connection.execute(select(chats.c.id).where(_at_or_under(address))).scalars())
    connection.execute(update(chats).where(chats.c.id.in_(ids)).values(state=ChatState.GONE.value))
    theirs = update(deliveries).where(deliveries.c.chat_id.in_(ids), waiting())
    cancelled = {"state": State.CANCELLED.value, "lease": "", "lease_until": None, "error": reason}
    connection.execute(theirs.values(cancelled))
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
        theirs = update(deliveries).where(deliveries.c.chat_id == (target or row.id), waiting())
        connection.execute(theirs.values(lane=there.lane))


def _merge(connection: Connection, old: int, new: int) -> None:
    for table, twin in ((subscriptions, "filter_id"), (deliveries, "story_id")):
        there = select(table.c[twin]).where(table.c.chat_id == new)
        moving = (table.c.chat_id == old) & table.c[twin].not_in(there)
        connection.execute(update(table).where(moving).values(chat_id=new))
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
    was_gone = _at(address) & (chats.c.state == ChatState.GONE.value)
    connection.execute(update(chats).where(was_gone).values(state=ChatState.ACTIVE.value))
    return chat_of(connection.execute(select(chats).where(_at(address))).mappings().one())


def _at(address: Address) -> ColumnElement[bool]:
    return _same_chat(address) & (chats.c.topic == address.topic)


def _at_or_under(address: Address) -> ColumnElement[bool]:
    """Match the chat and, where no topic is named, all its topics."""
    return _at(address) if address.topic else _same_chat(address)


def _same_chat(address: Address) -> ColumnElement[bool]:
    return (
        (chats.c.platform == address.platform.value) & (chats.c.lane == address.lane) & (chats.c.chat == address.chat)
    )
