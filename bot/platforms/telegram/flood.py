"""How much one person or chat may ask."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable

_MOST_KEPT = 10_000


class Allowance:
    """At most `count` in any `seconds` for each key; `clock` gives monotonic seconds. Memory is bounded."""

    def __init__(self, count: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._count = count
        self._seconds = seconds
        self._clock = clock
        self._taken: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, key: str) -> bool:
        """Count one more; False where the key has had its share."""
        now = self._clock()
        times = self._taken.setdefault(key, deque(maxlen=self._count))
        self._taken.move_to_end(key)
        if len(self._taken) > _MOST_KEPT:
            self._taken.popitem(last=False)
        if len(times) == self._count and now - times[0] < self._seconds:
            return False
        times.append(now)
        return True
