"""What the store in memory keeps: rows that change, and the numbers that count them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from bot.core.chat import Address, Chat
from bot.core.delivery import State
from bot.core.feed import Feed
from bot.core.stores import FilterChange, Said
from bot.core.story import Evidence, Story

WAITING = (State.QUEUED, State.CLAIMED)


class Broken(Exception):
    """A row would have pointed at nothing; nothing was changed."""


@dataclass(slots=True)
class DeliveryRow:
    """A delivery in the table."""

    id: int
    story_id: int
    chat_id: int
    due_at: datetime
    made_at: datetime
    state: State = State.QUEUED
    attempts: int = 0
    lease: str = ""
    lease_until: datetime | None = None
    repeat: bool = False
    message_id: str = ""
    error: str = ""
    bundle: int | None = None
    heading: str = ""
    done_at: datetime | None = None
    turn: int = 0

    @property
    def is_untried(self) -> bool:
        """Whether it waits as an alert of its own, and was never on its way."""
        return self.state is State.QUEUED and self.bundle is None and self.attempts == 0 and not self.repeat


@dataclass(slots=True)
class StoryRow:
    """What the table of stories keeps beside the stories themselves."""

    feed_id: int
    seen_at: datetime
    cluster: int | None = None
    continues: int | None = None
    checked_at: datetime | None = None
    missing: int = 0
    silent: bool = False


@dataclass(slots=True)
class EditRow:
    """An edit in the table."""

    id: int
    delivery_id: int
    lane: str
    due_at: datetime
    state: State = State.QUEUED
    attempts: int = 0
    lease: str = ""
    lease_until: datetime | None = None
    error: str = ""


@dataclass(slots=True)
class SubscriptionRow:
    """A subscription in the table."""

    id: int
    chat_id: int
    filter_id: int
    loud: bool = False


@dataclass(slots=True)
class LeaseRow:
    """A name that is held until a moment of the monotonic clock."""

    holder: str = ""
    fence: int = 0
    until: float = 0.0


@dataclass(slots=True)
class Rows:
    """All tables. Ids are one sequence for all, so that no test leans on their values."""

    ids: Iterator[int] = field(default_factory=lambda: count(1))
    feeds: dict[int, Feed] = field(default_factory=dict)
    off: set[int] = field(default_factory=set)
    """Feeds the operator no longer names."""
    claimed_until: dict[int, datetime] = field(default_factory=dict)
    """By feed, how long the visit under way has it to itself."""
    leases: dict[str, LeaseRow] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    stories: dict[int, Story] = field(default_factory=dict)
    story_rows: dict[int, StoryRow] = field(default_factory=dict)
    story_keys: dict[str, int] = field(default_factory=dict)
    matches: dict[tuple[int, int], tuple[Evidence, ...]] = field(default_factory=dict)
    """By story and filter."""
    chats: dict[int, Chat] = field(default_factory=dict)
    gone_paused: set[int] = field(default_factory=set)
    """Chats that were paused when they were lost."""
    filters: dict[str, FilterChange] = field(default_factory=dict)
    """By canonical text; each as it stands since its `seq`."""
    seq: int = 0
    epoch: int = 0
    subscriptions: list[SubscriptionRow] = field(default_factory=list)
    deliveries: dict[int, DeliveryRow] = field(default_factory=dict)
    edits: dict[int, EditRow] = field(default_factory=dict)
    """By delivery."""
    transcript: list[tuple[str, Said]] = field(default_factory=list)

    def chat_at(self, address: Address) -> Chat | None:
        """Return the chat at exactly this address."""
        return next((chat for chat in self.chats.values() if chat.address == address), None)

    def chats_under(self, address: Address) -> list[Chat]:
        """Return the chat and, where no topic is named, its topics."""
        wide = (address.platform, address.lane, address.chat)
        return [
            chat
            for chat in self.chats.values()
            if (chat.address.platform, chat.address.lane, chat.address.chat) == wide
            and address.topic in ("", chat.address.topic)
        ]

    def followed_by(self, chat_id: int) -> set[int]:
        """Return the ids of a chat's filters."""
        return {row.filter_id for row in self.subscriptions if row.chat_id == chat_id}

    def front(self, lane: str) -> int:
        """Return the lowest turn that waits in a lane, 0 where none does."""
        return min(
            (row.turn for row in self.waiting() if self.lane(row) == lane and row.state is State.QUEUED), default=0
        )

    def lane(self, row: DeliveryRow) -> str:
        """Return the lane that a delivery waits in."""
        return self.chats[row.chat_id].address.lane

    def waiting(self) -> list[DeliveryRow]:
        """Return deliveries that are queued or under way, oldest first."""
        return [row for _, row in sorted(self.deliveries.items()) if row.state in WAITING]
