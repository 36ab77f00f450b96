"""Which chat follows what, and the sequence by which an index follows the filters."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, exists, func, select, update

from bot.core.delivery import State
from bot.core.stores import FilterChange, Subscription
from bot.store.bundles import decide_anew, dissolve
from bot.store.database import Database, count_inserted, insert_into
from bot.store.tables import HELD, QUEUED, counters, deliveries, filters, matches, subscriptions

_SEQUENCE = "filters"
_NO_END = 2**63 - 1


class SubscriptionTable:
    """Fulfils `bot.core.stores.Subscriptions`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, chat_id: int) -> list[Subscription]:
        wanted = (
            select(subscriptions.c.id, filters.c.canonical, subscriptions.c.loud)
            .join(filters, filters.c.id == subscriptions.c.filter_id)
            .where(subscriptions.c.chat_id == chat_id)
            .order_by(subscriptions.c.id)
        )
        rows = await self._database.read(lambda connection: connection.execute(wanted).all())
        return [Subscription(row.id, row.canonical, row.loud) for row in rows]

    async def add(self, chat_id: int, canonical: str, now: datetime) -> bool:
        return await self._database.write(lambda connection: _add(connection, chat_id, canonical, now))

    async def remove(self, chat_id: int, canonicals: Iterable[str]) -> int:
        wanted = list(canonicals)
        return await self._database.write(lambda connection: _remove(connection, chat_id, wanted))

    async def set_loud(self, chat_id: int, canonicals: Iterable[str], loud: bool, now: datetime) -> None:
        wanted = list(canonicals)
        await self._database.write(lambda connection: _set_loud(connection, chat_id, wanted, loud, now))

    async def changes(self, after: int, limit: int = 1_000) -> list[FilterChange]:
        later = filters.c.seq > after
        if not after:  # who begins has nothing to let go of
            later &= filters.c.live
        last = select(filters.c.seq).where(later).order_by(filters.c.seq).offset(limit - 1).limit(1).scalar_subquery()
        page = select(filters).where(later, filters.c.seq <= func.coalesce(last, _NO_END))
        wanted = page.order_by(filters.c.seq, filters.c.id)
        rows = await self._database.read(lambda connection: connection.execute(wanted).all())
        return [FilterChange(row.seq, row.id, row.canonical, row.live) for row in rows]


def _add(connection: Connection, chat_id: int, canonical: str, now: datetime) -> bool:
    seq = next_change(connection)
    connection.execute(insert_into(connection, filters).values(canonical=canonical).on_conflict_do_nothing())
    kept = connection.execute(select(filters.c.id, filters.c.live).where(filters.c.canonical == canonical)).one()
    row = insert_into(connection, subscriptions).values(chat_id=chat_id, filter_id=kept.id, created_at=now)
    added = count_inserted(connection, row.on_conflict_do_nothing()) == 1
    if not kept.live:
        connection.execute(update(filters).where(filters.c.id == kept.id).values(live=True, seq=seq))
    return added


def _remove(connection: Connection, chat_id: int, canonicals: list[str]) -> int:
    seq = next_change(connection)
    ids = list(connection.execute(select(filters.c.id).where(filters.c.canonical.in_(canonicals))).scalars())
    theirs = (subscriptions.c.chat_id == chat_id) & subscriptions.c.filter_id.in_(ids)
    removed = connection.execute(delete(subscriptions).where(theirs)).rowcount
    unwanted = filters.c.id.in_(ids) & ~exists().where(subscriptions.c.filter_id == filters.c.id)
    connection.execute(update(filters).where(unwanted).values(live=False, seq=seq))
    _cancel_unwanted(connection, chat_id)
    return int(removed)


def _set_loud(connection: Connection, chat_id: int, canonicals: list[str], loud: bool, now: datetime) -> None:
    named = select(filters.c.id).where(filters.c.canonical.in_(canonicals))
    theirs = (subscriptions.c.chat_id == chat_id) & subscriptions.c.filter_id.in_(named)
    connection.execute(update(subscriptions).where(theirs).values(loud=loud))
    decide_anew(connection, chat_id, now)


def _cancel_unwanted(connection: Connection, chat_id: int) -> None:
    """Cancel what waits for a chat and matches nothing that it still follows."""
    still_wanted = exists().where(
        matches.c.story_id == deliveries.c.story_id,
        matches.c.filter_id == subscriptions.c.filter_id,
        subscriptions.c.chat_id == chat_id,
    )
    # What one of the others wants must not end with a message that told it among what nobody wants.
    dissolve(connection, [chat_id])
    for rows in (QUEUED & deliveries.c.bundle.is_(None), HELD):
        unwanted = update(deliveries).where(deliveries.c.chat_id == chat_id, rows, ~still_wanted)
        connection.execute(unwanted.values(state=State.CANCELLED.value, error="no longer followed"))


def next_change(connection: Connection) -> int:
    """Return the next number of the sequence.

    The counter's row stays locked until the transaction ends, so numbers become visible in their own order: who has
    seen one has seen all before it. (A database sequence gives no such promise.) It also keeps two transactions from
    judging the same filter's last subscription at once.
    """
    step = (
        update(counters)
        .where(counters.c.name == _SEQUENCE)
        .values(value=counters.c.value + 1)
        .returning(counters.c.value)
    )
    return int(connection.execute(step).scalar_one())
