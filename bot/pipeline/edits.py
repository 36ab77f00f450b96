"""Changes messages sent before, as their stories change. One Editor serves one lane, behind its replies and alerts."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from bot.core.delivery import State, Verdict, put_off
from bot.core.editing import Edit, edit_failed, edited
from bot.core.errors import SendError
from bot.core.filters.names import Names
from bot.core.pacing import Pacer
from bot.core.ports import Clock, Notifier, Observer
from bot.core.stores import Edits
from bot.core.telling import tell
from bot.pipeline.rest import Rest
from bot.pipeline.turns import LONGEST_TURN, Turns

LEASE = timedelta(seconds=60)
AT_ONCE = 4
"""Edits claimed together and made one after the other: an alert that comes meanwhile waits for one of them at most."""
REST = 1.0
"""Seconds between two looks at what waits."""


@dataclass(slots=True)
class Editor:
    """A lane's editor. `pacer` is the lane's; `own` counts edits apart where the platform does."""

    lane: str
    edits: Edits
    notifier: Notifier
    pacer: Pacer
    names: Names
    clock: Clock
    observer: Observer
    own: Pacer | None = None
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    may_send: Callable[[], bool] = lambda: True
    """Whether the lane is this process's: asked before each claim and right before each edit."""
    _rest: Rest = field(default_factory=Rest)

    async def run(self, stopping: asyncio.Event) -> None:
        """Edit until told to stop; then finish the one under way."""
        trouble = partial(self.observer.trouble, f"editing in {self.lane}")
        await self._rest.between(partial(self.step, stopping), stopping, REST, trouble)

    async def step(self, stopping: asyncio.Event | None = None) -> bool:
        """Make the edits that are due, unless an alert is; return whether there may be more."""
        now = self.clock.monotonic()
        if not self.may_send() or self.pacer.lane_ready_at(now) > now:
            return False
        claimed = await self.edits.claim(self.lane, self.clock.now(), LEASE, AT_ONCE)
        for edit in claimed:
            if stopping and stopping.is_set():
                await self._record(edit, self._later(0.0))
                continue
            await self._edit(edit)
        return bool(claimed)

    async def _edit(self, edit: Edit) -> None:
        try:
            verdict = await self._await_turn(edit)
            if verdict is None and not self.may_send():
                verdict = self._later(0.0)
            verdict = verdict or await self._change(edit)
            await self._record(edit, verdict)
        except Exception as error:  # the lease brings the edit back
            self.observer.trouble(f"editing delivery {edit.delivery.id}", error)

    async def _record(self, edit: Edit, verdict: Verdict) -> None:
        # One that was queued anew meanwhile stays so: what it was queued for may not have been in it.
        await self.edits.record(edit, verdict, self.clock.now())
        self.observer.edited(edit, verdict)

    async def _await_turn(self, edit: Edit) -> Verdict | None:
        """Wait until no limit stands against the edit, and count it; a verdict where that takes too long."""
        wait = await self._turns().wait_as_alert(edit.to, edit.delivery.chat.kind, LONGEST_TURN)
        return self._later(wait) if wait else None

    def _later(self, seconds: float) -> Verdict:
        return put_off(self.clock.now() + timedelta(seconds=seconds))

    def _turns(self) -> Turns:
        return Turns(self.own or self.pacer, self.clock, self.sleep)

    async def _change(self, edit: Edit) -> Verdict:
        try:
            await self.notifier.edit(edit.to, edit.message_id, tell(self.names, edit.delivery, changed=True))
            return edited()
        except SendError as error:
            verdict = edit_failed(edit, error, self.clock.now())
            self._heed(edit, verdict)
            return verdict
        except Exception as error:  # one message that cannot be made must not stop the others
            self.observer.trouble(f"rendering story {edit.delivery.story.id} again", error)
            return Verdict(State.DEAD, error=f"could not be made: {type(error).__name__}")

    def _heed(self, edit: Edit, verdict: Verdict) -> None:
        """Hold the lane or the chat as long as the platform asked: where edits are counted apart, those alone."""
        if verdict.state is not State.QUEUED or not verdict.due_at:
            return
        wait = (verdict.due_at - self.clock.now()).total_seconds()
        self._turns().halt(wait, None if verdict.halt_lane_until else edit.to)
