import asyncio
import gzip
import threading
import time
from collections.abc import Sequence

import pytest

from bot.core.outcomes import Failed, Fault, Fetched, NotModified
from bot.feeds.fetch import Fetcher, FetchLimits
from tests.feeds.conftest import AGENT, QUICK, leads_to
from tests.peers.web import Page, RawPeer, WebPeer

FEED = b"<rss version='2.0'><channel><title>Quiet</title></channel></rss>"


def failed(outcome: object) -> Failed:
    """Return the failure and see that its line is fit to be shown."""
    assert isinstance(outcome, Failed), outcome
    assert "\n" not in outcome.reason
    assert "?" not in outcome.reason
    assert "secret" not in outcome.reason
    return outcome


async def test_a_feed_comes_with_its_validators_and_says_who_asks(fetcher: Fetcher, peer: WebPeer) -> None:
    cache = {"Cache-Control": "public, max-age=300"}
    url = peer.serve("/all.xml", Page(FEED, etag='"a1"', last_modified="Fri, 06 Feb 2026 16:37:54 GMT", headers=cache))
    outcome = await fetcher.fetch(url)
    assert isinstance(outcome, Fetched)
    assert (outcome.body, outcome.url, outcome.moved_to) == (FEED, url, "")
    assert (outcome.etag, outcome.last_modified, outcome.max_age) == ('"a1"', "Fri, 06 Feb 2026 16:37:54 GMT", 300)
    assert peer.seen[0].headers["user-agent"] == AGENT
    assert "if-none-match" not in peer.seen[0].headers


async def test_an_unchanged_feed_costs_no_body(fetcher: Fetcher, peer: WebPeer) -> None:
    url = peer.serve("/all.xml", Page(FEED, etag='"a1"', headers={"Cache-Control": "max-age=60"}))
    assert await fetcher.fetch(url, etag='"a1"') == NotModified(max_age=60)
    peer.serve("/all.xml", Page(FEED, last_modified="Fri, 06 Feb 2026 16:37:54 GMT"))
    assert await fetcher.fetch(url, last_modified="Fri, 06 Feb 2026 16:37:54 GMT") == NotModified()


async def test_304_to_a_first_visit_is_not_taken_for_nothing_new(fetcher: Fetcher, peer: WebPeer) -> None:
    url = peer.serve("/all.xml", Page(always_304=True))
    assert failed(await fetcher.fetch(url)).fault is Fault.BROKEN


async def test_a_validator_that_cannot_be_sent_back_is_not_kept(fetcher: Fetcher, peer: WebPeer) -> None:
    outcome = await fetcher.fetch(peer.serve("/a", Page(FEED, etag='"' + "x" * 3000 + '"')))
    assert isinstance(outcome, Fetched)
    assert outcome.etag == ""


@pytest.mark.parametrize("packing", ["gzip", "deflate", "raw-deflate", "br"])
async def test_a_packed_feed_is_unpacked(fetcher: Fetcher, peer: WebPeer, packing: str) -> None:
    body = FEED * 20_000
    outcome = await fetcher.fetch(peer.serve("/all.xml", Page(body, packing=packing)))
    assert isinstance(outcome, Fetched)
    assert outcome.body == body


async def test_a_feed_kept_as_a_gzip_file_is_unpacked_though_no_header_says_so(fetcher: Fetcher, peer: WebPeer) -> None:
    packed = gzip.compress(FEED[:30]) + gzip.compress(FEED[30:])
    for page in (Page(packed, content_type="application/gzip"), Page(packed, packing="gzip")):
        outcome = await fetcher.fetch(peer.serve("/all.xml.gz", page))
        assert isinstance(outcome, Fetched)
        assert outcome.body == FEED


@pytest.mark.parametrize("packing", ["gzip", "deflate", "br", ""])
async def test_a_bomb_is_put_down_before_it_goes_off(fetcher: Fetcher, peer: WebPeer, packing: str) -> None:
    bomb = bytes(60 * 2**20) if packing else gzip.compress(bytes(60 * 2**20))
    url = peer.serve("/bomb", Page(bomb, packing=packing))
    assert failed(await fetcher.fetch(url)).fault is Fault.TOO_LARGE


