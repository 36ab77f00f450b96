"""Lets go of what is held when its chat's hours have come, and tells together what waits too long."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from bot.core.ports import Clock, Observer
from bot.core.releases import Ruling, backlog, decide
from bot.core.rhythm import day_start, silent_until
from bot.core.stores import HeldFor, Holding
from bot.pipeline.rest import Rest

EVERY = 1.0
"""Seconds after which the store is asked without being told that something new is held."""
CHATS_AT_ONCE = 200
QUEUES_EVERY = 15.0
SOON = 30.0
"""Seconds within which an alert mostly leaves; where one waits longer, quiet hours may have begun meanwhile."""
MOST_QUEUED = 10
LONGEST_QUEUED = timedelta(minutes=15)
"""Several alerts of which one has waited so long for its chat are told together."""


@dataclass(slots=True)
class Digests:
    """Decides for every chat with something held. Any number of processes may do so at once.

    `arrived` is called when something can be sent; `most_queued` is how many alerts may wait for one chat.
    """

    holding: Holding
    clock: Clock
    observer: Observer
    arrived: Callable[[], None]
    most_queued: int = MOST_QUEUED
    _rest: Rest = field(default_factory=Rest)
    _looked: float | None = None
    _ages: dict[str, float] = field(default_factory=dict)
    """By lane, how long its oldest alert has waited."""

    def wake(self) -> None:
        """Look at what is held now."""
        self._rest.wake()

    async def run(self, stopping: asyncio.Event) -> None:
        """Decide each second, and whenever woken, until told to stop."""
        trouble = partial(self.observer.trouble, "deciding about what is held")
        await self._rest.between(self._round, stopping, EVERY, trouble)

    async def _round(self) -> bool:
        await self.step()
        return False  # whatever is due by now has been decided

    async def step(self) -> int:
        """Decide about all whose time has come, and now and then about queues; return how many deliveries changed."""
        changed = await self._decide_held()
        now = self.clock.monotonic()
        if self._looked is None or now - self._looked >= QUEUES_EVERY:
            self._looked = now
            await self.holding.bring_forward(self.clock.now())
            changed += await self._shorten_queues()
            await self._tell_ages()
            if any(age > SOON for age in self._ages.values()):
                await self._hold_what_came_too_late()
        return changed

    def backlog(self) -> str:
        """Return where alerts have waited longer than they should; empty where none has."""
        late = {lane: age for lane, age in self._ages.items() if age > LONGEST_QUEUED.total_seconds()}
        return ", ".join(f"the oldest alert of {lane} waits {age // 60:.0f} min" for lane, age in late.items())

    async def _tell_ages(self) -> None:
        now = self.clock.now()
        self._ages = {lane: (now - at).total_seconds() for lane, at in (await self.holding.oldest()).items()}
        self.observer.waiting(self._ages)

    async def _decide_held(self) -> int:
        changed = 0
        while due := await self.holding.due(self.clock.now(), CHATS_AT_ONCE):
            ruling = Ruling()
            for each in due:
                await asyncio.sleep(0)  # a long list of chats must not keep everybody else waiting
                ruling += await self._decide(each)
            kept = await self._keep(ruling)
            changed += kept
            if not kept:  # another process is at it
                break
        return changed

    async def _decide(self, held: HeldFor) -> Ruling:
        rhythm, zone, now = held.chat.rhythm, held.chat.zone, self.clock.now()
        told = await self.holding.told_since(held.chat.id, day_start(now, zone)) if rhythm.limit else 0
        return decide(rhythm, zone, now, held.due, later=held.later, told_today=told)

    async def _shorten_queues(self) -> int:
        alerts = messages = 0
        now = self.clock.now()
        while True:
            found = await self.holding.shorten(self.most_queued, now - LONGEST_QUEUED, CHATS_AT_ONCE, now, backlog)
            if not found[0]:
                break
            alerts, messages = alerts + found[0], messages + found[1]
        if alerts:
            self.observer.notice(f"{alerts} alerts waited too long and are told in {messages} messages")
            self.arrived()
        return alerts

    async def _hold_what_came_too_late(self) -> None:
        """Hold again what has waited into its chat's quiet hours: a lane may have been unreachable for long."""
        after, now = 0, self.clock.now()
        while chats := await self.holding.waiting_with_hours(after, CHATS_AT_ONCE):
            after = chats[-1].id
            silent = [chat.id for chat in chats if silent_until(chat.rhythm, chat.zone, now)]
            if silent and await self.holding.recall(silent, now):
                self.wake()

    async def _keep(self, ruling: Ruling) -> int:
        kept = await self.holding.keep(ruling, self.clock.now())
        if kept and ruling.sends:
            self.arrived()
        return kept
