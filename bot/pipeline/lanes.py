"""One process at a time speaks for a lane: the one that holds its lease, and only while it surely does."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.core.ports import Clock, Observer
from bot.core.stores import Leases

LEASE_SECONDS, RENEW_SECONDS = 10.0, 3.0
ASK_SECONDS = 1.0
"""How often a process that stands by asks for the lane: with the lease, how long a dead owner is missed."""
MARGIN_SECONDS = 2.0
"""How much sooner than the lease we take it to be over: a send that has begun must reach the platform before that."""


@dataclass(slots=True)
class HeldLane:
    """A lane's lease in one process. `begin` is called with its fence when the lane becomes ours, and `end` when it is
    no longer; between the two `may_send` tells whether it is ours at this moment.

    The lease is renewed on a timer that waits for nothing else, and its end is known by our own clock, however long the
    store is silent.
    """

    lane: str
    holder: str
    leases: Leases
    clock: Clock
    observer: Observer
    begin: Callable[[int], Awaitable[None]]
    end: Callable[[], Awaitable[None]]
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _until: float = 0.0
    _fence: int | None = None
    """The lease we hold, or held last without another since; None once another had it."""
    _begun: int | None = None
    stands_by: bool = False
    """Whether another process had the lane when we last asked."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The lease's name in the store."""
        return f"lane {self.lane}"

    @property
    def is_ours(self) -> bool:
        return self.clock.monotonic() < self._until

    def may_send(self) -> bool:
        """Return whether a send may begin now."""
        return self._begun is not None and self._begun == self._fence and self.is_ours

    def start(self) -> None:
        """Begin to ask for the lane."""
        self._tasks = [asyncio.create_task(self._hold()), asyncio.create_task(self._follow())]

    @property
    def has_failed(self) -> bool:
        """Whether nobody looks after the lane any more."""
        return any(task.done() for task in self._tasks)

    async def stop(self) -> None:
        """Let go of the lane, for others to take at once; what `begin` began must have ended."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._until = 0.0
        try:
            await self.leases.give_up(self.name, self.holder)
        except Exception as error:  # then it lapses by itself
            self.observer.trouble(f"giving up {self.lane}", error)

    async def _hold(self) -> None:
        while True:
            await self._ask()
            self._changed.set()
            await self.sleep(RENEW_SECONDS if self.is_ours else ASK_SECONDS)

    async def _ask(self) -> None:
        """Take or renew the lease. From the moment of asking on it is ours for so long, should it be granted."""
        asked = self.clock.monotonic()
        asking = asyncio.create_task(self._take())
        try:
            # Without an answer in time the lane is no longer ours, and what belongs to it must end.
            waiting = asyncio.create_task(self._wait_for_the_end())
            await asyncio.wait((asking, waiting), return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if not asking.done():
                self._changed.set()
            self._heed(await asking, asked)
        finally:
            asking.cancel()

    async def _wait_for_the_end(self) -> None:
        while self.is_ours:
            await self.sleep(self._until - self.clock.monotonic())

    async def _take(self) -> int | None:
        try:
            return await self.leases.take(self.name, self.holder, LEASE_SECONDS) or 0
        except Exception as error:  # the store may be away for a while; until the lease's end the lane stays ours
            self.observer.trouble(f"holding {self.lane}", error)
            return None

    def _heed(self, fence: int | None, asked: float) -> None:
        if fence is None:
            return
        if not fence:
            if self._fence is not None:
                self.observer.notice(f"{self.lane}: another process has taken over")
            self._until, self._fence, self.stands_by = 0.0, None, True
            return
        if self.stands_by:
            self.observer.notice(f"{self.lane}: taken over from a process that ended or fell silent")
        self._until, self._fence, self.stands_by = asked + LEASE_SECONDS - MARGIN_SECONDS, fence, False

    async def _follow(self) -> None:
        """Begin and end what belongs to the lane, one after the other, as it becomes ours and is lost."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self._catch_up()
            except Exception as error:  # the store may be away for a while; the next answer tries again
                self.observer.trouble(f"taking over {self.lane}", error)

    async def _catch_up(self) -> None:
        wanted = self._fence if self.is_ours else None
        if self._begun is not None and self._begun != wanted:
            self._begun = None
            await self.end()
        if wanted is not None and self._begun is None:
            await self.begin(wanted)
            self._begun = wanted
