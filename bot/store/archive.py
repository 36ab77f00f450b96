"""What was told before, as new entries are compared with it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, select

from bot.core.flood import Trace
from bot.core.stores import Told
from bot.store.database import Database
from bot.store.rows import kept_key, story_of
from bot.store.tables import stories, story_keys


class ArchiveTable:
    """Fulfils `bot.core.stores.Archive`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def bearing(self, keys: Iterable[str]) -> dict[str, Told]:
        asked = {kept_key(key): key for key in keys}
        borne = (
            select(story_keys.c.key, stories)
            .join(stories, stories.c.id == story_keys.c.story_id)
            .where(story_keys.c.key.in_(list(asked)))
        )
        rows = await self._database.read(lambda connection: connection.execute(borne).mappings().all())
        return {asked[row["key"]]: told_of(row) for row in rows}

    async def traces(self, feed_id: int, limit: int) -> list[Trace]:
        key = select(func.min(story_keys.c.key)).where(story_keys.c.story_id == stories.c.id).scalar_subquery()
        latest = (
            select(key.label("key"), stories.c.title, stories.c.fingerprint, stories.c.published)
            .where(stories.c.feed_id == feed_id)
            .order_by(stories.c.id.desc())
            .limit(limit)
        )
        rows = await self._database.read(lambda connection: connection.execute(latest).all())
        return [Trace(row.key or "", row.title, row.fingerprint, row.published) for row in rows]

    async def told(self, after_id: int, since: datetime, limit: int = 1_000) -> list[Told]:
        later = select(stories).where(stories.c.id > after_id, stories.c.seen_at >= since)
        page = later.order_by(stories.c.id).limit(limit)
        rows = await self._database.read(lambda connection: connection.execute(page).mappings().all())
        return [told_of(row) for row in rows]


def told_of(row: RowMapping | Any) -> Told:
    """Return a row of `stories` as what was told."""
    silent_since = row["seen_at"] if row["silent"] else None
    return Told(story_of(row), row["feed_id"], row["cluster"] or row["id"], row["continues"], silent_since)
