from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.feeds.article import ArticleReader
from bot.feeds.fetch import Fetcher
from bot.feeds.parse import Parser
from tests.feeds.conftest import AGENT, QUICK, leads_to
from tests.peers.web import Page, WebPeer

HTML = (Path(__file__).parent / "pages" / "mali-market.html").read_bytes()


@dataclass
class Time:
    """A clock that stands still until somebody sleeps."""

    now: float = 1_000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Move on at once."""
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
async def parser() -> AsyncIterator[Parser]:
    one = Parser()
    yield one
    await one.close()


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def reader(fetcher: Fetcher, parser: Parser, clock: Time) -> ArticleReader:
    return ArticleReader(fetcher, parser, user_agent=AGENT, delay=2.0, clock=clock, sleep=clock.sleep)


def story(peer: WebPeer, path: str = "/news/mali", **more: str) -> str:
    """Serve the page of a story; returns its address."""
    return peer.serve(path, Page(HTML, content_type="text/html; charset=utf-8", **more))  # type: ignore[arg-type]


async def test_a_page_gives_its_breadcrumb(reader: ArticleReader, peer: WebPeer) -> None:
    article = await reader.read(story(peer))
    assert article is not None
    assert article.breadcrumb == ("West Africa", "Mali")
    assert peer.seen[1].headers["user-agent"] == AGENT
    assert "text/html" in peer.seen[1].headers["accept"]


async def test_robots_txt_is_asked_once_an_hour_and_honoured(reader: ArticleReader, peer: WebPeer, clock: Time) -> None:
    url = story(peer)
    peer.robots("User-agent: crisis-bot-test\nDisallow: /news/\n\nUser-agent: *\nAllow: /\n")
    assert await reader.read(url) is None
    assert await reader.read(url) is None
    assert (peer.hits("/robots.txt"), peer.hits("/news/mali")) == (1, 0)
    peer.robots("User-agent: *\nDisallow: /admin\n")
    clock.now += 3601
    assert await reader.read(url) is not None
    assert peer.hits("/robots.txt") == 2


@pytest.mark.parametrize(
    ("status", "readable"), [(404, True), (403, True), (410, True), (500, False), (503, False), (429, False)]
)
async def test_no_rules_mean_yes_and_no_answer_means_no(
    reader: ArticleReader, peer: WebPeer, status: int, readable: bool
) -> None:
    peer.robots("", status)
    assert (await reader.read(story(peer)) is not None) == readable


async def test_robots_txt_that_breaks_the_standard_library_means_no(reader: ArticleReader, peer: WebPeer) -> None:
    peer.robots("User-agent: *\nDisallow: //[x\n")
    assert await reader.read(story(peer)) is None


@pytest.mark.parametrize(
    ("page", "missing"),
    [
        (Page(b"no", status=404), True),
        (Page(b"no", status=410), True),
        (Page(b"no", status=403), None),
        (Page(b"no", status=503), None),
        (Page(b"a page", content_type="text/html"), False),
        (Page(b"x" * 100_000, content_type="text/html"), False),
    ],
)
async def test_a_page_that_is_gone_is_told_from_one_that_cannot_be_read(
    reader: ArticleReader, peer: WebPeer, page: Page, missing: bool | None
) -> None:
    assert await reader.is_missing(peer.serve("/news/1", page)) is missing


async def test_robots_txt_and_politeness_hold_for_a_glance_as_well(
    reader: ArticleReader, peer: WebPeer, clock: Time
) -> None:
    assert await reader.is_missing(story(peer)) is False
    assert await reader.is_missing(peer.url("/news/gone")) is True
    assert clock.slept == [2.0]
    clock.now += 3601
    peer.robots("User-agent: *\nDisallow: /news/\n")
    assert await reader.is_missing(peer.url("/news/gone")) is None


@pytest.mark.parametrize("link", ["", "mailto:a@example.org", "http://[", "/news/1"])
async def test_what_is_no_address_is_never_missing(reader: ArticleReader, link: str) -> None:
    assert await reader.is_missing(link) is None


async def test_two_pages_of_a_host_are_kept_apart(reader: ArticleReader, peer: WebPeer, clock: Time) -> None:
    await reader.read(story(peer, "/news/1"))
    assert clock.slept == []
    await reader.read(story(peer, "/news/2"))
    assert clock.slept == [2.0]


async def test_a_site_may_ask_for_more_time_between_its_pages(
    reader: ArticleReader, peer: WebPeer, clock: Time
) -> None:
    peer.robots("User-agent: *\nCrawl-delay: 7\n")
    await reader.read(story(peer, "/news/1"))
    await reader.read(story(peer, "/news/2"))
    assert clock.slept == [7.0]


@pytest.mark.parametrize(
    "page",
    [
        Page(b"no", status=403, content_type="text/html"),
        Page(b"no", status=404),
        Page(b"no", status=503),
        Page(b"<html>" + bytes(1_600_000), content_type="text/html"),
        Page(b"<html>" + b" " * 1_600_000, content_type="text/html", packing="gzip"),
        Page(b"%PDF-1.7", content_type="application/pdf"),
        Page(b"", content_type="text/html"),
        Page(HTML, content_type="text/html", cut=100),
        Page(status=302, headers={"Location": "file:///etc/passwd"}),
    ],
)
async def test_a_refusal_costs_nothing(reader: ArticleReader, peer: WebPeer, page: Page) -> None:
    assert await reader.read(peer.serve("/news/x", page)) is None


@pytest.mark.parametrize("url", ["", "nonsense", "file:///etc/passwd", "http://", "http://[::1", "mailto:a@b.example"])
async def test_what_is_no_page_is_not_visited(reader: ArticleReader, url: str) -> None:
    assert await reader.read(url) is None


async def test_a_redirect_to_another_site_asks_that_sites_rules_too(parser: Parser, peer: WebPeer, clock: Time) -> None:
    fetcher = Fetcher(user_agent=AGENT, limits=QUICK, allow_private=True, resolver=leads_to("127.0.0.1"))
    reader = ArticleReader(fetcher, parser, user_agent=AGENT, clock=clock, sleep=clock.sleep)
    async with WebPeer() as other:
        other.robots("User-agent: *\nDisallow: /\n")
        peer.redirect("/news/1", story(other))
        assert await reader.read(peer.url("/news/1")) is None
        assert other.hits("/robots.txt") == 1
    await fetcher.close()


async def test_a_strangers_page_on_a_private_address_is_not_visited(parser: Parser, peer: WebPeer) -> None:
    fetcher = Fetcher(user_agent=AGENT, limits=QUICK)
    reader = ArticleReader(fetcher, parser, user_agent=AGENT, delay=0)
    url = story(peer)
    assert await reader.read(url) is None
    assert peer.seen == []
    assert await reader.read(url, trusted=True) is None, "the refusal is remembered"
    await fetcher.close()


async def test_the_operators_own_page_on_a_private_address_is_read(parser: Parser, peer: WebPeer) -> None:
    fetcher = Fetcher(user_agent=AGENT, limits=QUICK)
    reader = ArticleReader(fetcher, parser, user_agent=AGENT, delay=0)
    assert await reader.read(story(peer), trusted=True) is not None
    await fetcher.close()
