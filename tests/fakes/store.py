"""The store in memory, for tests of what stands above it. `tests/store` holds it to the promises of the real one."""

from bot.core.ports import Clock
from tests.fakes.clock import FakeClock
from tests.fakes.edits import MemoryArchive, MemoryEdits, MemoryWithdrawals
from tests.fakes.epochs import MemoryEpochs
from tests.fakes.holding import MemoryHolding
from tests.fakes.leases import MemoryLeases, MemorySeen
from tests.fakes.news import MemoryFeeds, MemoryStories
from tests.fakes.outbox import MemoryOutbox, MemoryTranscript
from tests.fakes.people import MemoryChats, MemorySubscriptions
from tests.fakes.rows import Rows


class MemoryStore:
    """Every port of `bot.core.stores` over the same rows. No method waits, so each is all or nothing.

    `rows` is for what a test wants to see that no port shows.
    """

    def __init__(self, clock: Clock | None = None) -> None:
        self.rows = Rows()
        self.feeds = MemoryFeeds(self.rows)
        self.stories = MemoryStories(self.rows)
        self.chats = MemoryChats(self.rows)
        self.subscriptions = MemorySubscriptions(self.rows)
        self.outbox = MemoryOutbox(self.rows)
        self.holding = MemoryHolding(self.rows)
        self.archive = MemoryArchive(self.rows)
        self.edits = MemoryEdits(self.rows)
        self.withdrawals = MemoryWithdrawals(self.rows)
        self.epochs = MemoryEpochs(self.rows)
        self.transcript = MemoryTranscript(self.rows, clock or FakeClock())
        self.leases = MemoryLeases(self.rows, clock or FakeClock())
        self.seen = MemorySeen(self.rows)
