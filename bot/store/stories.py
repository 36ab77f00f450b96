"""Stories, their matches, and the fan-out into deliveries."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from bot.core.feed import Feed
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
        story_id = _keep_story(connection, decision.feed, each, now)
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


def _keep_story(connection: Connection, feed: Feed, new: NewStory, now: datetime) -> int | None:
    """Return the id of a story that is new or still to be told; one that was known learns the keys it comes with."""
    keys = [kept_key(key) for key in new.story.keys]
    owner = connection.execute(select(story_keys.c.story_id).where(story_keys.c.key.in_(keys))).scalar()
    story_id = owner or _insert_story(connection, feed.id, new, now)
    rows = [{"key": key, "story_id": story_id} for key in keys]
    connection.execute(insert_into(connection, story_keys).on_conflict_do_nothing(), rows)
    return None if owner and not _take_over(connection, owner, feed, new, now) else story_id


def _take_over(connection: Connection, story_id: int, feed: Feed, new: NewStory, now: datetime) -> bool:
    """Make a story this feed's that another feed's visit kept silently; return whether it is to be told now."""
    theirs = stories.c.silent & stories.c.feed_id.is_distinct_from(feed.id) & stories.c.withdrawn_at.is_(None)
    known = update(stories).where(stories.c.id == story_id, theirs)
    if new.silent:
        # Both are silent: by the next visit this feed, too, has listed it before.
        since = feed.polled_at or now
        connection.execute(known.where(stories.c.seen_at > since).values(seen_at=since))
        return False
    told = {at: of for at, of in (("cluster", new.cluster), ("continues", new.continues)) if of != story_id}
    mine = known.values(feed_id=feed.id, seen_at=now, silent=False, **told, **story_values(new.story))
    if connection.execute(mine).rowcount == 0:
        return False
    connection.execute(delete(matches).where(matches.c.story_id == story_id))
    return True


def _insert_story(connection: Connection, feed_id: int, new: NewStory, now: datetime) -> int:
    told = {"cluster": new.cluster, "continues": new.continues, "silent": new.silent}
    row = insert(stories).values(feed_id=feed_id, seen_at=now, **told, **story_values(new.story))
    return int(connection.execute(row.returning(stories.c.id)).scalar_one())
