"""Whatever bytes come, an outcome follows."""

import json
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.outcomes import Failed, Parsed
from bot.core.story import Article
from bot.feeds.page import read_page
from bot.feeds.parse import parse_feed
from bot.feeds.unpack import PackingError, unpack
from tests.feeds.test_parse import ATOM, ITEM, JSON_FEED, RSS_10, rss

WHOLE = [rss(ITEM, ITEM), ATOM.encode(), RSS_10.encode(), json.dumps(JSON_FEED).encode()]
SCRAPS = [
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<![CDATA[",
    b"\x00",
    b"\xff\xfe",
    b"</item>",
    b"<item>",
    b'"',
    b"<!--",
    b"&#0;",
    b"{",
]


@st.composite
def hurt(draw: st.DrawFn) -> bytes:
    """Return a feed that was cut, stitched and sprinkled."""
    body = draw(st.sampled_from(WHOLE))
    for _ in range(draw(st.integers(1, 5))):
        at, to = sorted((draw(st.integers(0, len(body))), draw(st.integers(0, len(body)))))
        scrap = draw(st.sampled_from(SCRAPS) | st.binary(max_size=8))
        body = draw(
            st.sampled_from([body[:to], body[:at] + scrap + body[at:], body[:at] + body[to:], body + body[at:to]])
        )
    return body


@settings(max_examples=150, deadline=None)
@given(hurt(), st.sampled_from(["", "gdacs", "reliefweb", "category"]))
def test_a_hurt_feed_is_parsed_or_refused_and_never_raises(body: bytes, places_in: str) -> None:
    outcome = parse_feed(body, url="https://feeds.example/a", places_in=places_in)
    assert isinstance(outcome, Parsed | Failed)
    if isinstance(outcome, Parsed):
        assert all(entry.title for entry in outcome.entries)
        assert all(not entry.link or entry.link.startswith(("http://", "https://")) for entry in outcome.entries)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"\x1f\x8b", b"<html>", b"<html><ol><li>Home<li>"]))
def test_a_hurt_page_or_file_is_read_or_refused(body: bytes, head: bytes) -> None:
    assert isinstance(read_page(head + body, content_type="text/html"), Article | None)
    with suppress(PackingError):
        assert len(unpack(head + body, cap=1000)) <= 1000
