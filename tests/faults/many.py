"""Several processes on one database, and one chat among very many."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import aiohttp

from tests.end_to_end.audience import AMINATA, TEAM_CHANNEL, TEAM_PERSON, Audience, page_address
from tests.end_to_end.crowd import settle_crowd
from tests.end_to_end.newsroom import PATH
from tests.end_to_end.process import BotProcess
from tests.end_to_end.stage import Stage, stage
from tests.end_to_end.waiting import until
from tests.faults.load import QUIET, Slow, stage_on
from tests.faults.result import Result, expect_all_ended, unmarked_extras
from tests.peers.slack_api import payloads
from tests.store.server import postgres_server

LONGEST_TAKEOVER = 15.0
_BETWEEN_ASKS = 0.4
"""Seconds; a web process apart from the workers has three answers a second."""
_GRACE = 1.0
"""Seconds until what a process had sent before it went has been answered."""
_FAST = {**QUIET, "TELEGRAM_MESSAGES_PER_SECOND": "100"}
_SECRET = "a-secret-for-the-webhook"
_HOOK = {
    "TELEGRAM_MODE": "webhook",
    "TELEGRAM_WEBHOOK_URL": "https://bot.example",
    "TELEGRAM_WEBHOOK_SECRET": _SECRET,
}


async def f25_the_worker_that_sends_is_killed(tries: int = 2, readers: int = 400) -> Result:
    """Another takes its lane over within 15 s; only what was in flight can arrive twice, and says so."""
    return await _lane_changes_hands(tries, readers, freezes=False)


async def f25_the_worker_that_sends_freezes_and_wakes(tries: int = 2, readers: int = 400) -> Result:
    """The same; and when the frozen one wakes it sends nothing more."""
    return await _lane_changes_hands(tries, readers, freezes=True)


async def f25_the_worker_that_visits_freezes_and_wakes() -> Result:
    """Another visits its feed within 15 s; what the frozen one brings home is not kept, and nothing is told twice."""
    result = Result(1)
    async with stage_on("postgresql") as scene:
        await settle_crowd(scene, 3)
        first = await _owner(scene)
        title = scene.news.publish("Mali, while they slept").title
        visits = scene.news.visits
        scene.web.pages[PATH].delay = 20
        scene.rows.make_feeds_due()
        await until(lambda: scene.news.visits > visits)
        scene.web.pages[PATH].delay = 0
        os.kill(first.pid, signal.SIGSTOP)
        frozen = scene.telegram.clock()
        await _second(scene)
        await scene.telegram.wait_for(lambda sent: title in sent.text, 30)
        took = scene.telegram.clock() - frozen
        result.remarks.append(f"told {took:.1f} s after the freeze")
        result.expect(took <= LONGEST_TAKEOVER, f"the takeover took {took:.1f} s")
        os.kill(first.pid, signal.SIGCONT)
        await first.says("was in vain", 30)
        await scene.rows.delivered()
        result.count([(reader, title) for reader in (1, 2, 3)], scene.telegram.sent)
        stories = scene.rows.one("SELECT count(*) FROM stories")
        result.expect(stories == 1, f"{stories} stories are kept")
        expect_all_ended(result, scene)
    return result


async def f25_web_processes_answer_while_a_worker_sends(readers: int = 300) -> Result:
    """A command posted to a web process is answered within a second; its sends and the worker's share the limits."""
    result = Result(5)
    async with _strict_stage() as scene:
        await settle_crowd(scene, readers)
        _add_people(scene, readers + 1)
        web = await scene.begin("web", **QUIET, **_HOOK)
        await web.says("Listening on", 40)
        await scene.telegram.wait_until(lambda: bool(scene.telegram.webhook.url), 15)
        scene.telegram.webhook.url = _hook_of(web)
        await scene.begin("worker", **QUIET, **_HOOK)
        await scene.rows.visited(40)
        title = scene.news.publish("Mali, told to many").title
        scene.rows.make_feeds_due()
        await scene.telegram.wait_for(30, 20)
        waits = [await _answer_to(scene, readers + number) for number in range(1, 6)]
        result.remarks.append(f"answers took {_in_seconds(waits)} while {readers} alerts were sent")
        result.expect(max(waits) < 1.0, f"an answer took {max(waits):.2f} s")
        await scene.rows.delivered(60)
        worst = _worst_second([sent.at for sent in scene.telegram.sent])
        result.remarks.append(f"{worst} messages in the worst second")
        refused = {request.reason for request in scene.telegram.refused if request.method == "sendMessage"}
        result.expect(not refused, f"Telegram refused {refused}")
        result.count([(reader, title) for reader in range(1, readers + 1)], scene.telegram.sent)
    return result


