"""The fake clock keeps time the way the real ones do."""

import asyncio
from datetime import timedelta

from tests.fakes.clock import START, FakeClock


async def test_sleepers_wake_in_the_order_of_their_time_and_see_it() -> None:
    clock, woke = FakeClock(), list[tuple[str, float]]()
    begun = clock.monotonic()

    async def sleep(name: str, *naps: float) -> None:
        for nap in naps:
            await clock.sleep(nap)
            woke.append((name, clock.monotonic() - begun))

    await asyncio.gather(sleep("slow", 5), sleep("quick", 1, 1, 2), sleep("instant", 0))
    assert woke == [("instant", 0), ("quick", 1), ("quick", 2), ("quick", 4), ("slow", 5)]
    assert clock.now() == START + timedelta(seconds=5)


async def test_time_that_is_held_moves_when_told() -> None:
    clock = FakeClock(runs_free=False)
    nap = asyncio.create_task(clock.sleep(10))
    await asyncio.sleep(0)
    clock.advance(9)
    await asyncio.sleep(0.01)
    assert not nap.done()
    clock.advance(1)
    await nap
    assert clock.slept == [10]


async def test_a_jump_of_the_wall_wakes_nobody_and_leaves_durations_alone() -> None:
    clock = FakeClock(runs_free=False)
    nap, begun = asyncio.create_task(clock.sleep(1)), clock.monotonic()
    clock.jump_wall(-3600)
    await asyncio.sleep(0.01)
    assert not nap.done()
    assert (clock.monotonic(), clock.now()) == (begun, START - timedelta(hours=1))
    clock.advance(1)
    await nap


async def test_a_sleeper_that_is_cancelled_holds_up_nobody() -> None:
    clock = FakeClock()
    short = asyncio.create_task(clock.sleep(1))
    await asyncio.sleep(0)
    short.cancel()
    await clock.sleep(2)
    assert clock.now() == START + timedelta(seconds=2)
