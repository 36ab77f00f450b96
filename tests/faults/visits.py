"""What hosts answer to a visit, and what the bot makes of it."""

import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.end_to_end.crowd import settle_crowd
from tests.end_to_end.stage import Stage, stage
from tests.faults.result import Result, expect_all_ended
from tests.faults.skewed import MODULE
from tests.faults.sources import QUIET, backdate, item, let_poll, rss, state, visit_all, visits_ended
from tests.peers.web import Page, WebPeer

REASONS: dict[str, str] = {
    "f13_a_feed_is_gone_missing_or_closed_to_us": "the operator is told, not the chats: they follow places and words, "
    "and other feeds go on bringing those",
    "f15_validators_that_lie": "each process doubts a 304 for itself, a day at most after it began, so that nothing "
    "more need be kept of a feed",
}
_HOUR = 3600.0
_DAY = 24 * _HOUR


async def f12_a_feed_moves_for_good_or_for_now() -> Result:
    """Three permanent redirects within a day are believed, temporary ones never; a circle is a failure."""
    result = Result(6)
    async with stage() as scene:
        await settle_crowd(scene, 1)
        scene.web.serve("/new", rss())
        paths = {str(status): scene.web.redirect(f"/{status}", "/new", status) for status in (301, 302, 307, 308)}
        # For good to an address that is for now elsewhere: not for good.
        paths["half"] = scene.web.redirect("/half", "/302", 301)
        paths["circle"] = scene.web.redirect("/circle", "/circle", 301)
        let_poll(scene, paths)
        await scene.begin("worker", **QUIET)
        await visits_ended(scene)
        await visit_all(scene)
        backdate(scene, "moved_since", 25)
        await visit_all(scene)
        before = {name: scene.web.hits(f"/{name}") for name in paths}
        scene.web.serve("/new", rss("Mali, from the new address"))
        await visit_all(scene)
        asked = {name: scene.web.hits(f"/{name}") - before[name] for name in paths}
        result.remarks.append(f"asked at its old address after three redirects: {asked}")
        for name in paths:
            settled = name in ("301", "308")
            result.expect((asked[name] == 0) == settled, f"{name}: asked {asked[name]} times at its old address")
        await scene.processes[-1].says("poll circle: too many redirects", 5)
        await scene.rows.delivered()
        result.count([(1, "Mali, from the new address")], scene.telegram.sent)
    return result


async def f13_a_feed_is_gone_missing_or_closed_to_us() -> Result:
    """410 ends the visits at once and says so once; 404 and 403 end them after seven days of failures, not before."""
    result = Result(3)
    async with stage() as scene:
        await settle_crowd(scene, 1)
        urls = {name: scene.web.serve(f"/{name}", rss()) for name in ("410", "404", "403", "well")}
        let_poll(scene, urls)
        worker = await scene.begin("worker", **QUIET)
        await visits_ended(scene)
        for status in (410, 404, 403):
            scene.web.serve(f"/{status}", Page(status=status))
        await visit_all(scene)
        result.expect("410" in state(scene, "410", "off_because"), "410 did not end the visits")
        for days, ended in ((6.9, False), (0.2, True)):
            backdate(scene, "failing_since", 24 * days)
            await visit_all(scene)
            for name in ("404", "403"):
                because = state(scene, name, "off_because")
                result.expect(bool(because) == ended, f"{name} after {days} days more: “{because}”")
        hits = {name: scene.web.hits(f"/{name}") for name in ("410", "404", "403")}
        scene.web.serve("/well", rss("Mali goes on"))
        await visit_all(scene)
        await scene.rows.delivered()
        again = {name: scene.web.hits(f"/{name}") for name in hits}
        result.expect(again == hits == {"410": 2, "404": 4, "403": 4}, f"visits {hits}, then {again}")
        told = [worker.output.count(f"{name} is no longer polled") for name in hits]
        result.expect(told == [1, 1, 1], f"the operator was told {told} times")
        result.count([(1, "Mali goes on")], scene.telegram.sent)
    return result


_WAITS = {
    "seconds": (429, "14400", 4 * _HOUR),
    "date": (503, "", 5 * _HOUR),
    "absurd": (429, "1000000000", _DAY),
    "negative": (429, "-5", 2 * _HOUR),
    "words": (503, "soon", 2 * _HOUR),
}
"""By host: what it answers, with which Retry-After, and how long it is left alone then."""


async def f14_a_host_says_wait() -> Result:
    """It is left alone as long as it asked, at most a day, by all of its feeds; nonsense is an ordinary failure."""
    result = Result(len(_WAITS))
    async with AsyncExitStack() as exits, stage() as scene:
        await settle_crowd(scene, 1)
        hosts = {name: await exits.enter_async_context(WebPeer()) for name in _WAITS}
        urls = {
            f"{name} {path}": host.serve(f"/{path}", rss())
            for name, host in hosts.items()
            for path in ("busy", "sister")
        }
        let_poll(scene, urls)
        await scene.begin("worker", **QUIET)
        await visits_ended(scene)
        await _all_say_wait(scene, hosts)
        for name, (_, _, wanted) in _WAITS.items():
            _expect_pause(result, scene, name, wanted)
        asked = {name: hosts[name].hits("/sister") for name in ("seconds", "date", "absurd")}
        result.expect(set(asked.values()) == {1}, f"other feeds of hosts that wait were visited: {asked}")
    return result