async def test_a_bomb_in_a_bomb_is_stopped_at_its_outer_layer(fetcher: Fetcher, peer: WebPeer) -> None:
    inner = gzip.compress(gzip.compress(bytes(200 * 2**20)))
    url = peer.serve("/bomb", Page(inner, headers={"Content-Encoding": "gzip, gzip"}))
    assert failed(await fetcher.fetch(url)).fault is Fault.TOO_LARGE


async def test_an_answer_over_the_cap_is_left_unread(fetcher: Fetcher, peer: WebPeer) -> None:
    url = peer.serve("/large", bytes(11 * 2**20))
    assert failed(await fetcher.fetch(url)).fault is Fault.TOO_LARGE


async def test_an_endless_answer_without_length_is_left_at_the_cap(fetcher: Fetcher) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(bytes(2**16))
            await writer.drain()

    limits = FetchLimits(deadline=5, packed_bytes=2**20)
    async with RawPeer(talk) as peer:
        outcome = await fetcher.fetch(f"http://127.0.0.1:{peer.port}/", limits=limits)
    assert failed(outcome).fault is Fault.TOO_LARGE


@pytest.mark.parametrize("claim", ["gzip", "deflate", "br", "zstd", "gzip, gzip, gzip, gzip"])
async def test_bytes_that_are_not_what_they_claim_are_a_broken_answer(
    fetcher: Fetcher, peer: WebPeer, claim: str
) -> None:
    url = peer.serve("/a", Page(b"\x08" + FEED, headers={"Content-Encoding": claim}))
    assert failed(await fetcher.fetch(url)).fault is Fault.BROKEN


@pytest.mark.parametrize("packing", ["", "gzip", "br"])
async def test_a_cut_body_is_a_broken_answer(fetcher: Fetcher, peer: WebPeer, packing: str) -> None:
    url = peer.serve("/a", Page(FEED * 50, packing=packing, cut=40))
    assert failed(await fetcher.fetch(url)).fault is Fault.BROKEN


async def test_a_gzip_file_that_ends_too_early_is_a_broken_answer(fetcher: Fetcher, peer: WebPeer) -> None:
    url = peer.serve("/a", gzip.compress(FEED)[:-12])
    assert failed(await fetcher.fetch(url)).fault is Fault.BROKEN


async def test_a_slow_loris_is_left_at_the_deadline(peer: WebPeer) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"z" * 500:
            writer.write(bytes([byte]))
            await asyncio.sleep(0.02)

    fetcher = Fetcher(user_agent=AGENT, limits=FetchLimits(deadline=0.3), allow_private=True)
    async with RawPeer(talk) as loris:
        for url in (f"http://127.0.0.1:{loris.port}/", peer.serve("/slow", Page(FEED, drip=0.05))):
            began = time.monotonic()
            outcome = failed(await fetcher.fetch(url))
            assert outcome.fault is Fault.UNREACHABLE
            assert "0.3 s" in outcome.reason
            assert time.monotonic() - began < 1
    await fetcher.close()


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (410, Fault.GONE),
        (404, Fault.MISSING),
        (403, Fault.REFUSED),
        (401, Fault.REFUSED),
        (429, Fault.BUSY),
        (503, Fault.BUSY),
        (500, Fault.BROKEN),
        (502, Fault.BROKEN),
        (302, Fault.BROKEN),
    ],
)
async def test_a_refusal_says_what_kind_it_is(fetcher: Fetcher, peer: WebPeer, status: int, fault: Fault) -> None:
    outcome = failed(await fetcher.fetch(peer.serve("/a?key=secret", Page(FEED, status=status)) or ""))
    assert outcome.fault in (fault, Fault.MISSING)
    outcome = failed(await fetcher.fetch(peer.serve("/b", Page(FEED, status=status)) + "?key=secret"))
    assert outcome.fault is fault


async def test_a_host_that_asks_us_to_wait_is_heard(fetcher: Fetcher, peer: WebPeer) -> None:
    url = peer.serve("/a", Page(status=429, headers={"Retry-After": "120"}))
    assert failed(await fetcher.fetch(url)).retry_after == 120


async def test_bytes_that_are_no_http_are_a_broken_answer(fetcher: Fetcher) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x00\xffgarbage\r\n\r\n" * 10)
        await writer.drain()

    async with RawPeer(talk) as peer:
        assert failed(await fetcher.fetch(f"http://127.0.0.1:{peer.port}/")).fault is Fault.BROKEN


