import base64

import pytest

from bot.core.outcomes import Failed, Fault, Fetch, Fetched, NotModified
from bot.feeds.fetch import Fetcher
from tests.feeds.conftest import AGENT, QUICK, leads_to
from tests.peers.web import Page, WebPeer

FEED = b"<rss version='2.0'/>"


def fetched(outcome: Fetch) -> Fetched:
    """Return what came."""
    assert isinstance(outcome, Fetched), outcome
    return outcome


@pytest.mark.parametrize(("status", "remembered"), [(301, True), (308, True), (302, False), (303, False), (307, False)])
async def test_only_a_permanent_redirect_is_remembered(
    fetcher: Fetcher, peer: WebPeer, status: int, remembered: bool
) -> None:
    target = peer.serve("/new", FEED)
    outcome = fetched(await fetcher.fetch(peer.redirect("/old", "/new", status)))
    assert outcome.url == target
    assert outcome.moved_to == (target if remembered else "")


async def test_one_passing_hop_among_permanent_ones_makes_the_move_passing(fetcher: Fetcher, peer: WebPeer) -> None:
    peer.serve("/c", FEED)
    peer.redirect("/b", peer.url("/c"), 302)
    assert fetched(await fetcher.fetch(peer.redirect("/a", "/b", 301))).moved_to == ""


async def test_five_redirects_are_followed_and_a_sixth_is_not(fetcher: Fetcher, peer: WebPeer) -> None:
    peer.serve("/0", FEED)
    for n in range(1, 7):
        peer.redirect(f"/{n}", f"/{n - 1}", 308)
    assert fetched(await fetcher.fetch(peer.url("/5"))).moved_to == peer.url("/0")
    outcome = await fetcher.fetch(peer.url("/6"))
    assert isinstance(outcome, Failed)
    assert outcome.fault is Fault.REDIRECTS


async def test_a_circle_ends(fetcher: Fetcher, peer: WebPeer) -> None:
    peer.redirect("/a", "/b")
    outcome = await fetcher.fetch(peer.redirect("/b", "/a"))
    assert isinstance(outcome, Failed)
    assert outcome.fault is Fault.REDIRECTS
    assert len(peer.seen) == 6


@pytest.mark.parametrize("to", ["file:///etc/passwd", "javascript:alert(1)", "ftp://x.example/", "http://[::1"])
async def test_a_redirect_out_of_the_web_is_not_followed(fetcher: Fetcher, peer: WebPeer, to: str) -> None:
    outcome = await fetcher.fetch(peer.redirect("/a", to))
    assert isinstance(outcome, Failed)
    assert outcome.fault in (Fault.UNSAFE, Fault.BROKEN, Fault.UNREACHABLE)


async def test_validators_are_sent_along_so_that_a_moved_feed_can_be_unchanged(fetcher: Fetcher, peer: WebPeer) -> None:
    peer.serve("/new", Page(FEED, etag='"x"'))
    assert await fetcher.fetch(peer.redirect("/old", "/new"), etag='"x"') == NotModified()


async def test_a_password_goes_to_its_own_host_only_and_shows_nowhere(peer: WebPeer) -> None:
    fetcher = Fetcher(user_agent=AGENT, limits=QUICK, allow_private=True, resolver=leads_to("127.0.0.1"))
    peer.serve("/c", FEED)
    peer.redirect("/b", peer.url("/c", "other.example"))
    peer.redirect("/a", peer.url("/b", "own.example"))
    url = peer.url("/a", "own.example").replace("//", "//reader:hush@")
    outcome = fetched(await fetcher.fetch(url))
    expected = "Basic " + base64.b64encode(b"reader:hush").decode()
    assert [seen.headers.get("authorization") for seen in peer.seen] == [expected, expected, None]
    assert "hush" not in repr(outcome)
    assert outcome.moved_to == ""
    await fetcher.close()


async def test_a_password_that_a_redirect_brings_is_not_used(peer: WebPeer) -> None:
    fetcher = Fetcher(user_agent=AGENT, limits=QUICK, allow_private=True, resolver=leads_to("127.0.0.1"))
    peer.serve("/b", FEED)
    location = peer.url("/b", "other.example").replace("//", "//root:root@")
    outcome = fetched(await fetcher.fetch(peer.url("/a", "own.example"))) if peer.redirect("/a", location) else None
    assert outcome is not None
    assert "authorization" not in peer.seen[1].headers
    await fetcher.close()


async def test_the_password_of_a_failing_feed_is_not_in_the_reason(fetcher: Fetcher, peer: WebPeer) -> None:
    url = peer.serve("/a", Page(status=403)).replace("//", "//reader:hush@") + "?token=hush"
    outcome = await fetcher.fetch(url)
    assert isinstance(outcome, Failed)
    assert "hush" not in outcome.reason
