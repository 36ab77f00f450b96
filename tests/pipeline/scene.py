"""The pipeline over the store in memory, with the web and the clock in the test's hands."""

from dataclasses import dataclass, field, replace

from bot.core.chat import Address, Asker, Chat, ChatKind, Platform, Sighting
from bot.core.commands import parse
from bot.core.delivery import State, sent
from bot.core.feed import FeedSource
from bot.core.lexicon import Lexicon
from bot.core.message import Reply
from bot.core.story import Entry
from bot.pipeline.commands import Desk
from bot.pipeline.digests import Digests
from bot.pipeline.dispatch import LEASE
from bot.pipeline.following import Following
from bot.pipeline.hours import Timetable
from bot.pipeline.latest import Latest
from bot.pipeline.matching import Matching
from bot.pipeline.notices import Notices
from bot.pipeline.poll import Poll
from bot.pipeline.reading import Reading
from bot.pipeline.recollection import Recollection
from bot.pipeline.revising import Revising
from bot.pipeline.room import Room
from bot.pipeline.sifting import Sifting
from tests.fakes.clock import START, FakeClock
from tests.fakes.observer import RecordingObserver
from tests.fakes.store import MemoryStore
from tests.fakes.web import FakeWeb

FEED_URL = "https://news.example/feed"
LANES = {Platform.TELEGRAM: "telegram:1", Platform.SLACK: "slack:T1", Platform.WEBCHAT: "webchat"}


def entry(title: str, link: str = "", summary: str = "", **more: object) -> Entry:
    """Return an entry; its link is made from its title where none is given."""
    slug = "-".join(title.lower().split())
    made = Entry(title, link or f"https://news.example/news/2026/02/06/{slug}", summary=summary, published=START)
    return replace(made, **more)  # type: ignore[arg-type]


def sighting(
    chat: str = "42", *, platform: Platform = Platform.TELEGRAM, kind: ChatKind = ChatKind.PRIVATE, topic: str = ""
) -> Sighting:
    """Return how a listener sees a chat."""
    return Sighting(Address(platform, LANES[platform], chat, topic), kind)


@dataclass
class Scene:
    """Everything between a feed and the outbox."""

    lexicon: Lexicon
    reads_articles: bool = True
    edits_messages: bool = True
    clock: FakeClock = field(default_factory=FakeClock)
    store: MemoryStore = field(init=False)
    web: FakeWeb = field(default_factory=FakeWeb)
    observer: RecordingObserver = field(default_factory=RecordingObserver)
    wakes: int = 0
    disk_is_full: bool = False
    desk: Desk = field(init=False)
    room: Room = field(init=False)
    poll: Poll = field(init=False)
    digests: Digests = field(init=False)

    def __post_init__(self) -> None:
        self.store = MemoryStore(self.clock)
        latest = Latest(self.store.stories, self.store.subscriptions, self.lexicon)
        self.desk = Desk(
            chats=self.store.chats,
            stories=self.store.stories,
            following=Following(self.store.subscriptions, latest, self.lexicon, self.clock),
            timetable=Timetable(self.store.chats, self.clock),
            latest=latest,
            names=self.lexicon,
            clock=self.clock,
            sources="The Test Humanitarian",
        )
        self.room = Room(lambda: self.disk_is_full, self._has_room, self.clock, self.observer)
        reading = Reading(self.lexicon, self.web if self.reads_articles else None, self.clock)
        notices = Notices(self.observer, self.clock)
        revising = Revising(self.store.edits, reading, notices, self.clock, self.edits_messages)
        self.digests = Digests(self.store.holding, self.clock, self.observer, self._wake)
        self.poll = Poll(
            room=self.room,
            feeds=self.store.feeds,
            stories=self.store.stories,
            fetcher=self.web,
            parser=self.web,
            sifting=Sifting(self.store.archive, reading, revising, notices, self.clock),
            recollection=Recollection(self.store.archive),
            matching=Matching(self.store.subscriptions, self.lexicon, self.observer),
            clock=self.clock,
            observer=self.observer,
            jitter=lambda: 0.0,
            arrived=self._wake,
        )

    def _wake(self) -> None:
        self.wakes += 1

    async def _has_room(self) -> bool:
        return not self.disk_is_full

    async def say(self, text: str, where: Sighting | None = None, *, may_change: bool = True) -> Reply:
        """Give a command, as somebody who writes it."""
        return await self.desk.execute(parse(text), where or sighting(), Asker("Ama", may_change))

    async def press(self, command: str, where: Sighting | None = None) -> Reply:
        """Give a command, as somebody who presses its button."""
        return await self.desk.execute(parse(command, bare=True), where or sighting(), Asker("Ama"))

    async def follow(self, chat: str, *wishes: str) -> None:
        for wish in wishes:
            await self.say(f"/follow {wish}", sighting(chat))

    async def watch(self, *sources: FeedSource) -> None:
        """Make these the operator's feeds."""
        await self.store.feeds.sync(list(sources) or [FeedSource("The Test Humanitarian", FEED_URL)], self.clock.now())

    async def visit(self) -> int:
        """Visit what is due and wait for it; return how many feeds."""
        begun = await self.poll.tick()
        await self.poll.finish()
        return begun

    async def visit_later(self, minutes: float = 6) -> int:
        self.clock.advance(minutes * 60)
        return await self.visit()

    async def publish(self, *entries: Entry, url: str = FEED_URL) -> None:
        """Let a feed that has been visited before give these entries, and visit it again."""
        if not await self.store.feeds.all():
            await self.watch()
            self.web.serve(url, entry("An older story"))
            await self.visit()
        self.web.serve(url, *entries)
        await self.visit_later()

    async def inbox(self, chat: str, platform: Platform = Platform.TELEGRAM) -> list[str]:
        """Send what waits for a platform; return the titles that a chat got in all, in order."""
        now = self.clock.now()
        while claimed := await self.store.outbox.claim(LANES[platform], now, LEASE, 100):
            for delivery in claimed:
                await self.store.outbox.record(delivery, sent("1"), now)
        kept = self.store.rows
        sent_rows = [row for _, row in sorted(kept.deliveries.items()) if row.state is State.SENT]
        return [kept.stories[r.story_id].title for r in sent_rows if kept.chats[r.chat_id].address.chat == chat]

    async def follows(self, chat: str = "42") -> list[str]:
        """Return the canonical texts of a chat's filters."""
        kept = await self.chat(chat)
        return [each.canonical for each in await self.store.subscriptions.of(kept.id)]

    async def chat(self, chat: str = "42") -> Chat:
        kept = await self.store.chats.find(sighting(chat).address)
        assert kept is not None
        return kept
