"""The index finds what asking every filter would find, and remembers nothing it was told to forget."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.core.filters.index import FilterIndex
from bot.core.filters.terms import StoryTerms, explain, read_terms
from bot.core.filters.tree import All, Atom, Either, Filter, FilterError, Not, Tree
from bot.core.story import Evidence, FoundSubject, Story
from tests.core.given import WORDS, a_story, about, canonical_of, evidence_for, mentioned, one_filter, trees
from tests.fakes.names import NAMES

PHRASES = (
    *("aid", "worker", "aid worker", "worker rights", "aid worker rights", "rights for aid", "aid aid", "mali"),
    *("football", "football cup", "cup", "african football cup", "cup for aid", "7"),
)
BEGINNINGS = ("a", "ai", "aid", "wor", "work", "worker", "foot", "mali", "7")
OWN = (
    *("country:ML", "country:NE", "region:sahel", "region:west-africa", "mentions:ML", "mentions:CD"),
    *("actor:wagner", "actor:jnim", "topic:cholera", "topic:aid-access", "type:news", "lang:fr", "source:un news"),
)


def _subjects(*codes: str) -> tuple[FoundSubject, ...]:
    return tuple(FoundSubject(code, (Evidence(code.title(), "text"),)) for code in codes)


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
    return {filter_id for filter_id, each in kept.items() if explain(each, terms).matched}


def left_behind(index: FilterIndex) -> list[object]:
    """Return whatever an index and its parts still hold, whatever it is called."""
    parts: list[object] = [index]
    held: list[object] = []
    for part in parts:
        for value in vars(part).values():
            if hasattr(value, "__dict__"):
                parts.append(value)
            elif value and not isinstance(value, int):
                held.append(value)
    assert len(parts) > 1
    return held


def _evidence_is_of_a_clause_that_holds(wanted: Filter, terms: StoryTerms, evidence: tuple[Evidence, ...]) -> bool:
    ways = [each for each in wanted.clauses if all(terms.evidence(atom) for atom in each.required)]
    return evidence in [evidence_for(each, terms) for each in ways]


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
        assert all(_evidence_is_of_a_clause_that_holds(kept[each], terms, why) for each, why in found.items())
    for filter_id, each in kept.items():
        index.drop(filter_id, each.clauses)
    assert left_behind(index) == []


class _Changes(RuleBasedStateMachine):
    """Filters come, change and go in any order; the index follows."""

    def __init__(self) -> None:
        super().__init__()
        self.index = FilterIndex()
        self.kept: dict[int, Filter] = {}

    @rule(filter_id=st.integers(0, 5), wanted=filters)
    def put(self, filter_id: int, wanted: Filter) -> None:
        self.drop(filter_id)
        self.index.put(filter_id, wanted.clauses)
        self.kept[filter_id] = wanted

    @rule(filter_id=st.integers(0, 5))
    def put_once_more(self, filter_id: int) -> None:
        if filter_id in self.kept:
            self.index.put(filter_id, self.kept[filter_id].clauses)

    @rule(filter_id=st.integers(0, 5))
    def drop(self, filter_id: int) -> None:
        if wanted := self.kept.pop(filter_id, None):
            self.index.drop(filter_id, wanted.clauses)

    @rule(filter_id=st.integers(6, 7), wanted=filters)
    def drop_what_was_never_there(self, filter_id: int, wanted: Filter) -> None:
        self.index.drop(filter_id, wanted.clauses)

    @rule(story=stories)
    def match(self, story: Story) -> None:
        terms = read_terms(story, NAMES)
        assert set(self.index.match(terms)) == matched_one_by_one(self.kept, terms)

    @invariant()
    def is_as_large_as_what_it_holds(self) -> None:
        assert len(self.index) == len(self.kept)

    def teardown(self) -> None:
        for filter_id, wanted in self.kept.items():
            self.index.drop(filter_id, wanted.clauses)
        assert left_behind(self.index) == []


TestTheIndexFollowsEveryChange = _Changes.TestCase
TestTheIndexFollowsEveryChange.settings = settings(max_examples=60, stateful_step_count=25)


def _any_atom(dice: random.Random) -> Atom:
    kind = dice.choice(("words", "words", "prefix", "title", "own"))
    if kind == "own":
        return Atom(*dice.choice(OWN).split(":"))
    if kind == "prefix" or (kind == "title" and dice.random() < 0.3):
        return Atom(kind, dice.choice(BEGINNINGS) + ("*" if kind == "title" else ""))
    return Atom(kind, dice.choice(PHRASES))


def _any_tree(dice: random.Random, depth: int = 2) -> Tree:
    if depth == 0 or dice.random() < 0.3:
        atom = _any_atom(dice)
        return Not(atom) if dice.random() < 0.2 else atom
    parts = tuple(_any_tree(dice, depth - 1) for _ in range(dice.choice((2, 2, 3))))
    return All(parts) if dice.random() < 0.6 else Either(parts)


def _any_filter(dice: random.Random) -> Filter:
    while True:
        if wanted := _sound(_any_tree(dice)):
            return wanted


def _any_terms(dice: random.Random) -> StoryTerms:
    def some(most: int) -> str:
        return " ".join(dice.choice((*PHRASES, "workers", "Aids", "for", "Malian", "the")) for _ in range(most))

    own = [each.split(":") for each in dice.sample(OWN, 3)]
    codes = {field: [code for kind, code in own if kind == field] for field, _ in own}
    places = (*about(*codes.get("country", ()), *codes.get("region", ())), *mentioned(*codes.get("mentions", ())))
    actors, topics = _subjects(*codes.get("actor", ())), _subjects(*codes.get("topic", ()))
    story = a_story(some(3), some(2), places=places, actors=actors, topics=topics, language=dice.choice(("fr", "en")))
    return read_terms(story, NAMES, some(6))


def test_ten_thousand_stories_match_what_asking_every_filter_matches_while_filters_come_and_go() -> None:
    dice, index = random.Random(2026), FilterIndex()
    kept: dict[int, Filter] = {}
    matches = 0
    for _ in range(10_000):
        filter_id = dice.randrange(12)
        if wanted := kept.pop(filter_id, None):
            index.drop(filter_id, wanted.clauses)
        if dice.random() < 0.7:
            kept[filter_id] = _any_filter(dice)
            index.put(filter_id, kept[filter_id].clauses)
        terms = _any_terms(dice)
        found = index.match(terms)
        assert set(found) == matched_one_by_one(kept, terms)
        matches += len(found)
    assert matches > 10_000
    for filter_id, wanted in kept.items():
        index.drop(filter_id, wanted.clauses)
    assert left_behind(index) == []


def _matches(typed: str, story: Story, text: str = "") -> bool:
    """Ask both ways at once; they must agree."""
    terms, wanted = read_terms(story, NAMES, text), one_filter(typed)
    index = FilterIndex()
    index.put(1, wanted.clauses)
    found = 1 in index.match(terms)
    assert found == explain(wanted, terms).matched
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


def test_a_filter_put_twice_is_there_once() -> None:
    index, wanted = FilterIndex(), one_filter('"wagner" OR "drought" -"football"')
    index.put(1, wanted.clauses)
    index.put(1, wanted.clauses)
    assert len(index) == 1
    index.drop(1, wanted.clauses)
    assert not index.match(read_terms(a_story("Wagner"), NAMES))
    assert left_behind(index) == []


def test_dropping_what_was_never_there_is_fine() -> None:
    index, wanted = FilterIndex(), one_filter('"wagner" "drought"')
    index.put(1, wanted.clauses)
    index.drop(2, wanted.clauses)
    for typed in ('"wagner"', '"drought" "wagner" -"football"', '"wagner" "unheard"', '"unheard"'):
        index.drop(1, one_filter(typed).clauses)
    index.put(3, one_filter('"wagner"').clauses)
    index.drop(3, one_filter('"wagner" -"unheard"').clauses)
    assert set(index.match(read_terms(a_story("Wagner and drought"), NAMES))) == {1, 3}


def test_many_filters_that_share_a_way_to_hold_stay_apart() -> None:
    index = FilterIndex()
    shared = {number: one_filter(f'"wagner" OR "word{number}"') for number in range(50)}
    for number, wanted in shared.items():
        index.put(number, wanted.clauses)
    for number in range(0, 50, 2):
        index.drop(number, shared[number].clauses)
    assert set(index.match(read_terms(a_story("Wagner"), NAMES))) == set(range(1, 50, 2))
    assert set(index.match(read_terms(a_story("word7 word8"), NAMES))) == {7}


def test_a_clause_is_found_again_though_another_of_its_atoms_has_become_the_rarest() -> None:
    index, wanted = FilterIndex(), one_filter('"wagner" "drought" -"football"')
    index.put(1, wanted.clauses)
    for number, often in enumerate(["drought", "wagner", "wagner", "football"], 2):
        index.put(number, one_filter(f'"{often}" "word{number}"').clauses)
    index.drop(1, wanted.clauses)
    assert not index.match(read_terms(a_story("Wagner drought"), NAMES))
    assert len(index) == 4


def test_phrases_that_overlap_and_begin_alike_are_all_found() -> None:
    wanted = ['"aid worker"', '"aid worker rights"', '"worker rights"', '"rights for"', '"aid"', '"aid aid"']
    index = FilterIndex()
    for number, typed in enumerate(wanted):
        index.put(number, one_filter(typed).clauses)
    found = index.match(read_terms(a_story("Aid worker rights for all"), NAMES))
    assert [wanted[number] for number in sorted(found)] == wanted[:5]


def test_a_title_atom_is_found_in_the_title_only() -> None:
    index = FilterIndex()
    for number, typed in enumerate(['title:"drought"', 'title:"long drought"', "title:drou*"]):
        index.put(number, one_filter(typed).clauses)
    assert set(index.match(read_terms(a_story("A long drought"), NAMES))) == {0, 1, 2}
    assert not index.match(read_terms(a_story("News", "A long drought"), NAMES, "A long drought"))


def test_actors_and_topics_are_the_storys_own() -> None:
    story = a_story("News", actors=_subjects("wagner"), topics=_subjects("cholera"))
    assert _matches("actor:wagner topic:cholera", story)
    assert not _matches("actor:wagner -topic:cholera", story)
    assert not _matches("actor:jnim", story)


def test_the_evidence_is_what_was_written_and_where() -> None:
    terms = read_terms(a_story("MALI’s Wagner", "", places=about("ML")), NAMES, "aid workers left, aid workers wept")
    index = FilterIndex()
    index.put(1, one_filter('mali "wagner" "aid" work* "aid workers"').clauses)
    assert {(each.words, each.where) for each in index.match(terms)[1]} == {
        ("Mali", "title"),
        ("Wagner", "title"),
        ("aid", "text"),
        ("workers", "text"),
        ("aid workers", "text"),
    }
