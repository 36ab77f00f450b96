"""The time, in the one place that asks for it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

SLOWED = 0.9
"""How fast our time passes while it waits for a wall clock that was set back."""


class SystemClock:
    """Fulfils `bot.core.ports.Clock`. Its wall time never goes back.

    A wall clock set forward is followed at once. One set back is waited for at nine tenths of the speed, so that what
    is due in a minute is not due in an hour and a minute. `wall` and `monotonic` give seconds.
    """

    def __init__(self, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._monotonic = wall, monotonic
        # One value, so that threads that ask at once see two that belong together.
        self._last = (wall(), monotonic())

    def now(self) -> datetime:
        then, began = self._last
        passed = self._monotonic() - began
        reading = max(self._wall(), then + SLOWED * passed)
        self._last = (reading, began + passed)
        return datetime.fromtimestamp(reading, UTC)

    def monotonic(self) -> float:
        return self._monotonic()
