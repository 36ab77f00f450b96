"""What the promises about the store are told with: a store of any kind, and short ways to fill it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from sqlalchemy.exc import IntegrityError

from bot.core import stores
from bot.core.chat import Address, Chat, ChatKind, Platform, Sighting
from bot.core.delivery import Delivery
from bot.core.feed import Feed, FeedSource
from bot.core.polling import Decision
from bot.core.ports import Clock
from bot.core.stores import NewStory, Recorded
from bot.core.story import Evidence, Story
from bot.store.archive import ArchiveTable
from bot.store.chats import ChatTable
from bot.store.database import Database
from bot.store.edits import EditTable
from bot.store.epoch import EpochTable
from bot.store.feeds import FeedTable
from bot.store.holding import HoldingTable
from bot.store.leases import LeaseTable
from bot.store.outbox import OutboxTable
from bot.store.seen import SeenTable
from bot.store.stories import StoryTable
from bot.store.subscriptions import SubscriptionTable
from bot.store.transcript import TranscriptTable
from bot.store.withdrawals import WithdrawalTable
from tests.fakes.clock import START
from tests.fakes.rows import Broken

NOW = START
LANE = "telegram:1"
LEASE = timedelta(seconds=60)
SECOND = timedelta(seconds=1)
REFUSALS = (IntegrityError, Broken)
"""What a store raises for a row that points at nothing."""


class Store(Protocol):
    """Every port, whoever fulfils it."""

    @property
    def feeds(self) -> stores.Feeds: ...
    @property
    def stories(self) -> stores.Stories: ...
    @property
    def chats(self) -> stores.Chats: ...
    @property
    def subscriptions(self) -> stores.Subscriptions: ...
    @property
    def outbox(self) -> stores.Outbox: ...
    @property
    def archive(self) -> stores.Archive: ...
    @property
    def edits(self) -> stores.Edits: ...
    @property
    def withdrawals(self) -> stores.Withdrawals: ...
    @property
    def epochs(self) -> stores.Epochs: ...
    @property
    def leases(self) -> stores.Leases: ...
    @property
    def seen(self) -> stores.Seen: ...
    @property
    def holding(self) -> stores.Holding: ...
    @property
    def transcript(self) -> stores.Transcript: ...


class SqlStore:
    """The real store over one database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.feeds = FeedTable(database)
        self.stories = StoryTable(database)
        self.chats = ChatTable(database)
        self.subscriptions = SubscriptionTable(database)
        self.outbox = OutboxTable(database)
        self.holding = HoldingTable(database)
        self.archive = ArchiveTable(database)
        self.edits = EditTable(database)
        self.withdrawals = WithdrawalTable(database)
        self.epochs = EpochTable(database)
        self.leases = LeaseTable(database)
        self.seen = SeenTable(database, clock)
        self.transcript = TranscriptTable(database, clock)


def source(name: str = "The New Humanitarian", url: str = "https://feed.example/rss.xml") -> FeedSource:
    return FeedSource(name, url)


def address(chat: str = "100", topic: str = "", lane: str = LANE) -> Address:
    return Address(Platform.TELEGRAM, lane, chat, topic)


def sighting(chat: str = "100", topic: str = "", lane: str = LANE, title: str = "Desk") -> Sighting:
    return Sighting(address(chat, topic, lane), ChatKind.GROUP, title, "en")


def story(name: str, *keys: str) -> Story:
    """Return a story whose link is made of its name, unless keys are given."""
    link = f"https://news.example/{name}"
    return Story(
        keys=keys or (f"link:{link}",),
        title=f"About {name}",
        link=link,
        summary="",
        source="The New Humanitarian",
        type="news",
        language="en",
        published=NOW,
        fingerprint=name,
    )


def why(words: str) -> tuple[Evidence, ...]:
    return (Evidence(words, "title"),)


@dataclass(frozen=True, slots=True)
class Scene:
    """A store with one feed in it."""

    store: Store
    feed: Feed

    async def chat(self, name: str = "100", *canonicals: str, topic: str = "", lane: str = LANE) -> Chat:
        """Return a chat that follows these filters."""
        chat = await self.store.chats.seen(sighting(name, topic, lane), NOW)
        for canonical in canonicals:
            await self.store.subscriptions.add(chat.id, canonical, NOW)
        return chat

    async def filter_ids(self) -> dict[str, int]:
        """Return the filters by their text."""
        return {change.canonical: change.filter_id for change in await self.store.subscriptions.changes(0)}

    async def tell(self, *names: str, filters: Iterable[str] = ("mali",), silent: bool = False) -> Recorded:
        """Record stories that match these filters."""
        ids = await self.filter_ids()
        matches = {ids[canonical]: why(canonical) for canonical in filters}
        return await self.record(*(NewStory(story(name), matches, silent) for name in names))

    async def record(self, *new: NewStory) -> Recorded:
        return await self.store.stories.record(Decision(replace(self.feed, polled_before=True)), new, NOW)

    async def tell_with(self, new: Story, matches: Mapping[int, tuple[Evidence, ...]] | None = None) -> Recorded:
        return await self.record(NewStory(new, matches or {}))

    async def claim(self, *, limit: int = 100, lane: str = LANE, after: float = 0.0) -> list[Delivery]:
        """Claim what is due some seconds after the start."""
        return await self.store.outbox.claim(lane, NOW + timedelta(seconds=after), LEASE, limit)

    async def feeds(self) -> dict[str, Feed]:
        """Return the feeds by their URL."""
        return {feed.source.url: feed for feed in await self.store.feeds.all()}


async def make_scene(store: Store) -> Scene:
    """Return a store that knows one feed."""
    await store.feeds.sync([source()], NOW)
    return Scene(store, (await store.feeds.all())[0])
