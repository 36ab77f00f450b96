"""What the pipeline asks of the world. Each port is fulfilled in one place and faked by hand in the tests."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Protocol

from bot.core.chat import Address, Asker, ChatKind, Sighting
from bot.core.commands import Command
from bot.core.delivery import Delivery, Verdict
from bot.core.editing import Edit
from bot.core.feed import Feed
from bot.core.message import Message, Reply
from bot.core.outcomes import Failed, Fetch, Fetched, NotModified, Parse
from bot.core.stores import Recorded
from bot.core.story import Article

Execute = Callable[[Command, Sighting, Asker], Awaitable[Reply]]
"""Carries out a command for a chat and returns the answer. Never raises for what people type."""


class Clock(Protocol):
    """Two clocks: the wall for what is written down, the monotonic one for how long."""

    def now(self) -> datetime:
        """Return the time, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds from an unknown start, never going back."""


class Fetcher(Protocol):
    """One visit to a URL. Never raises but for cancellation."""

    async def fetch(self, url: str, *, etag: str = "", last_modified: str = "", trusted: bool = False) -> Fetch: ...


class Parser(Protocol):
    """Bytes into entries, away from the event loop. Never raises but for cancellation."""

    async def parse(
        self, fetched: Fetched, *, language: str = "", places_in: str = "", now: datetime | None = None
    ) -> Parse:
        """Return a feed's entries; with `now`, dates in the future are dropped."""


class Articles(Protocol):
    """Reads a story's own page; None where it is refused, absent or unreadable."""

    async def read(self, url: str, *, trusted: bool = False) -> Article | None: ...

    async def is_missing(self, url: str, *, trusted: bool = False) -> bool | None:
        """Return whether the page is no longer there (404, 410); None where that cannot be told."""


class Notifier(Protocol):
    """Sends messages to chats of its platform. Raises `bot.core.errors.SendError` and nothing else."""

    async def send(self, to: Address, message: Message, *, reply_to: str = "", key: str = "") -> str:
        """Return the platform's id of the message, sent in answer to `reply_to` where that still exists.

        A platform that can keeps `key` with the message, for `find`.
        """

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Put a message in place of one sent before; nothing happens where it is the same."""

    async def find(self, to: Address, key: str, since: datetime) -> str | None:
        """Return the id of the message sent with a key since then, None where there is surely none.

        Raises Permanent where the platform has no way to tell.
        """


class Turn(Protocol):
    """A lane's place in the queue, for messages that do not come out of the outbox."""

    async def wait(self, to: Address, kind: ChatKind) -> object:
        """Wait until a send to the chat breaks no limit, and count it."""

    def halt(self, seconds: float, to: Address | None = None) -> None:
        """Hold one chat, or the whole lane, as the platform asked."""


class Membership(Protocol):
    """Tells the pipeline what platforms say about chats outside of any command."""

    async def gone(self, address: Address, reason: str, *, alone: bool = False) -> None:
        """Note that the bot was removed or blocked: alerts stop, subscriptions are kept.

        A chat takes its topics along, unless it is `alone`.
        """

    async def back(self, address: Address) -> None:
        """Note that the bot was let in again: all is as it was before, a pause too."""

    async def moved(self, old: Address, new: Address) -> None:
        """Note that a chat has a new address; with an empty topic, all its topics move along."""


class Observer(Protocol):
    """Hears how things ended: one line in the log and one counter for each, and never a secret."""

    def polled(self, feed: Feed, outcome: Fetched | NotModified | Failed, recorded: Recorded) -> None: ...

    def delivered(self, delivery: Delivery, verdict: Verdict) -> None: ...

    def edited(self, edit: Edit, verdict: Verdict) -> None: ...

    def answered(self, platform: str, verb: str) -> None: ...

    def waiting(self, seconds: Mapping[str, float]) -> None:
        """Note for how long the oldest waiting delivery of each lane has waited; lanes left out have none."""

    def notice(self, text: str) -> None:
        """Tell the operator something that needs a look."""

    def unreadable_filter(self, canonical: str) -> None: ...

    def trouble(self, doing: str, error: BaseException) -> None:
        """Report what should not have happened; the work goes on."""
