"""Stories, their matches, and the fan-out into deliveries."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select

from bot.core.polling import Decision
from bot.core.stores import NewStory, Overtaken, Recorded
from bot.core.story import Story
from bot.store.database import Database, insert_into, take_turn
from bot.store.fanout import fan_out
from bot.store.feeds import keep_decision
from bot.store.rows import evidence_json, kept_key, story_of, story_values
from bot.store.tables import matches, stories, story_keys

LATELY = timedelta(hours=1)


class StoryTable:
    """Fulfils `bot.core.stores.Stories`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(
        self, decision: Decision, stories: Sequence[NewStory], now: datetime, *, after: int | None = None
    ) -> Recorded:
        return await self._database.write(lambda connection: _record(connection, decision, stories, now, after))

    async def recent(self, limit: int) -> list[Story]:
        newest = select(stories).order_by(stories.c.published.desc(), stories.c.id.desc()).limit(limit)
        rows = await self._database.read(lambda connection: connection.execute(newest).mappings().all())
        return [story_of(row) for row in rows]

    async def one(self, story_id: int) -> Story | None:
        wanted = select(stories).where(stories.c.id == story_id)
        row = await self._database.read(lambda connection: connection.execute(wanted).mappings().first())
        return story_of(row) if row else None


def _record(
    connection: Connection, decision: Decision, new: Sequence[NewStory], now: datetime, after: int | None
) -> Recorded:
    # Two feeds may bring one story at once; and deliveries must become visible in the order of their ids.
    take_turn(connection, "stories")
    if after is not None and _has_later(connection, after, now):
        raise Overtaken
    made = queued = 0
    for each in new:
        story_id = _keep_story(connection, decision.feed.id, each, now)
        if story_id is None:
            continue
        made += 1
        if each.matches:
            rows = [
                {"story_id": story_id, "filter_id": filter_id, "evidence": evidence_json(evidence)}
                for filter_id, evidence in each.matches.items()
            ]
            connection.execute(insert(matches), rows)
            queued += 0 if each.silent else fan_out(connection, story_id, each, now)
    keep_decision(connection, decision)
    return Recorded(made, queued)


def _has_later(connection: Connection, after: int, now: datetime) -> bool:
    # Who looked did not look at what is older; clocks are less than this apart.
    later = select(stories.c.id).where(stories.c.id > after, stories.c.seen_at >= now - LATELY).limit(1)
    return connection.execute(later).first() is not None


def _keep_story(connection: Connection, feed_id: int, new: NewStory, now: datetime) -> int | None:
    """Return the id of a story that was new; one that was known learns the keys it comes with."""
    keys = [kept_key(key) for key in new.story.keys]
    owner = connection.execute(select(story_keys.c.story_id).where(story_keys.c.key.in_(keys))).scalar()
    story_id = owner or _insert_story(connection, feed_id, new, now)
    rows = [{"key": key, "story_id": story_id} for key in keys]
    connection.execute(insert_into(connection, story_keys).on_conflict_do_nothing(), rows)
    return None if owner else story_id


def _insert_story(connection: Connection, feed_id: int, new: NewStory, now: datetime) -> int:
    told = {"cluster": new.cluster, "continues": new.continues}
    row = insert(stories).values(feed_id=feed_id, seen_at=now, **told, **story_values(new.story))
    return int(connection.execute(row.returning(stories.c.id)).scalar_one())
