"""The time, in the one place that asks for it."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Fulfils `bot.core.ports.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()
