"""A notifier that does as it is told and remembers what it was asked to send."""

from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.chat import Address
from bot.core.errors import Permanent, Uncertain
from bot.core.message import Message


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt to send, at a moment of the monotonic clock."""

    at: float
    to: Address
    message: Message
    reply_to: str = ""
    key: str = ""

    @property
    def title(self) -> str:
        return self.message.title.text if self.message.title else ""


@dataclass(frozen=True, slots=True)
class EditCall:
    """One attempt to put a message in another's place."""

    at: float
    to: Address
    message_id: str
    message: Message


@dataclass(slots=True)
class ScriptedNotifier:
    """Fulfils `bot.core.ports.Notifier`. `script` holds errors for a chat's next sends; the rest arrives."""

    monotonic: Callable[[], float]
    calls: list[Call] = field(default_factory=list)
    arrived: list[Call] = field(default_factory=list)
    script: dict[str, deque[Exception]] = field(default_factory=lambda: defaultdict(deque))
    always: Exception | None = None
    """Raised for every send while set."""
    takes: Callable[[], Awaitable[object]] | None = None
    """Waited for within each send."""
    edits: list[EditCall] = field(default_factory=list)
    can_tell: bool = False
    """Whether `find` finds what arrived; else it raises Permanent."""

    unheard: bool = False
    """Whether messages arrive without an answer."""

    async def send(self, to: Address, message: Message, *, reply_to: str = "", key: str = "") -> str:
        call = Call(self.monotonic(), to, message, reply_to, key)
        self.calls.append(call)
        if self.takes:
            await self.takes()
        if self.always:
            raise self.always
        if self.script[to.chat]:
            raise self.script[to.chat].popleft()
        self.arrived.append(call)
        if self.unheard:
            raise Uncertain("no answer")
        return f"message-{len(self.arrived)}"

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        self.edits.append(EditCall(self.monotonic(), to, message_id, message))
        if self.takes:
            await self.takes()
        if self.script[to.chat]:
            raise self.script[to.chat].popleft()

    async def find(self, to: Address, key: str, since: datetime) -> str | None:
        if not self.can_tell:
            raise Permanent("it cannot tell")
        found = (number for number, call in enumerate(self.arrived, 1) if (call.to, call.key) == (to, key))
        return next((f"message-{number}" for number in found), None)

    def titles(self, chat: str) -> list[str]:
        """Return the titles that arrived in a chat, in order."""
        return [call.title for call in self.arrived if call.to.chat == chat]
