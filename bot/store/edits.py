"""Edits of messages sent before: what stories say now, and which messages must be changed for it."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    bindparam,
    case,
    exists,
    func,
    literal,
    literal_column,
    select,
    type_coerce,
    update,
)

from bot.core.chat import ChatState
from bot.core.delivery import OPEN, Delivery, State, Verdict
from bot.core.editing import EDIT_PATIENCE, EDIT_PAUSE, EDIT_WINDOW, Edit
from bot.core.stores import Revision
from bot.core.story import Evidence, Story
from bot.store.claimed import evidence
from bot.store.database import Database, count_inserted, insert_into
from bot.store.rows import GONE_PAUSED, chat_of, story_of, story_values
from bot.store.tables import Moment, chats, deliveries, edits, stories, waiting

_QUEUED = waiting(edits) & (edits.c.state == State.QUEUED.value)
_CLAIMED = waiting(edits) & (edits.c.state == State.CLAIMED.value)
_WHILE_HELD = update(edits).where(edits.c.id == bindparam("of"), edits.c.lease == bindparam("held"), _CLAIMED)
_alert = deliveries.alias("alert")
_alert_due = exists().where(
    waiting(_alert),
    _alert.c.state == literal_column("'queued'"),
    _alert.c.lane == bindparam("of"),
    _alert.c.due_at <= bindparam("now", type_=Moment),
)
_DUE = (
    select(edits.c.id)
    .join(deliveries, deliveries.c.id == edits.c.delivery_id)
    .join(chats, chats.c.id == deliveries.c.chat_id)
    .where(
        _QUEUED,
        edits.c.lane == bindparam("of"),
        ~_alert_due | (edits.c.due_at <= bindparam("patient", type_=Moment)),
        edits.c.due_at <= bindparam("now", type_=Moment),
        deliveries.c.state == State.SENT.value,
        deliveries.c.done_at >= bindparam("since", type_=Moment),
        chats.c.state.not_in([ChatState.GONE.value, GONE_PAUSED]),
    )
    .order_by(edits.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=edits)
)
_carrier = deliveries.alias("carrier")
_carrier_id = func.coalesce(deliveries.c.bundle, deliveries.c.id)
_these = edits.c.id.in_(bindparam("these", expanding=True))
_TAKE = update(edits).where(_these)
_EDIT = ("id", "lease", "attempts")
_SENT = ("id", "created_at", "heading", "bundle", "message_id")
_READ = (
    select(
        chats,
        *(column.label(f"story_{column.name}") for column in stories.c),
        *(edits.c[name].label(f"edit_{name}") for name in _EDIT),
        *(deliveries.c[name].label(f"delivery_{name}") for name in _SENT),
    )
    .select_from(edits)
    .join(deliveries, deliveries.c.id == edits.c.delivery_id)
    .join(chats, chats.c.id == deliveries.c.chat_id)
    .join(stories, stories.c.id == deliveries.c.story_id)
    .where(_these)
    .order_by(edits.c.id)
)
_OTHERS = (
    select(stories, deliveries.c.bundle)
    .join(deliveries, deliveries.c.story_id == stories.c.id)
    .where(deliveries.c.bundle.in_(bindparam("these", expanding=True)), deliveries.c.bundle != deliveries.c.id)
    .order_by(deliveries.c.bundle, deliveries.c.id)
)


class EditTable:
    """Fulfils `bot.core.stores.Edits`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def revise(self, revisions: Iterable[Revision], now: datetime) -> int:
        changed = list(revisions)
        return await self._database.write(lambda connection: _revise(connection, changed, now))

    async def claim(self, lane: str, now: datetime, lease: timedelta, limit: int) -> list[Edit]:
        return await self._database.write(lambda connection: _claim(connection, lane, now, lease, limit))

    async def record(self, edit: Edit, verdict: Verdict, now: datetime) -> bool:
        values = {
            "of": edit.id,
            "held": edit.lease,
            "state": verdict.state.value,
            "lease": "",
            "lease_until": None,
            "due_at": verdict.due_at or now,
            "error": verdict.error,
            "attempts": edit.attempts + int(verdict.counts),
        }
        return await self._database.write(lambda connection: connection.execute(_WHILE_HELD, values).rowcount) > 0

    async def recover(self, now: datetime) -> int:
        return await self._database.write(lambda connection: _recover(connection, now))

    async def counts(self) -> dict[State, int]:
        by_state = select(edits.c.state, func.count()).group_by(edits.c.state)
        rows = await self._database.read(lambda connection: connection.execute(by_state).all())
        return {State(state): number for state, number in rows}


