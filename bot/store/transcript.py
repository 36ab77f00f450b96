"""What was said in web chats."""

from typing import Any

from sqlalchemy import Connection, insert, select

from bot.core.ports import Clock
from bot.core.stores import Said
from bot.store.database import Database, take_turn
from bot.store.tables import transcript


class TranscriptTable:
    """Fulfils `bot.core.stores.Transcript`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, chat: str, mine: bool, body: str, replaces: int = 0) -> int:
        values = {"chat": chat, "mine": mine, "body": body, "replaces": replaces, "said_at": self._clock.now()}
        return await self._database.write(lambda connection: _add(connection, values))

    async def since(self, chat: str, last_id: int, limit: int = 200) -> list[Said]:
        later = select(transcript).where(transcript.c.chat == chat, transcript.c.id > last_id)
        lowest = later.order_by(transcript.c.id).limit(limit)
        rows = await self._database.read(lambda connection: connection.execute(lowest).all())
        return [Said(row.id, row.mine, row.body, row.said_at, row.replaces) for row in rows]


def _add(connection: Connection, values: dict[str, Any]) -> int:
    # Ids are given out before the commit; without the turn a later id could become visible first.
    take_turn(connection, f"transcript {values['chat']}")
    row = insert(transcript).values(values).returning(transcript.c.id)
    return int(connection.execute(row).scalar_one())
