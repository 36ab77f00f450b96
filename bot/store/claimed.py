"""Claimed rows into deliveries with all that a send needs: each story and each piece of evidence is read once."""

import json
from collections.abc import Container, Sequence
from typing import Any

from sqlalchemy import Connection, Text, and_, cast, select

from bot.core.chat import Chat, ChatState
from bot.core.delivery import Delivery, State
from bot.core.story import Evidence
from bot.store.lists import among
from bot.store.rows import CHAT_COLUMNS, chat_from, evidence_of, story_of
from bot.store.tables import chats, deliveries, matches, stories, subscriptions

TAKEN = [
    deliveries.c[name]
    for name in ("id", "chat_id", "story_id", "attempts", "repeat", "created_at", "heading", "bundle")
]
"""What is read of a row when it is claimed."""
_MOST_STEPS = 4
"""How far back a follow-up looks for what the chat was told."""

_CHATS = select(*(chats.c[name] for name in CHAT_COLUMNS)).where(among(chats.c.id, "these"))
_STORIES = select(stories).where(among(stories.c.id, "these"))
_its_chats = and_(subscriptions.c.chat_id == deliveries.c.chat_id, subscriptions.c.filter_id == matches.c.filter_id)
_WHY = (
    select(deliveries.c.id, cast(matches.c.evidence, Text))
    .select_from(deliveries)
    .join(matches, matches.c.story_id == deliveries.c.story_id)
    .join(subscriptions, _its_chats)
    .where(among(deliveries.c.id, "these"))
    .order_by(deliveries.c.id, matches.c.filter_id)
)
_CARRIED = (
    select(deliveries.c.bundle, deliveries.c.story_id)
    .where(among(deliveries.c.bundle, "these"), deliveries.c.state == State.BUNDLED.value)
    .order_by(deliveries.c.id)
)
_CONTINUES = select(stories.c.id, stories.c.continues).where(among(stories.c.id, "these"))
_TOLD = select(deliveries.c.chat_id, deliveries.c.story_id, deliveries.c.message_id).where(
    among(deliveries.c.story_id, "these"),
    among(deliveries.c.chat_id, "theirs"),
    deliveries.c.state == State.SENT.value,
)


def deliveries_of(
    connection: Connection, lease: str, rows: Sequence[Any]
) -> tuple[list[Delivery], dict[str, list[int]]]:
    """Return the deliveries of rows claimed under a lease, in order, and which nobody is to get, by the reason."""
    if not rows:
        return [], {}
    ids = [row.id for row in rows]
    carried = _carried(connection, [row.id for row in rows if row.bundle is not None])
    story_ids = {row.story_id for row in rows}.union(*carried.values())
    found = {row["id"]: row for row in connection.execute(_STORIES, {"these": list(story_ids)}).mappings()}
    told = {story_id: story_of(row) for story_id, row in found.items()}
    chat_rows = connection.execute(_CHATS, {"these": [row.chat_id for row in rows]}).all()
    theirs = {row[0]: chat_from(row) for row in chat_rows}
    why = evidence(connection, ids)
    unwanted: dict[str, list[int]] = {}
    for row in rows:
        unwanted.setdefault(_objection(row, theirs.get(row.chat_id), row.story_id in told, why), []).append(row.id)
    wanted = set(unwanted.pop("", ()))
    rows = [row for row in rows if row.id in wanted]
    answers = _answers(connection, rows, {number: row["continues"] for number, row in found.items()}, theirs)
    made = [
        Delivery(
            row.id,
            lease,
            theirs[row.chat_id],
            told[row.story_id],
            why.get(row.id, ()),
            row.created_at,
            row.attempts,
            row.repeat,
            tuple(told[each] for each in carried.get(row.id, ()) if each in told),
            row.heading,
            answers.get(row.id, ""),
        )
        for row in rows
    ]
    return made, unwanted


def _objection(row: Any, chat: Chat | None, is_kept: bool, why: Container[int]) -> str:
    """Return why a row is not to be sent after all, "" where it is.

    A pause or an unfollow passes over what is under way, which may come back; and the stories of another process may
    become visible only after it.
    """
    if chat is None or not is_kept:
        return "its chat is no longer kept"  # another version of the bot removed it
    if chat.state is not ChatState.ACTIVE:
        return chat.state.value
    return "" if row.id in why or row.bundle is not None else "no longer followed"


def evidence(connection: Connection, ids: list[int]) -> dict[int, tuple[Evidence, ...]]:
    """Return by delivery the words that made its story match what its chat follows now."""
    found: dict[int, tuple[Evidence, ...]] = {}
    read: dict[str, tuple[Evidence, ...]] = {}
    for delivery_id, kept in connection.execute(_WHY, {"these": ids}).all():
        why = read.get(kept)
        if why is None:
            why = read[kept] = evidence_of(json.loads(kept))
        before = found.get(delivery_id)
        found[delivery_id] = before + why if before else why
    return found


def _carried(connection: Connection, carriers: list[int]) -> dict[int, list[int]]:
    """Return the stories told in the message of each carrier besides its own."""
    found: dict[int, list[int]] = {}
    for carrier, story_id in connection.execute(_CARRIED, {"these": carriers}) if carriers else ():
        found.setdefault(carrier, []).append(story_id)
    return found


def _answers(
    connection: Connection, rows: Sequence[Any], continues: dict[int, int | None], theirs: dict[int, Chat]
) -> dict[int, str]:
    """Return the message that each follow-up answers: the nearest of the earlier ones that its chat was sent."""
    asking = [row for row in rows if continues[row.story_id] is not None and theirs[row.chat_id].threads]
    if not asking:
        return {}
    lines = {story_id: _line(connection, continues, story_id) for story_id in {row.story_id for row in asking}}
    earlier = {"these": list(set().union(*lines.values())), "theirs": [row.chat_id for row in asking]}
    told = {(row.chat_id, row.story_id): row.message_id for row in connection.execute(_TOLD, earlier)}
    return {
        row.id: next((told[row.chat_id, each] for each in lines[row.story_id] if told.get((row.chat_id, each))), "")
        for row in asking
    }


def _line(connection: Connection, continues: dict[int, int | None], story_id: int) -> list[int]:
    """Return the stories that one goes back to, the latest first."""
    line: list[int] = []
    before = continues[story_id]
    while before is not None and before not in line and len(line) < _MOST_STEPS:
        line.append(before)
        if before not in continues:
            kept = connection.execute(_CONTINUES, {"these": [before]}).first()
            continues[before] = kept.continues if kept else None
        before = continues[before]
    return line
