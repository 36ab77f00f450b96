"""The process is killed, or told to stop, at the worst moments."""

import asyncio
import random
import time
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from aiohttp import web

from tests.end_to_end.crowd import settle_crowd
from tests.end_to_end.process import LONGEST_STOP
from tests.end_to_end.stage import Stage, stage
from tests.end_to_end.waiting import until
from tests.faults.load import (
    AT_ONCE,
    NOBODY,
    SLOWEST_ANSWER,
    Slow,
    asked,
    begin,
    begin_feed,
    crowd_with_news,
    finish,
    settle_many,
    stage_on,
    worker,
)
from tests.faults.result import Result, expect_all_ended, expect_sound, extras
from tests.peers.bot_api import Delay, Fault


@dataclass(frozen=True, slots=True)
class Swallow(Fault):
    """Take a request and do nothing with it, for long."""

    applied: bool = False

    async def answer(self, request: web.Request, body: dict[str, object], status: int) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response(status=500)


async def f01_killed_after_the_fetch_and_before_the_commit(tries: int = 3) -> Result:
    """The visit is repeated in full: its validators were not kept without its stories."""
    result = Result(tries)
    async with stage() as scene:
        await settle_crowd(scene, 1)
        scene.feed(scene.news.url, country="page")
        titles = []
        for number in range(tries):
            process = await worker(scene, READ_ARTICLES="true")
            story = scene.news.publish_with_page(f"Mali, killed {number}", ("West Africa", "Mali"))
            titles.append(story.title)
            path = urlsplit(story.link).path
            scene.web.pages[path].delay = 60
            scene.rows.make_feeds_due()
            await until(partial(_was_visited, scene, path), 60)
            await process.kill()
            kept = scene.rows.one("SELECT count(*) FROM stories WHERE title = :title", title=story.title)
            result.expect(kept == 0, "the kill came too late")
            scene.web.pages[path].delay = 0
            scene.rows.end_leases()
            scene.rows.make_feeds_due()
            process = await worker(scene, READ_ARTICLES="true")
            await scene.rows.delivered()
            await process.stop()
        result.count([(1, title) for title in titles], scene.telegram.sent)
        stories = scene.rows.one("SELECT count(*) FROM stories")
        result.expect(stories == tries, f"{stories} stories were kept instead of {tries}")
        expect_all_ended(result, scene)
    return result


async def f02_killed_between_a_story_and_its_deliveries(
    tries: int = 10, readers: int = 20_000, database: str = "sqlite"
) -> Result:
    """Whenever the kill comes, a story is kept with the deliveries of every chat, or not at all.

    Stories of no more tries than the feed lists, for the last visit to find those that none before could keep.
    """
    result = Result(tries)
    async with stage_on(database) as scene:
        await settle_many(scene, readers)
        await begin_feed(scene)
        usual, kept = 0.0, 0
        for number in range(tries):
            scene.news.publish(f"Mali, part {number}")
            before = scene.news.visits
            scene.rows.end_leases()
            scene.rows.make_feeds_due()
            process = await scene.begin("worker", **NOBODY)
            await until(partial(_was_read, scene, before), 60)
            read = time.monotonic()
            if number == 0:  # the first visit shows how long it takes until the commit
                await scene.rows.until("SELECT count(*) > 0 FROM stories", 60)
                usual = time.monotonic() - read
            await asyncio.sleep(random.uniform(0.8, 1.1) * usual if number else 0)
            late = time.monotonic() - read
            await process.kill()
            whole = _whole_stories(scene, result, readers)
            told = "all" if whole > kept else "nothing"
            result.remarks.append(f"kill {number + 1}: {late:.2f} s after the fetch, {told} was kept")
            # Later kills close in on the moment of the commit.
            usual, kept = usual * (1.0 if number == 0 else 0.9 if whole > kept else 1.3), whole
        scene.rows.end_leases()
        await scene.run("feeds", "poll")
        _whole_stories(scene, result, readers)
        result.lost = tries * readers - sum(scene.rows.states().values())
        # Nobody is there to send them to, so they have no end yet.
        expect_sound(result, scene)
    return result


