"""Things that are good once and for a short time: trigger ids, socket tickets, OAuth codes."""

import secrets
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Passes(Generic[T]):
    """Gives out passes. `spend` returns what one stands for, or the word for what is wrong with it."""

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        self._clock, self.seconds = clock, seconds
        self._issued: dict[str, tuple[T, float]] = {}
        self._spent: set[str] = set()

    def issue(self, value: T) -> str:
        """Return a new pass for a value."""
        name = f"{int(self._clock() * 1000)}.{secrets.token_hex(12)}"
        self._issued[name] = (value, self._clock())
        return name

    def spend(self, name: str) -> tuple[T | None, str]:
        """Return the value and an empty word, or None and `invalid`, `expired` or `exchanged`."""
        if name not in self._issued:
            return None, "invalid"
        if name in self._spent:
            return None, "exchanged"
        value, at = self._issued[name]
        if self._clock() - at > self.seconds:
            return None, "expired"
        self._spent.add(name)
        return value, ""
