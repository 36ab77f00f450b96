"""Bundles as rows: one delivery carries the others of its message. All of it is inside the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from bot.core.delivery import State
from bot.store.database import take_turn
from bot.store.lists import among
from bot.store.tables import HELD, QUEUED, deliveries, waiting

BUNDLES = "bundles"
"""The turn of who makes messages of several deliveries or takes them apart: one at a time, so that none falls out."""
UNTRIED = QUEUED & deliveries.c.bundle.is_(None) & (deliveries.c.attempts == 0) & ~deliveries.c.repeat
"""What waits as an alert of its own, and was never on its way."""
_BUNDLED = deliveries.c.state == State.BUNDLED.value
_AGAIN = {"state": State.HELD.value, "due_at": deliveries.c.created_at, "bundle": None}
_theirs = among(deliveries.c.chat_id, "theirs")


def dissolve(connection: Connection, chat_ids: Sequence[int]) -> None:
    """Hold again what was to be told together and is not under way, so that it is decided anew.

    A message that may have arrived stays as it is: of its parts nobody could tell any more that they may have.
    """
    take_turn(connection, BUNDLES)
    _change(connection, lock_carriers(connection, chat_ids, QUEUED & ~deliveries.c.repeat), _AGAIN)


def recall(connection: Connection, chat_ids: Sequence[int]) -> None:
    """Hold again what waits to be sent and was not tried yet, so that it is decided anew."""
    dissolve(connection, chat_ids)
    connection.execute(update(deliveries).where(_theirs, UNTRIED).values(_AGAIN), {"theirs": chat_ids})


def decide_anew(connection: Connection, chat_id: int, now: datetime) -> int:
    """Make all that is held for a chat due, unlike anybody who decides at this moment has seen it; return how many."""
    held = update(deliveries).where(deliveries.c.chat_id == chat_id, HELD)
    return int(connection.execute(held.values(due_at=now)).rowcount)


def cancel(connection: Connection, chat_ids: Sequence[int], why: str, *, under_way: bool = False) -> None:
    """Cancel all that waits for chats: queued, held or told with what is queued; with `under_way` that as well."""
    take_turn(connection, BUNDLES)
    ended = {"state": State.CANCELLED.value, "lease": "", "lease_until": None, "error": why}
    rows = waiting() if under_way else QUEUED
    _change(connection, lock_carriers(connection, chat_ids, rows), ended)
    # A carrier that comes back from its sender just now is left whole; who claims it next cancels it.
    for alone in (rows & deliveries.c.bundle.is_(None), HELD):
        connection.execute(update(deliveries).where(_theirs, alone).values(ended), {"theirs": chat_ids})


def lock_carriers(connection: Connection, chat_ids: Sequence[int], rows: ColumnElement[bool]) -> list[int]:
    """Return which of the chats' rows carry others; nobody claims or ends one of them before the transaction does."""
    carriers = select(deliveries.c.id).where(_theirs, rows, deliveries.c.bundle.is_not(None))
    locked = carriers.order_by(deliveries.c.id).with_for_update()
    return list(connection.execute(locked, {"theirs": chat_ids}).scalars())


def stand_alone(connection: Connection, chat_id: int) -> None:
    """Let what other chats have of a chat's messages stand on its own before that chat's deliveries are deleted.

    What was not told yet is held; it may arrive with the message that it was to be told in.
    """
    going = select(deliveries.c.id).where(deliveries.c.chat_id == chat_id)
    left = update(deliveries).where(deliveries.c.bundle.in_(going), deliveries.c.chat_id != chat_id)
    connection.execute(left.where(_BUNDLED).values(_AGAIN | {"repeat": True}))
    connection.execute(left.values(bundle=None))


def _change(connection: Connection, carriers: list[int], values: dict[str, Any]) -> None:
    """Change messages: those that carry others, and what they carry."""
    if carriers:
        these = {"these": carriers}
        within = update(deliveries).where(among(deliveries.c.bundle, "these"), _BUNDLED)
        connection.execute(within.values(values), these)
        connection.execute(update(deliveries).where(among(deliveries.c.id, "these")).values(values), these)
