"""What is done about a store that was restored from a backup: nothing that it tells of as waiting is sent again."""

from dataclasses import dataclass

from bot.core.epoch import RESTORED, first_after, was_restored
from bot.core.ports import Clock, Observer
from bot.core.stores import Epochs, Forgotten, Mark


@dataclass(frozen=True, slots=True)
class Restored:
    """Watches over the store's epoch. Without a mark outside of the store, only the operator can tell."""

    epochs: Epochs
    mark: Mark | None
    clock: Clock
    observer: Observer

    async def check(self) -> None:
        """Look whether the store was restored, before anything is sent or visited."""
        noted = await self.mark.noted() if self.mark else 0
        if was_restored(await self.epochs.kept(), noted):
            self._tell(await self.declare())
        else:
            await self.advance()

    async def declare(self) -> Forgotten:
        """Treat the store as restored: cancel what waits, let the feeds' next visits be silent."""
        noted = await self.mark.noted() if self.mark else 0
        epoch = first_after(await self.epochs.kept(), noted)
        forgotten = await self.epochs.begin_anew(epoch, RESTORED, self.clock.now())
        await self._note(epoch)
        return forgotten

    async def advance(self) -> None:
        """Go on to the next epoch; a store copied before this is known by it afterwards."""
        try:
            epoch = await self.epochs.advance()
        except Exception as error:  # the store may be away or full for a while; the next round does it
            self.observer.trouble("keeping the epoch", error)
            return
        await self._note(epoch)

    async def _note(self, epoch: int) -> None:
        try:
            if self.mark:
                await self.mark.note(epoch)
        except OSError as error:  # an older note only means that a backup made since then is not told
            self.observer.trouble("noting the epoch", error)

    def _tell(self, forgotten: Forgotten) -> None:
        if forgotten.deliveries or forgotten.feeds:
            self.observer.notice(
                f"the database was restored from a backup: {forgotten.deliveries} alerts that waited in it are "
                f"cancelled, and what {forgotten.feeds} feeds list at their next visit counts as known"
            )
