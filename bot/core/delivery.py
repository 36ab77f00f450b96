"""One story for one chat, and what the end of a send means for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.chat import Address, Chat
from bot.core.errors import (
    ChatGone,
    ChatMoved,
    ContentRefused,
    Permanent,
    SendError,
    Temporary,
    TokenRevoked,
    Uncertain,
)
from bot.core.story import Evidence, Story

MOST_ATTEMPTS = 57
"""About a day with the waits between them: a night without a network loses no alert."""
MOST_UNCERTAIN = 3
"""Attempts where each may have arrived; every one can be a repeat in the chat, so the rest is for the operator."""
PATIENCE = 3
"""Attempts after which a delivery no longer holds up the later ones of its chat."""
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=2), timedelta(minutes=30)
SHORTEST_HALT, LONGEST_HALT = timedelta(seconds=1), timedelta(days=1)
"""Bounds on the wait a platform may ask for."""
LANE_PAUSE = timedelta(seconds=5)
"""How long a lane rests that cannot be reached."""
LANE_PROBE = timedelta(minutes=1)
"""How often a lane whose token was refused is tried again."""


class State(StrEnum):
    """Where a delivery stands; every one ends in sent, dead or cancelled."""

    HELD = "held"
    """Waits for its chat's own hours, or to be told together with others."""
    BUNDLED = "bundled"
    """Told in the message of another delivery, and ends as that one does."""
    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    """It may have arrived; parked for the operator."""
    DEAD = "dead"
    CANCELLED = "cancelled"


ENDS = frozenset({State.SENT, State.UNCERTAIN, State.DEAD, State.CANCELLED})
"""Where nothing more happens by itself."""
OPEN = frozenset(State) - ENDS


class OnUncertain(StrEnum):
    """What to do with a send that may have arrived."""

    RESEND = "resend"
    PARK = "park"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A claimed delivery with all that a send needs; `lease` fences its completion."""

    id: int
    lease: str
    chat: Chat
    story: Story
    evidence: tuple[Evidence, ...]
    made_at: datetime
    """When it was queued; no attempt at it is older."""
    attempts: int = 0
    repeat: bool = False
    """Whether it may have arrived before."""
    others: tuple[Story, ...] = ()
    """Further stories told in the same message, oldest first."""
    heading: str = ""
    """Why they are told together, as `bot.core.releases` writes it; empty for an alert of its own."""
    reply_to: str = ""
    """The message, by the platform's id, that told what this story follows on; empty where there is none."""

    @property
    def key(self) -> str:
        """What tells this delivery from all others on its platform."""
        return f"delivery-{self.id}"

    @property
    def to(self) -> Address:
        return self.chat.address


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a delivery. A halt stops the chat or the lane until then, without an attempt being counted."""

    state: State
    due_at: datetime | None = None
    message_id: str = ""
    error: str = ""
    repeat: bool = False
    counts: bool = True
    chat_gone: bool = False
    alone: bool = False
    """Whether the chat that is gone leaves its topics behind."""
    moved_to: Address | None = None
    halt_lane_until: datetime | None = None
    token_revoked: bool = False


def sent(message_id: str) -> Verdict:
    """Return the verdict on a send that the platform confirmed."""
    return Verdict(State.SENT, message_id=message_id)


def put_off(until: datetime) -> Verdict:
    """Return the verdict on what its limits hold back: nothing was tried."""
    return Verdict(State.QUEUED, due_at=until, error="waits for its turn", counts=False)


def failed(delivery: Delivery, error: SendError, *, now: datetime, on_uncertain: OnUncertain) -> Verdict:
    """Return the verdict on a send that ended in an error."""
    match error:
        case ChatGone():
            return Verdict(State.CANCELLED, error=error.reason, chat_gone=True, alone=error.alone)
        case ChatMoved():
            return Verdict(State.QUEUED, due_at=now, error=error.reason, moved_to=error.address, counts=False)
        case TokenRevoked():
            wait = now + LANE_PROBE
            return _again(wait, error, counts=False, halt_lane_until=wait, token_revoked=True)
        case Temporary(retry_after=float() | int() as seconds):
            wait = now + halt_of(seconds)
            return _again(wait, error, counts=False, halt_lane_until=wait if error.whole_lane else None)
        case Uncertain() if on_uncertain is OnUncertain.PARK:
            return Verdict(State.UNCERTAIN, error=error.reason)
        case Permanent() | ContentRefused():
            return Verdict(State.DEAD, error=error.reason)
        case Temporary(whole_lane=True):
            wait = now + LANE_PAUSE
            return _again(wait, error, counts=False, halt_lane_until=wait)
    uncertain = isinstance(error, Uncertain)
    most, growth = (MOST_UNCERTAIN, 4) if uncertain else (MOST_ATTEMPTS, 2)
    if delivery.attempts + 1 >= most:
        return Verdict(State.UNCERTAIN if uncertain else State.DEAD, error=error.reason)
    wait = now + min(FIRST_RETRY * growth ** min(delivery.attempts, 16), LONGEST_RETRY)
    return _again(wait, error, repeat=uncertain)


def halt_of(seconds: float) -> timedelta:
    """Return the wait a platform asked for, within bounds."""
    bounded = min(seconds, LONGEST_HALT.total_seconds()) if seconds > 0 else 0
    return max(timedelta(seconds=bounded), SHORTEST_HALT)


def _again(
    due_at: datetime,
    error: SendError,
    *,
    counts: bool = True,
    repeat: bool = False,
    halt_lane_until: datetime | None = None,
    token_revoked: bool = False,
) -> Verdict:
    return Verdict(
        State.QUEUED,
        due_at=due_at,
        error=error.reason,
        repeat=repeat,
        counts=counts,
        halt_lane_until=halt_lane_until,
        token_revoked=token_revoked,
    )
