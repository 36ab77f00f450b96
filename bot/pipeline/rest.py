"""A rest between two rounds of work, ended early by whoever brings more of it, or by a stop."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Rest:
    """Belongs to one loop."""

    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        """End the rest now, or spare the next one."""
        self._woken.set()

    async def between(
        self,
        work: Callable[[], Awaitable[bool]],
        stopping: asyncio.Event,
        seconds: float,
        trouble: Callable[[Exception], object],
    ) -> None:
        """Work in rounds until told to stop, with a rest after each that says there is no more, or that fails."""
        while not stopping.is_set():
            self._woken.clear()  # what comes from now on spares the next rest
            try:
                busy = await work()
            except Exception as error:  # the store may be away for a while; the work waits in it
                trouble(error)
                busy = False
            if not busy:
                await self._take(stopping, seconds)

    async def _take(self, stopping: asyncio.Event, seconds: float) -> None:
        """Wait for so long, or until woken or told to stop."""
        waits = [asyncio.create_task(self._woken.wait()), asyncio.create_task(stopping.wait())]
        _, pending = await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
