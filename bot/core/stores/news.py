"""Feeds, stories, and what was told of them before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.core.feed import Feed, FeedSource
from bot.core.flood import Trace
from bot.core.polling import Decision
from bot.core.story import Evidence, Story


@dataclass(frozen=True, slots=True)
class NewStory:
    """A story to record, with the filters it matched (by id) and why. A silent one is delivered to nobody."""

    story: Story
    matches: Mapping[int, tuple[Evidence, ...]]
    silent: bool = False
    cluster: int | None = None
    """The first story that told the same; no chat gets two of them."""
    continues: int | None = None
    """The story it follows on."""
    gap: bool = False
    """Whether it appeared while the bot was away: such stories are held, to be told together."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a visit brought: stories that were new, and the deliveries they made."""

    stories: int
    deliveries: int


@dataclass(frozen=True, slots=True)
class Told:
    """A kept story, with the feed that brought it, the first of those that tell the same, and what it follows on."""

    story: Story
    feed_id: int | None
    cluster: int
    continues: int | None = None
    silent_since: datetime | None = None
    """When it was kept without a word to anybody; None where it was told."""


@dataclass(frozen=True, slots=True)
class Revision:
    """What a kept story says now; `revised` names what changed of it, nothing for a slip of the pen.

    Only where it is to be `shown` are the messages about it changed.
    """

    story: Story
    revised: str = ""
    shown: bool = True


@dataclass(frozen=True, slots=True)
class PageCheck:
    """A story whose page is to be looked at again; `missing` is how often in a row it was gone."""

    story: Story
    trusted: bool
    missing: int
    feed_id: int


class Overtaken(Exception):
    """Others kept stories since one last looked; nothing was kept."""


class VisitLost(Exception):
    """The feed was claimed anew while it was visited; nothing of this visit was kept."""

    def __str__(self) -> str:
        return "another process visits the feed now"


class Feeds(Protocol):
    """Feeds and their visits."""

    async def sync(self, sources: Sequence[FeedSource], now: datetime) -> None:
        """Make the kept feeds the operator's: new ones are due now, missing ones off, known ones keep their state.

        One that was off for longer than `AFRESH` begins as a new one does: what it listed then may be forgotten.
        A visit that a clock which ran ahead had put off is due now too.
        """

    async def claim_due(self, now: datetime, lease: timedelta, limit: int) -> list[Feed]:
        """Take feeds whose time has come and that nobody visits, each with a token of its own for so long."""

    async def renew(self, feeds: Iterable[Feed], now: datetime, lease: timedelta) -> set[int]:
        """Keep claimed feeds for so long from now; return the ids of those that are still claimed with their token."""

    async def give_back(self, feeds: Iterable[Feed], due_at: datetime) -> None:
        """Give up claims whose visits were broken off; the feeds are due again then."""

    async def end_claims(self) -> None:
        """Give up the claims of everybody, where nobody else can be at work."""

    async def make_due(self, now: datetime) -> int:
        """Make every feed due now, those that were given up included; return how many."""

    async def all(self) -> list[Feed]: ...

    async def keep(self, decision: Decision) -> None:
        """Keep what a visit without new stories decided, and give up its claim; raises VisitLost."""


class Stories(Protocol):
    """Stories, their matches and the deliveries they make."""

    async def record(
        self, decision: Decision, stories: Sequence[NewStory], now: datetime, *, after: int | None = None
    ) -> Recorded:
        """Keep new stories, their matches, their deliveries and the visit's decision, all or nothing.

        A known story that another feed's visit kept silently, and that is news to this one, becomes this feed's and
        is told. One that is silent to both is kept as if it had been there when this feed was visited.

        Raises VisitLost where the feed is no longer claimed with its token, and Overtaken where others kept a story
        with an id above `after` of late: whoever compared theirs with all up to that one must look again.
        """

    async def recent(self, limit: int) -> list[Story]:
        """Return stories, the newest by publication first."""

    async def one(self, story_id: int) -> Story | None: ...


class Archive(Protocol):
    """What was told before, for new entries to be compared with."""

    async def bearing(self, keys: Iterable[str]) -> dict[str, Told]:
        """Return the kept stories by those of the identity keys that they bear."""

    async def traces(self, feed_id: int, limit: int) -> list[Trace]:
        """Return what tells a feed's kept stories again, the latest first."""

    async def told(self, after_id: int, since: datetime, limit: int = 1_000) -> list[Told]:
        """Return stories with ids above `after_id` first seen since then, the lowest id first."""


class Withdrawals(Protocol):
    """Looks at the pages of stories told of late, and what becomes of a story whose page is gone."""

    async def next_check(self, now: datetime) -> PageCheck | None:
        """Take a story whose page is to be looked at now; nobody else gets it for this look."""

    async def note(self, check: PageCheck, *, missing: bool) -> None:
        """Keep whether its page was gone this time."""

    async def missing_of(self, feed_id: int, now: datetime) -> int:
        """Return how many pages of a feed's stories of late, not yet withdrawn, were gone when last looked at."""

    async def withdraw(self, story_id: int, now: datetime, *, edit: bool) -> int:
        """Mark a story as withdrawn, cancel what waits of it, and queue edits of what was sent; return how many."""