async def f29_one_story_for_very_many_chats(readers: int = 3000) -> Result:
    """Replies are given within a second, and a story for ten chats is told within seconds, while the many wait."""
    result = Result(5)
    async with stage() as scene:
        await settle_crowd(scene, readers)
        await settle_crowd(scene, 10, "country:SO", first=readers + 1)
        await scene.begin("worker", **QUIET)
        await scene.rows.visited(40)
        scene.news.publish("Mali, told to very many")
        scene.rows.make_feeds_due()
        await scene.telegram.wait_for(60, 20)
        waits = [await _answer_to(scene, person) for person in range(readers, readers - 5, -1)]
        result.remarks.append(f"answers took {_in_seconds(waits)}")
        result.expect(max(waits) < 1.0, f"an answer took {max(waits):.2f} s")
        small = scene.news.publish("Somalia, told to ten").title
        scene.rows.make_feeds_due()
        await scene.rows.visited(40)
        began, reached = scene.telegram.clock(), partial(_reached, scene, small)
        await scene.telegram.wait_until(lambda: reached() == 10, 30)
        took, left = scene.telegram.clock() - began, scene.rows.waiting()
        result.remarks.append(f"the story for ten was told in {took:.1f} s, with {left} of {readers} still waiting")
        result.expect(took < 5.0, f"the story for ten took {took:.1f} s")
        result.expect(left > readers / 2 or readers < 1000, "the many were told too soon to show anything")
        result.count([(reader, small) for reader in range(readers + 1, readers + 11)], scene.telegram.sent)
    return result


async def f38_everything_is_told_twice() -> Result:
    """Twice to one process, again to another, and again after a restart: a command is carried out and answered once."""
    result = Result(2)
    async with stage_on("postgresql") as scene:
        await scene.run("migrate")
        Audience.settle(scene)
        signed = {"SLACK_MODE": "http", "SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": scene.slack.signing_secret}
        webs = [await _web(scene, **signed), await _web(scene, **signed)]
        told = _asked(scene, "follow mali")
        for web in (*webs, *webs):
            await _tell(scene, web, told)
        await until(lambda: _answers(scene) == (1, 1))
        await webs[0].stop()
        again = await _web(scene, **signed)
        await _tell(scene, again, told)
        await _tell(scene, again, _asked(scene, "list"))
        await until(lambda: min(_answers(scene)) >= 2)
        await asyncio.sleep(_GRACE)
        got = _answers(scene)
        result.remarks.append(f"two commands, told six times in all, were answered {got[0]} and {got[1]} times")
        result.duplicates = max(got[0] - 2, 0) + max(got[1] - 2, 0)
        followed = scene.rows.one("SELECT count(*) FROM subscriptions")
        result.expect(followed == 2, f"{followed} subscriptions are kept")
    return result


@asynccontextmanager
async def _strict_stage() -> AsyncIterator[Stage]:
    """Set a stage on PostgreSQL whose Telegram refuses what is too fast."""
    with postgres_server() as server:
        async with stage(url=server.url(server.create_database())) as made:
            await made.run("migrate")
            yield made


async def _lane_changes_hands(tries: int, readers: int, *, freezes: bool) -> Result:
    result = Result(tries)
    async with stage_on("postgresql") as scene:
        await settle_crowd(scene, readers)
        scene.telegram.fault(Slow(), times=1_000_000)
        owner = await _owner(scene)
        titles = []
        for number in range(tries):
            heir = await _second(scene)
            titles.append(scene.news.publish(f"Mali, in whose hands {number}").title)
            before = len(scene.telegram.sent)
            scene.rows.make_feeds_due()
            await scene.telegram.wait_for(before + 60, 20)
            took = await _goes(scene, owner, result, freezes=freezes)
            result.expect(took <= LONGEST_TAKEOVER, f"the takeover took {took:.1f} s")
            if freezes:
                os.kill(owner.pid, signal.SIGCONT)
                await owner.says("another process has taken over", 15)
            await scene.rows.delivered(60)
            await owner.kill()
            owner = heir
        result.count([(reader, title) for reader in range(1, readers + 1) for title in titles], scene.telegram.sent)
        unmarked = unmarked_extras(scene.telegram.sent)
        result.expect(unmarked == 0, f"{unmarked} repeats do not say that they may be one")
        expect_all_ended(result, scene)
    return result


