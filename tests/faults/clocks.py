"""The wall clock jumps, the event loop stands still, the process is told to stop in the middle of a visit."""

import asyncio
import time

from bot.scheduler import LATE_SECONDS, WATCH_SECONDS, Scheduler
from tests.end_to_end.crowd import settle_crowd
from tests.end_to_end.process import LONGEST_STOP
from tests.end_to_end.stage import Stage, stage
from tests.end_to_end.waiting import until
from tests.faults.result import Result, expect_all_ended
from tests.faults.skewed import MODULE
from tests.faults.sources import QUIET, let_poll, rss, visits_ended

REASONS: dict[str, str] = {
    "f10_the_wall_clock_jumps_an_hour": "summer time is no jump here: all times are kept in UTC",
}
_HOUR = 3600
_JUMPS = (_HOUR, 0, -_HOUR)
"""Where the wall clock is put, one after the other, in seconds ahead of the truth."""
_DUE_IN = 2.0


async def f10_the_wall_clock_jumps_an_hour(watch: float = WATCH_SECONDS, late: float = LATE_SECONDS) -> Result:
    """Forward or back, no visit waits for an hour: each comes within seconds, and its alert is sent once."""
    result = Result(len(_JUMPS))
    shorter = f"bot.scheduler.WATCH_SECONDS={watch} bot.scheduler.LATE_SECONDS={late}"
    async with stage() as scene:
        await settle_crowd(scene, 1)
        let_poll(scene, {"news": scene.web.serve("/news", rss())})
        skew = scene.folder / "skew.txt"
        worker = await scene.begin("worker", module=MODULE, SKEW=str(skew), PATIENCE=shorter, **QUIET)
        await visits_ended(scene)
        titles = []
        for number, seconds in enumerate(_JUMPS):
            titles.append(f"Mali, jump {number}")
            scene.web.serve("/news", rss(*reversed(titles)))
            skew.write_text(str(seconds), encoding="utf-8")
            # By the bot's time, which follows the wall clock forward and not back.
            due = int((time.time() + max(_JUMPS[: number + 1]) + _DUE_IN) * 1e6)
            scene.rows.run("UPDATE feeds SET next_poll_at = :due", due=due)
            began = time.monotonic()
            await _arrived(scene, number + 1, watch + late + 15)
            came = time.monotonic() - began
            result.remarks.append(f"{seconds:+} s: the alert of a visit due in {_DUE_IN:g} s came after {came:.1f} s")
        result.count([(1, title) for title in titles], scene.telegram.sent)
        await scene.rows.delivered()
        result.expect(worker.running, "the process has ended")
        expect_all_ended(result, scene)
    return result


async def f47_the_scheduler_is_late_or_broken_off(jobs: int = 40, stall: float = 1.5) -> Result:
    """No run is dropped for being late, and a visit that a stop breaks off is made by the next process."""
    result = Result(2)
    counts, before, after = await _stalled(jobs, stall)
    result.remarks.append(f"{jobs} jobs, the loop stood still for {stall} s: {min(after)} to {max(after)} runs at once")
    result.lost += sum(now == then for now, then in zip(after, before, strict=True))
    result.expect(max(counts) <= 1, "two runs of one job at once")
    await _stopped_while_visiting(result)
    return result


async def _stalled(jobs: int, stall: float) -> tuple[list[int], list[int], list[int]]:
    """Return how many runs of each job went on at once at most, and how many there were before and after a stall."""
    runs, at_once, most = [0] * jobs, [0] * jobs, [0] * jobs

    def job(number: int):  # type: ignore[no-untyped-def]
        async def run() -> None:
            runs[number] += 1
            at_once[number] += 1
            most[number] = max(most[number], at_once[number])
            await asyncio.sleep(0.005)
            at_once[number] -= 1

        return run

    scheduler = Scheduler(time.monotonic)
    for number in range(jobs):
        scheduler.every(0.2, f"job {number}", job(number))
    scheduler.start()
    try:
        await until(lambda: min(runs) >= 1)
        await asyncio.sleep(0.05)  # none is at it
        before = [*runs]
        time.sleep(stall)  # noqa: ASYNC251 - the stall
        await asyncio.sleep(0.1)
        return most, before, [*runs]
    finally:
        scheduler.stop()
        await asyncio.sleep(0.01)


async def _stopped_while_visiting(result: Result) -> None:
    async with stage() as scene:
        await settle_crowd(scene, 1)
        let_poll(scene, {"news": scene.web.serve("/news", rss())})
        worker = await scene.begin("worker", **QUIET)
        await visits_ended(scene)
        scene.web.serve("/news", rss("Mali, broken off"))
        scene.web.pages["/news"].delay = 60
        scene.rows.make_feeds_due()
        await until(lambda: scene.web.hits("/news") == 2)
        status, seconds = await worker.stop()
        result.expect(status == 0, f"exit status {status}")
        result.expect(seconds < LONGEST_STOP, f"the stop took {seconds:.1f} s")
        left = scene.rows.one("SELECT next_poll_at FROM feeds") / 1e6 - time.time()
        result.expect(left <= 0, f"the visit that was broken off is due in {left:.0f} s")
        scene.web.pages["/news"].delay = 0
        await scene.begin("worker", **QUIET)
        await visits_ended(scene)
        await scene.rows.delivered()
        result.count([(1, "Mali, broken off")], scene.telegram.sent)


async def _arrived(scene: Stage, count: int, timeout: float) -> None:  # noqa: ASYNC109 - handed on
    try:
        await scene.telegram.wait_for(count, timeout)
    except TimeoutError:
        return  # counted as lost
