"""Chats, what they follow, and what was said in those on the web."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.chat import Address, Chat, ChatState, Sighting
from bot.core.rhythm import Rhythm


@dataclass(frozen=True, slots=True)
class Subscription:
    """A chat's filter, in the order it was made."""

    id: int
    canonical: str
    loud: bool = False
    """Whether its stories pass digests, quiet hours and mutes."""


@dataclass(frozen=True, slots=True)
class FilterChange:
    """A filter that came into use or fell out of it; `seq` only grows, in the order in which changes become visible."""

    seq: int
    filter_id: int
    canonical: str
    live: bool


class Chats(Protocol):
    """Chats and how they are set."""

    async def seen(self, sighting: Sighting, now: datetime) -> Chat:
        """Return the chat somebody writes in, made known if it is new and welcomed back if it was gone."""

    async def find(self, address: Address) -> Chat | None: ...

    async def set_state(self, chat_id: int, state: ChatState) -> None:
        """Set whether alerts flow; a pause cancels those that wait."""

    async def set_preview(self, chat_id: int, on: bool) -> None: ...

    async def set_asked(self, chat_id: int, asked: str) -> None: ...

    async def set_threads(self, chat_id: int, on: bool) -> None: ...

    async def set_hours(self, chat_id: int, rhythm: Rhythm, zone: str, now: datetime) -> int:
        """Set when alerts come, and have it decided anew for all that is held and what waits; return how many."""

    async def gone(self, address: Address, reason: str, *, alone: bool = False) -> int:
        """Stop alerts to a chat (with its topics, unless `alone`), cancel what waits; return the chats concerned."""

    async def back(self, address: Address) -> None:
        """Let alerts flow again to a chat that was gone and its topics; those that were paused still are."""

    async def moved(self, old: Address, new: Address) -> None:
        """Give a chat and all its topics their new address; subscriptions and waiting deliveries go along."""

    async def count(self) -> int: ...


class Subscriptions(Protocol):
    """Which chat follows what."""

    async def of(self, chat_id: int) -> list[Subscription]: ...

    async def add(self, chat_id: int, canonical: str, now: datetime) -> bool:
        """Subscribe; False where the chat had it already."""

    async def remove(self, chat_id: int, canonicals: Iterable[str]) -> int:
        """Unsubscribe, and cancel what waits that no other of the chat's filters wants; return how many were there."""

    async def set_loud(self, chat_id: int, canonicals: Iterable[str], loud: bool, now: datetime) -> None:
        """Set whether filters pass the chat's hours, and have it decided anew for all that is held."""

    async def changes(self, after: int, limit: int = 1_000) -> list[FilterChange]:
        """Return filter changes later than `after`, oldest first; a filter changed twice appears once, as it is now.

        They are the first `limit`, and what else was changed together with the last of them: changes of one `seq` are
        never parted, so that the last `seq` seen is all that one needs to know to read on.
        """


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a web chat: `body` is JSON, `mine` what the person typed, `replaces` the id it stands in for."""

    id: int
    mine: bool
    body: str
    at: datetime
    replaces: int = 0


class Transcript(Protocol):
    """What was said in web chats; pages read from it, so that no alert needs a page to be open.

    Within a chat no message becomes visible after one with a higher id: who has seen 7 never asks for 6 again.
    """

    async def add(self, chat: str, mine: bool, body: str, replaces: int = 0) -> int:
        """Keep a message; return its id, greater than all before it in its chat."""

    async def since(self, chat: str, last_id: int, limit: int = 200) -> list[Said]:
        """Return messages with ids above `last_id`, lowest first, at most `limit`."""
