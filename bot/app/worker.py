"""The worker role: visits feeds, sends what waits, each lane with a sender of its own."""

import asyncio
import random
from functools import partial

from bot import __version__
from bot.app.foundation import Foundation
from bot.app.speakers import Opened
from bot.core.delivery import OnUncertain
from bot.core.feed import FeedSource
from bot.feeds.article import ArticleReader
from bot.feeds.fetch import Fetcher
from bot.feeds.parse import Parser
from bot.pipeline.dispatch import Dispatch
from bot.pipeline.matching import Matching
from bot.pipeline.poll import Poll
from bot.pipeline.reading import Reading
from bot.scheduler import Scheduler

TICK_SECONDS = 0.5
"""How often due feeds are looked for; a look is one read of one row."""
FOLLOW_SECONDS = 1.0
"""How often the index of filters catches up, so that a start with many filters does not fall on the first visit."""
RECOVER_SECONDS = 15.0
FINISH_SECONDS = 5.0
"""What is under way at a stop gets this long; the rest is found again by lease."""


class Worker:
    """Polls and dispatches. Lanes are added as their platforms open."""

    def __init__(self, foundation: Foundation) -> None:
        self._base = foundation
        self._stopping = asyncio.Event()
        self._on_uncertain = foundation.settings.on_uncertain
        self._scheduler = Scheduler(foundation.clock.monotonic)
        self._dispatches: dict[str, Dispatch] = {}
        self._running: list[asyncio.Task[None]] = []
        agent = user_agent(foundation.settings.contact)
        # Private addresses open by feed, for its own host only: a stranger's redirect must not reach one's network.
        self._fetcher = Fetcher(user_agent=agent)
        self._parser = Parser()
        self._matching = Matching(foundation.store.subscriptions, foundation.lexicon, foundation.observer)
        self._poll = self._make_poll(agent)

    @property
    def poll(self) -> Poll:
        return self._poll

    async def start(self, extra: list[FeedSource]) -> None:
        """Take over the operator's feeds and those the process serves itself, then begin to visit them."""
        base = self._base
        sources = [*(base.sources if base.settings.poll_feeds else ()), *extra]
        await base.store.feeds.sync(sources, base.clock.now())
        await self._recover()
        self._scheduler.every(TICK_SECONDS, "poll", self._poll.tick)
        self._scheduler.every(FOLLOW_SECONDS, "filters", self._follow_filters)
        self._scheduler.every(RECOVER_SECONDS, "recover", self._recover)
        self._scheduler.start()

    def add(self, opened: Opened) -> None:
        """Begin to send what waits for a lane."""
        base = self._base
        dispatch = Dispatch(
            lane=opened.lane,
            outbox=base.store.outbox,
            notifier=opened.notifier,
            pacer=opened.pacer,
            names=base.lexicon,
            clock=base.clock,
            observer=base.observer,
            on_uncertain=self._on_uncertain,
        )
        self._dispatches[opened.lane] = dispatch
        self._running.append(asyncio.create_task(dispatch.run(self._stopping)))

    def begin_to_stop(self) -> None:
        """Start no more visits and sends."""
        self._scheduler.stop()
        self._stopping.set()
        self._wake()

    async def stop(self) -> None:
        """Finish the sends under way, break off visits."""
        self.begin_to_stop()
        await self._poll.abandon()
        _, late = await asyncio.wait(self._running, timeout=FINISH_SECONDS) if self._running else ((), ())
        for task in late:
            task.cancel()
        await asyncio.gather(self._parser.close(), self._fetcher.close(), return_exceptions=True)

    def health(self) -> str:
        return "ok" if all(not task.done() for task in self._running) else "a sender has stopped"

    def _make_poll(self, agent: str) -> Poll:
        base = self._base
        articles = None
        if base.settings.read_articles:
            articles = ArticleReader(self._fetcher, self._parser, user_agent=agent)
        return Poll(
            feeds=base.store.feeds,
            stories=base.store.stories,
            fetcher=self._fetcher,
            parser=self._parser,
            reading=Reading(base.lexicon, articles, base.clock),
            matching=self._matching,
            clock=base.clock,
            observer=base.observer,
            jitter=partial(random.uniform, -1.0, 1.0),
            arrived=self._wake,
        )

    async def _follow_filters(self) -> None:
        try:
            await self._matching.refresh()
        except Exception as error:  # the store may be away for a while; the next round asks again
            self._base.observer.trouble("following the filters", error)

    async def _recover(self) -> None:
        try:
            recovered = await self._base.store.outbox.recover(self._base.clock.now(), self._on_uncertain)
        except Exception as error:  # the store may be away for a while; the next round asks again
            self._base.observer.trouble("recovering deliveries", error)
            return
        if recovered:
            fate = "sent again" if self._on_uncertain is OnUncertain.RESEND else "kept aside"
            self._base.observer.notice(f"{recovered} deliveries of a process that ended are {fate}")
            self._wake()

    def _wake(self) -> None:
        for dispatch in self._dispatches.values():
            dispatch.wake()


def user_agent(contact: str) -> str:
    """Return who we say we are to feed owners."""
    return f"crisis-bot/{__version__}" + (f" (+{contact})" if contact else "")
