"""A rest between two rounds of work, ended early by whoever brings more of it, or by a stop."""

import asyncio
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rest:
    """Belongs to one loop: it forgets being woken when its next round begins."""

    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """End the rest now, or spare the next one."""
        self._woken.set()

    def begin_round(self) -> None:
        """Let only what comes from now on spare the next rest."""
        self._woken.clear()

    async def take(self, stopping: asyncio.Event, seconds: float) -> None:
        """Wait for so long, or until woken or told to stop."""
        waits = [asyncio.create_task(self._woken.wait()), asyncio.create_task(stopping.wait())]
        _, pending = await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
