"""Several stories in one message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.digest import digest, weight
from bot.core.message import Message, Span
from bot.core.releases import BRIEF, Heading
from tests.core.given import ENGLISH, a_story, about
from tests.fakes.names import NAMES

SUMMARY = "Families leave the north in trucks. The road south is open by day only, drivers say."


def told(*titles: str, heading: str = "daily", repeat: bool = False) -> Message:
    stories = [a_story(title, SUMMARY, places=about("ML")) for title in titles]
    return digest(ENGLISH, NAMES, stories, heading, repeat=repeat)


def test_a_digest_tells_each_story_in_three_lines() -> None:
    message = told("Mali severs ties", "Drought deepens")
    assert message.title == Span("Daily digest: 2 stories", bold=True)
    assert [each.text for each in message.lines] == [
        "",
        "Mali severs ties",
        "Families leave the north in trucks.",
        "🇲🇱 Mali · West Africa · 6 Feb 2026 · The New Humanitarian",
        "",
        "Drought deepens",
        "Families leave the north in trucks.",
        "🇲🇱 Mali · West Africa · 6 Feb 2026 · The New Humanitarian",
    ]


def test_each_title_is_bold_and_leads_to_its_story() -> None:
    (title,) = told("Mali severs ties", "Other").lines[1].spans
    assert title == Span("Mali severs ties", bold=True, link="https://news.example.org/news/1")


@pytest.mark.parametrize("heading", Heading)
def test_every_heading_says_why_and_how_many(heading: Heading) -> None:
    title = told("One", "Two", heading=heading).title
    assert title is not None
    assert title.text.endswith(": 2 stories")
    assert not title.text.startswith("New")


@pytest.mark.parametrize(
    ("heading", "stories", "expected"),
    [
        ("gap", 3, "While I was away: 3 stories"),
        ("quiet", 1, "While you had quiet hours: 1 story"),
        ("weekly 2/3 19", 2, "Weekly digest: 19 stories, part 2 of 3"),
        ("weekly 2/3", 2, "Weekly digest, part 2 of 3"),
        ("", 2, "New: 2 stories"),
        ("a word of tomorrow", 2, "New: 2 stories"),
    ],
)
def test_the_heading_names_reason_part_and_number(heading: str, stories: int, expected: str) -> None:
    title = told(*["One"] * stories, heading=heading).title
    assert title is not None
    assert title.text == expected


def test_a_summary_that_only_repeats_the_title_is_left_out() -> None:
    story = a_story("Mali severs ties", "Mali severs ties")
    assert [each.text for each in digest(ENGLISH, NAMES, [story], "daily").lines] == [
        "",
        "Mali severs ties",
        "6 Feb 2026 · The New Humanitarian",
    ]


def test_one_that_may_have_arrived_says_so() -> None:
    assert told("One", "Two", repeat=True).lines[-1].text == "(possible repeat)"
    assert "repeat" not in told("One", "Two").text


@given(st.integers(1, BRIEF), st.text(min_size=1, max_size=700), st.text(max_size=900), st.text(max_size=3000))
def test_every_story_of_a_digest_is_there_whatever_they_hold(number: int, title: str, summary: str, path: str) -> None:
    link = f"https://news.example/{path}"
    stories = [a_story(title, summary, link=link, source=title[:200]) for _ in range(number)]
    message = digest(ENGLISH, NAMES, stories, "weekly 1/2")
    titles = [each for each in message.lines if each.spans and each.spans[0].bold]
    assert len(titles) == number
    assert sum(weight(each.text) + 1 for each in message.lines) <= 3900
    assert sum(weight(span.link) for each in titles for span in each.spans) <= 4000


def test_a_few_long_addresses_are_kept_and_only_those_beyond_the_room_are_not() -> None:
    stories = [
        a_story(f"Story {n}", link=f"https://news.example/{n}/{'x' * length}")
        for n, length in enumerate((1500, 20, 1500, 1500))
    ]
    links = [span.link for each in digest(ENGLISH, NAMES, stories, "daily").lines for span in each.spans if span.bold]
    assert [bool(link) for link in links] == [True, True, True, False]


def test_a_story_without_a_link_is_told_without() -> None:
    message = digest(ENGLISH, NAMES, [a_story("One", link=""), a_story("Two")], "daily")
    assert [span.link for each in message.lines for span in each.spans if span.bold] == [
        "",
        "https://news.example.org/news/1",
    ]
