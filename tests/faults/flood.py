"""Stories keep coming faster than they can be sent, for days: in virtual time, with the real core and pipeline."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot import config_folder
from bot.core.chat import Address, ChatKind, Platform, Sighting
from bot.core.delivery import State
from bot.core.feed import FeedSource
from bot.core.lexicon import Lexicon
from bot.core.message import Message
from bot.core.outcomes import NotModified
from bot.core.pacing import Limits, Pacer, Window
from bot.core.polling import after_visit
from bot.core.stores import NewStory
from bot.core.story import Story
from bot.pipeline.digests import QUEUES_EVERY, Digests
from bot.pipeline.dispatch import Dispatch
from tests.fakes.clock import FakeClock
from tests.fakes.environment import CONFIG
from tests.fakes.observer import RecordingObserver
from tests.fakes.store import MemoryStore
from tests.faults.result import Result

LANE = "telegram:1"
CHATS = 20
SECONDS_A_MESSAGE = 30
"""The lane's pace: a nine-hundredth of Telegram's, as all the rest is, so that a week passes in a minute or two."""
LONGEST_WAIT = timedelta(hours=1)
"""A chat's turn comes every ten minutes here, and what waits is told together after fifteen."""
_WISH = '"flood"'


@dataclass(slots=True)
class Readers:
    """Fulfils `bot.core.ports.Notifier`: counts how often each chat was told each story, and in how many messages."""

    told: Counter[tuple[str, str]] = field(default_factory=Counter)
    messages: int = 0

    async def send(self, to: Address, message: Message, *, reply_to: str = "", key: str = "") -> str:
        self.messages += 1
        self.told.update((to.chat, title) for title in _titles(message))
        return str(self.messages)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        raise AssertionError("nothing changes here")

    async def find(self, to: Address, key: str, since: datetime) -> str | None:
        return None


def _titles(message: Message) -> Iterator[str]:
    """Yield the titles that a message tells: an alert's own, or those of a digest."""
    if message.title and message.title.link:
        yield message.title.text
        return
    for line in message.lines:
        yield from (span.text for span in line.spans if span.bold)


class Flood:
    """One lane, its chats, and stories for all of them at a multiple of what the lane can send."""

    def __init__(self, lexicon: Lexicon, times: float) -> None:
        self.times = times
        self.clock, self.observer, self.readers = FakeClock(), RecordingObserver(), Readers()
        self.store = MemoryStore(self.clock)
        self.stories = self.most_waiting = 0
        self.oldest = timedelta(0)
        window = Window(1, SECONDS_A_MESSAGE)
        self._digests = Digests(self.store.holding, self.clock, self.observer, lambda: None)
        self._dispatch = Dispatch(
            lane=LANE,
            outbox=self.store.outbox,
            notifier=self.readers,
            pacer=Pacer(Limits((window,), (window,), (window,))),
            names=lexicon,
            clock=self.clock,
            observer=self.observer,
            sleep=self.clock.sleep,
        )

    async def begin(self) -> None:
        """Let every chat follow the word that every story here has."""
        await self.store.feeds.sync([FeedSource("Feed", "https://news.example/feed")], self.clock.now())
        for number in range(CHATS):
            where = Sighting(Address(Platform.TELEGRAM, LANE, str(number)), ChatKind.PRIVATE)
            chat = await self.store.chats.seen(where, self.clock.now())
            await self.store.subscriptions.add(chat.id, _WISH, self.clock.now())

    async def rage(self, lasting: timedelta) -> None:
        """Publish at the flood's rate for so long, sending meanwhile."""
        gap = SECONDS_A_MESSAGE * CHATS / self.times
        until, next_story = self.clock.now() + lasting, self.clock.monotonic()
        while self.clock.now() < until:
            if self.clock.monotonic() >= next_story:
                await self._publish()
                next_story += gap
            await self._work()

    async def drain(self) -> timedelta:
        """Send until nothing waits; return how long that takes."""
        began = self.clock.now()
        while self._waiting():
            await self._work()
        return self.clock.now() - began

    async def _work(self) -> None:
        """Let the lane work until the queues are looked at again."""
        await self._digests.step()
        until = self.clock.monotonic() + QUEUES_EVERY
        self.most_waiting = max(self.most_waiting, self._waiting())
        ages = self.observer.waited[-1].values() if self.observer.waited else ()
        self.oldest = max([self.oldest, *(timedelta(seconds=age) for age in ages)])
        while (now := self.clock.monotonic()) < until:
            if (wait := self._dispatch.pacer.lane_ready_at(now) - now) > 0:  # at once, not poll by poll
                await self.clock.sleep(min(wait, until - now))
            elif not await self._dispatch.step():
                await self.clock.sleep(until - now)
        await asyncio.gather(*self._dispatch._sending)
        self._forget_ended()

    async def _publish(self) -> None:
        (feed,) = await self.store.feeds.claim_due(self.clock.now() + timedelta(days=1), timedelta(minutes=5), 1)
        decision = after_visit(feed, NotModified(), body_hash="", now=self.clock.now(), jitter=0.0)
        (wish,) = {each.filter_id for each in await self.store.subscriptions.changes(0)}
        self.stories += 1
        title = f"Flood, part {self.stories}"
        link = f"https://news.example/{self.stories}"
        story = Story((f"link:{link}",), title, link, "", "Feed", "news", "en", self.clock.now(), title)
        await self.store.stories.record(decision, [NewStory(story, {wish: ()})], self.clock.now())

    def _waiting(self) -> int:
        ended = (State.SENT, State.CANCELLED, State.DEAD)
        return sum(row.state not in ended for row in self.store.rows.deliveries.values())

    def _forget_ended(self) -> None:
        # What was told is counted already; a week of it would only make the store in memory slow.
        kept = self.store.rows.deliveries
        for number in [number for number, row in kept.items() if row.state is State.SENT]:
            del kept[number]
        del self.observer.deliveries[:], self.observer.waited[:-1]


async def f42_stories_come_faster_than_they_can_be_sent(days: float = 7, worse_days: float = 1) -> Result:
    """Twice as many for a week, ten times as many for a day: all are told, in ever larger messages."""
    result = Result(2)
    lexicon = config_folder.read_lexicon(CONFIG)
    for times, lasting in ((2, days), (10, worse_days)):
        flood = Flood(lexicon, times)
        await flood.begin()
        await flood.rage(timedelta(days=lasting))
        drained = await flood.drain()
        _judge(result, flood, lasting, drained)
    return result


def _judge(result: Result, flood: Flood, days: float, drained: timedelta) -> None:
    wanted, told = flood.stories * CHATS, flood.readers.told
    result.lost += wanted - len(told)
    result.duplicates += told.total() - len(told)
    without = int(wanted * (1 - 1 / flood.times))
    result.remarks.append(
        f"{flood.times:g} × the rate for {days:g} days: {wanted:,} alerts told in {flood.readers.messages:,} messages; "
        f"at most {flood.most_waiting:,} waited ({without:,} would without), the oldest {_minutes(flood.oldest)}; "
        f"the rest was told {_minutes(drained)} after the end"
    )
    result.expect(flood.oldest <= LONGEST_WAIT, f"an alert waited {_minutes(flood.oldest)}")
    result.expect(drained <= LONGEST_WAIT, f"the rest took {_minutes(drained)}")
    result.expect(flood.most_waiting < without / 2, "what waited was not bounded")
    result.expect(not flood.observer.troubles, f"trouble: {flood.observer.troubles[:1]}")


def _minutes(span: timedelta) -> str:
    return f"{span.total_seconds() / 60:.0f} min"
