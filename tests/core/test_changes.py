"""What a known story's new words change."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.changes import TEMPLATE, Change, Weight, change, is_template, weigh
from bot.core.story import Evidence, Figure, FoundPlace, FoundSubject, Hedge, Story
from tests.core.given import NOON, a_story, about

TITLE = "Mali junta severs ties with Ukraine"
SUMMARY = "Officials in Bamako said on Friday that the accord is over."
NONE, TYPO, MATERIAL = Weight.NONE, Weight.TYPO, Weight.MATERIAL


@pytest.mark.parametrize(
    ("before", "after", "weight"),
    [
        (TITLE, TITLE, NONE),
        (TITLE, TITLE.upper(), TYPO),
        (TITLE, f"{TITLE}.", TYPO),
        (TITLE, "Mali’s junta severs its ties with Ukraine", TYPO),
        (TITLE, "Mali junta  severs ties with Ukraine", TYPO),
        ("Goverment severs ties", "Government severs ties", TYPO),
        ("Govermnent severs ties", "Government severs ties", TYPO),
        ("Rebel seize town", "Rebels seize town", TYPO),
        ("Army takes takes town", "Army takes town", TYPO),
        ("Cease fire holds", "Ceasefire holds", TYPO),
        ("Ceasefire holds", "Cease-fire holds", TYPO),
        ("", "…", TYPO),
        (TITLE, "Mali junta severs ties with Russia", MATERIAL),
        (TITLE, "Mali junta restores ties with Ukraine", MATERIAL),
        (TITLE, "Mali junta does not sever ties with Ukraine", MATERIAL),
        (TITLE, "Mali junta severs ties with Ukraine, again", MATERIAL),
        (TITLE, "Mali severs ties with Ukraine", MATERIAL),
        ("Iran holds vote", "Iraq holds vote", MATERIAL),
        ("Floods in Niger", "Floods in Nigeria", MATERIAL),
        ("12 killed near Gao", "21 killed near Gao", MATERIAL),
        ("12 killed near Gao", "12 wounded near Gao", MATERIAL),
        ("", TITLE, MATERIAL),
    ],
)
def test_a_slip_of_the_pen_is_told_from_news(before: str, after: str, weight: Weight) -> None:
    assert weigh(before, after) is weight
    assert weigh(after, before) is weight


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_can_be_weighed(before: str, after: str) -> None:
    assert (weigh(before, after) is NONE) == (before == after)


def _changed(kept: Story, paged: bool = False, **new: Any) -> Change | None:
    return change(kept, replace(kept, keys=("link:x",), id=0, published=NOON, **new), paged=paged)


KEPT = a_story(TITLE, SUMMARY, keys=())


def test_the_same_words_change_nothing() -> None:
    assert _changed(KEPT) is None


@pytest.mark.parametrize(
    ("new", "revised"),
    [
        ({"title": "Mali junta severs ties with Russia"}, "headline"),
        ({"summary": "Officials in Bamako said on Friday that the accord stays."}, "summary"),
        ({"title": f"{TITLE}, 84 killed"}, "headline, figures"),
        ({"title": TITLE.upper()}, ""),
        ({"summary": SUMMARY.replace("Officials", "Oficials")}, ""),
    ],
)
def test_what_changed_is_named(new: dict[str, Any], revised: str) -> None:
    changed = _changed(KEPT, **new)
    assert changed is not None
    assert changed.revised == revised
    assert changed.shown


def test_words_that_nobody_sees_are_kept_and_shown_to_nobody() -> None:
    changed = _changed(KEPT, fingerprint="other", places=about("ML"))
    assert changed is not None
    assert (changed.shown, changed.revised) == (False, "")
    assert changed.story == replace(KEPT, fingerprint="other", places=about("ML"))


def test_a_figure_that_was_corrected_is_material() -> None:
    figure = Figure("killed", "84", 84.0, "The UN said 84 were killed.", "the UN", "text")
    kept = replace(KEPT, figures=(figure,))
    corrected = replace(figure, amount="90", value=90.0, sentence="The UN said 90 were killed.")
    changed = _changed(kept, figures=(corrected,))
    assert changed is not None
    assert changed.revised == "figures"
    assert changed.story.figures == (corrected,)


def test_a_story_stays_itself_whatever_its_feed_says_now() -> None:
    new = a_story("Other words altogether", "Now.", published=NOON.replace(hour=20), source="Renamed", id=99, link="")
    changed = change(replace(KEPT, revised="summary", revised_at=NOON), new, paged=False)
    assert changed is not None
    story = changed.story
    assert (story.id, story.published, story.source, story.link) == (KEPT.id, NOON, KEPT.source, KEPT.link)
    assert (story.revised, story.revised_at) == ("summary", NOON)


def test_what_only_the_page_said_still_holds() -> None:
    page, head = Evidence("West Africa", "breadcrumb"), Evidence("Mali", "title")
    kept = replace(
        KEPT,
        summary="What the page began with.",
        places=(FoundPlace("ML", True, (head, page)), FoundPlace("DZ", False, (Evidence("Algeria", "text"),))),
        actors=(FoundSubject("wagner", (Evidence("Wagner", "title"),)),),
        hedges=(Hedge("alleged", "An alleged plot.", "text"), Hedge("reportedly", "Reportedly over.", "title")),
        figures=(Figure("killed", "84", 84.0, "84 were killed.", "the UN", "text"),),
    )
    changed = _changed(
        kept,
        True,
        title="Bamako severs ties",
        summary="",
        places=(FoundPlace("ML", False),),
        actors=(),
        hedges=(),
        figures=(),
    )
    assert changed is not None
    story = changed.story
    assert story.summary == "What the page began with."
    assert story.places == (FoundPlace("ML", True, (page,)), FoundPlace("DZ", False, (Evidence("Algeria", "text"),)))
    assert story.actors == ()
    assert [each.where for each in story.hedges] == ["text"]
    assert story.figures == kept.figures
    assert changed.revised == "headline"


@pytest.mark.parametrize(
    ("changed", "compared", "template"),
    [(1, 1, False), (TEMPLATE, TEMPLATE, False), (TEMPLATE + 1, 2 * TEMPLATE + 2, False), (TEMPLATE + 1, 11, True)],
)
def test_a_feed_whose_entries_all_change_has_a_new_template(changed: int, compared: int, template: bool) -> None:
    assert is_template(changed, compared) is template
