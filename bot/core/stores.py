"""What the pipeline asks of the store, a port for each noun. Every method is one transaction, none waits on a network.

Fulfilled by `bot.store` on SQLite and PostgreSQL; one suite of tests holds for both and for the in-memory fake.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.chat import Address, Chat, ChatState, Sighting
from bot.core.delivery import Delivery, OnUncertain, State, Verdict
from bot.core.feed import Feed, FeedSource
from bot.core.polling import Decision
from bot.core.story import Evidence, Story


@dataclass(frozen=True, slots=True)
class NewStory:
    """A story to record, with the filters it matched (by id) and why. A silent one is delivered to nobody."""

    story: Story
    matches: Mapping[int, tuple[Evidence, ...]]
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a visit brought: stories that were new, and the deliveries they made."""

    stories: int
    deliveries: int


@dataclass(frozen=True, slots=True)
class Subscription:
    """A chat's filter, in the order it was made."""

    id: int
    canonical: str


@dataclass(frozen=True, slots=True)
class FilterChange:
    """A filter that came into use or fell out of it; `seq` only grows, in the order in which changes become visible."""

    seq: int
    filter_id: int
    canonical: str
    live: bool


class Feeds(Protocol):
    """Feeds and their visits."""

    async def sync(self, sources: Sequence[FeedSource], now: datetime) -> None:
        """Make the kept feeds the operator's: new ones are due now, missing ones off, known ones keep their state."""

    async def claim_due(self, now: datetime, lease: timedelta, limit: int) -> list[Feed]:
        """Take feeds whose time has come; their next poll moves on by the lease, so nobody else takes them."""

    async def give_back(self, feeds: Iterable[Feed], now: datetime) -> None:
        """Make claimed feeds due again: their visits were broken off."""

    async def make_due(self, now: datetime) -> int:
        """Make every feed due now, those that were given up included; return how many."""

    async def all(self) -> list[Feed]: ...

    async def next_due(self) -> datetime | None: ...

    async def keep(self, decision: Decision) -> None:
        """Keep what a visit without new stories decided."""


class Stories(Protocol):
    """Stories, their matches and the deliveries they make."""

    async def known(self, keys: Iterable[str]) -> set[str]:
        """Return those of the identity keys that a kept story bears."""

    async def record(self, decision: Decision, stories: Sequence[NewStory], now: datetime) -> Recorded:
        """Keep new stories, their matches, their deliveries and the visit's decision, all or nothing."""

    async def recent(self, limit: int) -> list[Story]:
        """Return stories, the newest by publication first."""

    async def one(self, story_id: int) -> Story | None: ...


class Chats(Protocol):
    """Chats and how they are set."""

    async def seen(self, sighting: Sighting, now: datetime) -> Chat:
        """Return the chat somebody writes in, made known if it is new and welcomed back if it was gone."""

    async def find(self, address: Address) -> Chat | None: ...

    async def set_state(self, chat_id: int, state: ChatState) -> None:
        """Set whether alerts flow; a pause cancels those that wait."""

    async def set_preview(self, chat_id: int, on: bool) -> None: ...

    async def set_asked(self, chat_id: int, asked: str) -> None: ...

    async def gone(self, address: Address, reason: str) -> int:
        """Stop alerts to a chat (with all its topics), cancel what waits for it; return the chats concerned."""

    async def back(self, address: Address) -> None: ...

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

    async def changes(self, after: int, limit: int = 1_000) -> list[FilterChange]:
        """Return filter changes later than `after`, oldest first; a filter changed twice appears once, as it is now.

        They are the first `limit`, and what else was changed together with the last of them: changes of one `seq` are
        never parted, so that the last `seq` seen is all that one needs to know to read on.
        """


class Outbox(Protocol):
    """The table of deliveries."""

    async def claim(self, lane: str, now: datetime, lease: timedelta, limit: int) -> list[Delivery]:
        """Take the oldest due delivery of each chat that has none under way, oldest first."""

    async def record(self, delivery: Delivery, verdict: Verdict, now: datetime) -> bool:
        """Keep how a send ended; False where the lease had passed to another, and nothing was changed."""

    async def release(self, deliveries: Iterable[Delivery]) -> None:
        """Give back claims whose send never began."""

    async def recover(self, now: datetime, on_uncertain: OnUncertain = OnUncertain.RESEND) -> int:
        """Queue again, as a possible repeat, or park what was claimed by somebody whose lease ran out."""

    async def next_due(self, lane: str) -> datetime | None: ...

    async def lanes(self) -> set[str]:
        """Return the lanes that have something waiting."""

    async def counts(self) -> dict[State, int]: ...


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
