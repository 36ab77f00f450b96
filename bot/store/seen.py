"""What was heard before, by whichever process."""

import hashlib

from sqlalchemy import select

from bot.core.ports import Clock
from bot.store.database import Database, count_inserted, insert_into
from bot.store.tables import seen

_LONGEST = 100


class SeenTable:
    """Fulfils `bot.core.stores.Seen`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def first(self, key: str) -> bool:
        values = {"key": _kept(key), "seen_at": self._clock.now()}
        return await self._database.write(
            lambda connection: (
                count_inserted(connection, insert_into(connection, seen).values(values).on_conflict_do_nothing()) == 1
            )
        )

    async def known(self, key: str) -> bool:
        noted = select(seen.c.key).where(seen.c.key == _kept(key))
        return await self._database.read(lambda connection: connection.execute(noted).first() is not None)


def _kept(key: str) -> str:
    """Return a key as the column holds it: whole, or as a digest where it is longer."""
    return key if len(key) <= _LONGEST else f"sha256:{hashlib.sha256(key.encode()).hexdigest()}"
