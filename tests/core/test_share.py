"""Links that share a story."""

from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.message import Copy, Link
from bot.core.share import cut_graphemes, graphemes, share_options
from tests.core.given import ENGLISH

TITLE = "Mali & Wagner: 100% “severed”? + más #1"
LINK = "https://news.example.org/a/b%20c?eventid=12&t=é+x#top"
_LETTERS = st.sampled_from(
    [*"abc& +%#", "é", "e\u0301", "漢", "👩\u200d👩\u200d👧", "🇲🇱", "🇳🇪", "👍🏽", "🏴\U000e0067\U000e007f"]
)
titles = st.lists(_LETTERS, max_size=400).map("".join) | st.text(max_size=400)
links = st.text(st.sampled_from("abcXYZ012/%&=?+é"), max_size=280).map(lambda path: f"https://news.example.org/{path}")


def _options(title: str = TITLE, link: str = LINK) -> dict[str, str]:
    return {o.label: o.url if isinstance(o, Link) else o.text for o in share_options(ENGLISH, title, link)}


def _query(url: str) -> dict[str, str]:
    return {key: value for key, (value,) in parse_qs(urlsplit(url).query, keep_blank_values=True).items()}


def test_a_story_can_be_shared_to_eight_places_in_order() -> None:
    options = share_options(ENGLISH, TITLE, LINK)
    assert [each.label for each in options] == (
        ["WhatsApp", "Telegram", "X", "Facebook", "Bluesky", "LinkedIn", "E-mail", "Copy link"]
    )
    assert isinstance(options[-1], Copy)
    assert options[-1].text == LINK


@pytest.mark.parametrize(
    ("place", "address", "fields"),
    [
        ("WhatsApp", "https://wa.me/", {"text": f"{TITLE} {LINK}"}),
        ("Telegram", "https://t.me/share/url", {"url": LINK, "text": TITLE}),
        ("X", "https://x.com/intent/tweet", {"text": TITLE, "url": LINK}),
        ("Facebook", "https://www.facebook.com/sharer/sharer.php", {"u": LINK}),
        ("Bluesky", "https://bsky.app/intent/compose", {"text": f"{TITLE} {LINK}"}),
        ("LinkedIn", "https://www.linkedin.com/sharing/share-offsite/", {"url": LINK}),
        ("E-mail", "mailto:", {"subject": TITLE, "body": f"{TITLE}\r\n{LINK}"}),
    ],
)
def test_a_share_link_decodes_to_the_story(place: str, address: str, fields: dict[str, str]) -> None:
    url = _options()[place]
    assert url.startswith(f"{address}?")
    assert _query(url) == fields


@given(titles, links)
def test_every_share_link_decodes_to_the_whole_link_and_never_has_a_plus_or_a_space(title: str, link: str) -> None:
    for place, url in _options(title, link).items():
        if place == "Copy link":
            continue
        assert url.isascii()
        assert "+" not in url
        assert " " not in url
        assert "/" not in urlsplit(url).query
        assert any(value.endswith(link) for value in _query(url).values())


@given(titles, links)
def test_a_post_on_bluesky_is_never_too_long(title: str, link: str) -> None:
    oracle = pytest.importorskip("regex", reason="the outside opinion on graphemes is not installed")
    text = _query(_options(title, link)["Bluesky"])["text"]
    assert len(oracle.findall(r"\X", text)) <= 300


@given(titles)
def test_a_share_link_fits_a_button_whatever_the_script(title: str) -> None:
    assert all(len(url) <= 3000 for url in _options(title).values())


def test_a_link_too_long_for_bluesky_is_not_offered_there() -> None:
    options = _options(link="https://news.example.org/" + "x" * 300)
    assert "Bluesky" not in options
    assert "WhatsApp" in options


def test_half_a_character_breaks_no_link() -> None:
    assert "%3F" in _options("\ud800 title")["X"]


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("a bcd", 3, "a…"),
        ("🇲🇱🇳🇪🇸🇩", 2, "🇲🇱…"),
        ("🇲🇱🇳🇪", 2, "🇲🇱🇳🇪"),
        ("👩\u200d👩\u200d👧👍🏽x", 2, "👩\u200d👩\u200d👧…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("🏴\U000e0067\U000e0062\U000e007fab", 2, "🏴\U000e0067\U000e0062\U000e007f…"),
        ("❤\ufe0f\u200d🔥ab", 2, "❤\ufe0f\u200d🔥…"),
        ("1\ufe0f\u20e3ab", 2, "1\ufe0f\u20e3…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("", 0, ""),
    ],
)
def test_text_is_cut_between_characters_people_see(text: str, limit: int, cut: str) -> None:
    assert cut_graphemes(text, limit) == cut


@given(st.lists(_LETTERS, max_size=60).map("".join), st.integers(0, 60))
def test_no_emoji_or_flag_is_cut_apart(text: str, limit: int) -> None:
    oracle = pytest.importorskip("regex", reason="the outside opinion on graphemes is not installed")
    whole = oracle.findall(r"\X", text)
    assert list(graphemes(text)) == whole
    cut = cut_graphemes(text, limit)
    assert len(oracle.findall(r"\X", cut)) <= limit
    kept = oracle.findall(r"\X", cut.removesuffix("…"))
    assert kept == whole[: len(kept)]


@given(st.text())
def test_graphemes_lose_nothing(text: str) -> None:
    assert "".join(graphemes(text)) == text


def test_what_was_encoded_is_encoded_once() -> None:
    assert quote("b%20c", safe="") in _options()["Facebook"]
    assert unquote(_options()["Facebook"]).endswith(LINK)