async def test_nobody_at_home_is_an_unreachable_host(fetcher: Fetcher) -> None:
    async with WebPeer() as gone:
        url = gone.url("/a")
    assert failed(await fetcher.fetch(url)).fault is Fault.UNREACHABLE


@pytest.mark.parametrize("url", ["", "not a url", "http://", "http://[::1", "http://a b/", "http://x:99999/", "//x"])
async def test_what_is_no_address_is_refused_and_not_raised(fetcher: Fetcher, url: str) -> None:
    assert failed(await fetcher.fetch(url)).fault in (Fault.UNSAFE, Fault.UNREACHABLE)


async def test_a_name_without_address_is_an_unreachable_host() -> None:
    def nowhere(host: str, port: int) -> Sequence[str]:
        raise OSError(-2, "Name or service not known")

    for look_up in (nowhere, leads_to()):
        fetcher = Fetcher(user_agent=AGENT, limits=QUICK, resolver=look_up)
        outcome = failed(await fetcher.fetch("http://feeds.example/"))
        assert outcome.fault is Fault.UNREACHABLE
        assert "name has no address" in outcome.reason
        await fetcher.close()


async def test_a_name_server_that_hangs_holds_up_its_own_feed_only(peer: WebPeer) -> None:
    release = threading.Event()
    asked: list[str] = []

    def look_up(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        if host == "hangs.example":
            release.wait(10)
        return ["127.0.0.1"]

    fetcher = Fetcher(user_agent=AGENT, limits=FetchLimits(deadline=2.0), allow_private=True, resolver=look_up)
    peer.serve("/a", FEED)
    slow = [asyncio.create_task(fetcher.fetch(peer.url(f"/{n}", "hangs.example"))) for n in range(3)]
    others = await asyncio.gather(*(fetcher.fetch(peer.url("/a", f"f{n}.example")) for n in range(200)))
    assert all(isinstance(outcome, Fetched) for outcome in others)
    assert not any(task.done() for task in slow)
    assert {failed(outcome).fault for outcome in await asyncio.gather(*slow)} == {Fault.UNREACHABLE}
    assert asked.count("hangs.example") == 1
    release.set()
    await fetcher.close()


async def test_a_host_has_one_visitor_at_a_time_and_others_do_not_wait(peer: WebPeer) -> None:
    fetcher = Fetcher(user_agent=AGENT, limits=QUICK, allow_private=True, resolver=leads_to("127.0.0.1"))
    peer.serve("/a", Page(FEED, delay=0.03))
    await asyncio.gather(*(fetcher.fetch(peer.url("/a", "one.example")) for _ in range(5)))
    assert peer.most_at_once == 1
    await asyncio.gather(*(fetcher.fetch(peer.url("/a", f"h{n}.example")) for n in range(5)))
    assert peer.most_at_once > 1
    await fetcher.close()


async def test_waiting_for_ones_turn_does_not_use_up_the_deadline(peer: WebPeer) -> None:
    fetcher = Fetcher(user_agent=AGENT, limits=FetchLimits(deadline=0.4), allow_private=True)
    url = peer.serve("/a", Page(FEED, delay=0.15))
    outcomes = await asyncio.gather(*(fetcher.fetch(url) for _ in range(5)))
    assert all(isinstance(outcome, Fetched) for outcome in outcomes)
    await fetcher.close()


async def test_a_visit_that_is_cancelled_ends_and_lets_the_next_one_in(fetcher: Fetcher, peer: WebPeer) -> None:
    url = peer.serve("/a", Page(FEED, delay=30))
    task = asyncio.create_task(fetcher.fetch(url))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    peer.serve("/a", FEED)
    assert isinstance(await fetcher.fetch(url), Fetched)


async def test_no_proxy_of_the_surroundings_is_used(
    fetcher: Fetcher, peer: WebPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9/")
    assert isinstance(await fetcher.fetch(peer.serve("/a", FEED)), Fetched)


async def test_cookies_are_not_kept(fetcher: Fetcher, peer: WebPeer) -> None:
    url = peer.serve("/a", Page(FEED, headers={"Set-Cookie": "who=you"}))
    await fetcher.fetch(url)
    await fetcher.fetch(url)
    assert "cookie" not in peer.seen[1].headers
