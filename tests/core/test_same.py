"""Which stories tell the same: hard pairs, written by hand."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.same import WITHIN, _forms, _same_forms, headline, same_story
from bot.core.story import Story
from tests.core.given import NOON, a_story, about

SAME = [
    ("Mali severs ties with Ukraine over rebel attack", "MALI SEVERS TIES WITH UKRAINE OVER REBEL ATTACK"),
    ("Mali severs ties with Ukraine over rebel attack", "Mali severs its ties with Ukraine over a rebel attack"),
    ("Mali’s junta “severs” ties with Ukraine", "Mali's junta 'severs' ties with Ukraine"),
    ("Cease-fire in Darfur holds for a second day", "Ceasefire in Darfur holds for second day"),
    ("Airstrike hits market in northern Ethiopia", "Air strike hits market in northern Ethiopia"),
    ("Three aid workers killed in convoy attack", "Three aid workers killed in convoy attacks"),
    ("Goverment and rebels sign accord in Juba", "Government and rebels sign accord in Juba"),
    ("BREAKING: Flood wall gives way near Mopti", "Flood wall gives way near Mopti"),
    ("Update | Flood wall gives way near Mopti", "Flood wall gives way near Mopti"),
    ("Cholera spreads along the Niger river - The Daily Example", "Cholera spreads along the Niger river"),
    ("Analysis | What the Sahel's new alliance wants from Moscow", "What the Sahel's new alliance wants from Moscow"),
    ("Le Mali rompt ses relations avec l’Ukraine", "Mali rompt relations avec Ukraine"),
    ("Sécheresse : la faim gagne le sud de Madagascar", "Secheresse: la faim gagne le sud de Madagascar"),
    ("الأمم المتحدة تحذر من المجاعة في السودان", "الامم المتحدة تحذر من المجاعه في السودان"),
]
OTHER = [
    ("Mali severs ties with Ukraine over rebel attack", "Mali severs ties with Russia over rebel attack"),
    ("Mali severs ties with Ukraine", "Mali does not sever ties with Ukraine"),
    ("84 killed in attack on convoy near Gao", "48 killed in attack on convoy near Gao"),
    ("Two killed in attack on convoy near Gao", "Three killed in attack on convoy near Gao"),
    ("What comes after the accord, part 1", "What comes after the accord, part 2"),
    ("Floods displace thousands in Niger this week", "Floods displace thousands in Nigeria this week"),
    ("Protests spread across Iran after vote", "Protests spread across Iraq after vote"),
    ("Cholera outbreak claims dozens of lives - Mali", "Cholera outbreak claims dozens of lives - Niger"),
    ("Floods in Mali", "Drought in Mali"),
    ("Cholera: Mali", "Cholera: Niger"),
    ("Aid reaches Gaza for the first time in weeks", "Aid reaches Gaza for the second time in weeks"),
    ("Rebels seize northern town in Mali", "Rebels seize northern town in Mali, army takes it back"),
    ("UN ends mission in Mali", "UN ends mission in Mali early, staff say"),
    ("North Kivu rebels agree to talks with army", "South Kivu rebels agree to talks with army"),
    ("Morning briefing | 6 February", "Morning briefing | 7 February"),
    ("", ""),
    ("…", "!"),
]


def same_title(one: str, other: str) -> bool:
    """Return whether two titles say the same, as `same_story` has it."""
    return _same_forms(_forms(one), _forms(other))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_titles_that_say_the_same_are_one(one: str, other: str) -> None:
    assert same_title(one, other)
    assert same_title(other, one)


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_titles_that_differ_in_one_telling_word_are_two(one: str, other: str) -> None:
    assert not same_title(one, other)
    assert not same_title(other, one)


@given(st.text(), st.text())
def test_no_title_is_too_odd_and_order_does_not_matter(one: str, other: str) -> None:
    assert same_title(one, other) == same_title(other, one)


TITLE = "Mali severs ties with Ukraine over rebel attack"


def _same(one: Story, other: Story) -> bool:
    return same_story(headline(one), headline(other))


def test_the_same_title_in_another_feed_is_the_same_story_for_a_day() -> None:
    mine, theirs = a_story(TITLE), a_story(TITLE, "Other words.", source="BBC")
    assert _same(mine, theirs)
    assert _same(mine, replace(theirs, published=NOON + WITHIN))
    assert not _same(mine, replace(theirs, published=NOON + WITHIN + timedelta(seconds=1)))
    assert not _same(mine, replace(theirs, published=NOON - WITHIN - timedelta(seconds=1)))


def test_the_same_title_about_another_country_is_another_story() -> None:
    title = "Five killed as bus plunges off road"
    kenya, peru = a_story(title, places=about("SD")), a_story(title, source="BBC", places=about("ML"))
    assert not _same(kenya, peru)
    assert _same(kenya, replace(peru, places=()))


def test_a_short_title_proves_nothing_unless_the_summaries_agree() -> None:
    said = "The transitional government in Bamako said on Friday that the accord is over."
    mine, theirs = (
        a_story("Daily briefing", said),
        a_story("Daily briefing", "Rain in Nepal, vote in Chad.", source="X"),
    )
    assert not _same(mine, theirs)
    assert _same(mine, replace(theirs, summary=f"{said} Read on."))


@pytest.mark.parametrize(
    ("summary", "same"),
    [
        ("A forest fire of 5,200 hectares began on 4 February.", True),
        ("A forest fire of 5,200 hectares began on 4th February.", False),
        ("A forest fire of 9,100 hectares began on 4 February.", False),
        ("", False),
    ],
)
def test_one_feed_repeats_a_title_for_the_next_event_of_its_kind(summary: str, same: bool) -> None:
    title = "Green forest fire notification in Angola"
    first = a_story(title, "A forest fire of 5,200 hectares began on 4 February.")
    assert _same(first, a_story(title, summary)) is same
