"""Leases: who holds a name, until when by the database's own clock, and how often it changed hands."""

from sqlalchemy import Connection, case, literal, select, update

from bot.store.database import Database, insert_into, server_time
from bot.store.tables import leases

_MICROSECONDS = 1_000_000


class LeaseTable:
    """Fulfils `bot.core.stores.Leases`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, name: str, holder: str, seconds: float) -> int | None:
        # Most who ask only wait for the holder's end: they must not stand in the way of its claims with a lock.
        if await self._database.read(lambda connection: _is_anothers(connection, name, holder)):
            return None
        return await self._database.write(lambda connection: _take(connection, name, holder, seconds))

    async def give_up(self, name: str, holder: str) -> None:
        held = update(leases).where(leases.c.name == name, leases.c.holder == holder)
        free = held.values(holder="", until=0)
        await self._database.write(lambda connection: connection.execute(free).rowcount)


class OwnLeases:
    """Fulfils `bot.core.stores.Leases` where one process has the store to itself: all is granted, none written."""

    async def take(self, name: str, holder: str, seconds: float) -> int | None:  # noqa: ARG002 - there is nobody else
        return 1

    async def give_up(self, name: str, holder: str) -> None: ...


def _is_anothers(connection: Connection, name: str, holder: str) -> bool:
    held = leases.c.until >= server_time(connection)
    found = select(leases.c.fence).where(leases.c.name == name, leases.c.holder != holder, held)
    return connection.execute(found).scalar() is not None


def _take(connection: Connection, name: str, holder: str, seconds: float) -> int | None:
    now = server_time(connection)
    until = now + int(seconds * _MICROSECONDS)
    row = insert_into(connection, leases).values(name=name, holder=holder, fence=1, until=until)
    changes_hands = case((leases.c.holder == holder, 0), else_=1)
    taken = row.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": literal(holder), "fence": leases.c.fence + changes_hands, "until": until},
        where=(leases.c.holder == holder) | (leases.c.until < now),
    )
    fence = connection.execute(taken.returning(leases.c.fence)).scalar()
    return None if fence is None else int(fence)
