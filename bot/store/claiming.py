"""Claims deliveries. Every statement here is built once: they run every second on every lane."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, select, update

from bot.core.delivery import PATIENCE, Delivery, State
from bot.core.story import Evidence
from bot.store.rows import chat_of, evidence_of, story_of
from bot.store.tables import QUEUED, Moment, chats, deliveries, matches, stories, subscriptions, waiting

_earlier, _under_way = deliveries.alias("earlier"), deliveries.alias("under_way")
# One that has failed a few times lets later ones pass: a single bad message must not hold up its chat.
_no_earlier_waits = ~exists().where(
    _earlier.c.chat_id == deliveries.c.chat_id,
    _earlier.c.id < deliveries.c.id,
    waiting(_earlier),
    _earlier.c.attempts < PATIENCE,
)
# A later one is under way where two chats became one.
_with_one_under_way = select(_under_way.c.chat_id).where(
    waiting(_under_way), _under_way.c.lane == bindparam("of"), _under_way.c.state == State.CLAIMED.value
)
_OLDEST_DUE = (
    select(deliveries.c.id, deliveries.c.chat_id)
    .where(
        QUEUED,
        deliveries.c.lane == bindparam("of"),
        deliveries.c.due_at <= bindparam("now", type_=Moment),
        _no_earlier_waits,
        deliveries.c.chat_id.not_in(_with_one_under_way),
    )
    .order_by(deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_these = deliveries.c.id.in_(bindparam("these", expanding=True))
_TAKE = update(deliveries).where(_these)
_READ = (
    select(
        chats,
        *(column.label(f"story_{column.name}") for column in stories.c),
        *(deliveries.c[name].label(f"delivery_{name}") for name in ("id", "lease", "attempts", "repeat")),
    )
    .select_from(deliveries)
    .join(chats, chats.c.id == deliveries.c.chat_id)
    .join(stories, stories.c.id == deliveries.c.story_id)
    .where(_these)
    .order_by(deliveries.c.id)
)
_its_chats = and_(subscriptions.c.chat_id == deliveries.c.chat_id, subscriptions.c.filter_id == matches.c.filter_id)
_WHY = (
    select(deliveries.c.id, matches.c.evidence)
    .select_from(deliveries)
    .join(matches, matches.c.story_id == deliveries.c.story_id)
    .join(subscriptions, _its_chats)
    .where(_these)
    .order_by(deliveries.c.id, matches.c.filter_id)
)


def claim(connection: Connection, lane: str, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
    """Take each chat's oldest waiting delivery, where it is due and none of that chat's is under way."""
    due = {"of": lane, "now": now, "most": limit}
    first_of: dict[int, int] = {}
    for row in connection.execute(_OLDEST_DUE, due):
        first_of.setdefault(row.chat_id, row.id)
    ids = list(first_of.values())
    if not ids:
        return []
    token = {"state": State.CLAIMED.value, "lease": uuid.uuid4().hex, "lease_until": now + lease}
    connection.execute(_TAKE, {"these": ids, **token})
    why = _evidence(connection, ids)
    return [_delivery_of(row, why) for row in connection.execute(_READ, {"these": ids}).mappings()]


def _evidence(connection: Connection, ids: list[int]) -> dict[int, tuple[Evidence, ...]]:
    found: dict[int, tuple[Evidence, ...]] = {}
    for delivery_id, evidence in connection.execute(_WHY, {"these": ids}):
        found[delivery_id] = found.get(delivery_id, ()) + evidence_of(evidence)
    return found


def _delivery_of(row: Any, why: dict[int, tuple[Evidence, ...]]) -> Delivery:
    story = {name.removeprefix("story_"): value for name, value in row.items() if name.startswith("story_")}
    return Delivery(
        id=row["delivery_id"],
        lease=row["delivery_lease"],
        chat=chat_of(row),
        story=story_of(story),
        evidence=why.get(row["delivery_id"], ()),
        attempts=row["delivery_attempts"],
        repeat=row["delivery_repeat"],
    )
