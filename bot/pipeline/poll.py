"""A visit to a feed: claim, fetch, parse, understand, and one transaction for all that came of it."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from bot.core.feed import Feed
from bot.core.outcomes import Failed, Fault, Fetch, Fetched, Parsed
from bot.core.polling import Decision, after_visit
from bot.core.ports import Clock, Fetcher, Observer, Parser
from bot.core.stores import Feeds, NewStory, Recorded, Stories
from bot.core.story import Entry, identity
from bot.pipeline.matching import Matching
from bot.pipeline.reading import Reading, ReadStory

CLAIM = timedelta(minutes=5)
"""Longer than a visit usually takes. One that takes longer goes on: its feed is not visited twice by one process, and
the stories' keys keep two processes from telling a story twice."""
AT_ONCE = 8
_Answer = tuple[str, Fetch, Parsed | Failed | None]
"""Which URL was asked, what it answered, what could be read in that."""


@dataclass(frozen=True, slots=True)
class Poll:
    """Visits feeds whose time has come. `jitter` gives numbers in -1..1; `arrived` is called when deliveries wait."""

    feeds: Feeds
    stories: Stories
    fetcher: Fetcher
    parser: Parser
    reading: Reading
    matching: Matching
    clock: Clock
    observer: Observer
    jitter: Callable[[], float]
    arrived: Callable[[], None]
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _visits: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    """By feed, what is under way."""
    _unwanted: dict[int, set[Entry]] = field(default_factory=dict)
    """By feed, the entries that its levels or filter kept out: their pages need no second visit while they stay so."""

    async def tick(self) -> int:
        """Begin to visit feeds whose time has come; return how many. A slow one delays no other."""
        try:
            free = AT_ONCE - len(self._visits)
            soonest = await self.feeds.next_due() if free > 0 else None
            if soonest is None or soonest > self.clock.now():
                return 0
            due = await self.feeds.claim_due(self.clock.now(), CLAIM, free)
        except Exception as error:  # the store may be away for a while; the next tick asks again
            self.observer.trouble("looking for due feeds", error)
            return 0
        for feed in due:
            if feed.id not in self._visits:
                self._visits[feed.id] = visit = asyncio.create_task(self._guarded(feed))
                visit.add_done_callback(partial(self._forget, feed.id))
        return len(due)

    async def finish(self) -> None:
        """Wait for the visits under way."""
        await asyncio.gather(*self._visits.values())

    async def abandon(self) -> None:
        """Break off the visits under way and make their feeds due again, for the next process to find."""
        visits = list(self._visits.values())
        for visit in visits:
            visit.cancel()
        await asyncio.gather(*visits, return_exceptions=True)

    async def visit(self, feed: Feed) -> Recorded:
        """Visit one feed and keep what came of it."""
        url, fetched, parsed = await self._fetch_readable(feed)
        outcome = parsed if isinstance(parsed, Failed) else fetched
        digest = hashlib.sha256(fetched.body).hexdigest() if isinstance(fetched, Fetched) else feed.body_hash
        decision = after_visit(feed, outcome, body_hash=digest, now=self.clock.now(), jitter=self.jitter(), asked=url)
        new = await self._new_stories(feed, parsed.entries) if isinstance(parsed, Parsed) else []
        recorded = Recorded(0, 0)
        if new:
            recorded = await self._record(feed, decision, new)
        else:
            await self.feeds.keep(decision)
        self.observer.polled(feed, outcome, recorded)
        if decision.notice:
            self.observer.notice(decision.notice)
        return recorded

    async def _record(self, feed: Feed, decision: Decision, new: Sequence[ReadStory]) -> Recorded:
        # Filters are read last, so that somebody who followed while pages were being fetched is not forgotten.
        async with self._lock:
            await self.matching.refresh()
            stories = [await self._matched(read, silent=not feed.polled_before) for read in new]
            recorded = await self.stories.record(decision, stories, self.clock.now())
        if recorded.deliveries:
            self.arrived()
        return recorded

    async def _matched(self, read: ReadStory, *, silent: bool) -> NewStory:
        await asyncio.sleep(0)  # a long list of stories must not keep everybody else waiting
        return NewStory(read.story, self.matching.match(read.terms), silent)

    async def _guarded(self, feed: Feed) -> None:
        try:
            await self.visit(feed)
        except asyncio.CancelledError:
            await self.feeds.give_back([feed], self.clock.now())
            raise
        except Exception as error:  # whatever it is, the other feeds must go on
            self.observer.trouble(f"polling {feed.source.name}", error)

    def _forget(self, feed_id: int, _visit: asyncio.Task[None]) -> None:
        self._visits.pop(feed_id, None)

    async def _fetch_readable(self, feed: Feed) -> _Answer:
        """Try the feed's URLs in order until one gives entries, or says that nothing is new."""
        first: _Answer | None = None
        for url in feed.urls:
            fetched = await self._fetch(feed, url)
            parsed = await self._parse(feed, fetched)
            if not isinstance(fetched, Failed) and not isinstance(parsed, Failed):
                return url, fetched, parsed
            answer = (url, fetched, parsed)
            # A feed is gone only when every address of it says so.
            first = answer if first is None or _is_gone(first[1]) else first
        assert first is not None  # noqa: S101 - a feed has at least its own URL
        return first

    async def _fetch(self, feed: Feed, url: str) -> Fetch:
        ours = url == feed.validators_of
        return await self.fetcher.fetch(
            url,
            etag=feed.etag if ours else "",
            last_modified=feed.last_modified if ours else "",
            trusted=feed.source.trusted,
        )

    async def _parse(self, feed: Feed, fetched: Fetch) -> Parsed | Failed | None:
        if not isinstance(fetched, Fetched):
            return None
        if feed.polled_before and hashlib.sha256(fetched.body).hexdigest() == feed.body_hash:
            return None
        source = feed.source
        now = self.clock.now()
        return await self.parser.parse(fetched, language=source.language, places_in=source.places_in, now=now)

    async def _new_stories(self, feed: Feed, entries: Sequence[Entry]) -> list[ReadStory]:
        """Return what no kept story bears the keys of, oldest first, read for its places."""
        keyed = {identity(entry, feed.source.url): entry for entry in reversed(entries)}
        known = await self.stories.known(key for keys in keyed for key in keys)
        unwanted = self._unwanted.get(feed.id, set()) & set(entries)
        seen = set(known)
        fresh: list[tuple[tuple[str, ...], Entry]] = []
        for keys, entry in keyed.items():
            if seen.isdisjoint(keys) and entry not in unwanted:
                fresh.append((keys, entry))
            seen.update(keys)
        read = await self.reading.read(feed, fresh)
        wanted = {each.story.keys for each in read}
        self._unwanted[feed.id] = unwanted | {entry for keys, entry in fresh if keys not in wanted}
        return read


def _is_gone(fetched: Fetch) -> bool:
    return isinstance(fetched, Failed) and fetched.fault is Fault.GONE