async def _all_say_wait(scene: Stage, hosts: dict[str, WebPeer]) -> None:
    for name, (status, words, wanted) in _WAITS.items():
        until_then = format_datetime(datetime.now(UTC) + timedelta(seconds=wanted), usegmt=True)
        page = Page(status=status, headers={"Retry-After": words or until_then})
        hosts[name].serve("/busy", page)
    # The busy one first, then its sister, who would be next.
    for path in ("busy", "sister"):
        scene.rows.run("UPDATE feeds SET next_poll_at = 0 WHERE name LIKE :name", name=f"% {path}")
        await visits_ended(scene)


def _expect_pause(result: Result, scene: Stage, name: str, wanted: float) -> None:
    waits = [state(scene, f"{name} {path}", "next_poll_at") / 1e6 - time.time() for path in ("busy", "sister")]
    asked = wanted != 2 * _HOUR
    result.remarks.append(f"{name}: waits {waits[0] / _HOUR:.2f} h, its host's other feed {waits[1] / _HOUR:.2f} h")
    low, high = (0.99, 1.13) if asked else (0.88, 1.12)
    result.expect(wanted * low <= waits[0] <= wanted * high, f"{name} waits {waits[0]:.0f} s")
    if asked:
        result.expect(wanted * low <= waits[1] <= wanted * high, f"{name}: its sister waits {waits[1]:.0f} s")


_FULL_AFTER = 3.0


async def f15_validators_that_lie() -> Result:
    """Other validators over the same body write nothing but the feed's row; 304 for ever is doubted once a day."""
    result = Result(2)
    async with stage() as scene:
        await settle_crowd(scene, 1)
        body = rss("Mali, known already")
        stuck = Page(body, etag='"same"')
        let_poll(scene, {"restless": scene.web.serve("/restless", body), "stuck": scene.web.serve("/stuck", stuck)})
        shorter = f"bot.feeds.doubt.FULL_AFTER={_FULL_AFTER}"
        await scene.begin("worker", module=MODULE, PATIENCE=shorter, **QUIET)
        await visits_ended(scene)
        before = _all_but_feeds(scene)
        for number in range(3):
            scene.web.serve("/restless", Page(body, etag=f'"{number}"'))
            scene.rows.run("UPDATE feeds SET next_poll_at = 0 WHERE name = 'restless'")
            await visits_ended(scene)
        result.expect(_all_but_feeds(scene) == before, "visits that brought nothing new wrote something")
        result.expect(scene.web.hits("/restless") == 4, f"{scene.web.hits('/restless')} visits")
        scene.web.serve("/stuck", Page(rss("Mali, behind a 304"), etag='"same"'))
        await _visit_until(scene, "Mali, behind a 304", _FULL_AFTER + 5)
        result.count([(1, "Mali, behind a 304")], scene.telegram.sent)
        expect_all_ended(result, scene)
    return result


async def f16_answers_that_are_no_proper_feed() -> Result:
    """What can be read is used; what cannot is a failure with its reason, costs no story, and is made up for later."""
    result = Result(4)
    async with stage() as scene:
        await settle_crowd(scene, 1)
        names = ("torn", "charset", "cut", "page")
        let_poll(scene, {name: scene.web.serve(f"/{name}", rss(f"Old news of {name}")) for name in names})
        worker = await scene.begin("worker", **QUIET)
        await visits_ended(scene)
        whole = {name: rss(f"Mali, {name}", f"Old news of {name}") for name in names}
        torn = whole["torn"].replace(b"</channel></rss>", item("Mali, unfinished").encode()[:40])
        charset = rss("Mali, charset café").replace("é".encode(), b"\xe9")
        html = b"<!doctype html><html><head><title>Be right back</title></head><body>Mali</body></html>"
        for name, page in {
            "torn": Page(torn),
            "charset": Page(charset),
            "cut": Page(whole["cut"], cut=len(whole["cut"]) // 2),
            "page": Page(html, content_type="text/html"),
        }.items():
            scene.web.serve(f"/{name}", page)
        await visit_all(scene)
        for name, words in {"cut": "poll cut: broken", "page": "poll page: unreadable"}.items():
            result.remarks.append(f"{name}: {(await worker.says(words, 5)).partition(name)[2]}")
        failures = {name: state(scene, name, "failures") for name in names}
        result.expect(failures == {"torn": 0, "charset": 0, "cut": 1, "page": 1}, f"failures {failures}")
        kept = scene.rows.one("SELECT count(*) FROM stories WHERE title LIKE 'Old news%'")
        result.expect(kept == 4, f"{kept} of 4 old stories are left")
        for name in ("cut", "page"):
            scene.web.serve(f"/{name}", whole[name])
        await visit_all(scene)
        await scene.rows.delivered()
        titles = ("Mali, torn", "Mali, charset café", "Mali, cut", "Mali, page")
        result.count([(1, title) for title in titles], scene.telegram.sent)
    return result


def _all_but_feeds(scene: Stage) -> dict[str, list[tuple[object, ...]]]:
    tables = ("stories", "story_keys", "deliveries", "chats", "subscriptions", "filters")
    return {table: scene.rows.run(f"SELECT * FROM {table}") for table in tables}


async def _visit_until(scene: Stage, title: str, seconds: float) -> None:
    """Let the feeds be visited every half a second until an alert arrives."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not any(title in sent.text for sent in scene.telegram.sent):
        await visit_all(scene)
        await scene.rows.delivered()
