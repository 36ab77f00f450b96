"""Which callable runs how often. APScheduler pulls the trigger; what is due stands in the database."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

WATCH_SECONDS = 5.0
LATE_SECONDS = 15.0
"""How late a run may be before the watch takes it over: a wall clock set back stops APScheduler's intervals."""
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class _Job:
    name: str
    seconds: float
    run: Callable[[], Awaitable[object]]
    last: float
    """When it last began or ended, on the monotonic clock."""
    running: bool = False


class _Every(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Counts from now. APScheduler's own trigger walks every interval that a wall clock set forward has skipped."""

    def __init__(self, seconds: float) -> None:
        self._gap = timedelta(seconds=seconds)

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        return now + self._gap


class Scheduler:
    """Runs async callables at intervals, never two runs of one at once, no run dropped for being late.

    A watch on the monotonic clock runs what APScheduler should have run and did not, and sets its interval anew.
    """

    def __init__(
        self, monotonic: Callable[[], float], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        # A grace of None: a run delayed by a busy loop still runs; coalesced, for one run does what is due.
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=defaults)
        self._monotonic, self._sleep = monotonic, sleep
        self._jobs: list[_Job] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._started = False

    def every(self, seconds: float, name: str, run: Callable[[], Awaitable[object]]) -> None:
        """Run a callable again and again, the first time after one interval. What it raises is logged."""
        job = _Job(name, seconds, run, self._monotonic())
        self._jobs.append(job)
        self._schedule(job)

    def start(self) -> None:
        self._started = True
        self._scheduler.start()
        self._begin(self._keep_watch())

    def stop(self) -> None:
        """Start no more runs, and break off those under way; harmless where nothing runs."""
        for task in self._tasks:
            task.cancel()
        if self._started:  # APScheduler itself says so until the event loop has come round
            self._started = False
            self._scheduler.remove_all_jobs()
            self._scheduler.shutdown(wait=False)

    def _schedule(self, job: _Job) -> None:
        self._scheduler.add_job(
            self._run, _Every(job.seconds), [job], id=job.name, name=job.name, replace_existing=True
        )

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, job: _Job) -> None:
        if job.running:  # by the watch
            return
        job.running, job.last = True, self._monotonic()
        try:
            await job.run()
        except Exception:  # whatever it is, the next run is tried
            _LOG.exception("%s failed", job.name)
        finally:
            job.running, job.last = False, self._monotonic()

    async def _keep_watch(self) -> None:
        while True:
            await self._sleep(WATCH_SECONDS)
            for job in self._jobs:
                if (passed := self._monotonic() - job.last) > job.seconds + LATE_SECONDS:
                    self._take_over(job, passed)

    def _take_over(self, job: _Job, passed: float) -> None:
        if job.running:
            _LOG.warning("%s has been running for %d s", job.name, passed)
            return
        _LOG.warning("the scheduler is late with %s: running it", job.name)
        self._schedule(job)
        self._begin(self._run(job))
