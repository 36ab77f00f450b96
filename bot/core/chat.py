"""Where messages go, and who speaks there."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.rhythm import Rhythm


class Platform(StrEnum):
    """The places the bot can speak in."""

    TELEGRAM = "telegram"
    SLACK = "slack"
    WEBCHAT = "webchat"


class ChatKind(StrEnum):
    """What kind of chat it is, in words both platforms share."""

    PRIVATE = "private"
    GROUP = "group"
    BROADCAST = "broadcast"
    """A Telegram channel: one speaks, many read."""
    TEAM = "team"
    """A Slack channel."""
    TRIAL = "trial"
    """A web chat: for trying the bot and for previews."""


class ChatState(StrEnum):
    """Whether alerts flow to a chat."""

    ACTIVE = "active"
    PAUSED = "paused"
    """By somebody in the chat; alerts meanwhile are not kept."""
    GONE = "gone"
    """Blocked, kicked or archived; subscriptions are kept for its return."""


@dataclass(frozen=True, slots=True)
class Address:
    """A chat's name on its platform; unique as a whole."""

    platform: Platform
    lane: str
    """What shares one rate limit: `telegram:<bot id>`, `slack:<team id>`, `webchat`."""
    chat: str
    """The platform's own chat id, as text."""
    topic: str = ""
    """A Telegram forum topic's id; empty for the chat itself."""

    def __str__(self) -> str:
        return f"{self.lane}/{self.chat}" + (f"/{self.topic}" if self.topic else "")


@dataclass(frozen=True, slots=True)
class Sighting:
    """A chat as a listener sees it when somebody writes there."""

    address: Address
    kind: ChatKind
    title: str = ""
    language: str = ""
    """The BCP 47 tag of who writes, where the platform tells it."""


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat as we keep it."""

    id: int
    address: Address
    kind: ChatKind
    title: str
    language: str
    state: ChatState
    link_preview: bool
    asked: str
    """The command our last question waits to complete (`follow`), or empty."""
    created_at: datetime
    zone: str = ""
    """Where its people live, as an IANA name (Africa/Bamako); empty is UTC."""
    threads: bool = True
    """Whether a story that follows on an earlier one answers its message."""
    rhythm: Rhythm = field(default_factory=Rhythm)
    """When its alerts come."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who gives a command. `may_change` is False for a member of a group who is no admin."""

    name: str = ""
    may_change: bool = True
