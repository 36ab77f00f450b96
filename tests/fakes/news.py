"""Feeds and stories in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from bot.core.chat import ChatState
from bot.core.delivery import State
from bot.core.feed import Feed, FeedSource
from bot.core.polling import Decision, strays
from bot.core.stores import NewStory, Overtaken, Recorded, VisitLost
from bot.core.story import Story
from bot.store.stories import LATELY
from tests.fakes.rows import Broken, DeliveryRow, Rows, StoryRow


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
        for feed in strays([feed for feed, _ in self._polled()], now):
            rows.feeds[feed.id] = replace(feed, next_poll_at=min(feed.next_poll_at or now, now))

    async def claim_due(self, now: datetime, lease: timedelta, limit: int) -> list[Feed]:
        rows, token = self._rows, f"claim-{next(self._rows.ids)}"
        free = [(at, feed.id) for feed, at in self._polled() if rows.claimed_until.get(feed.id, now) <= now]
        due = [feed_id for at, feed_id in sorted(free) if at <= now][:limit]
        for feed_id in due:
            rows.feeds[feed_id] = replace(rows.feeds[feed_id], claim=token)
            rows.claimed_until[feed_id] = now + lease
        return [rows.feeds[feed_id] for feed_id in due]

    async def renew(self, feeds: Iterable[Feed], now: datetime, lease: timedelta) -> set[int]:
        held = {feed.id for feed in feeds if feed.claim and self._rows.feeds[feed.id].claim == feed.claim}
        self._rows.claimed_until.update(dict.fromkeys(held, now + lease))
        return held

    async def give_back(self, feeds: Iterable[Feed], due_at: datetime) -> None:
        for feed in feeds:
            if self._rows.feeds[feed.id].claim == feed.claim:
                self._rows.claimed_until.pop(feed.id, None)
                self._rows.feeds[feed.id] = replace(self._rows.feeds[feed.id], claim="", next_poll_at=due_at)

    async def end_claims(self) -> None:
        self._rows.claimed_until.clear()
        self._rows.feeds = {feed.id: replace(feed, claim="") for feed in self._rows.feeds.values()}

    async def make_due(self, now: datetime) -> int:
        feeds = await self.all()
        for feed in feeds:
            self._rows.feeds[feed.id] = replace(feed, next_poll_at=now, off_because="")
        return len(feeds)

    async def all(self) -> list[Feed]:
        return [feed for feed in self._rows.feeds.values() if feed.id not in self._rows.off]

    async def keep(self, decision: Decision) -> None:
        require_claim(self._rows, decision)
        keep_decision(self._rows, decision)

    def _polled(self) -> list[tuple[Feed, datetime]]:
        feeds = [feed for feed in self._rows.feeds.values() if feed.id not in self._rows.off and not feed.off_because]
        return [(feed, feed.next_poll_at) for feed in feeds if feed.next_poll_at]


def require_claim(rows: Rows, decision: Decision) -> None:
    """Raise VisitLost where the feed is not claimed with the decision's token."""
    if rows.feeds[decision.feed.id].claim != decision.feed.claim:
        raise VisitLost


def keep_decision(rows: Rows, decision: Decision) -> None:
    """Keep what a visit decided, its host's other feeds included."""
    kept = rows.feeds[decision.feed.id]
    rows.claimed_until.pop(kept.id, None)
    rows.feeds[kept.id] = replace(decision.feed, source=kept.source, claim="")
    if until := decision.host_waits_until:
        for feed in list(rows.feeds.values()):
            if feed.source.host == decision.feed.source.host and feed.next_poll_at and feed.next_poll_at < until:
                rows.feeds[feed.id] = replace(feed, next_poll_at=until)


class MemoryStories:
    """Fulfils `bot.core.stores.Stories`."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def record(
        self, decision: Decision, stories: Sequence[NewStory], now: datetime, *, after: int | None = None
    ) -> Recorded:
        lately = (n for n, row in self._rows.story_rows.items() if row.seen_at >= now - LATELY)
        if after is not None and max(lately, default=0) > after:
            raise Overtaken
        require_claim(self._rows, decision)
        filters = {each.filter_id for each in self._rows.filters.values()}
        if not all(filters.issuperset(each.matches) for each in stories):
            raise Broken("a match with a filter that is not kept")
        made = queued = 0
        for each in stories:
            if story_id := self._keep_story(each.story):
                made += 1
                row = StoryRow(decision.feed.id, now, each.cluster, each.continues)
                self._rows.story_rows[story_id] = row
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
        wanted -= self._told_in_cluster(new.cluster)
        chats = [
            chat for number, chat in self._rows.chats.items() if number in wanted and chat.state is ChatState.ACTIVE
        ]
        turns = {lane: count(self._rows.front(lane) + 1) for lane in {chat.address.lane for chat in chats}}
        for chat in chats:
            row = DeliveryRow(next(self._rows.ids), story_id, chat.id, due_at=now, made_at=now)
            row.turn, row.heading = next(turns[chat.address.lane]), "gap" if new.gap else ""
            if new.gap or chat.rhythm.to_json():
                row.state = State.HELD
            self._rows.deliveries[row.id] = row
        return len(chats)

    def _told_in_cluster(self, cluster: int | None) -> set[int]:
        """Return the chats that have a story of the cluster."""
        rows = self._rows
        of_it = {
            story_id for story_id, row in rows.story_rows.items() if cluster and cluster in (story_id, row.cluster)
        }
        return {row.chat_id for row in rows.deliveries.values() if row.story_id in of_it}
