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
    state: State = State.QUEUED
    attempts: int = 0
    lease: str = ""
    lease_until: datetime | None = None
    repeat: bool = False
    message_id: str = ""
    error: str = ""


@dataclass(slots=True)
class SubscriptionRow:
    """A subscription in the table."""

    id: int
    chat_id: int
    filter_id: int


@dataclass(slots=True)
class Rows:
    """All tables. Ids are one sequence for all, so that no test leans on their values."""

    ids: Iterator[int] = field(default_factory=lambda: count(1))
    feeds: dict[int, Feed] = field(default_factory=dict)
    off: set[int] = field(default_factory=set)
    """Feeds the operator no longer names."""
    stories: dict[int, Story] = field(default_factory=dict)
    story_keys: dict[str, int] = field(default_factory=dict)
    matches: dict[tuple[int, int], tuple[Evidence, ...]] = field(default_factory=dict)
    """By story and filter."""
    chats: dict[int, Chat] = field(default_factory=dict)
    filters: dict[str, FilterChange] = field(default_factory=dict)
    """By canonical text; each as it stands since its `seq`."""
    seq: int = 0
    subscriptions: list[SubscriptionRow] = field(default_factory=list)
    deliveries: dict[int, DeliveryRow] = field(default_factory=dict)
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

    def waiting(self) -> list[DeliveryRow]:
        """Return deliveries that are queued or under way, oldest first."""
        return [row for _, row in sorted(self.deliveries.items()) if row.state in WAITING]