async def f03_killed_between_the_claim_and_the_send(tries: int = 25, database: str = "sqlite") -> Result:
    """What was claimed and not taken by the platform is sent once its lease is over; nothing arrives twice."""
    result = Result(tries)
    async with stage_on(database) as scene:
        titles = await crowd_with_news(scene, AT_ONCE * 2, 1)
        for _ in range(tries):
            scene.telegram.faults.script.clear()
            scene.telegram.fault(Swallow(), times=10_000)
            before = asked(scene)
            process = await begin(scene)
            await until(partial(_asked_for, scene, before + AT_ONCE), 60)
            await process.kill()
            scene.rows.end_leases()
        scene.telegram.faults.script.clear()
        await finish(scene, result, titles, AT_ONCE * 2)
    return result


async def f04_killed_after_the_platform_accepted_and_before_the_commit(
    tries: int = 25, readers: int = 500, stories: int = 2, database: str = "sqlite"
) -> Result:
    """Only what was in flight at a kill can arrive twice, and says so."""
    result = Result(tries)
    async with stage_on(database) as scene:
        titles = await crowd_with_news(scene, readers, stories)
        scene.telegram.fault(Slow(), times=1_000_000)
        sent, again, held = [0], [], []
        for _ in range(tries):
            process = await begin(scene)
            await scene.telegram.wait_for(min(sent[-1] + random.randint(1, AT_ONCE), readers * stories), 60)
            await asyncio.sleep(random.choice((0, 1)) + random.uniform(0, SLOWEST_ANSWER))
            await process.kill()
            sent.append(len(scene.telegram.sent))
            again.append(extras(scene.telegram.sent))
            held.append(scene.rows.states().get("claimed", 0))
            scene.rows.end_leases()
        await finish(scene, result, titles, readers)
        again.append(result.duplicates)
    # What a kill doubles arrives again after it.
    for kill in range(tries):
        doubled = again[kill + 1] - again[kill]
        arrived = sent[kill + 1] - sent[kill]
        result.remarks.append(f"kill {kill + 1}: {arrived} arrived, {held[kill]} in flight, {doubled} arrived again")
    result.remarks.append(f"in all {readers * stories} alerts, {sum(held)} in flight at kills")
    result.bound = sum(held)
    result.expect(max(held) <= AT_ONCE, f"{max(held)} were in flight at once")
    return result


async def f02_the_same_on_postgresql(tries: int = 10, readers: int = 20_000) -> Result:
    """The same as F02 on PostgreSQL."""
    return await f02_killed_between_a_story_and_its_deliveries(tries, readers, "postgresql")


async def f03_the_same_on_postgresql(tries: int = 25) -> Result:
    """The same as F03 on PostgreSQL."""
    return await f03_killed_between_the_claim_and_the_send(tries, "postgresql")


async def f04_the_same_on_postgresql(tries: int = 25, readers: int = 500, stories: int = 2) -> Result:
    """The same as F04 on PostgreSQL."""
    row = f04_killed_after_the_platform_accepted_and_before_the_commit
    return await row(tries, readers, stories, "postgresql")


async def f05_told_to_stop_under_load(tries: int = 2, readers: int = 120) -> Result:
    """What is in flight is finished, the rest stays queued, and the next process goes on from there."""
    result = Result(tries)
    async with stage(limits=None) as scene:
        titles = await crowd_with_news(scene, readers, 1)
        scene.telegram.fault(Delay(0.3), times=1_000_000)
        for _ in range(tries):
            before = len(scene.telegram.sent)
            process = await begin(scene)
            await scene.telegram.wait_for(before + 1, 60)
            status, seconds = await process.stop()
            result.expect(status == 0, f"exit status {status}")
            result.expect(seconds < LONGEST_STOP, f"took {seconds:.1f} s")
            result.expect("claimed" not in scene.rows.states(), f"left {scene.rows.states()}")
            result.remarks.append(f"stopped in {seconds:.1f} s with {len(scene.telegram.sent) - before} sent")
        await finish(scene, result, titles, readers)
    return result


def _asked_for(scene: Stage, count: int) -> bool:
    return asked(scene) >= count


def _was_visited(scene: Stage, path: str) -> bool:
    return scene.web.hits(path) > 0


def _was_read(scene: Stage, before: int) -> bool:
    return scene.news.visits > before


def _whole_stories(scene: Stage, result: Result, readers: int) -> int:
    """Return how many stories are kept with a delivery for each reader; one with fewer or more is wrong."""
    counted = (
        "SELECT count(deliveries.id) FROM stories LEFT JOIN deliveries ON story_id = stories.id GROUP BY stories.id"
    )
    found = [number for (number,) in scene.rows.run(counted)]
    partial_ones = [number for number in found if number != readers]
    result.expect(not partial_ones, f"stories have {partial_ones} deliveries instead of {readers}")
    return len(found)
