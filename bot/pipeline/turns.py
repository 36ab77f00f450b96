"""Waits for a lane's turn: alerts and replies share one Pacer, so that together they keep to the limits."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import inf

from bot.core.chat import Address, ChatKind
from bot.core.pacing import Pacer
from bot.core.ports import Clock


@dataclass(frozen=True, slots=True)
class Turns:
    """Fulfils `bot.core.ports.Turn`. `sleep` waits on the clock that paces."""

    pacer: Pacer
    clock: Clock
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def wait(self, to: Address, kind: ChatKind, longest: float = inf) -> float:
        """Wait until no window and no halt stands against a send, and count it before anybody else can look.

        Return 0, or the seconds still to wait where they are more than `longest`; then nothing was counted.
        """
        # A forum's topics share their group's limits, so the chat is paced and not the topic.
        while (left := self.pacer.ready_at(to.chat, kind, now := self.clock.monotonic()) - now) > 0:
            if left > longest:
                return left
            await self.sleep(left)
        self.pacer.sent(to.chat, now)
        return 0.0

    def halt(self, seconds: float, to: Address | None = None) -> None:
        """Hold one chat, or the whole lane, for so long."""
        self.pacer.halt(self.clock.monotonic() + seconds, to.chat if to else "")
