"""What a visitor remembers between visits: hosts that asked for a pause, and when a feed last came in full."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from bot.core.outcomes import Failed, Fault, Fetched, NotModified
from bot.feeds import doubt, resolve
from bot.feeds.fetch import Fetcher, FetchLimits
from bot.feeds.resolve import Resolver
from tests.peers.web import Page, WebPeer

FEED = b"<rss version='2.0'><channel><title>Quiet</title></channel></rss>"
BUSY = Page(status=429, headers={"Retry-After": "120"})


async def test_a_host_that_asks_for_a_pause_is_not_visited_for_another_feed(fetcher: Fetcher, peer: WebPeer) -> None:
    peer.serve("/other", FEED)
    first, second = await asyncio.gather(fetcher.fetch(peer.serve("/busy", BUSY)), fetcher.fetch(peer.url("/other")))
    assert isinstance(first, Failed)
    assert isinstance(second, Failed)
    assert (second.fault, second.retry_after) == (Fault.BUSY, 120)
    assert len(peer.seen) == 1


async def test_another_port_of_that_host_is_another_host(fetcher: Fetcher, peer: WebPeer) -> None:
    await fetcher.fetch(peer.serve("/busy", BUSY))
    async with WebPeer() as other:
        assert isinstance(await fetcher.fetch(other.serve("/a", FEED)), Fetched)


async def test_a_page_that_is_refused_costs_its_host_s_feeds_nothing(fetcher: Fetcher, peer: WebPeer) -> None:
    await fetcher.fetch(peer.serve("/page", BUSY), accept="text/html")
    assert isinstance(await fetcher.fetch(peer.serve("/feed", FEED)), Fetched)


async def test_a_pause_ends_when_its_time_is_over(
    fetcher: Fetcher, peer: WebPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fetcher.fetch(peer.serve("/busy", BUSY))
    loop = asyncio.get_running_loop()
    now = loop.time
    for passed, hits in ((119.0, 1), (121.0, 2)):
        monkeypatch.setattr(loop, "time", lambda passed=passed: now() + passed)
        await fetcher.fetch(peer.url("/busy"))
        monkeypatch.undo()
        assert peer.hits("/busy") == hits, passed


async def test_an_answer_that_nothing_has_changed_is_not_believed_for_more_than_a_day(
    fetcher: Fetcher, peer: WebPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = peer.serve("/a", Page(FEED, etag='"1"'))
    monkeypatch.setattr(doubt, "FULL_AFTER", 0.2)
    outcomes = []
    for _ in range(8):
        outcomes.append(await fetcher.fetch(url, etag='"1"'))
        await asyncio.sleep(0.05)
    asked_in_full = ["if-none-match" not in seen.headers for seen in peer.seen]
    assert 1 <= sum(asked_in_full) <= 4
    assert any(isinstance(each, NotModified) for each in outcomes)


async def test_a_day_begins_anew_with_each_whole_answer(
    fetcher: Fetcher, peer: WebPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", lambda _low, high: high)
    url = peer.serve("/a", Page(FEED, etag='"1"'))
    assert isinstance(await fetcher.fetch(url, etag='"1"'), Fetched)
    assert isinstance(await fetcher.fetch(url, etag='"1"'), NotModified)


async def test_look_ups_that_hang_in_every_thread_fail_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolve, "PATIENCE", 0.1)
    over = threading.Event()

    def hang(_host: str, _port: int) -> Sequence[str]:
        over.wait(10)
        return ["127.0.0.1"]

    names = Resolver(hang, at_once=1)
    try:
        for host in ("one.example", "two.example", "one.example"):
            with pytest.raises(OSError, match="does not answer"):
                await names.addresses(host, 80)
    finally:
        over.set()
    assert await names.addresses("two.example", 80) == ["127.0.0.1"]


def test_the_deadline_of_a_visit_is_longer_than_that_of_a_look_up() -> None:
    assert FetchLimits().deadline > resolve.PATIENCE
