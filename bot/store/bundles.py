"""Bundles as rows: one delivery carries the others of its message. All of it is inside the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Update, select, update

from bot.core.delivery import State
from bot.store.database import take_turn
from bot.store.tables import HELD, QUEUED, deliveries, waiting

BUNDLES = "bundles"
"""The turn of who makes messages of several deliveries or takes them apart: one at a time, so that none falls out."""
UNTRIED = QUEUED & deliveries.c.bundle.is_(None) & (deliveries.c.attempts == 0) & ~deliveries.c.repeat
"""What waits as an alert of its own, and was never on its way."""
_BUNDLED = deliveries.c.state == State.BUNDLED.value


def dissolve(connection: Connection, chat_ids: Sequence[int]) -> None:
    """Hold again what was to be told together and is not under way, so that it is decided anew."""
    take_turn(connection, BUNDLES)
    again = {"state": State.HELD.value, "due_at": deliveries.c.created_at, "bundle": None}
    connection.execute(_told_by(chat_ids, QUEUED).values(again))
    carriers = deliveries.c.chat_id.in_(chat_ids) & QUEUED & deliveries.c.bundle.is_not(None)
    connection.execute(update(deliveries).where(carriers).values(again))


def recall(connection: Connection, chat_ids: Sequence[int]) -> None:
    """Hold again what waits to be sent and was not tried yet, so that it is decided anew."""
    dissolve(connection, chat_ids)
    values = {"state": State.HELD.value, "due_at": deliveries.c.created_at}
    connection.execute(update(deliveries).where(deliveries.c.chat_id.in_(chat_ids), UNTRIED).values(values))


def decide_anew(connection: Connection, chat_id: int, now: datetime) -> None:
    """Make all that is held for a chat due, unlike anybody who decides about it at this moment has seen it."""
    held = update(deliveries).where(deliveries.c.chat_id == chat_id, HELD)
    connection.execute(held.values(due_at=now))


def cancel(connection: Connection, chat_ids: Sequence[int], why: str, *, under_way: bool = False) -> None:
    """Cancel all that waits for chats: queued, held or told with what is queued; with `under_way` that as well."""
    take_turn(connection, BUNDLES)
    ended = {"state": State.CANCELLED.value, "lease": "", "lease_until": None, "error": why}
    carrying = waiting() if under_way else QUEUED
    connection.execute(_told_by(chat_ids, carrying).values(ended))
    for rows in (carrying, HELD):
        connection.execute(update(deliveries).where(deliveries.c.chat_id.in_(chat_ids), rows).values(ended))


def _told_by(chat_ids: Sequence[int], carriers: ColumnElement[bool]) -> Update:
    """Return an UPDATE of what is told within those deliveries of the chats."""
    theirs = select(deliveries.c.id).where(deliveries.c.chat_id.in_(chat_ids), carriers).scalar_subquery()
    return update(deliveries).where(deliveries.c.bundle.in_(theirs), _BUNDLED)
