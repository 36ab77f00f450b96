"""Runs at intervals, whatever the wall clock does and however long a run takes."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, tzinfo

import pytest
from apscheduler.schedulers import base

from bot.scheduler import LATE_SECONDS, WATCH_SECONDS, Scheduler
from tests.fakes.clock import FakeClock
from tests.fakes.waiting import until


class Runs:
    """A callable that counts its runs and how many went on at once."""

    def __init__(self, takes: float = 0.0) -> None:
        self.count = self.at_once = self.most_at_once = 0
        self.gate: asyncio.Event | None = None
        self._takes = takes

    async def __call__(self) -> None:
        self.count += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await (self.gate.wait() if self.gate else asyncio.sleep(self._takes))
        finally:
            self.at_once -= 1

    async def reach(self, count: int) -> None:
        await until(lambda: self.count >= count)


class WallClock:
    """APScheduler's wall clock, to be set back or forward."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shift = shift = [timedelta(0)]

        class Shifted(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> "Shifted":
                told = datetime.now(tz) + shift[0]
                return cls.fromtimestamp(told.timestamp(), tz)

        monkeypatch.setattr(base, "datetime", Shifted)

    def set(self, **by: float) -> None:
        self.shift[0] += timedelta(**by)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    return WallClock(monkeypatch)


@pytest.fixture
def clock() -> FakeClock:
    """The clock of the watch; it moves only when told."""
    return FakeClock(runs_free=False)


@pytest.fixture
async def scheduler(clock: FakeClock) -> AsyncIterator[Scheduler]:
    made = Scheduler(clock.monotonic, clock.sleep)
    yield made
    made.stop()
    await asyncio.sleep(0)


async def pass_time(clock: FakeClock, seconds: float) -> None:
    """Let the watch look as often as it would in so many seconds."""
    for _ in range(int(seconds / WATCH_SECONDS) + 1):
        clock.advance(WATCH_SECONDS)
        for _ in range(5):
            await asyncio.sleep(0)


async def test_a_job_runs_again_and_again_first_after_one_interval(scheduler: Scheduler) -> None:
    runs = Runs()
    scheduler.every(0.05, "job", runs)
    began = time.monotonic()
    scheduler.start()
    await asyncio.sleep(0.02)
    assert runs.count == 0
    await runs.reach(3)
    assert time.monotonic() - began >= 0.14


async def test_a_run_that_raises_is_logged_and_the_next_comes(
    scheduler: Scheduler, caplog: pytest.LogCaptureFixture
) -> None:
    runs = Runs()

    async def raises() -> None:
        await runs()
        raise RuntimeError("a bug")

    scheduler.every(0.02, "job", raises)
    scheduler.start()
    await runs.reach(3)
    assert "job failed" in caplog.text


async def test_a_run_slower_than_its_interval_is_never_doubled(scheduler: Scheduler) -> None:
    runs = Runs(takes=0.06)
    scheduler.every(0.01, "job", runs)
    scheduler.start()
    await runs.reach(4)
    assert runs.most_at_once == 1


async def test_no_run_is_lost_after_the_loop_stood_still(scheduler: Scheduler) -> None:
    runs, others = Runs(), [Runs() for _ in range(5)]
    scheduler.every(0.05, "job", runs)
    for number, each in enumerate(others):
        scheduler.every(0.05, f"other {number}", each)
    scheduler.start()
    await runs.reach(1)
    before = [each.count for each in (runs, *others)]
    time.sleep(1.2)  # noqa: ASYNC251 - longer than APScheduler's own grace of a second
    await asyncio.sleep(0.03)
    assert [each.count for each in (runs, *others)] == [count + 1 for count in before]


async def test_a_wall_clock_set_back_stops_apscheduler_and_the_watch_sets_it_going_again(
    scheduler: Scheduler, clock: FakeClock, wall: WallClock
) -> None:
    runs = Runs()
    scheduler.every(0.05, "job", runs)
    scheduler.start()
    await runs.reach(1)
    wall.set(hours=-1)
    await asyncio.sleep(0.12)
    stopped_at = runs.count
    await asyncio.sleep(0.15)
    assert runs.count == stopped_at
    await pass_time(clock, LATE_SECONDS + WATCH_SECONDS)
    assert runs.count == stopped_at + 1
    await runs.reach(stopped_at + 5)


@pytest.mark.parametrize("days", [1 / 24, 20_000])
async def test_a_wall_clock_set_forward_costs_one_run_and_no_time(
    scheduler: Scheduler, wall: WallClock, days: float
) -> None:
    runs = Runs()
    scheduler.every(0.05, "job", runs)
    scheduler.start()
    await runs.reach(1)
    wall.set(days=days)
    began = time.monotonic()
    await runs.reach(runs.count + 3)
    assert time.monotonic() - began < 1.0
    assert runs.most_at_once == 1


async def test_the_watch_runs_what_an_apscheduler_that_died_does_not(
    scheduler: Scheduler, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    runs = Runs()
    scheduler.every(0.5, "job", runs)
    scheduler.start()
    scheduler._scheduler.pause()
    await pass_time(clock, LATE_SECONDS - WATCH_SECONDS)
    assert runs.count == 0
    await pass_time(clock, 3 * WATCH_SECONDS)
    assert runs.count == 1
    assert caplog.text.count("late with job") == 1
    await pass_time(clock, 2 * LATE_SECONDS)
    assert runs.count >= 2


async def test_the_watch_never_runs_a_job_that_is_still_at_it(
    scheduler: Scheduler, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    runs = Runs()
    runs.gate = asyncio.Event()
    scheduler.every(0.02, "job", runs)
    scheduler.start()
    await runs.reach(1)
    await pass_time(clock, 4 * LATE_SECONDS)
    assert runs.count == 1
    assert "job has been running for" in caplog.text
    runs.gate.set()
    await runs.reach(3)
    assert runs.most_at_once == 1


async def test_apscheduler_never_runs_a_job_that_the_watch_has_taken_over(
    scheduler: Scheduler, clock: FakeClock
) -> None:
    runs = Runs()
    runs.gate = asyncio.Event()
    scheduler.every(0.05, "job", runs)
    scheduler.start()
    scheduler._scheduler.pause()
    await pass_time(clock, LATE_SECONDS + WATCH_SECONDS)
    assert runs.count == 1
    scheduler._scheduler.resume()
    await asyncio.sleep(0.2)
    assert (runs.count, runs.at_once) == (1, 1)
    runs.gate.set()
    await runs.reach(3)
    assert runs.most_at_once == 1


async def test_a_slow_job_taken_over_does_not_keep_the_watch_from_others(
    scheduler: Scheduler, clock: FakeClock
) -> None:
    slow, quick = Runs(), Runs()
    slow.gate = asyncio.Event()
    scheduler.every(0.5, "slow", slow)
    scheduler.every(0.5, "quick", quick)
    scheduler.start()
    scheduler._scheduler.pause()
    await pass_time(clock, 3 * LATE_SECONDS)
    assert slow.count == 1
    assert quick.count >= 2


async def test_a_stop_begins_no_more_runs(scheduler: Scheduler) -> None:
    runs = Runs()
    scheduler.every(0.02, "job", runs)
    scheduler.start()
    await runs.reach(1)
    scheduler.stop()
    await asyncio.sleep(0.01)
    count = runs.count
    await asyncio.sleep(0.1)
    assert runs.count == count


def test_a_scheduler_that_never_started_can_be_stopped(clock: FakeClock) -> None:
    made = Scheduler(clock.monotonic)
    made.every(1, "job", Runs())
    made.stop()


async def test_a_scheduler_can_be_stopped_twice(scheduler: Scheduler, caplog: pytest.LogCaptureFixture) -> None:
    scheduler.every(1, "job", Runs())
    scheduler.start()
    scheduler.stop()
    scheduler.stop()
    await asyncio.sleep(0.01)
    scheduler.stop()
    await asyncio.sleep(0.01)
    assert caplog.records == []
