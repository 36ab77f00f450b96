"""The worker role: visits feeds, sends what waits, each lane with a sender of its own."""

import asyncio
import random
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from bot import __version__
from bot.app.foundation import Foundation
from bot.app.sender import Sender
from bot.app.speakers import Opened
from bot.core.feed import FeedSource
from bot.feeds.article import ArticleReader
from bot.feeds.fetch import Fetcher
from bot.feeds.parse import Parser
from bot.pipeline.digests import Digests
from bot.pipeline.matching import Matching
from bot.pipeline.notices import Notices
from bot.pipeline.poll import Poll
from bot.pipeline.prune import Prune
from bot.pipeline.reading import Reading
from bot.pipeline.recollection import Recollection
from bot.pipeline.restored import Restored
from bot.pipeline.revising import Revising
from bot.pipeline.room import Room
from bot.pipeline.sifting import Sifting
from bot.pipeline.withdrawals import PageWatch
from bot.scheduler import Scheduler

TICK_SECONDS = 0.5
"""How often due feeds are looked for; a look is one read of one row."""
FOLLOW_SECONDS = 1.0
"""How often the index of filters catches up, so that a start with many filters does not fall on the first visit."""
RECOVER_SECONDS = 15.0
EPOCH_SECONDS = 60.0
"""How old a backup must be at least for its restoring to be noticed."""
PRUNE_SECONDS = 3600.0
PAGES_SECONDS = 60.0
FINISH_SECONDS = 5.0
"""What is under way at a stop gets this long; the rest is found again by lease."""


class Worker:
    """Polls and dispatches. Lanes are added as their platforms open."""

    def __init__(self, foundation: Foundation) -> None:
        self._base = foundation
        self._name = uuid.uuid4().hex
        """Who holds our leases."""
        self._scheduler = Scheduler(foundation.clock.monotonic)
        self._senders: dict[str, Sender] = {}
        agent = user_agent(foundation.settings.contact)
        # Private addresses open by feed, for its own host only: a stranger's redirect must not reach one's network.
        self._fetcher = Fetcher(user_agent=agent)
        self._parser = Parser()
        self._matching = Matching(foundation.store.subscriptions, foundation.lexicon, foundation.observer)
        store = foundation.store
        self._room = Room(store.database.short_of_room, store.database.has_room, foundation.clock, foundation.observer)
        self._restored = Restored(store.epochs, store.mark, foundation.clock, foundation.observer)
        self._pages: PageWatch | None = None
        self._stopping = asyncio.Event()
        limit = foundation.settings.most_queued
        self.digests = Digests(store.holding, foundation.clock, foundation.observer, self._wake, most_queued=limit)
        self._deciding: asyncio.Task[None] | None = None
        self.poll = self._make_poll(agent)
        keep = timedelta(days=foundation.settings.keep_days)
        self.prune = Prune(foundation.store.pruning, foundation.clock, keep)

    async def start(self, extra: list[FeedSource]) -> None:
        """Take over the operator's feeds and those the process serves itself, then begin to visit them."""
        base = self._base
        if base.store.database.is_sqlite:
            # Nobody else can be at work on its file, so what anybody had claimed is a dead process's.
            await base.store.feeds.end_claims()
        await self._restored.check()
        await base.store.database.has_room()
        sources = [*(base.sources if base.settings.poll_feeds else ()), *extra]
        await base.store.feeds.sync(sources, base.clock.now())
        await base.store.outbox.bring_forward(base.clock.now())
        self._scheduler.every(TICK_SECONDS, "poll", self.poll.tick)
        self._scheduler.every(
            FOLLOW_SECONDS, "filters", partial(self._try, "following the filters", self._matching.refresh)
        )
        self._scheduler.every(RECOVER_SECONDS, "recover", partial(self._try, "recovering deliveries", self._recover))
        self._scheduler.every(PRUNE_SECONDS, "prune", partial(self._try, "pruning", self.prune.round))
        if self._pages:
            self._scheduler.every(PAGES_SECONDS, "pages", partial(self._try, "looking at pages", self._pages.step))
        self._scheduler.every(EPOCH_SECONDS, "epoch", self._restored.advance)
        self._scheduler.start()
        self._deciding = asyncio.create_task(self.digests.run(self._stopping))

    def add(self, opened: Opened) -> None:
        """Begin to send what waits for a lane."""
        self._senders[opened.lane] = sender = Sender(self._base, opened, self._name)
        sender.start()

    def begin_to_stop(self) -> None:
        """Start no more visits and sends."""
        self._scheduler.stop()
        self._stopping.set()
        for sender in self._senders.values():
            sender.begin_to_stop()

    async def stop(self) -> None:
        """Finish the sends under way, break off visits."""
        self.begin_to_stop()
        await self.poll.abandon()
        if self._deciding:
            await self._deciding
        await asyncio.gather(*(sender.stop(FINISH_SECONDS) for sender in self._senders.values()))
        await asyncio.gather(self._parser.close(), self._fetcher.close(), return_exceptions=True)

    def health(self) -> str:
        if any(sender.has_failed for sender in self._senders.values()):
            return "a sender has stopped"
        if self._room.full:
            return "the disk is full, feeds are not visited"
        return ", ".join(filter(None, ("ok", self.digests.backlog())))

    def standing_by(self) -> dict[str, str]:
        """Return the lanes that another process speaks for."""
        return {lane: "standing by" for lane, sender in self._senders.items() if sender.held.stands_by}

    def _make_poll(self, agent: str) -> Poll:
        base = self._base
        edits, notices = base.settings.edit_messages, Notices(base.observer, base.clock)
        articles = None
        if base.settings.read_articles:
            articles = ArticleReader(self._fetcher, self._parser, user_agent=agent)
            self._pages = PageWatch(base.store.withdrawals, articles, notices, base.clock, base.observer, edits)
        reading = Reading(base.lexicon, articles, base.clock)
        revising = Revising(base.store.edits, reading, notices, base.clock, edits)
        return Poll(
            feeds=base.store.feeds,
            stories=base.store.stories,
            fetcher=self._fetcher,
            parser=self._parser,
            sifting=Sifting(base.store.archive, reading, revising, notices, base.clock),
            recollection=Recollection(base.store.archive),
            matching=self._matching,
            clock=base.clock,
            observer=base.observer,
            jitter=partial(random.uniform, -1.0, 1.0),
            arrived=self._arrived,
            room=self._room,
        )

    async def _try(self, doing: str, work: Callable[[], Awaitable[object]]) -> None:
        """Do something whose next round tries again; what keeps it from being done is told."""
        try:
            await work()
        except Exception as error:  # the store may be away for a while
            self._base.observer.trouble(doing, error)

    async def _recover(self) -> None:
        recovered = sum([await sender.recover_lapsed() for sender in self._senders.values()])
        await self._base.store.edits.recover(self._base.clock.now())
        if recovered:
            self._wake()

    def _arrived(self) -> None:
        self.digests.wake()
        self._wake()

    def _wake(self) -> None:
        for sender in self._senders.values():
            sender.dispatch.wake()


def user_agent(contact: str) -> str:
    """Return who we say we are to feed owners."""
    return f"crisis-bot/{__version__}" + (f" (+{contact})" if contact else "")
