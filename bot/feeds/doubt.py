"""When a host's word that nothing has changed is no longer enough."""

import asyncio
import random

FULL_AFTER = 24 * 3600.0
"""Seconds after which a feed is asked for in full: some servers' caches answer 304 for ever."""


class Doubt:
    """Remembers when each URL last came in full, as far as this process knows."""

    def __init__(self) -> None:
        self._read_at: dict[str, float] = {}

    def is_due(self, url: str) -> bool:
        """Say whether to ask for a URL without validators."""
        now = asyncio.get_running_loop().time()
        # What happened before this process began is not known; a random age keeps feeds from all coming at once.
        age = random.uniform(0, FULL_AFTER)  # noqa: S311 - no secret
        return now - self._read_at.setdefault(url, now - age) >= FULL_AFTER

    def came_in_full(self, url: str) -> None:
        """Note that a URL which has been asked about was read."""
        if url in self._read_at:
            self._read_at[url] = asyncio.get_running_loop().time()
