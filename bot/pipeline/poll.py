"""A visit to a feed: claim, fetch, parse, understand, and one transaction for all that came of it."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from bot.core.errors import StoreFull
from bot.core.feed import Feed
from bot.core.outcomes import Failed, Fault, Fetch, Fetched, Parsed
from bot.core.polling import Decision, after_visit, in_gap
from bot.core.ports import Clock, Fetcher, Observer, Parser
from bot.core.stores import Feeds, NewStory, Overtaken, Recorded, Stories, VisitLost
from bot.core.story import Evidence
from bot.pipeline.claims import CLAIM, Claims
from bot.pipeline.matching import Matching
from bot.pipeline.reading import ReadStory
from bot.pipeline.recollection import Placed, Recollection
from bot.pipeline.room import Room
from bot.pipeline.sifting import Haul, Sifting

AFTER_TROUBLE = timedelta(minutes=5)
"""How long a feed rests whose visit failed for a reason of ours."""
AT_ONCE = 8
_Answer = tuple[str, Fetch, Parsed | Failed | None]
"""Which URL was asked, what it answered, what could be read in that."""


@dataclass(slots=True)
class Poll:
    """Visits feeds whose time has come. `jitter` gives numbers in -1..1; `arrived` is called when deliveries wait."""

    feeds: Feeds
    stories: Stories
    fetcher: Fetcher
    parser: Parser
    sifting: Sifting
    recollection: Recollection
    matching: Matching
    clock: Clock
    observer: Observer
    jitter: Callable[[], float]
    arrived: Callable[[], None]
    room: Room
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _claims: Claims = field(init=False)
    _visits: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    """By feed, what is under way."""

    def __post_init__(self) -> None:
        self._claims = Claims(self.feeds, self.clock, self.observer)

    async def tick(self) -> int:
        """Begin to visit feeds whose time has come; return how many. A slow one delays no other."""
        try:
            if not await self.room.there_is():
                return 0
            free = AT_ONCE - len(self._visits)
            due = await self.feeds.claim_due(self.clock.now(), CLAIM, free) if free > 0 else []
        except StoreFull:
            self.room.ran_out()
            return 0
        except Exception as error:  # the store may be away for a while; the next tick asks again
            self.observer.trouble("looking for due feeds", error)
            return 0
        for feed in due:
            if earlier := self._visits.get(feed.id):
                earlier.cancel()  # its claim has lapsed: what it brings could not be kept
            self._claims.hold(feed)
            self._visits[feed.id] = visit = asyncio.create_task(self._guarded(feed))
            visit.add_done_callback(partial(self._forget, feed))
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
        haul = await self.sifting.sift(feed, parsed.entries) if isinstance(parsed, Parsed) else Haul()
        decision = replace(decision, feed=haul.remembered_by(decision.feed))
        recorded = Recorded(0, 0)
        if haul.news or haul.silent:
            recorded = await self._record(feed, decision, haul)
        else:
            await self.feeds.keep(decision)
        self.observer.polled(feed, outcome, recorded)
        if decision.notice:
            self.observer.notice(decision.notice)
        return recorded

    async def _record(self, feed: Feed, decision: Decision, haul: Haul) -> Recorded:
        recorded = None
        async with self._lock:
            while recorded is None:
                recorded = await self._record_once(feed, decision, haul)
        if recorded.deliveries:
            self.arrived()
        return recorded

    async def _record_once(self, feed: Feed, decision: Decision, haul: Haul) -> Recorded | None:
        """Keep a visit; None where another process kept stories since ours were compared with what was told."""
        now = self.clock.now()
        told = [read.story for read in haul.news]
        placed = await self.recollection.place(told, now)
        if feed.source.repeats:
            placed = [Placed(each) for each in told]
        # Filters are read last, so that somebody who followed while pages were being fetched is not forgotten.
        await self.matching.refresh()
        silent = [NewStory(read.story, await self._matches(read), silent=True) for read in haul.silent]
        news = [
            NewStory(
                place.story,
                await self._matches(read),
                cluster=place.cluster,
                continues=place.continues,
                gap=in_gap(feed, place.story.published, now),
            )
            for place, read in zip(placed, haul.news, strict=True)
        ]
        after = self.recollection.last if news else None
        try:
            return await self.stories.record(decision, [*silent, *news], self.clock.now(), after=after)
        except Overtaken:
            return None

    async def _matches(self, read: ReadStory) -> dict[int, tuple[Evidence, ...]]:
        await asyncio.sleep(0)  # a long list of stories must not keep everybody else waiting
        return self.matching.match(read.terms)

    async def _guarded(self, feed: Feed) -> None:
        try:
            await self.visit(feed)
        except asyncio.CancelledError:
            await self.feeds.give_back([feed], self.clock.now())
            raise
        except StoreFull:
            self.room.ran_out()
            await self._give_back(feed, timedelta(0))
        except VisitLost as lost:
            self.observer.notice(f"a visit to {feed.source.name} was in vain: {lost}")
        except Exception as error:  # whatever it is, the other feeds must go on
            self.observer.trouble(f"polling {feed.source.name}", error)
            await self._give_back(feed, AFTER_TROUBLE)

    async def _give_back(self, feed: Feed, rest: timedelta) -> None:
        """Let the feed be due again after a while, where that can still be written down."""
        try:
            await self.feeds.give_back([feed], self.clock.now() + rest)
        except Exception as error:  # the end of its claim brings it back
            self.observer.trouble(f"giving {feed.source.name} back", error)

    def _forget(self, feed: Feed, visit: asyncio.Task[None]) -> None:
        self._claims.let_go(feed)
        if self._visits.get(feed.id) is visit:
            del self._visits[feed.id]

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


def _is_gone(fetched: Fetch) -> bool:
    return isinstance(fetched, Failed) and fetched.fault is Fault.GONE
