"""Feeds and stories in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.chat import ChatState
from bot.core.feed import Feed, FeedSource
from bot.core.polling import Decision
from bot.core.stores import NewStory, Recorded
from bot.core.story import Story
from tests.fakes.rows import Broken, DeliveryRow, Rows


class MemoryFeeds:
    """Fulfils `bot.core.stores.Feeds`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def sync(self, sources: Sequence[FeedSource], now: datetime) -> None:
        rows, by_url = self._rows, {feed.source.url: feed for feed in self._rows.feeds.values()}
        rows.off = {feed.id for feed in rows.feeds.values()}
        for source in sources:
            known = by_url.get(source.url)
            feed = replace(known, source=source) if known else Feed(next(rows.ids), source, next_poll_at=now)
            rows.feeds[feed.id] = feed
            rows.off.discard(feed.id)

    async def claim_due(self, now: datetime, lease: timedelta, limit: int) -> list[Feed]:
        due = sorted((at, feed.id) for feed, at in self._polled() if at <= now)[:limit]
        claimed = [self._rows.feeds[feed_id] for _, feed_id in due]
        for feed in claimed:
            self._rows.feeds[feed.id] = replace(feed, next_poll_at=now + lease)
        return claimed

    async def give_back(self, feeds: Iterable[Feed], now: datetime) -> None:
        for feed_id in {feed.id for feed in feeds}:
            self._rows.feeds[feed_id] = replace(self._rows.feeds[feed_id], next_poll_at=now)

    async def make_due(self, now: datetime) -> int:
        feeds = await self.all()
        for feed in feeds:
            self._rows.feeds[feed.id] = replace(feed, next_poll_at=now, off_because="")
        return len(feeds)

    async def all(self) -> list[Feed]:
        return [feed for feed in self._rows.feeds.values() if feed.id not in self._rows.off]

    async def next_due(self) -> datetime | None:
        return min((at for _, at in self._polled()), default=None)

    async def keep(self, decision: Decision) -> None:
        keep_decision(self._rows, decision)

    def _polled(self) -> list[tuple[Feed, datetime]]:
        feeds = [feed for feed in self._rows.feeds.values() if feed.id not in self._rows.off and not feed.off_because]
        return [(feed, feed.next_poll_at) for feed in feeds if feed.next_poll_at]


def keep_decision(rows: Rows, decision: Decision) -> None:
    """Keep what a visit decided, its host's other feeds included."""
    kept = rows.feeds[decision.feed.id]
    rows.feeds[kept.id] = replace(decision.feed, source=kept.source)
    if until := decision.host_waits_until:
        for feed in list(rows.feeds.values()):
            if feed.source.host == decision.feed.source.host and feed.next_poll_at and feed.next_poll_at < until:
                rows.feeds[feed.id] = replace(feed, next_poll_at=until)


class MemoryStories:
    """Fulfils `bot.core.stores.Stories`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def known(self, keys: Iterable[str]) -> set[str]:
        return {key for key in keys if key in self._rows.story_keys}

    async def record(self, decision: Decision, stories: Sequence[NewStory], now: datetime) -> Recorded:
        filters = {each.filter_id for each in self._rows.filters.values()}
        if not all(filters.issuperset(each.matches) for each in stories):
            raise Broken("a match with a filter that is not kept")
        made = queued = 0
        for each in stories:
            if story_id := self._keep_story(each.story):
                made += 1
                self._rows.matches.update({(story_id, filter_id): why for filter_id, why in each.matches.items()})
                queued += 0 if each.silent else self._fan_out(story_id, each, now)
        keep_decision(self._rows, decision)
        return Recorded(made, queued)

    async def recent(self, limit: int) -> list[Story]:
        newest_first = sorted(self._rows.stories.values(), key=lambda story: (story.published, story.id), reverse=True)
        return newest_first[:limit]

    async def one(self, story_id: int) -> Story | None:
        return self._rows.stories.get(story_id)

    def _keep_story(self, story: Story) -> int | None:
        """Return the id of a story that was new; one that was known learns the keys it comes with."""
        owner = next((self._rows.story_keys[key] for key in story.keys if key in self._rows.story_keys), None)
        story_id = owner or next(self._rows.ids)
        for key in story.keys:
            self._rows.story_keys.setdefault(key, story_id)
        if owner:
            return None
        self._rows.stories[story_id] = replace(story, id=story_id, keys=())
        return story_id

    def _fan_out(self, story_id: int, new: NewStory, now: datetime) -> int:
        wanted = {row.chat_id for row in self._rows.subscriptions if row.filter_id in new.matches}
        active = [chat_id for chat_id in sorted(wanted) if self._rows.chats[chat_id].state is ChatState.ACTIVE]
        for chat_id in active:
            row = DeliveryRow(next(self._rows.ids), story_id, chat_id, due_at=now)
            self._rows.deliveries[row.id] = row
        return len(active)
