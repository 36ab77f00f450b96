"""Each chat's updates one after the other, different chats at once, none twice."""

import asyncio
import logging
import traceback
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

_log = logging.getLogger(__name__)
_REMEMBERED = 10_000


class Turns:
    """Runs handlers as tasks. What one raises is logged by its kind and place: its words may hold a secret."""

    def __init__(self) -> None:
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._running: set[asyncio.Task[None]] = set()

    def is_new(self, update_id: int) -> bool:
        """Whether this update was not seen before; from now on it was."""
        if update_id in self._seen:
            return False
        self._seen[update_id] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True

    def begin(
        self, chat_id: int, handle: Callable[[], Awaitable[None]], excuse: Callable[[], Awaitable[None]]
    ) -> asyncio.Task[None]:
        """Run `handle` when the chat's earlier turns are over, and `excuse` where it fails."""
        lock = self._locks.get(chat_id) or self._locks.setdefault(chat_id, asyncio.Lock())
        task = asyncio.create_task(self._run(lock, handle, excuse))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def finish(self, seconds: float) -> None:
        """Wait for the turns under way, then cancel what is left of them."""
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _run(
        self, lock: asyncio.Lock, handle: Callable[[], Awaitable[None]], excuse: Callable[[], Awaitable[None]]
    ) -> None:
        async with lock:
            try:
                await handle()
            except Exception as error:
                _log.error("telegram: an update failed: %s", place_of(error))
                try:
                    await excuse()
                except Exception as second:
                    _log.error("telegram: and so did the excuse: %s", place_of(second))


def place_of(error: Exception) -> str:
    """Return an error's kind and where it was raised, without its words."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} in {frames[-1].name}, {frames[-1].filename}:{frames[-1].lineno}"
