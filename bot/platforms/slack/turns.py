"""Commands in turn: one chat's in order, different chats at once, none twice."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any

KEEP_SECONDS = 3600.0  # Slack tells of an event again within about six minutes, and never after an hour
_MOST = 20_000


class Seen:
    """Remembers keys for an hour, so that what Slack repeats is done once. `monotonic` gives seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._keys: OrderedDict[str, float] = OrderedDict()

    def is_new(self, key: str) -> bool:
        """Note a key and say whether it was not there; an empty key is always new."""
        now = self._monotonic()
        while self._keys and (len(self._keys) >= _MOST or next(iter(self._keys.values())) < now - KEEP_SECONDS):
            self._keys.popitem(last=False)
        if key and key in self._keys:
            return False
        self._keys[key] = now
        return True


class Turns:
    """Runs work in the background, in order for each chat."""

    def __init__(self) -> None:
        self._last: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, chat: str, work: Coroutine[Any, Any, None]) -> None:
        """Start work once all that was added for this chat before it is done."""
        task = asyncio.create_task(self._after(self._last.get(chat), work))
        self._last[chat] = task
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._forget(chat, done))

    async def finish(self, seconds: float) -> None:
        """Wait for what is under way; what takes longer than `seconds` is cancelled."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _after(self, earlier: asyncio.Task[None] | None, work: Coroutine[Any, Any, None]) -> None:
        try:
            if earlier is not None:
                await asyncio.wait([earlier])
            await work
        finally:
            with contextlib.suppress(RuntimeError):
                work.close()

    def _forget(self, chat: str, done: asyncio.Task[None]) -> None:
        self._tasks.discard(done)
        if self._last.get(chat) is done:
            del self._last[chat]
