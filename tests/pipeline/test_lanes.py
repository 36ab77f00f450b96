"""Promises about the one process that speaks for a lane."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.pipeline.lanes import ASK_SECONDS, LEASE_SECONDS, MARGIN_SECONDS, RENEW_SECONDS, HeldLane
from tests.fakes.clock import FakeClock
from tests.fakes.observer import RecordingObserver
from tests.fakes.store import MemoryStore

TAKEOVER = LEASE_SECONDS + ASK_SECONDS + 1
LANE = "telegram:1"


class Process:
    """What one process does with a lane."""

    def __init__(self, name: str, store: MemoryStore, clock: FakeClock) -> None:
        self.observer = RecordingObserver()
        self.story: list[str] = []
        self.frozen = asyncio.Event()
        self.frozen.set()
        self.held = HeldLane(LANE, name, store.leases, clock, self.observer, self._begin, self._end, self._sleep)
        self._clock = clock
        self.slow_end: asyncio.Event | None = None

    async def _sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        await self.frozen.wait()

    async def _begin(self, fence: int) -> None:
        self.story.append(f"begin {fence}")

    async def _end(self) -> None:
        self.story.append("end")
        if self.slow_end:
            await self.slow_end.wait()


class Scene:
    """Two processes that both could speak for a lane."""

    def __init__(self) -> None:
        self.clock = FakeClock(runs_free=False)
        self.store = MemoryStore(self.clock)
        self.first, self.second = (Process(name, self.store, self.clock) for name in ("first", "second"))

    async def begin(self) -> None:
        self.first.held.start()
        await self.pass_time(1)
        self.second.held.start()
        await self.pass_time(1)

    async def pass_time(self, seconds: float) -> None:
        """Let time pass in steps of a tenth; at no moment may both send."""
        for _ in range(int(seconds * 10)):
            self.clock.advance(0.1)
            for _ in range(10):
                await asyncio.sleep(0)
            assert not (self.first.held.may_send() and self.second.held.may_send())


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    await made.begin()
    yield made
    for process in (made.first, made.second):
        process.frozen.set()
        await process.held.stop()


async def test_one_process_speaks_for_a_lane_and_the_other_stands_by(scene: Scene) -> None:
    await scene.pass_time(10 * LEASE_SECONDS)
    assert (scene.first.held.may_send(), scene.second.held.may_send()) == (True, False)
    assert (scene.first.held.stands_by, scene.second.held.stands_by) == (False, True)
    assert (scene.first.story, scene.second.story) == (["begin 1"], [])


async def test_a_lane_that_is_given_up_is_taken_over_at_once(scene: Scene) -> None:
    await scene.first.held.stop()
    await scene.pass_time(ASK_SECONDS + 0.2)
    assert scene.second.held.may_send()
    assert scene.second.story == ["begin 2"]


async def test_a_process_that_froze_is_replaced_and_sends_nothing_when_it_wakes(scene: Scene) -> None:
    scene.first.frozen.clear()
    await scene.pass_time(TAKEOVER)
    assert scene.second.held.may_send()
    assert scene.second.observer.notices == [f"{LANE}: taken over from a process that ended or fell silent"]
    scene.first.frozen.set()
    assert not scene.first.held.may_send()
    await scene.pass_time(RENEW_SECONDS)
    assert scene.first.story == ["begin 1", "end"]
    assert scene.first.observer.notices == [f"{LANE}: another process has taken over"]
    assert scene.first.held.stands_by


async def test_the_old_owner_stops_before_the_new_one_may_begin(scene: Scene) -> None:
    scene.first.frozen.clear()
    stopped = began = 0.0
    for _ in range(200):
        await scene.pass_time(0.1)
        now = scene.clock.monotonic()
        stopped = stopped or (now if not scene.first.held.may_send() else 0.0)
        began = began or (now if scene.second.held.may_send() else 0.0)
    assert began - stopped >= MARGIN_SECONDS - 0.2


async def test_a_store_that_is_away_ends_what_the_lane_began_and_does_not_begin_it_anew_under_another_number(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise ConnectionError("the store is away")

    with monkeypatch.context() as patch:
        patch.setattr(scene.store.leases, "take", away)
        await scene.pass_time(RENEW_SECONDS)
        assert scene.first.held.may_send()
        await scene.pass_time(LEASE_SECONDS)
        assert not scene.first.held.may_send()
        assert scene.first.story == ["begin 1", "end"]
    assert scene.first.observer.troubles
    scene.second.frozen.clear()
    await scene.pass_time(LEASE_SECONDS)
    assert scene.first.story == ["begin 1", "end", "begin 1"]


async def test_a_store_that_answers_nobody_keeps_no_lane_open(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = asyncio.Event()

    async def hangs(*_: object) -> int:
        await answers.wait()
        return 1

    with monkeypatch.context() as patch:
        patch.setattr(scene.store.leases, "take", hangs)
        await scene.pass_time(LEASE_SECONDS)
        assert scene.first.story == ["begin 1", "end"]
        # An answer that comes so late says nothing about now.
        answers.set()
        await scene.pass_time(0.1)
        assert not scene.first.held.may_send()


async def test_the_lease_is_renewed_while_ending_takes_its_time(scene: Scene) -> None:
    scene.second.slow_end = asyncio.Event()
    await scene.first.held.stop()
    await scene.pass_time(ASK_SECONDS + 0.2)
    scene.second.frozen.clear()
    scene.first.held.start()
    await scene.pass_time(TAKEOVER)
    assert scene.first.held.may_send()
    scene.second.frozen.set()
    await scene.pass_time(RENEW_SECONDS)
    assert scene.second.story == ["begin 2", "end"]
    await scene.first.held.stop()
    await scene.pass_time(2)
    assert scene.second.held.is_ours
    assert not scene.second.held.may_send(), "what belonged to the earlier hold has not ended yet"
    scene.second.slow_end.set()
    await scene.pass_time(0.1)
    assert scene.second.held.may_send()


async def test_a_beginning_that_fails_is_tried_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    async def begins_late(fence: int) -> None:
        tries.append(fence)
        if len(tries) < 3:
            raise ConnectionError("the store is away")

    scene.second.held.begin = begins_late
    await scene.first.held.stop()
    await scene.pass_time(3 * RENEW_SECONDS)
    assert tries == [2, 2, 2]
    assert scene.second.held.may_send()
    assert not scene.second.held.has_failed
