"""What processes agree on, and what is let go."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Leases(Protocol):
    """Names that one holder has at a time, for a while. The time is the store's own, so that no clock matters."""

    async def take(self, name: str, holder: str, seconds: float) -> int | None:
        """Hold a name that is free, lapsed or one's own for so long from now; None where another holds it.

        The number returned is the lease's fence: it grows with each change of holder.
        """

    async def give_up(self, name: str, holder: str) -> None:
        """Let go of a name, where one still holds it."""


class Seen(Protocol):
    """What was heard, known across processes and starts."""

    async def first(self, key: str) -> bool:
        """Note a key; return whether nobody had noted it before."""

    async def known(self, key: str) -> bool:
        """Return whether somebody noted a key."""


class Kept(StrEnum):
    """What is kept for a time and then goes."""

    DELIVERIES = "deliveries"
    TRANSCRIPT = "transcript"
    REASONS = "reasons"
    """Why stories matched."""
    STORIES = "stories"
    FILTERS = "filters"
    """Those that nobody follows any more."""
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Retention:
    """What may go: what ended before `history`, why stories matched before `reasons`, what was seen before `seen`.

    The newest `listed` stories of each feed stay however old they are: a feed that still lists them would tell them
    again. Filters go that fell out of use no later than `change`, which every index has seen long since.
    """

    history: datetime
    reasons: datetime
    seen: datetime
    listed: int
    change: int


class Pruning(Protocol):
    """Removes what nobody needs any more; nothing that waits, is held or under way, nor what that needs.

    Only what has waited for longer than all else is kept, and than anything may be held, ends: nobody will send it.
    """

    async def prune(self, kind: Kept, retention: Retention, limit: int) -> int:
        """Remove or end at most `limit` rows of a kind in one short transaction; return how many there were."""

    async def last_change(self) -> int:
        """Return the number of the last change of a filter."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a store that was restored let go: deliveries that waited, and what its feeds had listed."""

    deliveries: int
    feeds: int


class Epochs(Protocol):
    """The store's epoch, a number that only grows; see `bot.core.epoch`."""

    async def kept(self) -> int:
        """Return the epoch, 0 where there was none yet."""

    async def advance(self) -> int:
        """Go on to the next epoch and return it; not even a loss of power takes it back after this."""

    async def begin_anew(self, epoch: int, reason: str, now: datetime) -> Forgotten:
        """Cancel every delivery without an end, make each feed's next visit silent, and go on to an epoch."""


class Mark(Protocol):
    """An epoch noted outside of the store, where a backup of the store does not reach."""

    async def noted(self) -> int:
        """Return the number, 0 where none can be read."""

    async def note(self, epoch: int) -> None:
        """Keep the number; raises OSError where that cannot be done."""
