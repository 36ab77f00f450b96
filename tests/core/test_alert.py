"""A story as the message a chat gets."""

import re
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.alert import alert, closed_share, opened_share
from bot.core.commands import Verb, parse
from bot.core.message import COMMAND_BYTES, Link, Menu, Message, Press, Span
from bot.core.story import Evidence, FoundPlace, Story
from tests.core.given import ENGLISH, a_story, about, mentioned
from tests.fakes.names import NAMES

SUMMARY = "Officials said on Friday that the accord is over."
STORY = a_story(
    "Mali has severed ties, says “junta”",
    SUMMARY,
    places=(*about("ML"), *mentioned("CD")),
    link="https://news.example.org/analysis/mali?x=1",
    type="photo-essay",
)
EVIDENCE = (Evidence("Mali", "title"), Evidence("Wagner", "text"), Evidence("Mali", "title"))


def _alert(story: Story = STORY, evidence: tuple[Evidence, ...] = EVIDENCE, **how: Any) -> Message:
    return alert(ENGLISH, NAMES, story, evidence, **how)


def test_an_alert_tells_in_this_order_title_place_type_date_summary_why_and_source() -> None:
    message = _alert()
    assert message.title == Span(STORY.title, bold=True, link=STORY.link)
    assert [each.text for each in message.lines] == [
        "🇲🇱 Mali · West Africa",
        "Photo essay · 6 Feb 2026",
        SUMMARY,
        "Matched: Mali, Wagner",
        "The New Humanitarian",
    ]
    assert [each.small for each in message.lines] == [False, False, False, True, True]


def test_an_alert_has_read_and_share_side_by_side() -> None:
    ((read, share),) = _alert().rows
    assert read == Link("Read", STORY.link)
    assert isinstance(share, Menu)
    assert (share.label, share.command) == ("Share", "share 7")
    assert [each.label for each in share.options] == (
        ["WhatsApp", "Telegram", "X", "Facebook", "Bluesky", "LinkedIn", "E-mail", "Copy link"]
    )
    assert all(STORY.link in unquote(each.url) for each in share.options if isinstance(each, Link))


def test_a_story_without_a_link_has_no_buttons() -> None:
    message = _alert(a_story(link=""))
    assert message.rows == ()
    assert message.title == Span("Mali severs ties", bold=True)
    assert closed_share(ENGLISH, a_story(link="")) == ()


def test_the_opened_share_menu_can_be_closed_again() -> None:
    rows = opened_share(ENGLISH, STORY)
    assert max(map(len, rows)) == 2
    (back,) = rows[-1]
    assert back == Press("« Back", "share 7 close")
    assert sum(map(len, rows)) == 9
    assert closed_share(ENGLISH, STORY) == _alert().rows


def test_share_commands_of_any_story_fit_a_button_and_are_understood() -> None:
    story = a_story(id=2**63 - 1)
    ((_, share),) = closed_share(ENGLISH, story)
    (back,) = opened_share(ENGLISH, story)[-1]
    assert isinstance(share, Menu)
    assert isinstance(back, Press)
    for command in (share.command, back.command):
        assert len(command.encode()) <= COMMAND_BYTES
        assert parse(command, bare=True).verb is Verb.SHARE


@pytest.mark.parametrize(
    ("places", "shown"),
    [
        (about("ML"), "🇲🇱 Mali · West Africa"),
        (about("ML", "sahel"), "🇲🇱 Mali · Sahel"),
        (about("ML", "NE"), "🇲🇱 Mali · 🇳🇪 Niger"),
        (about("sahel"), "Sahel"),
        (about("SD"), "🇸🇩 Sudan"),
        (about("ML", "NE", "NG", "BF", "SD"), "🇲🇱 Mali · 🇳🇪 Niger · 🇳🇬 Nigeria · 🇧🇫 Burkina Faso"),
        ((FoundPlace("ZZ", True), *about("SD")), "🇸🇩 Sudan"),
    ],
)
def test_the_place_line_has_flags_and_the_region(places: tuple[FoundPlace, ...], shown: str) -> None:
    assert _alert(a_story(places=places)).lines[0].text == shown


@pytest.mark.parametrize("places", [(), mentioned("ML")])
def test_a_story_about_no_place_has_no_place_line(places: tuple[FoundPlace, ...]) -> None:
    assert _alert(a_story(places=places)).lines[0].text == "News · 6 Feb 2026"


def test_what_is_missing_leaves_no_empty_line() -> None:
    message = _alert(a_story(type="", source=""), ())
    assert [each.text for each in message.lines] == ["6 Feb 2026"]


def test_a_possible_repeat_is_marked_beside_the_source() -> None:
    assert _alert(repeat=True).lines[-1].text == "The New Humanitarian (possible repeat)"


def test_the_links_own_preview_is_shown_where_the_chat_wants_it() -> None:
    assert not _alert().preview
    assert _alert(preview=True).preview


def test_at_most_four_reasons_are_told() -> None:
    evidence = tuple(Evidence(f"w{n}", "text") for n in range(9))
    assert _alert(evidence=evidence).lines[-2].text == "Matched: w0, w1, w2, w3"


@given(st.text(min_size=1), st.text(), st.text(), st.text(min_size=1))
def test_any_words_are_shown_as_they_are(title: str, summary: str, source: str, why: str) -> None:
    message = _alert(a_story(title, summary, source=source), (Evidence(why, "title"),))
    assert message.title is not None
    assert message.title.text == title
    text = message.text
    assert f"Matched: {why}" in text
    for value in (title, summary, source, why):
        text = text.replace(value, "") if value else text
    assert not re.search(r"\{\w+\}", text)


def test_marks_and_braces_in_a_story_stay_what_they_are() -> None:
    hostile = "*b* `c` {evidence} {0}"
    message = _alert(a_story("Title", hostile, source=hostile), (Evidence(hostile, "title"),))
    assert [each.text for each in message.lines[1:]] == [hostile, f"Matched: {hostile}", hostile]
    assert not any(span.bold or span.code for each in message.lines for span in each.spans)


def test_a_summary_that_only_repeats_the_title_is_left_out() -> None:
    assert "Mali severs ties." not in [each.text for each in _alert(a_story(summary="Mali severs ties.")).lines]
