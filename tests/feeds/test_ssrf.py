"""Strangers' URLs against a canary on loopback: it must never be visited."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence

import pytest

from bot.core.outcomes import Failed, Fault, Fetch, Fetched
from bot.feeds.door import Door
from bot.feeds.fetch import Fetcher
from bot.feeds.guard import Guard, UnsafeAddress, is_public
from bot.feeds.resolve import Resolver
from tests.feeds.conftest import AGENT, QUICK, leads_to
from tests.peers.web import RawPeer, WebPeer

OTHER = "127.0.0.2"
"""Stands for a public address in these tests; 127.0.0.1 is the inside."""


def public_here(address: str) -> bool:
    """The guard's rule, with one loopback address let out."""
    return address == OTHER or is_public(address)


@pytest.fixture
async def outside(peer: WebPeer) -> AsyncIterator[WebPeer]:
    """A server a stranger may send us to, on the canary's port."""
    async with WebPeer(OTHER, peer.port) as server:
        yield server


def visitor(peer: WebPeer, look_up: object = None) -> Fetcher:
    """Return a fetcher for strangers; the canary's port is open, so that only its address protects it."""
    guard = Guard(ports=frozenset({80, 443, peer.port}), public=public_here)
    return Fetcher(user_agent=AGENT, limits=QUICK, guard=guard, resolver=look_up)  # type: ignore[arg-type]


def unsafe(outcome: Fetch) -> bool:
    """Say whether the guard refused."""
    return isinstance(outcome, Failed) and outcome.fault is Fault.UNSAFE


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "2130706433",
        "127.0.0.1.",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "①②⑦.⓪.⓪.①",
        "localhost",
        "LOCALHOST",
    ],
)
async def test_no_spelling_of_loopback_reaches_the_canary(peer: WebPeer, host: str) -> None:
    fetcher = visitor(peer)
    outcome = await fetcher.fetch(peer.url("/", host))
    assert isinstance(outcome, Failed)
    assert outcome.fault in (Fault.UNSAFE, Fault.UNREACHABLE)
    assert peer.seen == []
    await fetcher.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "http://[::ffff:10.0.0.1]/",
        "http://10.0.0.1/",
        "http://168.63.129.16/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/x",
    ],
)
async def test_an_inside_address_is_refused_before_any_connection(peer: WebPeer, url: str) -> None:
    fetcher = visitor(peer)
    assert unsafe(await fetcher.fetch(url))
    await fetcher.close()


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("10.0.0.1",), (OTHER, "127.0.0.1"), ("::ffff:127.0.0.1",)])
async def test_a_name_with_one_inside_address_is_not_visited_at_all(
    peer: WebPeer, outside: WebPeer, addresses: tuple[str, ...]
) -> None:
    fetcher = visitor(peer, leads_to(*addresses))
    assert unsafe(await fetcher.fetch(peer.url("/", "innocent.example")))
    assert peer.seen == outside.seen == []
    await fetcher.close()


async def test_a_redirect_inside_is_not_followed(peer: WebPeer, outside: WebPeer) -> None:
    fetcher = visitor(peer, leads_to("127.0.0.1"))
    for to in (peer.url("/"), peer.url("/", "localhost"), peer.url("/", "inside.example"), peer.url("/", "[::1]")):
        assert unsafe(await fetcher.fetch(outside.redirect("/a", to)))
    assert peer.seen == []
    await fetcher.close()


async def test_a_name_that_changes_its_answer_gains_nothing(peer: WebPeer, outside: WebPeer) -> None:
    answers = [[OTHER], ["127.0.0.1"], ["127.0.0.1"]]
    asked: list[str] = []

    def flips(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    outside.serve("/a", b"<rss/>")
    fetcher = visitor(peer, flips)
    outcome = await fetcher.fetch(peer.url("/a", "flips.example"))
    assert isinstance(outcome, Fetched)
    assert len(asked) == 1, "the address that was checked is the one connected to"
    assert outside.seen[0].headers["host"] == f"flips.example:{peer.port}"
    await fetcher.close()
    assert unsafe(await fetcher.fetch(peer.url("/a", "flips.example")))
    assert peer.seen == []
    await fetcher.close()


async def test_trust_in_a_host_is_not_trust_in_where_it_sends_us(peer: WebPeer, outside: WebPeer) -> None:
    fetcher = visitor(peer, leads_to("127.0.0.1"))
    peer.serve("/a", b"<rss/>")
    own = peer.url("/a", "own.example")
    assert isinstance(await fetcher.fetch(own, trusted=True), Fetched)
    peer.redirect("/b", peer.url("/a", "elsewhere.example"))
    assert unsafe(await fetcher.fetch(peer.url("/b", "own.example"), trusted=True))
    assert unsafe(await fetcher.fetch(own)), "a connection kept open for the trusted is not lent to strangers"
    assert peer.hits("/a") == 1
    await fetcher.close()


async def test_without_trust_the_ports_of_the_web_are_the_only_ones(peer: WebPeer) -> None:
    fetcher = Fetcher(user_agent=AGENT, limits=QUICK, resolver=leads_to("1.1.1.1"))
    for port in (22, 25, 6379, 5432, peer.port):
        assert unsafe(await fetcher.fetch(f"http://feeds.example:{port}/"))
    await fetcher.close()


def test_a_socket_is_not_even_made_for_an_inside_address() -> None:
    door = Door(Resolver(leads_to("127.0.0.1")), Guard())
    with pytest.raises(UnsafeAddress):
        door._socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 80)))


async def test_the_checked_address_is_asked_for_the_site_by_its_name_over_tls_too(peer: WebPeer) -> None:
    hello = bytearray()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello.extend(await reader.read(4096))

    async with RawPeer(talk, OTHER) as server:
        guard = Guard(ports=frozenset({server.port}), public=public_here)
        fetcher = Fetcher(user_agent=AGENT, limits=QUICK, guard=guard, resolver=leads_to(OTHER))
        outcome = await fetcher.fetch(f"https://feeds.example:{server.port}/all.xml")
        await fetcher.close()
    assert isinstance(outcome, Failed)
    # The name stands in the clear in the handshake's first message (RFC 6066, server_name).
    assert b"feeds.example" in hello
