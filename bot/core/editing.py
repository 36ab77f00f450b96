"""A change to a message sent before, and what the end of one means for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.chat import Address
from bot.core.delivery import FIRST_RETRY, LANE_PROBE, LONGEST_RETRY, Delivery, State, Verdict, halt_of
from bot.core.errors import SendError, Temporary, TokenRevoked, Uncertain

EDIT_WINDOW = timedelta(hours=48)
"""A message older than this stays as it is: nobody looks at it again."""
EDIT_PATIENCE = timedelta(minutes=5)
"""How long an edit lets every alert go first: a lane may be busy for hours, and what it told is wrong meanwhile."""
EDIT_PAUSE = timedelta(hours=1)
"""Between two edits of one message, at least: the last state wins."""
MOST_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Edit:
    """A claimed edit: `delivery` is what was sent as `message_id`, with what its story says now.

    `lease` fences its completion.
    """

    id: int
    lease: str
    delivery: Delivery
    message_id: str
    attempts: int = 0

    @property
    def to(self) -> Address:
        return self.delivery.to


def edited() -> Verdict:
    """Return the verdict on an edit that the platform confirmed."""
    return Verdict(State.SENT)


def edit_failed(edit: Edit, error: SendError, now: datetime) -> Verdict:
    """Return the verdict on an edit that ended in an error: a message that is gone or too old is left in peace."""
    match error:
        case TokenRevoked():
            until = now + LANE_PROBE
            return Verdict(State.QUEUED, due_at=until, error=error.reason, counts=False, halt_lane_until=until)
        case Temporary(retry_after=float() | int() as seconds):
            until = now + halt_of(seconds)
            lane = until if error.whole_lane else None
            return Verdict(State.QUEUED, due_at=until, error=error.reason, counts=False, halt_lane_until=lane)
        case Temporary() | Uncertain() if edit.attempts + 1 < MOST_ATTEMPTS:
            # One that may have arrived is made again: it changes nothing the second time.
            wait = min(FIRST_RETRY * 2 ** min(edit.attempts, 16), LONGEST_RETRY)
            return Verdict(State.QUEUED, due_at=now + wait, error=error.reason)
    return Verdict(State.DEAD, error=error.reason)
