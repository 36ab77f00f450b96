"""Waits for a lane's turn: alerts and replies share one Pacer, so that together they keep to the limits."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import inf

from bot.core.chat import Address, ChatKind
from bot.core.pacing import Pacer
from bot.core.ports import Clock

LONGEST_TURN = 1.5
"""Seconds that something claimed waits for its turn; what is further off goes back, and its place is for others."""


@dataclass(frozen=True, slots=True)
class Turns:
    """Fulfils `bot.core.ports.Turn`. `sleep` waits on the clock that paces."""

    pacer: Pacer
    clock: Clock
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def wait(self, to: Address, kind: ChatKind) -> None:
        """Wait for a reply's turn and count it before anybody else can look; alerts step back meanwhile."""
        while (left := self._left(self.pacer.reserve, to, kind)) > 0:
            await self.sleep(left)

    async def wait_as_alert(self, to: Address, kind: ChatKind, longest: float = inf) -> float:
        """Wait for an alert's turn and count it before anybody else can look.

        Return 0, or the seconds still to wait where they are more than `longest`; then nothing was counted.
        """
        while (left := self._left(self.pacer.ready_at, to, kind)) > 0:
            if left > longest:
                return left
            await self.sleep(left)
        return 0.0

    def _left(self, ready_at: Callable[[str, ChatKind, float], float], to: Address, kind: ChatKind) -> float:
        """Return how long a send must wait; one that need not is counted at once."""
        now = self.clock.monotonic()
        # A forum's topics share their group's limits, so the chat is paced and not the topic.
        left = ready_at(to.chat, kind, now) - now
        if left <= 0:
            self.pacer.sent(to.chat, now)
        return left

    def halt(self, seconds: float, to: Address | None = None) -> None:
        """Hold one chat, or the whole lane, for so long."""
        self.pacer.halt(self.clock.monotonic() + seconds, to.chat if to else "")
