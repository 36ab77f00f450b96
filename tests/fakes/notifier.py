"""A notifier that does as it is told and remembers what it was asked to send."""

from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.core.chat import Address
from bot.core.message import Message


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt to send, at a moment of the monotonic clock."""

    at: float
    to: Address
    message: Message

    @property
    def title(self) -> str:
        return self.message.title.text if self.message.title else ""


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

    async def send(self, to: Address, message: Message) -> str:
        call = Call(self.monotonic(), to, message)
        self.calls.append(call)
        if self.takes:
            await self.takes()
        if self.always:
            raise self.always
        if self.script[to.chat]:
            raise self.script[to.chat].popleft()
        self.arrived.append(call)
        return f"message-{len(self.arrived)}"

    def titles(self, chat: str) -> list[str]:
        """Return the titles that arrived in a chat, in order."""
        return [call.title for call in self.arrived if call.to.chat == chat]
