"""The process is killed, or told to stop, at the worst moments."""

import asyncio
import random
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from aiohttp import web

from tests.end_to_end.crowd import settle_crowd
from tests.end_to_end.process import LONGEST_STOP, BotProcess
from tests.end_to_end.stage import Stage, stage
from tests.end_to_end.waiting import until
from tests.faults.result import Result, expect_all_ended, extras, unmarked_extras
from tests.peers.bot_api import Delay, Fault

AT_ONCE = 30
"""Sends in flight at most, which bounds what one kill can double."""
_SLOWEST_ANSWER = 0.3
_QUIET = {"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": ""}


@dataclass(frozen=True, slots=True)
class Swallow(Fault):
    """Take a request and do nothing with it, for long."""

    applied: bool = False

    async def answer(self, request: web.Request, body: dict[str, object], status: int) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response(status=500)


@dataclass(frozen=True, slots=True)
class Slow(Fault):
    """Take a message, and answer after a while that is not the same for any two."""

    async def answer(self, request: web.Request, body: dict[str, object], status: int) -> web.StreamResponse:
        await asyncio.sleep(random.uniform(0, _SLOWEST_ANSWER))
        return web.json_response(body, status=status)


async def f01_killed_after_the_fetch_and_before_the_commit(tries: int = 3) -> Result:
    """The visit is repeated in full: its validators were not kept without its stories."""
    result = Result(tries)
    async with stage() as scene:
        await settle_crowd(scene, 1)
        scene.feed(scene.news.url, country="page")
        titles = []
        for number in range(tries):
            worker = await _worker(scene, READ_ARTICLES="true")
            story = scene.news.publish_with_page(f"Mali, killed {number}", ("West Africa", "Mali"))
            titles.append(story.title)
            path = urlsplit(story.link).path
            scene.web.pages[path].delay = 60
            scene.rows.make_feeds_due()
            await until(partial(_was_visited, scene, path))
            await worker.kill()
            kept = scene.rows.one("SELECT count(*) FROM stories WHERE title = :title", title=story.title)
            result.expect(kept == 0, "the kill came too late")
            scene.web.pages[path].delay = 0
            scene.rows.make_feeds_due()
            worker = await _worker(scene, READ_ARTICLES="true")
            await scene.rows.delivered()
            await worker.stop()
        result.count([(1, title) for title in titles], scene.telegram.sent)
        stories = scene.rows.one("SELECT count(*) FROM stories")
        result.expect(stories == tries, f"{stories} stories were kept instead of {tries}")
        expect_all_ended(result, scene)
    return result


async def f03_killed_between_the_claim_and_the_send(tries: int = 5) -> Result:
    """What was claimed and not taken by the platform is sent once its lease is over; nothing arrives twice."""
    result = Result(tries)
    async with stage(limits=None) as scene:
        titles = await _crowd_with_news(scene, AT_ONCE * 2, 1)
        for _ in range(tries):
            scene.telegram.faults.script.clear()
            scene.telegram.fault(Swallow(), times=10_000)
            before = _asked(scene)
            worker = await _begin(scene)
            await until(partial(_asked_for, scene, before + AT_ONCE))
            await worker.kill()
            scene.rows.end_leases()
        scene.telegram.faults.script.clear()
        await _finish(scene, result, titles, AT_ONCE * 2)
    return result


async def f04_killed_after_the_platform_accepted_and_before_the_commit(
    tries: int = 10, readers: int = 400, stories: int = 2
) -> Result:
    """Only what was in flight at a kill can arrive twice, and says so."""
    result = Result(tries)
    async with stage(limits=None) as scene:
        titles = await _crowd_with_news(scene, readers, stories)
        scene.telegram.fault(Slow(), times=1_000_000)
        sent, again, held = [0], [], []
        for _ in range(tries):
            worker = await _begin(scene)
            await scene.telegram.wait_for(sent[-1] + random.randint(1, AT_ONCE), 15)
            await asyncio.sleep(random.choice((0, 1)) + random.uniform(0, _SLOWEST_ANSWER))
            await worker.kill()
            sent.append(len(scene.telegram.sent))
            again.append(extras(scene.telegram.sent))
            held.append(scene.rows.states().get("claimed", 0))
            scene.rows.end_leases()
        await _finish(scene, result, titles, readers)
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


async def f05_told_to_stop_under_load(tries: int = 2, readers: int = 120) -> Result:
    """What is in flight is finished, the rest stays queued, and the next process goes on from there."""
    result = Result(tries)
    async with stage(limits=None) as scene:
        titles = await _crowd_with_news(scene, readers, 1)
        scene.telegram.fault(Delay(0.3), times=1_000_000)
        for _ in range(tries):
            before = len(scene.telegram.sent)
            worker = await _begin(scene)
            await scene.telegram.wait_for(before + 1, 15)
            status, seconds = await worker.stop()
            result.expect(status == 0, f"exit status {status}")
            result.expect(seconds < LONGEST_STOP, f"took {seconds:.1f} s")
            result.expect("claimed" not in scene.rows.states(), f"left {scene.rows.states()}")
            result.remarks.append(f"stopped in {seconds:.1f} s with {len(scene.telegram.sent) - before} sent")
        await _finish(scene, result, titles, readers)
    return result


async def _crowd_with_news(scene: Stage, readers: int, stories: int) -> list[str]:
    """Let readers follow, and stories wait for each of them in the outbox."""
    await settle_crowd(scene, readers)
    worker = await _worker(scene)
    await worker.stop()
    titles = [scene.news.publish(f"Mali, part {number}").title for number in range(stories)]
    # A visit without a platform: nothing is sent yet.
    await scene.run("feeds", "poll")
    return titles


async def _finish(scene: Stage, result: Result, titles: list[str], readers: int) -> None:
    worker = await _begin(scene)
    await scene.rows.delivered(120)
    await worker.stop()
    result.count([(reader, title) for reader in range(1, readers + 1) for title in titles], scene.telegram.sent)
    result.expect(unmarked_extras(scene.telegram.sent) == 0, "a repeat does not say that it may be one")
    expect_all_ended(result, scene)


async def _worker(scene: Stage, **settings: str) -> BotProcess:
    """Start a worker; return once it has visited the feed."""
    worker = await _begin(scene, **settings)
    await scene.rows.visited()
    return worker


async def _begin(scene: Stage, **settings: str) -> BotProcess:
    return await scene.begin("worker", **_QUIET, **settings)


def _asked(scene: Stage) -> int:
    return sum(request.method == "sendMessage" for request in scene.telegram.requests)


def _asked_for(scene: Stage, count: int) -> bool:
    return _asked(scene) >= count


def _was_visited(scene: Stage, path: str) -> bool:
    return scene.web.hits(path) > 0
