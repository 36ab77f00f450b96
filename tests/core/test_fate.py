"""What a changed message says of its story's fate."""

from datetime import timedelta

import pytest

from bot.core.alert import alert
from bot.core.fate import fate, fates
from bot.core.story import Story
from tests.core.given import ENGLISH, NOON, a_story
from tests.fakes.names import NAMES

AT = NOON.replace(hour=14, minute=20)


def _revised(revised: str = "headline", title: str = "Mali severs ties", after: int = 0) -> Story:
    return a_story(title, revised=revised, revised_at=AT + timedelta(minutes=after))


@pytest.mark.parametrize(
    ("zone", "time"),
    [
        ("", "14:20 UTC"),
        ("Africa/Bamako", "14:20"),
        ("Africa/Nairobi", "17:20"),
        ("America/New_York", "09:20"),
        ("Asia/Kathmandu", "20:05"),
    ],
)
def test_a_revision_is_told_with_the_time_of_the_chat(zone: str, time: str) -> None:
    assert fate(ENGLISH, _revised(), zone).text == f"Updated {time}: headline changed"


def test_summer_time_is_heeded() -> None:
    story = a_story(revised="summary", revised_at=AT.replace(month=7))
    assert fate(ENGLISH, story, "Europe/Paris").text == "Updated 16:20: summary changed"


def test_all_that_changed_is_named_and_what_a_newer_version_found_is_left_out() -> None:
    line = fate(ENGLISH, _revised("headline, mood, figures"), "Africa/Bamako")
    assert line.text == "Updated 14:20: headline and figures changed"


def test_what_became_of_a_story_is_a_badge() -> None:
    assert fate(ENGLISH, _revised("headline"), "").badge
    assert fate(ENGLISH, a_story(withdrawn_at=AT), "").badge


def test_three_changes_are_named_as_people_name_them() -> None:
    line = fate(ENGLISH, _revised("headline, summary, figures"), "Africa/Bamako")
    assert line.text == "Updated 14:20: headline, summary and figures changed"


def test_a_story_that_never_changed_or_only_in_a_slip_says_nothing() -> None:
    assert fate(ENGLISH, a_story(), "").text == ""
    assert fate(ENGLISH, a_story(revised_at=AT), "").text == ""


def test_a_withdrawn_story_says_so_and_nothing_else() -> None:
    story = a_story(revised="headline", revised_at=AT, withdrawn_at=AT)
    assert fate(ENGLISH, story, "").text == "Withdrawn by its publisher"


def test_the_note_stands_above_all_other_lines_of_an_alert() -> None:
    story = _revised()
    message = alert(ENGLISH, NAMES, story, (), note=fate(ENGLISH, story, ""))
    assert message.lines[0].text == "Updated 14:20 UTC: headline changed"
    assert message.lines[1:] == alert(ENGLISH, NAMES, story, ()).lines


def test_of_many_stories_in_a_message_the_last_changed_are_named() -> None:
    withdrawn = a_story("T" * 300, withdrawn_at=AT + timedelta(minutes=9))
    stories = [a_story("Calm"), *(_revised(title=f"Story {n}", after=n) for n in range(4)), withdrawn]
    assert [line.text for line in fates(ENGLISH, stories, "Africa/Bamako")] == [
        f"Withdrawn by its publisher: “{'T' * 79}…”",
        "Updated 14:23: headline changed in “Story 3”",
        "Updated 14:22: headline changed in “Story 2”",
    ]
    assert fates(ENGLISH, [a_story()], "") == ()
