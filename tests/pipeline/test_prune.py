"""A round removes all that has had its time, in small steps with room for others between them."""

from collections import Counter
from datetime import timedelta

from bot.core.stores import Kept, Retention
from bot.pipeline.prune import AT_ONCE, LISTED, REASONS, SEEN, Prune
from tests.fakes.clock import FakeClock


class Heap:
    """Fulfils `bot.core.stores.Pruning` over numbers of rows that are old."""

    def __init__(self, **old: int) -> None:
        self.old = Counter({Kept(kind): count for kind, count in old.items()})
        self.asked: list[Retention] = []
        self.change = 7

    async def prune(self, kind: Kept, retention: Retention, limit: int) -> int:
        self.asked.append(retention)
        removed = min(self.old[kind], limit)
        self.old[kind] -= removed
        return removed

    async def last_change(self) -> int:
        return self.change


def pruner(heap: Heap, clock: FakeClock, days: int = 90) -> Prune:
    return Prune(heap, clock, timedelta(days=days), clock.sleep)


async def test_a_round_removes_everything_and_breathes_between_its_steps() -> None:
    heap, clock = Heap(deliveries=3 * AT_ONCE + 1, stories=5), FakeClock()
    assert await pruner(heap, clock).round() == 3 * AT_ONCE + 6
    assert heap.old.total() == 0
    assert len(clock.slept) == 5


async def test_how_long_things_are_kept_is_the_operators_to_say() -> None:
    heap, clock = Heap(), FakeClock()
    await pruner(heap, clock, days=30).round()
    assert heap.asked[0] == Retention(
        clock.now() - timedelta(days=30), clock.now() - REASONS, clock.now() - SEEN, LISTED, 0
    )


async def test_a_filter_goes_only_when_a_whole_round_has_passed_since_it_fell_out_of_use() -> None:
    heap, clock = Heap(), FakeClock()
    prune = pruner(heap, clock)
    await prune.round()
    heap.change = 9
    await prune.round()
    await prune.round()
    assert [heap.asked[n * len(Kept)].change for n in range(3)] == [0, 7, 9]
