"""Feeds that try to harm whoever reads them."""

import asyncio
import gzip
import time

from tests.end_to_end.crowd import settle_crowd
from tests.end_to_end.stage import Stage, stage
from tests.faults.result import Result, expect_all_ended
from tests.faults.sources import QUIET, item, let_poll, rss, visit_all, visits_ended
from tests.faults.weight import Weight, family, processor_seconds, resident
from tests.peers.web import Page, WebPeer

REASONS: dict[str, str] = {
    "f17_documents_made_to_hurt": "10 s hold for everything but a body that drips: it has the 30 s of a whole visit, "
    "for honest feeds on slow lines need them, and it costs no more than an open connection",
}
_SECONDS = 10.0
_DRIPPING = 30.0
_SLOW = {"nested", "attributes"}
"""Documents that take the parser up to all of its time."""
_OWN_MEGABYTES, _TREE_MEGABYTES = 100.0, 450.0
"""How much the process itself, and it with its parser, may grow."""


def _hurting(canary: str) -> dict[str, Page]:
    """Return documents by what they try."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "Mali ">{laughs}]>'
    steal = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b SYSTEM "{canary}/x">'
        f'<!ENTITY % c SYSTEM "{canary}/dtd"> %c;]>'
    )
    bomb_of_zeros = gzip.compress(bytes(200 * 2**20), 9)
    attributes = b"<item " + b"".join(b"a%d='' " % number for number in range(100_000)) + b">"
    return {
        "laughs": Page(bomb.encode() + rss("&l9;").replace(b"&amp;", b"&")),
        "steal": Page(steal.encode() + rss("&a; &b;").replace(b"&amp;", b"&")),
        "nested": Page(rss("x").replace(b"<item>", b"<div>" * 200_000 + b"<item>")),
        "attributes": Page(rss("x").replace(b"<item>", attributes)),
        "comments": Page(rss("x").replace(b"<item>", b"<!--" * 75_000 + b"<item>")),
        "gzip bomb": Page(bomb_of_zeros, headers={"Content-Encoding": "gzip"}),
        "bomb in bomb": Page(gzip.compress(bomb_of_zeros), headers={"Content-Encoding": "gzip, gzip"}),
        "endless": Page(b"<!-- " + b"x" * 2**20 + b"-->", streamed=200),
        "long": Page(b"x" * (30 * 2**20)),
    }


async def f17_documents_made_to_hurt(*, quick: bool = False) -> Result:
    """Each is put down within 10 s and bounded memory, tells nobody anything, and other feeds' alerts come."""
    # One host is asked for one thing at a time, so the feed that goes on is at another.
    async with stage() as scene, WebPeer() as canary, WebPeer(host="127.0.0.2") as elsewhere:
        pages = {name: page for name, page in _hurting(canary.root).items() if not quick or name not in _SLOW}
        dripping = not quick
        result = Result(len(pages) + dripping)
        await settle_crowd(scene, 1)
        names = [*pages, *(("dripping",) if dripping else ())]
        urls = {name: scene.web.serve(_path(name), rss()) for name in names}
        let_poll(scene, urls | {"news": elsewhere.serve("/news", rss())})
        worker = await scene.begin("worker", **QUIET)
        await visits_ended(scene)
        own, tree = _weights(worker.pid)
        for name, page in pages.items():
            scene.web.serve(_path(name), page)
        async with Weight(worker.pid) as weight:
            for name in pages:
                await _alone(result, scene, name, _SECONDS)
            if dripping:
                scene.web.serve("/dripping", Page(rss("Mali drips"), drip=0.5))
                await _alone(result, scene, "dripping", _DRIPPING)
            await _all_at_once(result, scene, elsewhere)
        result.remarks.append(f"grew by {weight.own - own:.0f} MB, with its parser by {weight.tree - tree:.0f} MB")
        result.expect(weight.own - own < _OWN_MEGABYTES, f"the process grew by {weight.own - own:.0f} MB")
        result.expect(weight.tree - tree < _TREE_MEGABYTES, f"it and its parser grew by {weight.tree - tree:.0f} MB")
        result.expect(canary.seen == [], f"the canary was visited: {canary.seen}")
        kept = str(scene.rows.run("SELECT title, summary FROM stories")) + worker.output
        result.expect("root:" not in kept, "a file was read")
        result.count([(1, "Mali goes on")], scene.telegram.sent)
        expect_all_ended(result, scene)
    return result


def _weights(pid: int) -> tuple[float, float]:
    held = [resident(each) for each in family(pid)]
    return held[0], sum(held)


async def _alone(result: Result, scene: Stage, name: str, seconds: float) -> None:
    """Let one feed be visited, and see that the visit ends in time."""
    began = time.monotonic()
    scene.rows.run("UPDATE feeds SET next_poll_at = 0 WHERE name = :name", name=name)
    await visits_ended(scene, seconds * 2 + 10, name)
    took = time.monotonic() - began
    await asyncio.sleep(0.3)  # the line about it follows what is kept
    lines = [line for line in scene.processes[-1].output.splitlines() if f"poll {name}: " in line]
    said = lines[-1].partition(f"poll {name}: ")[2] if len(lines) else "nothing new"
    result.remarks.append(f"{name}: {took:.1f} s, {said}")
    # A tick and a fresh parser's start come before the visit, and may take a while on a busy machine.
    result.expect(took < seconds + 5, f"{name} took {took:.1f} s")


def _path(name: str) -> str:
    return f"/{name.replace(' ', '-')}"


async def _all_at_once(result: Result, scene: Stage, elsewhere: WebPeer) -> None:
    elsewhere.serve("/news", rss("Mali goes on"))
    began = time.monotonic()
    scene.rows.make_feeds_due()
    try:
        await scene.telegram.wait_for(lambda sent: "Mali goes on" in sent.text, 60)
    except TimeoutError:
        return  # counted as lost
    took = time.monotonic() - began
    await scene.rows.delivered()
    result.remarks.append(f"another feed's alert among them all: {took:.1f} s")


async def f45_marks_by_the_hundred_thousand(marks: int = 100_000) -> Result:
    """A title and a summary of combining marks cost no more than others, and the alert comes."""
    result = Result(2)
    async with stage() as scene:
        await settle_crowd(scene, 1)
        let_poll(scene, {"news": scene.web.serve("/news", rss())})
        worker = await scene.begin("worker", **QUIET)
        await visits_ended(scene)
        before, began = processor_seconds(worker.pid), time.monotonic()
        flood = "e" + "\u0301" * marks
        items = item(f"Mali {flood} one") + item("Mali, second", summary=f"Words {'́̂̃' * (marks // 3)} and more.")
        scene.web.serve("/news", rss().replace(b"</channel>", items.encode() + b"</channel>"))
        await visit_all(scene)
        await scene.rows.delivered()
        took, used = time.monotonic() - began, processor_seconds(worker.pid) - before
        result.remarks.append(f"2 x {marks} marks: {took:.1f} s, {used:.2f} s of processor time")
        result.expect(took < 15, f"the visit and its alerts took {took:.1f} s")
        result.expect(used < 3, f"{used:.1f} s of processor time")
        arrived = [sent.text for sent in scene.telegram.sent]
        result.lost += 2 - len(arrived)
        longest = max(map(len, arrived), default=0)
        result.expect(longest < 4096, f"an alert has {longest} characters")
        expect_all_ended(result, scene)
    return result
