"""Sends what waits in the outbox: claim, pace, attempt, record. One Dispatch serves one lane."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from bot.core.delivery import Delivery, OnUncertain, State, Verdict, put_off
from bot.core.filters.names import Names
from bot.core.pacing import Pacer
from bot.core.ports import Clock, Notifier, Observer
from bot.core.stores import Outbox
from bot.pipeline.attempts import Attempts
from bot.pipeline.rest import Rest
from bot.pipeline.turns import LONGEST_TURN, Turns

LEASE = timedelta(seconds=60)
"""Longer than the longest a claimed delivery can take: its turn, the send, the platform's slowest answer."""
SHORT_POLL = 0.5
"""Seconds after which the outbox is looked at again without being told: another process may have filled it."""
FULL, GATHER = 0.7, 0.02
"""From which part of its places in use a lane waits so many seconds for more of them, before it claims."""
TIDY_EVERY = 60.0
RECORD_AGAIN = 2.0


@dataclass(slots=True)
class Dispatch:
    """A lane's sender. `sleep` waits on the same clock that paces."""

    lane: str
    outbox: Outbox
    notifier: Notifier
    pacer: Pacer
    names: Names
    clock: Clock
    observer: Observer
    at_once: int = 30
    """Sends in flight at most, which bounds what a kill can double."""
    on_uncertain: OnUncertain = OnUncertain.RESEND
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    may_send: Callable[[], bool] = lambda: True
    """Whether the lane is this process's: asked before each claim and right before each send."""
    fence: int | None = None
    """The number of the lane's lease, which every claim must still match; None where nobody else can claim."""
    _rest: Rest = field(default_factory=Rest)
    in_flight: set[int] = field(default_factory=set)
    """Deliveries claimed here whose end is not kept yet: theirs is known, however long the store is away."""
    _sending: set[asyncio.Task[None]] = field(default_factory=set)
    _tidied: float = 0.0
    _revoked: bool = False

    def wake(self) -> None:
        """Look at the outbox now."""
        self._rest.wake()

    async def run(self, stopping: asyncio.Event) -> None:
        """Send until told to stop; then finish what is in flight."""
        trouble = partial(self.observer.trouble, f"dispatching {self.lane}")
        await self._rest.between(self.step, stopping, SHORT_POLL, trouble)
        await asyncio.gather(*self._sending)

    async def step(self) -> bool:
        """Claim what may be sent now and begin to send it; return whether there may be more."""
        if self._free() <= 0:
            await asyncio.wait(self._sending, return_when=asyncio.FIRST_COMPLETED)
        if len(self._sending) > self.at_once * FULL:
            # Places come free together, as ends are kept together; a claim for each would cost more than all the rest.
            await self.sleep(GATHER)
        if (free := self._free()) <= 0:
            return True
        if not self.may_send():
            return False
        now = self.clock.monotonic()
        self._tidy(now)
        if (wait := self.pacer.lane_ready_at(now) - now) > 0:
            await self.sleep(min(wait, SHORT_POLL))
            return True
        claimed = await self.outbox.claim(self.lane, self.clock.now(), LEASE, free, fence=self.fence)
        for delivery in claimed:
            task = asyncio.create_task(self._deliver(delivery))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        return bool(claimed)

    def _free(self) -> int:
        # A refused token is tried with one message, not with as many as fit.
        return (1 if self._revoked else self.at_once) - len(self._sending)

    async def _deliver(self, delivery: Delivery) -> None:
        self.in_flight.add(delivery.id)
        try:
            attempts = self._attempts()
            verdict = await attempts.found(delivery) or await self._await_turn(delivery)
            if verdict is None and not self.may_send():
                return await self.outbox.release([delivery])
            verdict = verdict or await attempts.send(delivery)
            self._heed(delivery, verdict)
            if not await self._record(delivery, verdict):
                self.observer.notice(f"delivery {delivery.id} took longer than its lease and may arrive twice")
            self.observer.delivered(delivery, verdict)
        except Exception as error:  # the lease brings the delivery back
            self.observer.trouble(f"delivering {delivery.id}", error)
        finally:
            self.in_flight.discard(delivery.id)
        self.wake()

    def _turns(self) -> Turns:
        return Turns(self.pacer, self.clock, self.sleep)

    def _attempts(self) -> Attempts:
        return Attempts(self.notifier, self.names, self.clock, self.observer, self.on_uncertain, self.sleep)

    async def _record(self, delivery: Delivery, verdict: Verdict) -> bool:
        """Keep how a send ended, however long the store is away: a result that is lost is a message sent twice."""
        while True:
            try:
                return await self.outbox.record(delivery, verdict, self.clock.now())
            except Exception as error:
                self.observer.trouble(f"recording delivery {delivery.id}", error)
                await self.sleep(RECORD_AGAIN)

    async def _await_turn(self, delivery: Delivery) -> Verdict | None:
        """Wait until no window and no halt stands against the send, and count it before anybody else can look.

        Return a verdict instead where the chat's turn is so far off that its place in flight is better used by others.
        """
        wait = await self._turns().wait_as_alert(delivery.to, delivery.chat.kind, LONGEST_TURN)
        return put_off(self.clock.now() + timedelta(seconds=wait)) if wait else None

    def _heed(self, delivery: Delivery, verdict: Verdict) -> None:
        """Hold the lane or the chat as long as the platform asked, and tell of a token that was refused, once.

        A delivery that failed by itself holds up nobody here: whether later ones may pass it the outbox knows.
        """
        if verdict.due_at and verdict.state is State.QUEUED and not verdict.counts and not verdict.moved_to:
            wait = (verdict.due_at - self.clock.now()).total_seconds()
            self._turns().halt(wait, None if verdict.halt_lane_until else delivery.to)
        if verdict.token_revoked and not self._revoked:
            why = f"the token is no longer accepted ({verdict.error})"
            self.observer.notice(f"{self.lane}: {why}; alerts wait for a new one")
        # Only an answer to a send tells about the token; one that went back to wait for its turn says nothing.
        self._revoked = verdict.token_revoked or (self._revoked and verdict.state is State.QUEUED)

    def _tidy(self, now: float) -> None:
        if now - self._tidied >= TIDY_EVERY:
            self._tidied = now
            self.pacer.forget_idle(now)
