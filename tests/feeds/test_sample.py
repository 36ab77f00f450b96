import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import aiohttp
import feedparser
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.core.story import type_of
from bot.core.text import words
from bot.feeds.sample import LATER_ROUNDS, SampleFeed, SampleStory, read_samples

CONFIG = Path(__file__).parents[2] / "config/samples.toml"
STORIES = read_samples(CONFIG.read_text("utf-8"))
STARTED = datetime(2026, 2, 6, 16, 37, 54, 250_000, tzinfo=UTC)
BASE = "http://127.0.0.1:8080"
FIRST_ROUND = timedelta(seconds=3) * (len(STORIES) - 3)


def sample(started: datetime = STARTED, stories: tuple[SampleStory, ...] = STORIES, base: str = BASE) -> SampleFeed:
    return SampleFeed(stories, started=started, base_url=base)


def items(text: str) -> list[ET.Element]:
    return ET.fromstring(text).findall("./channel/item")


def links(text: str) -> list[str]:
    return [item.findtext("link", "") for item in items(text)]


def after(seconds: float) -> datetime:
    return STARTED + timedelta(seconds=seconds)


# ---- the stories


def test_there_are_enough_stories_over_many_countries_and_types() -> None:
    assert len(STORIES) >= 40
    assert len({story.path[-1] for story in STORIES}) >= 25
    assert {story.type for story in STORIES} >= {"news", "analysis", "opinion", "investigations", "podcasts"}
    assert max(Counter(story.title for story in STORIES).values()) == 1
    assert max(Counter(story.slug for story in STORIES).values()) == 1


def test_the_places_most_people_try_come_early_and_come_back() -> None:
    early = [f"{story.title} {story.summary}" for story in STORIES[:6]]
    assert any("Mali" in text and "Wagner" in text for text in early[3:])
    assert any("Sudan" in text for text in early[3:])
    assert any("Gaza" in text for text in early[3:])
    countries = Counter(story.path[-1] for story in STORIES)
    assert min(countries["Mali"], countries["Sudan"], countries["Palestine"]) >= 3


@pytest.mark.parametrize("actor", ["Wagner", "Africa Corps", "JNIM", "RSF", "M23", "gangs"])
def test_actors_people_follow_appear(actor: str) -> None:
    assert any(actor in " ".join((story.title, story.summary, *story.text)) for story in STORIES)


@pytest.mark.parametrize(
    ("country", "other"),
    [("Somalia", "mali"), ("Nigeria", "niger"), ("South Sudan", "sudan"), ("Guinea-Bissau", "mali")],
)
def test_the_traps_name_only_their_own_country(country: str, other: str) -> None:
    for story in STORIES:
        if story.path[-1] == country:
            text = " ".join((story.title, story.summary, *story.text)).replace("South Sudan", "")
            assert other not in words(text)


def test_a_summary_is_one_sentence() -> None:
    assert all(re.fullmatch(r"[^.!?]+\.", story.summary) for story in STORIES)


# ---- the feed


def test_a_feed_is_rss_dated_with_a_two_digit_year() -> None:
    first = items(sample().rss(after(9)))[0]
    assert first.findtext("title") == STORIES[5].title
    assert first.findtext("pubDate") == "Fri, 06 Feb 26 16:38:03 +0000"
    assert first.findtext("guid") == first.findtext("link")
    assert re.fullmatch(BASE + r"/news/sample/[0-9a-f]+-5-in-gaza-[a-z0-9-]+", first.findtext("link", ""))


def test_the_links_first_segment_is_the_type() -> None:
    for seconds in range(0, 120, 15):
        for item, released in zip(items(sample().rss(after(seconds))), sample().newest(after(seconds)), strict=False):
            assert type_of(item.findtext("link", "")) == released.story.type


def test_every_entry_says_that_it_is_a_sample() -> None:
    text = sample().rss(after(200))
    assert "<title>Sample stories</title>" in text
    assert all(item.findtext("description", "").endswith("(Sample story.)") for item in items(text))


def test_a_reader_of_feeds_reads_it() -> None:
    found = feedparser.parse(sample().rss(after(60)).encode())
    assert not found.bozo
    assert len(found.entries) == 10
    assert all(entry.published_parsed.tm_year == 2026 for entry in found.entries)


def test_some_stories_are_old_at_the_start_and_the_next_comes_within_seconds() -> None:
    feed = sample()
    assert feed.released(STARTED) == 3
    assert all(released.at < STARTED for released in feed.newest(STARTED))
    assert feed.released(after(2.9)) == 3
    assert feed.released(after(3)) == 4
    assert feed.released(STARTED - timedelta(hours=1)) == 3


