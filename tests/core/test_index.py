"""The index finds what asking every filter would find, and remembers nothing it was told to forget."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.core.filters import Filter, FilterError, holds
from bot.core.index import FilterIndex
from bot.core.story import Story
from bot.core.terms import StoryTerms, explain, read_terms
from tests.core.given import WORDS, a_story, about, canonical_of, mentioned, one_filter, trees
from tests.fakes.names import NAMES

_text = st.lists(
    st.sampled_from([*WORDS, "Mali's", "droughts", "displaced", "D.R.C.", "—", "Wagner,"]), max_size=8
).map(" ".join)
_places = st.lists(st.sampled_from(["ML", "NE", "SD", "BF", "CD", "sahel"]), max_size=2, unique=True)


def _story(title: str, summary: str, main: list[str], named: list[str], kind: str, source: str, language: str) -> Story:
    places = (*about(*main), *mentioned(*(code for code in named if code not in main)))
    return a_story(title, summary, places=places, type=kind, source=source, language=language)


stories = st.builds(
    _story,
    _text,
    _text,
    _places,
    _places,
    st.sampled_from(["news", "press-release", ""]),
    st.sampled_from(["UN News", "BBC"]),
    st.sampled_from(["fr", "fr-CA", "or", ""]),
)


def _sound(tree: Any) -> Filter | None:
    try:
        found = canonical_of(tree)
        return found if found.clauses else None
    except FilterError:
        return None


filters = trees.map(_sound).filter(bool)


def matched_one_by_one(kept: dict[int, Filter], terms: StoryTerms) -> set[int]:
    """Ask every filter: slow, and plainly right."""
    return {filter_id for filter_id, each in kept.items() if explain(each, terms) is not None}


def left_behind(index: FilterIndex) -> list[object]:
    """Return whatever an index still holds, whatever it is called."""
    return [value for value in vars(index).values() if value]


@settings(max_examples=500)
@given(st.lists(filters, min_size=4, max_size=10), st.lists(stories, min_size=1, max_size=3), _text)
def test_the_index_matches_just_what_asking_every_filter_matches(
    wanted: list[Filter], told: list[Story], text: str
) -> None:
    index, kept = FilterIndex(), dict(enumerate(wanted))
    for filter_id, each in kept.items():
        index.put(filter_id, each.clauses)
    for story in told:
        terms = read_terms(story, NAMES, text)
        found = index.match(terms)
        assert set(found) == matched_one_by_one(kept, terms)
        assert all(clause in kept[filter_id].clauses for filter_id, clause in found.items())
    for filter_id in kept:
        index.drop(filter_id)
    assert left_behind(index) == []


class _Changes(RuleBasedStateMachine):
    """Filters come, change and go in any order; the index follows."""

    def __init__(self) -> None:
        super().__init__()
        self.index = FilterIndex()
        self.kept: dict[int, Filter] = {}

    @rule(filter_id=st.integers(0, 5), wanted=filters)
    def put(self, filter_id: int, wanted: Filter) -> None:
        self.index.put(filter_id, wanted.clauses)
        self.kept[filter_id] = wanted

    @rule(filter_id=st.integers(0, 6))
    def drop(self, filter_id: int) -> None:
        self.index.drop(filter_id)
        self.kept.pop(filter_id, None)

    @rule(story=stories)
    def match(self, story: Story) -> None:
        terms = read_terms(story, NAMES)
        assert set(self.index.match(terms)) == matched_one_by_one(self.kept, terms)

    @invariant()
    def is_as_large_as_what_it_holds(self) -> None:
        assert len(self.index) == len(self.kept)

    def teardown(self) -> None:
        for filter_id in self.kept:
            self.index.drop(filter_id)
        assert left_behind(self.index) == []


TestTheIndexFollowsEveryChange = _Changes.TestCase
TestTheIndexFollowsEveryChange.settings = settings(max_examples=60, stateful_step_count=25)


def _matches(typed: str, story: Story, text: str = "") -> bool:
    """Ask both ways at once; they must agree."""
    terms, wanted = read_terms(story, NAMES, text), one_filter(typed)
    index = FilterIndex()
    index.put(1, wanted.clauses)
    found = 1 in index.match(terms)
    assert found == (explain(wanted, terms) is not None)
    return found


@pytest.mark.parametrize(
    "title", ["Malicious code", "Malibu burns", "Somalia floods", "Normality", "MALIBU", "Animali"]
)
def test_the_word_mali_never_fires_inside_another_word(title: str) -> None:
    assert not _matches('"mali"', a_story(title))


@pytest.mark.parametrize(
    "title", ["Mali severs ties", "MALI", "Mali’s junta", "(Mali)", "anti-Mali", "Ｍａｌｉ", "“Mali”"]
)
def test_the_word_mali_fires_however_it_is_written(title: str) -> None:
    assert _matches('"mali"', a_story(title))


@pytest.mark.parametrize("title", ["Somalia floods", "Somali refugees"])
def test_a_story_named_somalia_never_reaches_a_chat_that_follows_mali(title: str) -> None:
    assert not _matches("mali", a_story(title, places=about("SO")))


def test_a_phrase_never_reaches_from_the_title_into_the_summary_or_the_text() -> None:
    story = a_story("New rules for aid", "Worker rights are at stake for food")
    assert not _matches('"aid worker"', story, "security")
    assert not _matches('"food security"', story, "security")
    assert _matches('"aid worker"', a_story("An aid worker", ""))


def test_a_phrase_is_found_across_no_break_spaces_quotes_and_case() -> None:
    assert _matches('"mali has severed"', a_story("MALI\u00a0HAS ‘severed’ ties"))


def test_a_phrase_wants_its_words_side_by_side_and_in_order() -> None:
    assert not _matches('"aid worker"', a_story("Worker aid"))
    assert not _matches('"aid worker"', a_story("Aid for a worker"))
    assert not _matches('"aid worker"', a_story("Worker gets aid"))
    assert _matches('"aid worker"', a_story("Aid aid worker"))


def test_a_beginning_finds_all_its_words_and_no_other() -> None:
    assert _matches("displac*", a_story("Two million displaced"))
    assert _matches("displac*", a_story("Displac"))
    assert not _matches("displac*", a_story("Misplaced"))


def test_a_country_is_what_a_story_is_about_and_mentions_what_it_names() -> None:
    story = a_story("Wagner", places=(*about("ML"), *mentioned("CD", "west-africa")))
    assert _matches("mali", story)
    assert _matches("sahel", story)
    assert not _matches("drc", story)
    assert _matches("mentions:drc", story)
    assert _matches("mentions:mali", story)
    assert _matches("mentions:west-africa", story)
    assert not _matches("country:niger", story)


def test_a_region_a_story_is_about_says_nothing_of_its_countries() -> None:
    story = a_story("Across the Sahel", places=about("sahel"))
    assert _matches("sahel", story)
    assert not _matches("mali", story)


def test_an_exclusion_keeps_a_story_out_wherever_its_word_stands() -> None:
    story = a_story("Mali", "A cup is won", places=about("ML"))
    assert _matches("mali -football", story)
    assert not _matches("mali -football", story, "the football cup")


def test_type_source_and_language_are_the_storys_own() -> None:
    story = a_story("News", type="press-release", source="UN News", language="fr-CA")
    assert _matches("type:press-release", story)
    assert _matches('source:"UN news"', story)
    assert _matches("lang:fr", story)
    assert _matches("lang:fr-ca", story)
    assert not _matches("lang:en", story)
    assert not _matches("type:news", story)


def test_a_place_that_left_the_gazetteer_stops_no_story() -> None:
    gone = a_story("Old land", places=(*about("ML"), *about("NE")))
    gone = a_story("Old land", places=(*gone.places, type(gone.places[0])("ZZ", True)))
    assert _matches("mali", gone)


def test_one_more_put_of_the_same_filter_replaces_it() -> None:
    index = FilterIndex()
    index.put(1, one_filter('"wagner"').clauses)
    index.put(1, one_filter('"drought"').clauses)
    assert not index.match(read_terms(a_story("Wagner"), NAMES))
    assert set(index.match(read_terms(a_story("Drought"), NAMES))) == {1}
    assert len(index) == 1


def test_dropping_what_was_never_there_is_fine() -> None:
    FilterIndex().drop(5)


def test_the_evidence_is_what_was_written_and_where() -> None:
    terms = read_terms(a_story("MALI’s Wagner", "", places=about("ML")), NAMES, "aid workers left")
    evidence = explain(one_filter('mali wagner "aid" work*'), terms)
    assert evidence is not None
    assert {(each.words, each.where) for each in evidence} == {
        ("Mali", "title"),
        ("Wagner", "title"),
        ("aid", "text"),
        ("workers", "text"),
    }


def test_the_clause_found_is_one_that_holds() -> None:
    index = FilterIndex()
    index.put(1, one_filter('("wagner" OR "drought") -football').clauses)
    clause = index.match(read_terms(a_story("Drought"), NAMES))[1]
    assert holds((clause,), clause.required) == clause
