"""The name server gives no address, another kind of address, or no answer at all."""

import asyncio
import json
import time

import aiohttp

from tests.end_to_end.audience import page_address
from tests.end_to_end.crowd import settle_crowd
from tests.end_to_end.stage import stage
from tests.faults.result import Result, expect_all_ended
from tests.faults.skewed import MODULE
from tests.faults.sources import QUIET, let_poll, rss, state, visits_ended
from tests.peers.web import WebPeer

_LOOK_UP = 10.0
"""Seconds the bot waits for a name's address."""
_AT_ONCE = 8
"""Visits under way at most."""


async def f11_names_without_an_address_or_an_answer(hanging: int = 12, seconds: float = 30.0) -> Result:
    """Their own feeds fail in time; the others go on, by IPv6 too, and the process answers all the while."""
    result = Result(hanging + 1)
    async with stage() as scene, WebPeer(host="::1") as six:
        await settle_crowd(scene, 1)
        scene.web.serve("/news", rss())
        six.serve("/six", rss())
        hangs = [f"hangs-{number}.test" for number in range(hanging)]
        names = {"news.test": [["127.0.0.1"]], "six.test": [["::1"]], "nowhere.test": [[]]}
        news = {"news": scene.web.url("/news", "news.test"), "six": six.url("/six", "six.test")}
        let_poll(scene, news | {name: f"http://{name}/feed" for name in ("nowhere.test", *hangs)})
        look_ups = json.dumps(names | {name: [seconds] for name in hangs})
        bot = await scene.begin("run", module=MODULE, NAMES=look_ups, **QUIET)
        await bot.says("Listening on")
        for name in news:
            await visits_ended(scene, name=name)
        took: list[float] = []
        watching = asyncio.create_task(_ask_for_ever(page_address(bot) + "/healthz", took))
        began = time.monotonic()
        for name, peer in (("news", scene.web), ("six", six)):
            peer.serve(f"/{name}", rss(f"Mali by {name}"))
        scene.rows.run("UPDATE feeds SET next_poll_at = 0 WHERE name IN ('news', 'six')")
        await scene.telegram.wait_until(lambda: len(scene.telegram.sent) == 2, seconds + 15)
        waited = time.monotonic() - began
        await visits_ended(scene, timeout=seconds * 2 + 15)
        whole = time.monotonic() - began
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        rounds = -(-(hanging + 1) // (_AT_ONCE - 1))
        result.remarks.append(f"other feeds' alerts after {waited:.1f} s; all visits over after {whole:.1f} s")
        result.remarks.append(f"slowest of {len(took)} answers of /healthz: {max(took):.2f} s")
        result.expect(max(took) < min(seconds / 2, 2.0), f"/healthz took {max(took):.2f} s")
        result.expect(waited < _LOOK_UP + 5, f"other feeds waited {waited:.1f} s")
        result.expect(whole < rounds * _LOOK_UP + 10, f"the visits took {whole:.1f} s")
        failures = {name: state(scene, name, "failures") for name in (*hangs, "nowhere.test", *news)}
        wanted = {name: int(name not in news) for name in failures}
        result.expect(failures == wanted, f"failures {failures}")
        result.count([(1, "Mali by news"), (1, "Mali by six")], scene.telegram.sent)
        expect_all_ended(result, scene)
    return result


async def _ask_for_ever(url: str, took: list[float]) -> None:
    """Ask for a page again and again; note how long each answer took, in seconds."""
    async with aiohttp.ClientSession() as session:
        while True:
            began = time.monotonic()
            async with session.get(url) as answer:
                await answer.read()
            took.append(time.monotonic() - began)
            await asyncio.sleep(0.1)
