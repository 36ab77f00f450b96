"""Filters as trees, clauses and canonical texts."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.filters.names import place_of, subject_of
from bot.core.filters.tree import MAX_CLAUSES, All, Atom, Clause, Either, Filter, FilterError, Near, Not, tidy
from tests.core.given import atoms, canonical_of, holds, holds_by_itself, one_filter, trees
from tests.fakes.names import NAMES

A, B, C = (Atom("words", letter) for letter in "abc")


@settings(max_examples=500)
@given(trees, st.frozensets(atoms, max_size=8))
def test_clauses_say_what_the_tree_says(tree: Any, has: frozenset[Atom]) -> None:
    wanted = canonical_of(tree)
    assert holds_by_itself(wanted.tree, has) == holds_by_itself(tree, has)
    refused = _refused(wanted)
    if refused == "contradiction":
        assert not holds_by_itself(tree, has)
    elif not refused:
        assert (holds(wanted.clauses, has) is not None) == holds_by_itself(tree, has)


def _refused(wanted: Filter) -> str:
    try:
        return "" if wanted.clauses else "no clauses"
    except FilterError as error:
        return error.sentence


@given(trees)
def test_clauses_are_few_ask_for_something_and_never_for_what_they_forbid(tree: Any) -> None:
    try:
        clauses = canonical_of(tree).clauses
    except FilterError:
        return
    assert 0 < len(clauses) <= MAX_CLAUSES
    assert all(each.required and each.required.isdisjoint(each.forbidden) for each in clauses)


@given(trees)
def test_tidying_twice_changes_nothing_more(tree: Any) -> None:
    assert tidy(tidy(tree)) == tidy(tree)


@given(trees, st.randoms())
def test_the_order_of_parts_makes_no_other_filter(tree: Any, random: Any) -> None:
    def shuffled(each: Any) -> Any:
        if isinstance(each, Not):
            return Not(shuffled(each.part))
        if isinstance(each, All | Either):
            return type(each)(tuple(random.sample([shuffled(part) for part in each.parts], len(each.parts))))
        return each

    assert canonical_of(shuffled(tree)) == canonical_of(tree)


@pytest.mark.parametrize(
    ("tree", "tidied"),
    [
        (Not(Not(A)), A),
        (Not(All((Not(A), Not(A)))), A),
        (Not(Either((A, Not(B)))), All((B, Not(A)))),
        (Not(All((A, B))), Not(All((A, B)))),
        (All((A, All((B, All((C, A)))))), All((A, B, C))),
        (Either((Either((C, A)), B, A)), Either((A, B, C))),
        (All((Either((A,)),)), A),
    ],
)
def test_trees_are_flat_without_twins_and_double_negations(tree: Any, tidied: Any) -> None:
    assert tidy(tree) == tidied


def test_ways_that_are_only_added_up_are_limited_too() -> None:
    pairs = [All(tuple(Either((Atom("words", f"{g}{n}a"), Atom("words", f"{g}{n}b"))) for n in range(6))) for g in "xy"]
    with pytest.raises(FilterError, match="too-many-ways"):
        _ = Filter(tidy(Either(tuple(pairs)))).clauses


def test_the_clause_that_holds_is_the_evidence() -> None:
    clauses = one_filter("(mali OR niger) -football").clauses
    held = holds(clauses, {Atom("country", "NE")})
    assert held is not None
    assert held.required == {Atom("country", "NE")}
    assert holds(clauses, {Atom("country", "NE"), Atom("words", "football")}) is None
    assert holds(clauses, set()) is None


@given(st.lists(atoms, min_size=1, max_size=5), st.lists(atoms, max_size=3), st.frozensets(atoms, max_size=6))
def test_atoms_side_by_side_are_one_way_to_hold(wanted: list[Atom], unwanted: list[Atom], has: frozenset[Atom]) -> None:
    tree = All((*wanted, *map(Not, unwanted)))
    if set(wanted) & set(unwanted):
        assert _refused(canonical_of(tree)) == "contradiction"
        return
    (clause,) = canonical_of(tree).clauses
    assert clause == Clause(frozenset(wanted), frozenset(unwanted))
    assert (holds((clause,), has) is not None) == holds_by_itself(tree, has)


@pytest.mark.parametrize(
    ("atom", "text"),
    [
        (Atom("words", "mali"), '"mali"'),
        (Atom("prefix", "displac"), "displac*"),
        (Atom("title", "mali"), "title:mali"),
        (Atom("title", "aid worker"), 'title:"aid worker"'),
        (Atom("title", "displac*"), "title:displac*"),
        (Atom("actor", "wagner"), "actor:wagner"),
        (Atom("topic", "aid-access"), "topic:aid-access"),
        (Atom("source", "un news"), 'source:"un news"'),
    ],
)
def test_an_atom_is_written_as_it_is_typed(atom: Atom, text: str) -> None:
    assert str(atom) == text


def test_an_error_names_what_is_near_for_who_has_no_buttons() -> None:
    near = [Near("Mali", "🇲🇱 Mali", "country:ML"), Near("Malta", "🇲🇹 Malta", "country:MT")]
    assert FilterError("country-unknown-near", near, typed="mal").values == {"typed": "mal", "near": "Mali, Malta"}
    assert FilterError("country-unknown", typed="mal").values == {"typed": "mal"}


def test_a_code_nobody_knows_any_more_is_no_place_and_no_subject() -> None:
    assert subject_of(NAMES.actors, "zorro") is None
    assert subject_of(NAMES.topics, "cholera") == NAMES.topics["cholera"]
    assert place_of(NAMES, "ZZ") is None
    assert place_of(NAMES, "ML") == NAMES.places["ML"]
