"""Whether the store has room for news. While it has none no feed is visited, and what waits is sent all the same."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.core.ports import Clock, Observer

ASK_EVERY = 5.0
"""Seconds between two looks at whether there is room again."""


@dataclass(slots=True)
class Room:
    """Remembers that the store was full. `is_short` tells so at once; `has_room` looks again, and sets some aside."""

    is_short: Callable[[], bool]
    has_room: Callable[[], Awaitable[bool]]
    clock: Clock
    observer: Observer
    full: bool = False
    _asked: float = 0.0

    def ran_out(self) -> None:
        """Note that something found no room; the operator is told once."""
        self._asked = self.clock.monotonic()
        if not self.full:
            self.full = True
            self.observer.notice("the disk is full: no feed is visited until there is room; alerts that wait are sent")

    async def there_is(self) -> bool:
        """Return whether visits may go on."""
        if not self.full:
            if not self.is_short():
                return True
            # What found no room may have got through with what was set aside; news is not to use up the rest.
            self.ran_out()
        if self.clock.monotonic() - self._asked >= ASK_EVERY:
            self._asked = self.clock.monotonic()
            if await self.has_room():
                self.full = False
                self.observer.notice("there is room on the disk again: feeds are visited")
        return not self.full
