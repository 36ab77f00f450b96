"""What every role needs: the store, the names, the desk that answers commands."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from prometheus_client import CollectorRegistry

from bot import config_folder
from bot.clock import SystemClock
from bot.core.errors import Unusable
from bot.core.feed import FeedSource
from bot.core.lexicon import Lexicon
from bot.observe import Observation
from bot.pipeline.commands import Desk
from bot.pipeline.following import Following
from bot.pipeline.hours import Timetable
from bot.pipeline.latest import Latest
from bot.pipeline.membership import Members
from bot.settings import Settings
from bot.store import schema
from bot.store.archive import ArchiveTable
from bot.store.chats import ChatTable
from bot.store.database import Database
from bot.store.edits import EditTable
from bot.store.epoch import EpochFile, EpochTable
from bot.store.feeds import FeedTable
from bot.store.holding import HoldingTable
from bot.store.leases import LeaseTable, OwnLeases
from bot.store.outbox import OutboxTable
from bot.store.pruning import PruneTable
from bot.store.seen import SeenTable
from bot.store.stories import StoryTable
from bot.store.subscriptions import SubscriptionTable
from bot.store.transcript import TranscriptTable
from bot.store.withdrawals import WithdrawalTable
from bot.store.worker_lock import WorkerLock

_T = TypeVar("_T")


class StartError(Unusable):
    """The bot cannot start; one sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Store:
    """Every table, over one database."""

    database: Database
    feeds: FeedTable
    stories: StoryTable
    chats: ChatTable
    subscriptions: SubscriptionTable
    outbox: OutboxTable
    archive: ArchiveTable
    edits: EditTable
    withdrawals: WithdrawalTable
    holding: HoldingTable
    transcript: TranscriptTable
    leases: LeaseTable | OwnLeases
    lease_database: Database
    """The same database, over connections that wait behind no other work."""
    seen: SeenTable
    epochs: EpochTable
    mark: EpochFile | None
    pruning: PruneTable

    @classmethod
    def open(cls, url: str, clock: SystemClock) -> "Store":
        """Return the tables of a database; nothing is connected yet."""
        database = Database(url)
        lease_database = database if database.is_sqlite else Database(url)
        return cls(
            database=database,
            feeds=FeedTable(database),
            stories=StoryTable(database),
            chats=ChatTable(database),
            subscriptions=SubscriptionTable(database),
            outbox=OutboxTable(database),
            archive=ArchiveTable(database),
            edits=EditTable(database),
            withdrawals=WithdrawalTable(database),
            holding=HoldingTable(database),
            transcript=TranscriptTable(database, clock),
            # One worker has an embedded database to itself, by a lock that needs no writing to be kept.
            leases=OwnLeases() if database.is_sqlite else LeaseTable(lease_database),
            lease_database=lease_database,
            seen=SeenTable(database, clock),
            epochs=EpochTable(database),
            mark=EpochFile(database.path) if database.path else None,
            pruning=PruneTable(database),
        )

    def hurry(self) -> None:
        """Wait for no dead connection any longer: the process was told to stop."""
        for database in {self.database, self.lease_database}:
            database.hurry()

    async def close(self) -> None:
        """Wait for work under way, then close every connection."""
        for database in {self.database, self.lease_database}:
            await database.close()


@dataclass(frozen=True, slots=True)
class Foundation:
    """The parts that roles share."""

    settings: Settings
    clock: SystemClock
    registry: CollectorRegistry
    observer: Observation
    lexicon: Lexicon
    sources: list[FeedSource]
    store: Store
    desk: Desk
    members: Members
    latest: Latest = field(repr=False)


def lay_foundation(settings: Settings) -> Foundation:
    """Build what every role needs; raises ConfigError or StartError where the config folder or the database's address
    cannot be used.
    """
    clock, registry = SystemClock(), CollectorRegistry()
    lexicon = config_folder.read_lexicon(settings.bot_config)
    sources = config_folder.read_feeds(settings.bot_config, trusted=settings.allow_private_addresses)
    store = _open_store(settings, clock)
    latest = Latest(store.stories, store.subscriptions, lexicon)
    desk = Desk(
        chats=store.chats,
        stories=store.stories,
        following=Following(store.subscriptions, latest, lexicon, clock),
        timetable=Timetable(store.chats, clock),
        latest=latest,
        names=lexicon,
        clock=clock,
        sources=_named(sources),
    )
    return Foundation(
        settings, clock, registry, Observation(registry), lexicon, sources, store, desk, Members(store.chats), latest
    )


def keep_alone(foundation: Foundation) -> Callable[[], None]:
    """Keep other workers off an embedded database; return how to let them in. Raises StartError where one is there."""
    path = foundation.store.database.path
    if path is None:
        return lambda: None
    try:
        return WorkerLock(path).take().release
    except BlockingIOError:
        raise StartError(
            f"Another worker is at work on {path.name}: SQLite is for one worker at a time. Stop that one first, or "
            "set DATABASE_URL to a PostgreSQL, which several workers share."
        ) from None
    except OSError as error:
        raise StartError(unusable(foundation.store.database, error)) from None


async def ready_database(foundation: Foundation) -> None:
    """Bring an embedded database up to date; a shared one is the release's to change, and must be."""
    database = foundation.store.database
    if database.is_sqlite:
        await used(database, schema.upgrade(database))
    elif not await used(database, schema.is_current(database)):
        raise StartError("The database lacks tables of this version: run `crisis-bot migrate` once, then start again.")


async def used(database: Database, work: Awaitable[_T]) -> _T:
    """Return what work on a database gives; raises StartError with one sentence where it cannot be done."""
    try:
        return await work
    except Exception as error:  # whatever keeps us from it is what the operator wants to read
        raise StartError(unusable(database, error)) from None


def unusable(database: Database, error: Exception) -> str:
    """Return the sentence about a database that cannot be reached, read or changed."""
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    reason = (str(getattr(error, "orig", error)).strip() or type(error).__name__).splitlines()[0]
    return f"{kind} cannot be used: {reason.rstrip('.')}. Look at DATABASE_URL."


def _open_store(settings: Settings, clock: SystemClock) -> Store:
    try:
        return Store.open(settings.database_url.get_secret_value(), clock)
    except OSError as error:
        raise StartError(f"DATABASE_URL: its folder cannot be used: {error.strerror}.") from None
    except ValueError as error:
        raise StartError(f"DATABASE_URL: {error}.") from None


def _named(sources: list[FeedSource]) -> str:
    names = [source.name for source in sources]
    return names[0] + (f" and {len(names) - 1} more sources" if len(names) > 1 else "") if names else "the feeds"
