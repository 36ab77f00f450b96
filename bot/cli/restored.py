"""`crisis-bot restored`: the operator's word that the database was put back from a backup."""

from contextlib import AsyncExitStack

from bot.app.foundation import Foundation, keep_alone, lay_foundation, ready_database, used
from bot.core.delivery import OPEN
from bot.core.stores import Forgotten
from bot.pipeline.restored import Restored
from bot.settings import Settings


async def carry_out(settings: Settings, *, sure: bool) -> None:
    """Let go what waited, or unless that is `sure` say what would be; raises StartError where a worker is at work."""
    foundation = lay_foundation(settings)
    async with AsyncExitStack() as exits:
        exits.push_async_callback(foundation.store.close)
        exits.callback(keep_alone(foundation))
        await ready_database(foundation)
        told = await used(foundation.store.database, _declared(foundation) if sure else _foreseen(foundation))
    print(told)


async def _declared(foundation: Foundation) -> str:
    store = foundation.store
    restored = Restored(store.epochs, store.mark, foundation.clock, foundation.observer)
    return _told(await restored.declare(), "{alerts} cancelled. What {feeds} at the next visit counts as known.")


async def _foreseen(foundation: Foundation) -> str:
    counts, feeds = await foundation.store.outbox.counts(), await foundation.store.feeds.all()
    waits = sum(counts.get(state, 0) for state in OPEN)
    visited = sum(feed.polled_before for feed in feeds)
    would = "{alerts} would be cancelled. What {feeds} at the next visit would count as known."
    return _told(Forgotten(waits, visited), f"{would}\nNothing was changed; crisis-bot restored --yes does it.")


def _told(forgotten: Forgotten, sentence: str) -> str:
    waits, feeds = forgotten.deliveries, forgotten.feeds
    alerts = "1 alert that waited" if waits == 1 else f"{waits} alerts that waited"
    return sentence.format(alerts=alerts, feeds="1 feed lists" if feeds == 1 else f"{feeds} feeds list")
