"""What is to be sent, held or changed."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.chat import Chat
from bot.core.delivery import Delivery, OnUncertain, State, Verdict
from bot.core.editing import Edit
from bot.core.releases import Bundle, Held, Ruling
from bot.core.stores.news import Revision


@dataclass(frozen=True, slots=True)
class Parked:
    """A delivery that waits for the operator's word: it may have arrived, or was given up."""

    id: int
    state: State
    chat: Chat
    title: str
    """The story's."""
    since: datetime
    why: str
    others: int = 0
    """How many further stories its message tells."""


class Outbox(Protocol):
    """The table of deliveries."""

    async def claim(
        self, lane: str, now: datetime, lease: timedelta, limit: int, *, fence: int | None = None
    ) -> list[Delivery]:
        """Let chats' turns come: take for each that has none under way the oldest that waits for it, if that is due.

        With a fence nothing is taken where the lane's lease has passed to another.
        """

    async def record(self, delivery: Delivery, verdict: Verdict, now: datetime) -> bool:
        """Keep how a send ended, and what was told within it; False where the lease had passed to another, and nothing
        was changed. It returns when that stands in the store; what becomes known meanwhile is kept together.
        """

    async def release(self, deliveries: Iterable[Delivery]) -> None:
        """Give back claims whose send never began."""

    async def recover(
        self,
        now: datetime,
        on_uncertain: OnUncertain = OnUncertain.RESEND,
        *,
        lane: str | None = None,
        lapsed: bool = False,
        sparing: Collection[int] = (),
    ) -> int:
        """Queue again, as a possible repeat, or park what was claimed by somebody whose lease ran out.

        With a lane it is all that is claimed there, for the caller owns the lane now and whoever did before is gone; or
        only what has `lapsed` of it. Deliveries to be spared, by id, are those that the caller is sending itself.
        """

    async def bring_forward(self, now: datetime) -> int:
        """Make due what a clock that ran ahead had put off further than any wait goes; return how many."""

    async def parked(self, limit: int) -> list[Parked]:
        """Return what was given up or may have arrived, the oldest first; bundles once."""

    async def resolve(self, ids: Iterable[int] | None, resend: bool, now: datetime) -> int:
        """Queue what is parked again, as a possible repeat, or give it up; all of it with None. Return how many."""

    async def counts(self) -> dict[State, int]: ...


class Edits(Protocol):
    """Changes to messages sent before: one for each message, however often its story changes."""

    async def revise(self, revisions: Iterable[Revision], now: datetime) -> int:
        """Keep what stories say now and queue an edit of each message sent for them of late; return how many.

        A message that has one waiting or was edited within the hour gets the last state when its time has come.
        """

    async def claim(self, lane: str, now: datetime, lease: timedelta, limit: int) -> list[Edit]:
        """Take the oldest due edits of a lane, of messages that can still be changed, unless an alert is due."""

    async def record(self, edit: Edit, verdict: Verdict, now: datetime) -> bool:
        """Keep how an edit ended; False where it was queued anew or claimed by another meanwhile."""

    async def recover(self, now: datetime) -> int:
        """Queue again what was claimed by somebody whose lease ran out, and give up what is too old to be changed."""

    async def counts(self) -> dict[State, int]: ...


@dataclass(frozen=True, slots=True)
class HeldFor:
    """A chat and those of its held stories whose time has come. `later` is when the next of the others is due."""

    chat: Chat
    due: tuple[Held, ...]
    later: datetime | None = None


class Holding(Protocol):
    """What is held for chats' hours. What has changed since it was read is left alone, so any number may decide."""

    async def due(self, now: datetime, limit: int) -> list[HeldFor]:
        """Return at most `limit` chats with held stories whose time has come, the longest due first."""

    async def told_since(self, chat_id: int, since: datetime) -> int:
        """Return how many messages a chat got since then, those on their way included.

        Stories that were seen two days before then or earlier do not count.
        """

    async def keep(self, ruling: Ruling, now: datetime) -> int:
        """Carry out what was decided, all or nothing; return how many deliveries it concerned."""

    async def shorten(
        self, most: int, before: datetime, limit: int, now: datetime, parts: Callable[[Sequence[int]], Iterable[Bundle]]
    ) -> tuple[int, int]:
        """Tell together what waits for at most `limit` chats; return how many alerts in how many messages.

        They are those where more than `most` wait as alerts of their own, or several of which the oldest waits since
        before then. What is told together of them already, and is not under way, is divided anew with the rest.
        """

    async def waiting_with_hours(self, after: int, limit: int) -> list[Chat]:
        """Return chats with hours of their own for which something waits that was not tried, with ids above `after`."""

    async def recall(self, chat_ids: Sequence[int], now: datetime) -> int:
        """Hold again, to be decided anew, what waits for chats, was not tried and is not loud; return how many."""

    async def bring_forward(self, now: datetime) -> int:
        """Make due what is held for longer than anything may be: a clock that ran ahead had set it."""

    async def oldest(self) -> dict[str, datetime]:
        """Return for each lane since when its oldest waiting delivery waits."""
