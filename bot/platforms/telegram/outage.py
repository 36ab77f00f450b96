"""How to go on when the Bot API does not answer as it should: wait, longer each time, and say so once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.core.errors import SendError, Temporary, TokenRevoked

_log = logging.getLogger(__name__)
_LONGEST_SECONDS = 30.0
_TOKEN_SECONDS = 60.0
T = TypeVar("T")


class Outage:
    """Tells how long to wait after each failure in a row, and logs when the kind of failure changes or ends."""

    def __init__(self, first_seconds: float = 0.5) -> None:
        self._first = first_seconds
        self._next = first_seconds
        self._said = ""

    def wait(self, error: SendError) -> float:
        """Return the seconds to wait before the next try."""
        told = _told(error)
        if told != self._said:
            _log.log(logging.ERROR if isinstance(error, TokenRevoked) else logging.WARNING, "telegram: %s", told)
            self._said = told
        if isinstance(error, TokenRevoked):
            return _TOKEN_SECONDS
        if isinstance(error, Temporary) and error.retry_after is not None:
            return error.retry_after
        seconds, self._next = self._next, min(self._next * 2, _LONGEST_SECONDS)
        return seconds

    def over(self) -> None:
        """Note a success."""
        if self._said:
            _log.info("telegram: all is well again")
        self._said, self._next = "", self._first


async def persistently(action: Callable[[], Awaitable[T]], outage: Outage) -> T:
    """Return what the action returns at last, however often it fails before."""
    while True:
        try:
            result = await action()
        except SendError as error:
            await asyncio.sleep(outage.wait(error))
        else:
            outage.over()
            return result


def _told(error: SendError) -> str:
    reason = error.reason.lower()
    if reason.startswith("conflict"):
        other = "has set a webhook" if "webhook" in reason else "polls"
        return f"another process {other} with this bot's token; only one can get its messages"
    return error.reason
