"""What can go wrong when a message is sent, and what to do next. Platforms translate their own errors into these.

SendError
├── Temporary        try again, after `retry_after` seconds where the platform names it
├── Uncertain        the request was written and no answer came: it may have arrived
├── ContentRefused   this text was refused: try once as plain text
├── Permanent        never for this message
│   └── ChatGone     nothing for this chat until it is back: let it rest, keep its subscriptions
├── ChatMoved        send to `address` from now on
└── TokenRevoked     stop the lane, tell the operator
"""

from dataclasses import dataclass, field

from bot.core.chat import Address


@dataclass(eq=False)
class SendError(Exception):
    """A message was not known to arrive; `reason` is one line for the operator, free of secrets."""

    reason: str

    def __str__(self) -> str:
        return self.reason


@dataclass(eq=False)
class Temporary(SendError):
    """Worth another try. `whole_lane` says whether the wait holds for the lane or for this chat only."""

    retry_after: float | None = None
    """Seconds the platform asked for; None where it named none."""
    whole_lane: bool = False


@dataclass(eq=False)
class Uncertain(SendError):
    """The request left and no answer came: the message may or may not have arrived."""


@dataclass(eq=False)
class ContentRefused(SendError):
    """The platform cannot read this text, for instance its markup."""


@dataclass(eq=False)
class Permanent(SendError):
    """This message will never be accepted."""


@dataclass(eq=False)
class ChatGone(Permanent):
    """The chat cannot be reached, today or ever: blocked, kicked, archived, deleted, closed. It rests."""

    alone: bool = field(default=False, kw_only=True)
    """Whether only this address is out of reach: a group's other topics can still be written to."""


@dataclass(eq=False)
class ChatMoved(SendError):
    """The chat lives on under another address (a group that became a supergroup)."""

    address: Address = field(kw_only=True)


@dataclass(eq=False)
class TokenRevoked(SendError):
    """The lane's token is no longer accepted."""


class Unusable(Exception):
    """Something an operator gave cannot be used. No send failed: the text is one sentence that says what to do."""


class StoreFull(Unusable):
    """The store has no room for more rows; what was to be kept was not, and nothing was changed."""

    def __str__(self) -> str:
        return "The disk of the database is full: make room on it."
