"""Stories, their matches, and the fan-out into deliveries."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, literal, select

from bot.core.chat import ChatState
from bot.core.delivery import State
from bot.core.polling import Decision
from bot.core.stores import NewStory, Recorded
from bot.core.story import Story
from bot.store.database import Database, count_inserted, insert_into, take_turn
from bot.store.feeds import keep_decision
from bot.store.rows import evidence_json, kept_key, story_of, story_values
from bot.store.tables import Moment, chats, deliveries, matches, stories, story_keys, subscriptions


class StoryTable:
    """Fulfils `bot.core.stores.Stories`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, keys: Iterable[str]) -> set[str]:
        asked = {kept_key(key): key for key in keys}
        borne = select(story_keys.c.key).where(story_keys.c.key.in_(list(asked)))
        found = await self._database.read(lambda connection: connection.execute(borne).scalars().all())
        return {asked[key] for key in found}

    async def record(self, decision: Decision, stories: Sequence[NewStory], now: datetime) -> Recorded:
        return await self._database.write(lambda connection: _record(connection, decision, stories, now))

    async def recent(self, limit: int) -> list[Story]:
        newest = select(stories).order_by(stories.c.published.desc(), stories.c.id.desc()).limit(limit)
        rows = await self._database.read(lambda connection: connection.execute(newest).mappings().all())
        return [story_of(row) for row in rows]

    async def one(self, story_id: int) -> Story | None:
        wanted = select(stories).where(stories.c.id == story_id)
        row = await self._database.read(lambda connection: connection.execute(wanted).mappings().first())
        return story_of(row) if row else None


def _record(connection: Connection, decision: Decision, new: Sequence[NewStory], now: datetime) -> Recorded:
    # Two feeds may bring one story at once; and deliveries must become visible in the order of their ids.
    take_turn(connection, "stories")
    made = queued = 0
    for each in new:
        story_id = _keep_story(connection, decision.feed.id, each.story, now)
        if story_id is None:
            continue
        made += 1
        if each.matches:
            rows = [
                {"story_id": story_id, "filter_id": filter_id, "evidence": evidence_json(evidence)}
                for filter_id, evidence in each.matches.items()
            ]
            connection.execute(insert(matches), rows)
            queued += 0 if each.silent else _fan_out(connection, story_id, now)
    keep_decision(connection, decision)
    return Recorded(made, queued)


def _keep_story(connection: Connection, feed_id: int, story: Story, now: datetime) -> int | None:
    """Return the id of a story that was new; one that was known learns the keys it comes with."""
    keys = [kept_key(key) for key in story.keys]
    owner = connection.execute(select(story_keys.c.story_id).where(story_keys.c.key.in_(keys))).scalar()
    story_id = owner or _insert_story(connection, feed_id, story, now)
    rows = [{"key": key, "story_id": story_id} for key in keys]
    connection.execute(insert_into(connection, story_keys).on_conflict_do_nothing(), rows)
    return None if owner else story_id


def _insert_story(connection: Connection, feed_id: int, story: Story, now: datetime) -> int:
    row = insert(stories).values(feed_id=feed_id, seen_at=now, **story_values(story)).returning(stories.c.id)
    return int(connection.execute(row).scalar_one())


def _fan_out(connection: Connection, story_id: int, now: datetime) -> int:
    """Queue one delivery for every active chat with a matched filter: one statement, however many chats there are."""
    wanted = (
        select(
            literal(story_id),
            chats.c.id,
            chats.c.lane,
            literal(State.QUEUED.value),
            literal(now, Moment),
            literal(now, Moment),
        )
        .distinct()
        .select_from(matches)
        .join(subscriptions, subscriptions.c.filter_id == matches.c.filter_id)
        .join(chats, chats.c.id == subscriptions.c.chat_id)
        .where(matches.c.story_id == story_id, chats.c.state == ChatState.ACTIVE.value)
    )
    columns = ["story_id", "chat_id", "lane", "state", "due_at", "created_at"]
    rows = insert_into(connection, deliveries).from_select(columns, wanted)
    return count_inserted(connection, rows.on_conflict_do_nothing())
