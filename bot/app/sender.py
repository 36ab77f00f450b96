"""One lane in one process: its lease, what it sends, and its ears where only one process may have them."""

import asyncio

from bot.app.foundation import Foundation
from bot.app.speakers import Opened
from bot.core.delivery import OnUncertain
from bot.core.pacing import EDIT_LIMITS, Pacer
from bot.pipeline.dispatch import Dispatch
from bot.pipeline.edits import Editor
from bot.pipeline.lanes import HeldLane


class Sender:
    """Sends while the lane is this process's, and stands by while it is another's. `holder` is this process's name."""

    def __init__(self, foundation: Foundation, opened: Opened, holder: str) -> None:
        self._base, self._opened = foundation, opened
        self._stopping = asyncio.Event()
        self._listens = False
        self._fence: int | None = None
        self._running: asyncio.Task[None] | None = None
        self.held = HeldLane(
            lane=opened.lane,
            holder=holder,
            leases=foundation.store.leases,
            clock=foundation.clock,
            observer=foundation.observer,
            begin=self._begin,
            end=self._end,
        )
        self.dispatch = Dispatch(
            lane=opened.lane,
            outbox=foundation.store.outbox,
            notifier=opened.notifier,
            pacer=opened.pacer,
            names=foundation.lexicon,
            clock=foundation.clock,
            observer=foundation.observer,
            at_once=opened.at_once,
            on_uncertain=foundation.settings.on_uncertain,
            may_send=self.held.may_send,
        )

    def start(self) -> None:
        """Ask for the lane, and send once it is ours."""
        self._running = asyncio.create_task(self._send())
        self.held.start()

    async def _send(self) -> None:
        works: list[Dispatch | Editor] = [self.dispatch]
        if self._base.settings.edit_messages:
            works.append(self._editor())
        await asyncio.gather(*(work.run(self._stopping) for work in works))

    def _editor(self) -> Editor:
        base, opened = self._base, self._opened
        limits = EDIT_LIMITS.get(opened.platform)
        return Editor(
            lane=opened.lane,
            edits=base.store.edits,
            notifier=opened.notifier,
            pacer=opened.pacer,
            own=Pacer(limits) if limits else None,
            names=base.lexicon,
            clock=base.clock,
            observer=base.observer,
            may_send=self.held.may_send,
        )

    def begin_to_stop(self) -> None:
        """Start no more sends."""
        self._stopping.set()
        self.dispatch.wake()

    async def stop(self, seconds: float) -> None:
        """Stop listening, let sends under way finish for so long, then let go of the lane."""
        self.begin_to_stop()
        await asyncio.gather(self._end(), self._finish(seconds))
        await self.held.stop()

    @property
    def has_failed(self) -> bool:
        """Whether nobody sends or looks after the lane any more."""
        return self.held.has_failed or bool(self._running and self._running.done())

    async def _begin(self, fence: int) -> None:
        # Under the same number nobody else had the lane meanwhile: what is claimed is our own, and on its way.
        if fence != self._fence:
            await self._recover()
            self._fence = fence
            self.dispatch.fence = None if self._base.store.database.is_sqlite else fence
        await self._listen()
        self.dispatch.wake()

    async def _listen(self) -> None:
        listener = self._opened.listener if self._opened.heard_by_owner else None
        if listener and not self._listens and not self._stopping.is_set():
            await listener.start()
            self._listens = True
            if self._stopping.is_set():
                await self._end()

    async def _finish(self, seconds: float) -> None:
        if self._running:
            _, late = await asyncio.wait([self._running], timeout=seconds)
            for task in late:
                task.cancel()

    async def _end(self) -> None:
        if self._listens and self._opened.listener:
            self._listens = False
            await self._opened.listener.stop()

    async def recover_lapsed(self) -> int:
        """Queue again what this process claimed and lost sight of; another's clock would judge its leases wrongly."""
        return await self._recover(lapsed=True) if self.held.may_send() else 0

    async def _recover(self, *, lapsed: bool = False) -> int:
        base, policy = self._base, self._base.settings.on_uncertain
        now, lane = base.clock.now(), self._opened.lane
        ours = self.dispatch.in_flight
        recovered = await base.store.outbox.recover(now, policy, lane=lane, lapsed=lapsed, sparing=ours)
        if recovered:
            again = policy is OnUncertain.RESEND
            fate = "sent again, marked as a possible repeat" if again else "kept aside: see crisis-bot outbox"
            what = "1 delivery" if recovered == 1 else f"{recovered} deliveries"
            base.observer.notice(f"{lane}: {what} of a process that ended, {fate}")
        return recovered
