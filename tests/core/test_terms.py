"""What filters find in a story, and why they match it or not."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.core.filters.terms import Explanation, Reason, explain, read_terms, terms_of
from bot.core.filters.tree import Atom, FilterError
from bot.core.passage import Passage
from bot.core.story import Evidence, FoundSubject
from tests.core.given import (
    WORDS,
    a_story,
    about,
    canonical_of,
    evidence_for,
    holds_by_itself,
    mentioned,
    one_filter,
    trees,
)
from tests.fakes.names import NAMES

WAGNER = (FoundSubject("wagner", (Evidence("Wagner", "title"), Evidence("Africa Corps", "text"))),)


def _why(typed: str, *args: Any, text: str = "", **story: Any) -> Explanation:
    return explain(one_filter(typed), read_terms(a_story(*args, **story), NAMES, text))


def test_a_yes_names_everything_it_required_and_where_it_stands() -> None:
    found = _why(
        'mali wagner "aid worker" displac*',
        "Wagner leaves Mali",
        "Aid Workers flee",
        text="An aid worker, displaced",
        places=about("ML"),
        actors=WAGNER,
    )
    assert found == Explanation(
        True,
        (
            Reason(Atom("actor", "wagner"), Evidence("Wagner", "title")),
            Reason(Atom("country", "ML"), Evidence("Mali", "title")),
            Reason(Atom("prefix", "displac"), Evidence("displaced", "text")),
            Reason(Atom("words", "aid worker"), Evidence("aid worker", "text")),
        ),
    )


def test_words_are_told_as_they_are_written() -> None:
    assert _why('"mali s war"', "MALI’S war").matched is False
    found = _why('"malis"  OR "mali war"', "MALI’S War")
    assert [each.evidence for each in found.reasons] == [Evidence("MALI’S War", "title")]


def test_a_yes_is_the_way_that_holds() -> None:
    found = _why("(niger drought) OR (mali -football)", "Mali", places=about("ML"))
    assert found.matched
    assert [each.atom for each in found.reasons] == [Atom("country", "ML")]
    assert (found.missing, found.against) == ((), ())


def test_a_no_says_what_was_found_and_what_is_missing() -> None:
    found = _why("mali drought cholera", "Drought in Mali", places=about("ML"))
    assert not found.matched
    assert [str(each.atom) for each in found.reasons] == ["country:ML", '"drought"']
    assert found.missing == (Atom("words", "cholera"),)
    assert found.against == ()


def test_a_no_says_what_stands_against_it() -> None:
    found = _why("mali -football -sport", "Mali", "The football cup", places=about("ML"))
    assert not found.matched
    assert found.missing == ()
    assert found.against == (Reason(Atom("words", "football"), Evidence("football", "summary")),)


def test_a_no_is_told_of_the_way_that_comes_nearest() -> None:
    found = _why("(niger drought cholera) OR (mali wagner)", "Mali", places=about("ML"))
    assert found.missing == (Atom("actor", "wagner"),)
    assert [str(each.atom) for each in found.reasons] == ["country:ML"]


@settings(max_examples=300)
@given(trees, st.lists(st.sampled_from([*WORDS, "displaced", "—"]), max_size=8).map(" ".join), st.booleans())
def test_an_explanation_says_yes_just_where_the_filter_holds(tree: Any, text: str, wagner: bool) -> None:
    wanted = canonical_of(tree)
    try:
        clauses = wanted.clauses
    except FilterError:
        assume(False)
    story = a_story("Mali", text, places=(*about("ML"), *mentioned("CD")), actors=WAGNER * wagner, language="fr")
    terms = read_terms(story, NAMES)
    asked = {atom for clause in clauses for atom in clause.required | clause.forbidden}
    has = frozenset(atom for atom in asked if terms.evidence(atom))
    found = explain(wanted, terms)
    assert found.matched == holds_by_itself(wanted.tree, has)
    assert found.matched == (not found.missing and not found.against)
    assert {each.atom for each in (*found.reasons, *found.against)} <= has
    assert has.isdisjoint(found.missing)


def test_what_a_clause_requires_is_told_for_alerts() -> None:
    terms = read_terms(a_story("Drought in Mali", places=about("ML")), NAMES)
    (clause,) = one_filter("mali drought -football").clauses
    assert evidence_for(clause, terms) == (Evidence("Mali", "title"), Evidence("Drought", "title"))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("title:mali", True),
        ('title:"the news"', True),
        ("title:new*", True),
        ("title:drought", False),
        ("title:drou*", False),
        ('title:"mali drought"', False),
    ],
)
def test_title_is_found_in_the_title_alone(typed: str, found: bool) -> None:
    assert _why(typed, "The news: Mali", "Drought", text="Drought in Mali").matched is found


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("opinion", "type:opinions"),
        ("opinion", "type:opinion"),
        ("podcasts", "type:podcast"),
        ("analysis", "type:analyses"),
        ("analysis", "type:analysis"),
        ("news", "type:news"),
        ("press-release", 'type:"press releases"'),
    ],
)
def test_a_type_is_found_in_either_number(kind: str, typed: str) -> None:
    assert _why(typed, type=kind).matched
    assert not _why(f"mali -{typed}", type=kind, places=about("ML")).matched


def test_a_story_of_no_type_has_none() -> None:
    assert not any(atom.field == "type" for atom in read_terms(a_story(type=""), NAMES).own)


def test_actors_and_topics_are_found_by_their_codes() -> None:
    topics = (FoundSubject("cholera", ()),)
    found = _why("wagner topic:cholera", "News", actors=WAGNER, topics=topics)
    assert [each.evidence for each in found.reasons] == [Evidence("Wagner", "title"), Evidence("cholera", "topic")]


def test_a_story_without_a_word_is_read() -> None:
    terms = read_terms(a_story("", ""), NAMES)
    assert terms.fields == ()
    assert not explain(one_filter('"mali"'), terms).matched


def test_a_passage_cut_once_is_read_as_its_parts_are() -> None:
    story = a_story("Mali", "The drought", places=about("ML"))
    passage = Passage.of([("title", "Mali"), ("summary", "The drought"), ("text", "Wagner left")], "en")
    assert terms_of(story, NAMES, passage) == read_terms(story, NAMES, "Wagner left")
    (title, *_) = terms_of(story, NAMES, passage).fields
    assert (title.where, [token.word for token in title.tokens]) == ("title", ["mali"])