async def _goes(scene: Stage, owner: BotProcess, result: Result, *, freezes: bool) -> float:
    """Freeze or kill the owner; return after how many seconds somebody sends again."""
    os.kill(owner.pid, signal.SIGSTOP if freezes else signal.SIGKILL)
    gone = scene.telegram.clock()
    await asyncio.sleep(_GRACE)
    in_flight = scene.rows.states().get("claimed", 0)
    result.bound += in_flight
    asked = len(scene.telegram.requests)
    await until(lambda: any(each.method == "sendMessage" for each in scene.telegram.requests[asked:]), 30)
    took = scene.telegram.clock() - gone
    result.remarks.append(f"sends went on after {took:.1f} s; {in_flight} were in flight")
    return took


async def _owner(scene: Stage) -> BotProcess:
    """Start a worker; return once the lane is its own."""
    before = len(scene.telegram.requests)
    worker = await scene.begin("worker", **_FAST)
    await until(lambda: any(each.method == "getUpdates" for each in scene.telegram.requests[before:]), 40)
    await scene.rows.visited(40)
    return worker


async def _second(scene: Stage) -> BotProcess:
    """Start a worker beside another; return once it has begun."""
    worker = await scene.begin("worker", **_FAST)
    await worker.says("Feeds polled", 40)
    return worker


def _add_people(scene: Stage, first: int) -> None:
    """Let five people come who follow nothing: what they are told is answers only."""
    for person in range(first, first + 5):
        scene.telegram.add_private(person, f"Visitor {person}")


async def _answer_to(scene: Stage, person: int) -> float:
    """Let somebody ask for help; return how many seconds the answer takes."""
    await asyncio.sleep(_BETWEEN_ASKS)
    began = scene.telegram.clock()
    scene.telegram.say(person, text="/help")
    answer = await scene.telegram.wait_for(
        lambda sent: sent.chat_id == person and sent.at >= began and "Matched: " not in sent.text, 15
    )
    return answer.at - began


def _in_seconds(waits: list[float]) -> str:
    return ", ".join(f"{wait:.2f}" for wait in waits) + " s"


def _worst_second(times: list[float]) -> int:
    return max(sum(begin <= at < begin + 1 for at in times[number : number + 60]) for number, begin in enumerate(times))


def _reached(scene: Stage, title: str) -> int:
    return sum(title in sent.text for sent in scene.telegram.sent)


_Told = tuple[dict[str, Any], dict[str, Any]]
"""An update of Telegram and an event of Slack."""


def _asked(scene: Stage, words: str) -> _Told:
    """Let somebody on each platform give a command; return what the bot is told of it."""
    telegram, slack = scene.telegram, scene.slack
    telegram.say(AMINATA, text=f"/{words}")
    channel, team = slack.channel(TEAM_CHANNEL), slack.workspace
    mention = {
        "type": "app_mention",
        "user": slack.world.find_person(team, TEAM_PERSON).id,
        "text": f"<@{team.bot_person}> {words}",
        "channel": channel.id,
        "ts": slack.world.next_ts(),
    }
    return telegram.updates.pending[-1], payloads.event_callback(slack.world, team, mention)


async def _web(scene: Stage, **settings: str) -> BotProcess:
    """Start a web process; return once it hears both platforms."""
    before = _hooks(scene)
    web = await scene.begin("web", **_HOOK, **settings)
    await web.says("Listening on", 40)
    await until(lambda: _hooks(scene) > before)
    # What is posted, to whom and how often is the test's to say.
    await scene.telegram.webhook.stop()
    scene.slack.http.url = f"{page_address(web)}/slack/events"
    async with asyncio.timeout(15):
        while not await scene.slack.http.verify_url():  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return web


async def _tell(scene: Stage, web: BotProcess, told: _Told) -> None:
    update, event = told
    proof = {"X-Telegram-Bot-Api-Secret-Token": _SECRET}
    async with aiohttp.request("POST", _hook_of(web), json=update, headers=proof) as answer:
        answer.raise_for_status()
    scene.slack.http.url = f"{page_address(web)}/slack/events"
    await scene.slack.redeliver(event)


def _answers(scene: Stage) -> tuple[int, int]:
    """Return how many answers were given on Telegram and on Slack."""
    return len(scene.telegram.sent), len(scene.slack.posts)


def _hooks(scene: Stage) -> int:
    return sum(request.method == "setWebhook" for request in scene.telegram.requests)


def _hook_of(web: BotProcess) -> str:
    return f"{page_address(web)}/telegram/webhook"
