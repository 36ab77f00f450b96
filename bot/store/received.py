"""What platforms have handed us, so that a repeat is known."""

from datetime import datetime

from sqlalchemy import Connection

from bot.store.database import Database, count_inserted, insert_into
from bot.store.tables import received


class ReceivedTable:
    """Fulfils `bot.core.stores.Received`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def first_time(self, source: str, key: str, now: datetime) -> bool:
        return await self._database.write(lambda connection: _first_time(connection, source, key, now))


def _first_time(connection: Connection, source: str, key: str, now: datetime) -> bool:
    row = insert_into(connection, received).values(source=source, key=key, received_at=now)
    return count_inserted(connection, row.on_conflict_do_nothing()) == 1