def queue_edits(connection: Connection, story_ids: Sequence[int], now: datetime) -> int:
    """Queue one edit for each message sent of late that tells one of the stories; return how many.

    A message that is on its way now may leave with the old words, so it is edited as well, once it was sent.
    """
    of_late = (deliveries.c.state == State.SENT.value) & (deliveries.c.done_at >= now - EDIT_WINDOW)
    under_way = (_carrier.c.state == State.CLAIMED.value) & (_carrier.c.id == _carrier_id)
    told = (
        select(_carrier_id, deliveries.c.lane, literal(State.QUEUED.value), literal(now, Moment), literal(now, Moment))
        .distinct()
        .where(deliveries.c.story_id.in_(story_ids), of_late | exists().where(under_way))
    )
    queue = insert_into(connection, edits).from_select(["delivery_id", "lane", "state", "due_at", "created_at"], told)
    ended = type_coerce(edits.c.due_at, BigInteger) + EDIT_PAUSE // timedelta(microseconds=1)
    # What waits keeps its time; what was edited within the hour waits for the hour to be over.
    due = case(
        (edits.c.state == State.QUEUED.value, edits.c.due_at),
        (edits.c.state == State.CLAIMED.value, literal(now + EDIT_PAUSE, Moment)),
        (ended > literal(now, Moment), ended),
        else_=literal(now, Moment),
    )
    again = {"state": State.QUEUED.value, "lease": "", "lease_until": None, "attempts": 0, "error": "", "due_at": due}
    left_in_peace = edits.c.state == State.DEAD.value
    return count_inserted(
        connection, queue.on_conflict_do_update(index_elements=["delivery_id"], set_=again, where=~left_in_peace)
    )


def _revise(connection: Connection, revisions: Sequence[Revision], now: datetime) -> int:
    for each in revisions:
        said = story_values(each.story) | ({"revised": each.revised, "revised_at": now} if each.revised else {})
        connection.execute(update(stories).where(stories.c.id == each.story.id).values(said))
    shown = [each.story.id for each in revisions if each.shown]
    return queue_edits(connection, shown, now) if shown else 0


def _claim(connection: Connection, lane: str, now: datetime, lease: timedelta, limit: int) -> list[Edit]:
    due = {"of": lane, "now": now, "patient": now - EDIT_PATIENCE, "since": now - EDIT_WINDOW, "most": limit}
    ids = list(connection.execute(_DUE, due).scalars())
    if not ids:
        return []
    token = {"state": State.CLAIMED.value, "lease": uuid.uuid4().hex, "lease_until": now + lease}
    connection.execute(_TAKE, {"these": ids, **token})
    rows = connection.execute(_READ, {"these": ids}).mappings().all()
    sent = [row["delivery_id"] for row in rows]
    why, others = evidence(connection, sent), _others(connection, sent)
    return [_edit_of(row, why, others) for row in rows]


def _recover(connection: Connection, now: datetime) -> int:
    lapsed = update(edits).where(_CLAIMED, edits.c.lease_until < now)
    again = lapsed.values(state=State.QUEUED.value, lease="", lease_until=None)
    recovered = connection.execute(again).rowcount
    # Nobody claims these any more: their messages are too old, or were never sent.
    kept = select(deliveries.c.id).where(
        deliveries.c.id == edits.c.delivery_id,
        deliveries.c.state.in_([state.value for state in OPEN]) | (deliveries.c.done_at >= now - EDIT_WINDOW),
    )
    late = update(edits).where(_QUEUED, edits.c.created_at < now - EDIT_PAUSE, ~kept.exists())
    connection.execute(late.values(state=State.DEAD.value, error="too old to be changed"))
    return int(recovered)


def _others(connection: Connection, ids: list[int]) -> dict[int, tuple[Story, ...]]:
    found: dict[int, tuple[Story, ...]] = {}
    for row in connection.execute(_OTHERS, {"these": ids}).mappings():
        found[row["bundle"]] = (*found.get(row["bundle"], ()), story_of(row))
    return found


def _edit_of(row: Any, why: dict[int, tuple[Evidence, ...]], others: dict[int, tuple[Story, ...]]) -> Edit:
    story = {name.removeprefix("story_"): value for name, value in row.items() if name.startswith("story_")}
    delivery = Delivery(
        id=row["delivery_id"],
        lease="",
        chat=chat_of(row),
        story=story_of(story),
        evidence=why.get(row["delivery_id"], ()),
        made_at=row["delivery_created_at"],
        others=others.get(row["delivery_id"], ()),
        heading=row["delivery_heading"],
    )
    return Edit(row["edit_id"], row["edit_lease"], delivery, row["delivery_message_id"], row["edit_attempts"])
