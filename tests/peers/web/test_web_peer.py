"""The web peer against a client that is not ours in any way: aiohttp's own, with its own unpacking and redirects."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.peers.web import Page, WebPeer

BODY = b"<rss version='2.0'/>" * 50


@pytest.fixture
async def peer() -> AsyncIterator[WebPeer]:
    async with WebPeer() as server:
        yield server


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.mark.parametrize("packing", ["", "gzip", "deflate", "br"])
async def test_a_page_is_packed_as_its_header_says(peer: WebPeer, client: aiohttp.ClientSession, packing: str) -> None:
    async with client.get(peer.serve("/a", Page(BODY, packing=packing))) as response:
        assert response.headers.get("Content-Encoding", "") == packing
        assert await response.read() == BODY


async def test_validators_decide_about_304(peer: WebPeer, client: aiohttp.ClientSession) -> None:
    url = peer.serve("/a", Page(BODY, etag='"1"', last_modified="Fri, 06 Feb 2026 16:37:54 GMT"))
    since = {"If-Modified-Since": "Fri, 06 Feb 2026 16:37:54 GMT"}
    for asked, status in (
        ({}, 200),
        ({"If-None-Match": '"1"'}, 304),
        ({"If-None-Match": 'W/"1"'}, 304),
        ({"If-None-Match": '"2"'}, 200),
        (since, 304),
        ({"If-None-Match": '"2"', **since}, 200),
    ):
        async with client.get(url, headers=asked) as response:
            assert response.status == status, asked


async def test_every_request_is_remembered(peer: WebPeer, client: aiohttp.ClientSession) -> None:
    peer.serve("/b", BODY)
    async with client.get(peer.redirect("/a", "/b") + "?x=1", headers={"X-Who": "me"}) as response:
        assert response.status == 200
    async with client.get(peer.url("/nowhere")) as response:
        assert response.status == 404
    assert [seen.path for seen in peer.seen] == ["/a?x=1", "/b", "/nowhere"]
    assert peer.seen[0].headers["x-who"] == "me"
    assert (peer.hits("/a"), peer.hits("/b")) == (1, 1)


async def test_a_cut_body_is_announced_longer_than_it_is(peer: WebPeer, client: aiohttp.ClientSession) -> None:
    async with client.get(peer.serve("/a", Page(BODY, cut=10))) as response:
        assert response.content_length == len(BODY)
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


async def test_a_dripping_page_is_slow(peer: WebPeer, client: aiohttp.ClientSession) -> None:
    async with client.get(peer.serve("/a", Page(BODY, drip=0.05))) as response:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(response.read(), 0.2)


async def test_a_streamed_page_is_its_body_over_and_over_and_says_no_length(
    peer: WebPeer, client: aiohttp.ClientSession
) -> None:
    async with client.get(peer.serve("/a", Page(BODY, streamed=3))) as response:
        assert response.content_length is None
        assert await response.read() == BODY * 3
