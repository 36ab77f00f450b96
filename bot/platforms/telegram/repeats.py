"""Updates that Telegram tells again: to another process, or after a restart."""

import logging
from collections.abc import Awaitable

from bot.core.stores import Seen

_log = logging.getLogger(__name__)


class Repeats:
    """Knows across processes what was heard of one bot. Where the store is away, twice is better than not at all.

    `polled` updates are told until we confirm them, so one counts as heard when it has been handled: what a killed
    process had begun comes again. Those of a webhook are not told again once they were taken, but may be told to two
    processes at once, so they count from the first moment.
    """

    def __init__(self, seen: Seen | None, lane: str, *, polled: bool) -> None:
        self._seen, self._lane, self._polled = seen, lane, polled

    async def heard_before(self, update_id: int) -> bool:
        """Return whether an update was heard before."""
        if self._seen is None:
            return False
        key = f"{self._lane}:{update_id}"
        return await self._answer(self._seen.known(key) if self._polled else self._not_first(self._seen, key))

    async def handled(self, update_id: int) -> None:
        """Note that an update has been handled."""
        if self._seen and self._polled:
            await self._answer(self._seen.first(f"{self._lane}:{update_id}"))

    async def _not_first(self, seen: Seen, key: str) -> bool:
        return not await seen.first(key)

    async def _answer(self, asked: Awaitable[bool]) -> bool:
        try:
            return await asked
        except Exception as error:
            _log.warning("telegram: whether an update was heard before is not known (%s)", type(error).__name__)
            return False
