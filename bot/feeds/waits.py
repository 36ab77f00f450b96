"""Hosts that asked for a pause: what else was about to visit them does not."""

import asyncio
from math import ceil

from yarl import URL

from bot.core.outcomes import Failed, Fault
from bot.core.polling import LONGEST_WAIT, SHORTEST_WAIT


class Waits:
    """Until when each host (with its port) wants to be left alone, on the event loop's clock."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def refusal(self, url: URL) -> Failed | None:
        """Return what a visit ends with while its host waits, or None."""
        left = self._until.get(_host(url), 0.0) - _now()
        if left <= 0:
            self._until.pop(_host(url), None)
            return None
        return Failed(Fault.BUSY, f"{url.raw_host} asked us to wait", float(ceil(left)))

    def heed(self, url: URL, answer: object) -> None:
        """Note where an answer from a URL asks for a pause; the same bounds hold as for its host's feeds."""
        if isinstance(answer, Failed) and answer.retry_after is not None:
            seconds = min(max(answer.retry_after, SHORTEST_WAIT.total_seconds()), LONGEST_WAIT.total_seconds())
            self._until[_host(url)] = _now() + seconds


def _host(url: URL) -> str:
    return f"{url.raw_host}:{url.port}"


def _now() -> float:
    return asyncio.get_running_loop().time()
