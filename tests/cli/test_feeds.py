"""`crisis-bot feeds`: what a feed would give, a visit now, how visits went."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.fakes.environment import config_of, feed_table
from tests.fakes.rss import rss
from tests.peers.web import Page, WebPeer


@pytest.fixture
async def peer() -> AsyncIterator[WebPeer]:
    async with WebPeer() as made:
        yield made


def write(name: str, body: bytes) -> None:
    Path(name).write_bytes(body)


@pytest.fixture(autouse=True)
def private(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOW_PRIVATE_ADDRESSES", "true")


async def test_a_preview_of_a_file_shows_each_story_with_its_places(cli: Cli) -> None:
    write("feed.xml", rss("Floods in Chad", "Drought in Mali"))
    told = await cli("feeds", "preview", "feed.xml")
    assert told.status == 0
    first, second, _ = told.out.split("\n\n")
    assert "Mali" in first + second
    chad = first if "Chad" in first else second
    assert chad.splitlines()[0] == "Floods in Chad"
    assert "2026-02-06" in chad
    assert "about Chad" in chad
    assert "Floods in Chad, and what follows." in chad
    assert "https://news.example/news/floods-in-chad" in chad


async def test_a_preview_as_json_is_one_object_a_line(cli: Cli) -> None:
    write("feed.xml", rss("Floods in Chad", "Drought in Mali"))
    told = await cli("feeds", "preview", "--json", "feed.xml")
    stories = {story["title"]: story for story in map(json.loads, told.out.splitlines())}
    assert set(stories) == {"Floods in Chad", "Drought in Mali"}
    mali = stories["Drought in Mali"]
    assert mali["published"] == "2026-02-06T16:37:54+00:00"
    assert mali["source"] == "News"
    assert (mali["places"][0]["code"], mali["places"][0]["about"]) == ("ML", True)


async def test_a_preview_keeps_nothing_and_visits_no_page(cli: Cli, peer: WebPeer, tmp_path: Path) -> None:
    told = await cli("feeds", "preview", peer.serve("/feed", rss("Drought in Mali", site=peer.root)))
    assert told.status == 0
    assert "Drought in Mali" in told.out
    assert {seen.path for seen in peer.seen} == {"/feed"}
    assert "No feed has been polled yet" in (await cli("feeds")).out


async def test_a_preview_of_a_feed_of_ones_own_heeds_what_is_written_of_it(
    cli: Cli, peer: WebPeer, tmp_path: Path
) -> None:
    url = peer.serve("/feed", rss("Drought in Mali", "Floods in Chad"))
    config_of(tmp_path, feed_table(url, "My feed", 'only = "chad"'))
    told = await cli("feeds", "preview", "--json", url)
    (story,) = map(json.loads, told.out.splitlines())
    assert (story["title"], story["source"]) == ("Floods in Chad", "My feed")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "unreachable (No such file or directory)"),
        (b"", "unreadable (the answer is empty)"),
        (b"<!doctype html><html><body>Hello</body></html>", "unreadable (this is a web page, not a feed)"),
    ],
)
async def test_a_preview_of_what_is_no_feed_says_why_and_fails(cli: Cli, content: bytes | None, why: str) -> None:
    if content is not None:
        write("feed.xml", content)
    told = await cli("feeds", "preview", "feed.xml")
    assert (told.status, told.out) == (1, f"feed.xml: {why}\n")


async def test_a_preview_of_an_address_that_fails_says_why(cli: Cli, peer: WebPeer) -> None:
    told = await cli("feeds", "preview", peer.serve("/feed", Page(status=404)))
    assert told.status == 1
    assert "missing" in told.out


async def test_a_poll_visits_every_feed_now_and_tells_how_it_went(cli: Cli, peer: WebPeer, tmp_path: Path) -> None:
    good = peer.serve("/good", rss("Drought in Mali"))
    gone = peer.serve("/gone", Page(status=410))
    bad = peer.serve("/bad", Page(status=500))
    feeds = feed_table(good, "Good") + feed_table(gone, "Gone") + feed_table(bad, "Bad")
    config_of(tmp_path, feeds)
    for visits in (1, 2):
        told = await cli("feeds", "poll")
        assert told.status == 0, told.err
        assert [peer.hits(path) for path in ("/good", "/gone", "/bad")] == [visits] * 3
        assert told.out.rstrip().endswith("once" if visits == 1 else "2 times in a row")
    lines = told.out.splitlines()
    assert lines[0] == "3 feeds visited."
    assert lines[1].split(maxsplit=1) == ["Good", "well"]
    assert "given up: " in lines[2]
    assert "2 times in a row" in lines[3]
    assert (await cli("feeds", "list")).out.splitlines() == lines[1:]


async def test_a_poll_visits_more_feeds_than_are_visited_at_once(cli: Cli, peer: WebPeer, tmp_path: Path) -> None:
    urls = [peer.serve(f"/{number}", rss(f"Story {number}")) for number in range(11)]
    config_of(tmp_path, "".join(feed_table(url, url) for url in urls))
    told = await cli("feeds", "poll")
    assert told.out.splitlines()[0] == "11 feeds visited."
    assert {peer.hits(f"/{number}") for number in range(11)} == {1}
