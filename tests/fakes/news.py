"""Feeds and stories in memory."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from bot.core.chat import ChatState
from bot.core.delivery import State
from bot.core.feed import AFRESH, Feed, FeedSource
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
        urls = {source.url for source in sources}
        rows.off |= {feed.id for feed in rows.feeds.values() if feed.source.url not in urls}
        for source in sources:
            known = by_url.get(source.url)
            if known and known.id in rows.off and known.polled_at and known.polled_at < now - AFRESH:
                known = replace(known, polled_before=False, etag="", last_modified="", validators_of="", body_hash="")
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
            if story_id := self._keep_story(each, decision.feed, now):
                made += 1
                cluster, continues = (None if of == story_id else of for of in (each.cluster, each.continues))
                row = StoryRow(decision.feed.id, now, cluster, continues, silent=each.silent)
                self._rows.story_rows[story_id] = row
                self._rows.stories[story_id] = replace(each.story, id=story_id, keys=())
                self._rows.matches.update({(story_id, filter_id): why for filter_id, why in each.matches.items()})
                queued += 0 if each.silent else self._fan_out(story_id, each, now)
        keep_decision(self._rows, decision)
        return Recorded(made, queued)

    async def recent(self, limit: int) -> list[Story]:
        newest_first = sorted(self._rows.stories.values(), key=lambda story: (story.published, story.id), reverse=True)
        return newest_first[:limit]

    async def one(self, story_id: int) -> Story | None:
        return self._rows.stories.get(story_id)

    def _keep_story(self, new: NewStory, feed: Feed, now: datetime) -> int | None:
        """Return the id of a story that is new or still to be told; one that was known learns the keys it has now."""
        story = new.story
        owner = next((self._rows.story_keys[key] for key in story.keys if key in self._rows.story_keys), None)
        story_id = owner or next(self._rows.ids)
        for key in story.keys:
            self._rows.story_keys.setdefault(key, story_id)
        return story_id if owner is None or self._is_still_to_tell(owner, new, feed, now) else None

    def _is_still_to_tell(self, story_id: int, new: NewStory, feed: Feed, now: datetime) -> bool:
        row = self._rows.story_rows[story_id]
        if not row.silent or row.feed_id == feed.id or self._rows.stories[story_id].withdrawn_at:
            return False
        if new.silent:
            row.seen_at = min(row.seen_at, feed.polled_at or now)
            return False
        for match in [match for match in self._rows.matches if match[0] == story_id]:
            del self._rows.matches[match]
        return True

    def _fan_out(self, story_id: int, new: NewStory, now: datetime) -> int:
        wanted = {row.chat_id for row in self._rows.subscriptions if row.filter_id in new.matches}
        wanted -= told_in(self._rows, twins(self._rows, new.cluster))
        return deliver(self._rows, story_id, wanted, now, gap=new.gap)


def twins(rows: Rows, cluster: int | None) -> list[int]:
    """Return the stories of a cluster."""
    return [n for n, row in sorted(rows.story_rows.items()) if cluster and cluster in (n, row.cluster)]


def told_in(rows: Rows, story_ids: Collection[int]) -> set[int]:
    """Return the chats that were told one of the stories, or will be."""
    told = (row for row in rows.deliveries.values() if row.state not in (State.CANCELLED, State.DEAD))
    return {row.chat_id for row in told if row.story_id in story_ids}


def deliver(rows: Rows, story_id: int, chat_ids: Collection[int], now: datetime, *, gap: bool = False) -> int:
    """Make a delivery for those of the chats that are active."""
    chats = [chat for number, chat in rows.chats.items() if number in chat_ids and chat.state is ChatState.ACTIVE]
    turns = {lane: count(rows.front(lane) + 1) for lane in {chat.address.lane for chat in chats}}
    for chat in chats:
        row = DeliveryRow(next(rows.ids), story_id, chat.id, due_at=now, made_at=now)
        row.turn, row.heading = next(turns[chat.address.lane]), "gap" if gap else ""
        if gap or chat.rhythm.to_json():
            row.state = State.HELD
        rows.deliveries[row.id] = row
    return len(chats)