def test_later_rounds_are_slower_and_bring_new_links() -> None:
    feed = sample()
    end = STARTED + FIRST_ROUND
    assert feed.released(end) == len(STORIES)
    assert feed.released(end + LATER_ROUNDS * 0.9) == len(STORIES)
    assert feed.released(end + LATER_ROUNDS * 2) == len(STORIES) + 2
    again = end + LATER_ROUNDS * len(STORIES)
    seen = [feed.link(released) for released in feed.newest(again)]
    assert len(seen) == len(set(seen)) == 2 * len(STORIES)


def test_a_new_start_gives_new_links() -> None:
    assert not set(links(sample().rss(STARTED))) & set(links(sample(after(0.001)).rss(after(0.001))))


@given(st.floats(0, 1e7), st.floats(0, 100))
def test_what_is_out_stays_out_and_nothing_is_from_the_future(seconds: float, more: float) -> None:
    feed, now = sample(), after(seconds)
    assert feed.released(now) <= feed.released(now + timedelta(seconds=more))
    assert next(feed.newest(now)).at <= now


def test_hostile_stories_stay_text() -> None:
    story = SampleStory("news", ("<b>",), "<script>alert('&')</script>", '"&<x>.', ("</p><script>",))
    feed = sample(stories=(story,) * 4)
    assert items(feed.rss(STARTED))[0].findtext("title") == story.title
    newest = next(feed.newest(STARTED))
    page = feed.page("news", newest.id, STARTED)
    assert page is not None
    assert "<script" not in page


# ---- the pages


class _Breadcrumb(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.crumbs: list[str] = []
        self._open: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.add(tag)

    def handle_endtag(self, tag: str) -> None:
        self._open.discard(tag)

    def handle_data(self, data: str) -> None:
        if {"nav", "li"} <= self._open:
            self.crumbs.append(data)


def test_a_page_has_the_breadcrumb_and_says_that_it_is_made_up() -> None:
    feed = sample()
    released = next(each for each in feed.newest(after(60)) if each.story.path[-1] == "Mali")
    page = feed.page(released.story.type, released.id, after(60))
    assert page is not None
    assert _Breadcrumb(page).crumbs == ["Home", "West Africa", "Mali"]
    assert "Sample story, made up" in page
    assert released.story.text[0].split(",")[0] in page


def test_a_story_not_yet_out_has_no_page() -> None:
    feed = sample()
    coming = next(feed.newest(after(3)))
    assert feed.page(coming.story.type, coming.id, STARTED) is None
    assert feed.page(coming.story.type, coming.id, after(3)) is not None


@pytest.mark.parametrize(
    "wrong", ["", "x", "x-1-y", "-", "{stamp}-", "{stamp}-1", "{stamp}--1-x", "{stamp}-²-x", "{stamp}-1-x"]
)
def test_an_address_that_was_never_given_has_no_page(wrong: str) -> None:
    feed = sample()
    stamp = next(feed.newest(STARTED)).id.split("-")[0]
    assert feed.page("news", wrong.replace("{stamp}", stamp), STARTED) is None


@pytest.fixture
async def served() -> AsyncIterator[tuple[str, list[datetime], aiohttp.ClientSession]]:
    now = [STARTED]
    app = web.Application()
    app.add_routes(sample(base="").routes(lambda: now[0]))
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as http:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", now, http
    await runner.cleanup()


async def test_a_feed_that_has_not_changed_is_not_sent_again(
    served: tuple[str, list[datetime], aiohttp.ClientSession],
) -> None:
    url, now, http = served
    async with http.get(f"{url}/sample.xml") as first:
        assert first.status == 200
        assert first.content_type == "application/rss+xml"
        etag = first.headers["ETag"]
    async with http.get(f"{url}/sample.xml", headers={"If-None-Match": etag}) as again:
        assert (again.status, again.headers["ETag"]) == (304, etag)
    now[0] += timedelta(seconds=3)
    async with http.get(f"{url}/sample.xml", headers={"If-None-Match": etag}) as changed:
        assert changed.status == 200
        assert changed.headers["ETag"] != etag


async def test_every_link_of_the_feed_leads_to_its_page(
    served: tuple[str, list[datetime], aiohttp.ClientSession],
) -> None:
    url, now, http = served
    now[0] += timedelta(minutes=5)
    async with http.get(f"{url}/sample.xml") as feed:
        found = items(await feed.text())
    for item in found:
        async with http.get(url + item.findtext("link", "")) as page:
            assert page.status == 200
            assert page.headers["X-Content-Type-Options"] == "nosniff"
            assert "default-src 'none'" in page.headers["Content-Security-Policy"]
            assert "<h1>" in await page.text()
    async with http.get(f"{url}/news/sample/nothing") as page:
        assert page.status == 404
