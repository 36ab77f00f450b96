"""Words to the operator about what may go on for days: each at most once a day."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core.ports import Clock, Observer

AGAIN = timedelta(days=1)


@dataclass(slots=True)
class Notices:
    """Tells the operator, unless the same was told within the day."""

    observer: Observer
    clock: Clock
    _told: dict[tuple[str, int], datetime] = field(default_factory=dict)

    def tell(self, about: str, number: int, text: str) -> None:
        """Tell something of a kind about one feed, by its number."""
        now, key = self.clock.now(), (about, number)
        if key not in self._told or now - self._told[key] >= AGAIN:
            self._told[key] = now
            self.observer.notice(text)
