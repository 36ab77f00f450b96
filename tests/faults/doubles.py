"""Feeds that list what they listed before, and feeds that tell what others told."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from tests.end_to_end.crowd import settle_crowd
from tests.end_to_end.stage import Stage, stage
from tests.faults.result import Result, arrivals, expect_all_ended
from tests.faults.sources import QUIET, let_poll, visit_all, visits_ended

_HEAD = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Example</title>'
_SAID = "Officials said that the wells along the road had run dry, and that nobody knew for how long."
_READERS = 2
_TITLE = "Mali severs its ties with Ukraine over a rebel attack"


def _item(title: str, link: str, *, guid: str = "", age: timedelta = timedelta(0), summary: str = "") -> str:
    published = format_datetime(datetime.now(UTC) - age, usegmt=True)
    parts = {"title": title, "link": link, "guid": guid or link, "description": summary, "pubDate": published}
    return "<item>" + "".join(f"<{name}>{escape(text)}</{name}>" for name, text in parts.items() if text) + "</item>"


def _listing(feed: str, ids: str = "a") -> list[str]:
    """Return the ten entries a feed lists, two a day, under ids of a kind."""
    return [
        _item(
            f"Mali, dispatch {n} of {feed}",
            f"https://{feed}.example/{ids}/{n}",
            age=timedelta(hours=12 * n + 1),
            summary=f"{_SAID} This is dispatch {n}.",
        )
        for n in range(10)
    ]


def _serve(scene: Stage, path: str, items: Iterable[str]) -> str:
    return scene.web.serve(f"/{path}", (_HEAD + "".join(items) + "</channel></rss>").encode())


async def f18_a_feed_is_turned_over() -> Result:
    """All ids change, a thousand old items come, a thousand come with today's date: no alert, one notice each; then
    the news of each is told.
    """
    feeds = ("ids", "archive", "today")
    result = Result(len(feeds))
    async with stage() as scene:
        await settle_crowd(scene, _READERS)
        let_poll(scene, {feed: _serve(scene, feed, _listing(feed)) for feed in feeds})
        worker = await scene.begin("worker", **QUIET)
        await visits_ended(scene)
        for ids in ("b", "c"):
            _serve(scene, "ids", _listing("ids", ids))
            await visit_all(scene)
        for feed, days in (("archive", 30), ("today", 0)):
            old = [
                _item(f"Mali in year {n}", f"https://{feed}.example/old/{n}", age=timedelta(days=days, minutes=n))
                for n in range(1_000)
            ]
            _serve(scene, feed, old)
        await visit_all(scene, 60)
        await scene.rows.delivered()
        result.duplicates = len(scene.telegram.sent)
        told = [worker.output.count(f"{feed}: of its new entries") for feed in feeds]
        result.expect(told == [1, 1, 1], f"the operator was told {told} times")
        news = [f"Mali at last, says {feed}" for feed in feeds]
        for feed, title in zip(feeds, news, strict=True):
            _serve(
                scene,
                feed,
                [_item(title, f"https://{feed}.example/news"), *_listing(feed, "c" if feed == "ids" else "a")],
            )
        await visit_all(scene)
        await scene.rows.delivered()
        wanted = [(reader, title) for reader in range(1, _READERS + 1) for title in news]
        result.count(wanted, scene.telegram.sent)
        result.duplicates += len(arrivals(scene.telegram.sent).keys() - set(wanted))
        result.remarks.append(f"{scene.rows.one('SELECT count(*) FROM stories')} stories are kept, {told} notices")
        expect_all_ended(result, scene)
    return result


_TEN = {
    "secure": (_TITLE, "https://news.example/a/1"),
    "plain": (_TITLE, "http://news.example/a/1"),
    "tracked": (_TITLE, "https://news.example/a/1?utm_source=rss&at_medium=RSS"),
    "slashed": (_TITLE, "https://NEWS.example:443/a/1/#comments"),
    "renamed": ("Bamako breaks with Kyiv", "https://news.example/a/1"),
    "agency": (_TITLE, "https://agency.example/x/77"),
    "shouting": (_TITLE.upper(), "https://shouting.example/77"),
    "breaking": (f"BREAKING: {_TITLE}", "https://breaking.example/77"),
    "named": (f"{_TITLE} - The Named", "https://named.example/77"),
    "slipped": (_TITLE.replace("rebel attack", "rebel attacks"), "https://slipped.example/77"),
}


async def f19_ten_feeds_tell_one_story() -> Result:
    """By http, with tracking parameters, under another guid, at another site, all at once and one by one, with a new
    process in between: one alert a chat.
    """
    result = Result(2)
    async with stage() as scene:
        await settle_crowd(scene, _READERS)
        let_poll(scene, {name: _serve(scene, name, ()) for name in _TEN})
        worker = await scene.begin("worker", **QUIET)
        old = _item("An older story", "https://news.example/old")
        for name in _TEN:
            _serve(scene, name, [old])
        await visit_all(scene)
        await _tell(scene, _TEN, day=0)
        once = arrivals(scene.telegram.sent).total()
        result.expect(once == _READERS, f"{once} alerts arrived when all told it at once")
        for at, name in enumerate(_TEN):
            if at == len(_TEN) // 2:
                await worker.stop()
                worker = await scene.begin("worker", **QUIET)
                await visits_ended(scene)
            await _tell(scene, (name,), day=1)
        got = arrivals(scene.telegram.sent)
        by_reader = {reader: sum(count for (chat, _), count in got.items() if chat == reader) for reader in (1, 2)}
        result.lost = sum(max(2 - count, 0) for count in by_reader.values())
        result.duplicates = sum(max(count - 2, 0) for count in by_reader.values())
        result.remarks.append(f"two stories told by ten feeds each; alerts by reader {by_reader}")
        expect_all_ended(result, scene)
    return result


async def _tell(scene: Stage, names: Iterable[str], day: int) -> None:
    """Let these feeds tell a day's story, and wait for what comes of it."""
    for name in names:
        title, link = _TEN[name]
        if day:
            title, link = title.replace("kraine", "nited States").replace("KRAINE", "NITED STATES"), f"{link}9"
            title = title.replace("Kyiv", "Washington")
        _serve(scene, name, [_item(title, link, guid=f"{name} {day}")])
    await visit_all(scene)
    await scene.rows.delivered()
