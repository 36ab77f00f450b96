"""What people type, and the filters it means."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.filters import MAX_CHARS, MAX_DEPTH, MAX_TERMS, Atom, FilterError
from bot.core.gazetteer import Gazetteer
from bot.core.grammar import other_reading, read_canonical, read_filters
from bot.core.message import COMMAND_BYTES
from bot.core.replies import POPULAR
from tests.core.given import canonical_of, canonicals, one_filter, trees
from tests.fakes.names import NAMES


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("mali", "country:ML"),
        ("Malian", "country:ML"),
        ("sahel", "region:sahel"),
        ("West Africa", "region:west-africa"),
        ('"mali"', '"mali"'),
        ("“Mali”", '"mali"'),
        ("«aid  worker»", '"aid worker"'),
        ("Wagner's", '"wagner"'),
        ("mali wagner", '"wagner" country:ML'),
        ("mali & wagner", '"wagner" country:ML'),
        ("mali OR niger", "country:ML OR country:NE"),
        ("mali | niger", "country:ML OR country:NE"),
        ("mali oR niger", "country:ML OR country:NE"),
        ("mali -football", 'country:ML -"football"'),
        ("mali !football", 'country:ML -"football"'),
        ("mali –football", 'country:ML -"football"'),
        ("mali NOT football", 'country:ML -"football"'),
        ("mali and not football", 'country:ML -"football"'),
        ("mali nOt football", 'country:ML -"football"'),
        ("mali NOT NOT niger", "country:ML country:NE"),
        ("mali -(football sport)", 'country:ML -("football" "sport")'),
        ("mali -(football OR sport)", 'country:ML -"football" -"sport"'),
        ("mali -burkina faso", "country:ML -country:BF"),
        ("(mali OR niger) drought", '"drought" (country:ML OR country:NE)'),
        ("(mali, niger,) drought", '"drought" (country:ML OR country:NE)'),
        ("((mali))", "country:ML"),
        ("displac*", "displac*"),
        ("mali*", "mali*"),
        ("country:ML", "country:ML"),
        ("COUNTRY:ml", "country:ML"),
        ("country:mali", "country:ML"),
        ("country:burkina faso", "country:BF"),
        ('country:"burkina faso" drought', '"drought" country:BF'),
        ("country:burkina faso drought", '"drought" country:BF'),
        ("country:sahel", "region:sahel"),
        ("region:west africa", "region:west-africa"),
        ("region:west-africa", "region:west-africa"),
        ("mentions:sudan", "mentions:SD"),
        ("mentions:south sudan", "mentions:SS"),
        ("type:news", "type:news"),
        ("type:press-release", 'type:"press release"'),
        ('source:"UN News"', 'source:"un news"'),
        ("lang:fr", "lang:fr"),
        ("lang:or", "lang:or"),
        ("-type:opinion mali", "country:ML -type:opinion"),
        ("food-security", '"food security"'),
        ("counter-terrorism mali", '"counter terrorism" country:ML'),
        (["🇲🇱", "mali"][1], "country:ML"),
        ("south sudan", "country:SS"),
        ("sudan south sudan", "country:SD country:SS"),
        ("the drc", "country:CD"),
        ("bosnia and herzegovina", "country:BA"),
        ("bosnia and herzegovina and mali", "country:BA country:ML"),
        ("mali mali MALI", "country:ML"),
        ("covid-19 12:30", '"12 30" "covid 19"'),
        ("Ｍａｌｉ", "country:ML"),
    ],
)
def test_what_is_typed_means_one_filter(typed: str, canonical: str) -> None:
    assert canonicals(typed) == [canonical]


def test_order_case_and_spacing_make_no_other_filter() -> None:
    assert one_filter("Mali  WAGNER") == one_filter("wagner AND mali") == one_filter("( WAGNER ) and\tMALI mali")


@pytest.mark.parametrize("comma", [", ", ",", ";", "، ", "\n", "\r\n", ",,\n,"])
def test_a_comma_or_a_line_makes_a_filter_each(comma: str) -> None:
    assert canonicals(f"mali{comma}niger wagner") == ["country:ML", '"wagner" country:NE']


@pytest.mark.parametrize(
    "typed",
    [
        "mali, niger, -football",
        "mali, niger, !football",
        "mali,niger,-football",
        "mali;niger;-football",
        "-football, mali, niger",
        "mali\nniger\nNOT football",
        "mali, -football, niger",
    ],
)
def test_an_exclusion_between_commas_holds_for_every_filter(typed: str) -> None:
    assert canonicals(typed) == ['country:ML -"football"', 'country:NE -"football"']


def test_several_exclusions_between_commas_hold_for_every_filter() -> None:
    expected = ['country:ML -"football" -"sport"', 'country:NE -"football" -"sport"']
    assert canonicals("mali, niger, -football -sport") == canonicals("mali, niger, -football, -sport") == expected


def test_an_exclusion_beside_a_word_holds_for_that_filter_alone() -> None:
    assert canonicals("mali -football, niger") == ['country:ML -"football"', "country:NE"]


def test_twins_between_commas_are_one_filter() -> None:
    assert canonicals("mali, Mali, country:ml") == ["country:ML"]


@pytest.mark.parametrize(
    ("typed", "sentence", "values"),
    [
        ("", "nothing-to-find", {"typed": ""}),
        (" , ;", "nothing-to-find", {"typed": ", ;"}),
        ("mali - football", "nothing-to-find", {"typed": "-"}),
        ('mali ""', "nothing-to-find", None),
        ("?!", "nothing-to-find", {"typed": "?!"}),
        ("-football", "only-exclusions", {}),
        ("-football, -sport", "only-exclusions", {}),
        ("NOT football", "only-exclusions", {}),
        ("mali OR -football", "only-exclusions", {}),
        ("mali -mali", "contradiction", {}),
        ("mali, niger -niger", "contradiction", {}),
        ('"aid worker', "quote-open", {"typed": '"aid worker'}),
        ('mali "', "quote-open", {"typed": 'mali "'}),
        ('source:"un news', "quote-open", {"typed": 'source:"un news'}),
        ('country:"burkina', "quote-open", {"typed": 'country:"burkina'}),
        ("(mali", "bracket-open", {}),
        ("(", "bracket-open", {}),
        ("(mali, niger", "bracket-open", {}),
        ("mali)", "bracket-shut", {}),
        ("(mali)) niger", "bracket-shut", {}),
        ("mali ()", "bracket-empty", {}),
        ("mali OR", "operand-missing", {"typed": "OR"}),
        ("mali |", "operand-missing", {"typed": "|"}),
        ("OR mali", "operand-missing", {"typed": "OR"}),
        ("mali OR or niger", "operand-missing", {"typed": "OR"}),
        ("mali and", "operand-missing", {"typed": "and"}),
        ("And mali", "operand-missing", {"typed": "And"}),
        ("mali AND, niger", "operand-missing", {"typed": "AND"}),
        ("mali NOT", "operand-missing", {"typed": "NOT"}),
        ("mali -, niger", "operand-missing", {"typed": "-"}),
        (")", "operand-missing", {"typed": ")"}),
        ("actor:wagner", "field-unknown", {"typed": "actor"}),
        ("http://example.org", "field-unknown", {"typed": "http"}),
        ("country:", "field-empty", {"typed": "country"}),
        ("country: , mali", "field-empty", {"typed": "country"}),
        ("type:(news)", "field-empty", {"typed": "type"}),
        ('source:""', "field-empty", {"typed": "source"}),
        ("type:!!!", "field-empty", {"typed": "type"}),
        ("country:atlantis", "place-unknown", {"typed": "atlantis"}),
        ("region:atlantis wagner", "place-unknown", {"typed": "atlantis"}),
        ("mentions:malo", "place-unknown-near", {"typed": "malo", "near": "Mali"}),
        ("ab*", "prefix-short", {"typed": "ab"}),
        ("dis*ed", "star-place", {"typed": "dis*ed"}),
        ('"aid work*"', "star-place", {"typed": "aid work*"}),
        ("aid-work*", "star-place", {"typed": "aid-work*"}),
        ("*aid", "star-place", {"typed": "*aid"}),
        ("x" * (MAX_CHARS + 1), "too-long", {"count": MAX_CHARS + 1, "limit": MAX_CHARS}),
        (" ".join(f"w{n}" for n in range(MAX_TERMS + 1)), "too-many-terms", {"limit": MAX_TERMS}),
        (" ".join(f"(a{n} OR b{n})" for n in range(7)), "too-many-ways", {}),
        ("(" * (MAX_DEPTH + 1) + "mali" + ")" * (MAX_DEPTH + 1), "too-deep", {}),
        ("(" * MAX_CHARS, "too-deep", {}),
        ("-(" * (MAX_CHARS // 2), "too-deep", {}),
    ],
)
def test_what_cannot_be_read_is_told_precisely(typed: str, sentence: str, values: dict[str, Any] | None) -> None:
    with pytest.raises(FilterError) as told:
        read_filters(typed, NAMES)
    assert told.value.sentence == sentence
    assert values is None or told.value.values == values


@pytest.mark.parametrize(
    "typed",
    [
        "x" * MAX_CHARS,
        " ".join(f"w{n}" for n in range(MAX_TERMS)),
        " ".join(f"(a{n} OR b{n})" for n in range(6)),
        "(" * MAX_DEPTH + "mali" + ")" * MAX_DEPTH,
        "NOT " * 74 + "mali",
    ],
)
def test_what_is_just_within_the_limits_is_read(typed: str) -> None:
    assert read_filters(typed, NAMES).filters


def test_a_filter_just_short_enough_to_type_can_still_be_read_once_it_is_stored() -> None:
    typed = " ".join(f"{chr(97 + n)}" * 14 for n in range(MAX_TERMS))
    wanted = one_filter(typed)
    assert len(typed) <= MAX_CHARS < len(wanted.canonical)
    assert read_canonical(wanted.canonical, NAMES) == wanted


@given(trees)
def test_a_canonical_text_is_read_back_as_the_same_filter(tree: Any) -> None:
    wanted = canonical_of(tree)
    try:
        assert wanted.clauses
    except FilterError:
        assume(False)
    assert read_canonical(wanted.canonical, NAMES) == wanted
    assert read_canonical(wanted.canonical.replace(" OR ", " or ").swapcase(), NAMES) == wanted


typed_texts = (
    st.text(st.sampled_from('mali OR not-and wagner"()!*,;:|“”،\n country:type:éß١漢'), max_size=60) | st.text()
)


@given(typed_texts)
def test_anything_typed_is_read_or_told_about_and_what_is_read_can_be_stored(typed: str) -> None:
    try:
        asked = read_filters(typed, NAMES)
    except FilterError:
        return
    for each in asked.filters:
        assert read_canonical(each.canonical, NAMES) == each


@given(st.lists(st.text(st.characters(categories=["L", "N", "M", "P", "Zs"]), max_size=12), max_size=20))
def test_quoted_text_of_any_script_can_be_stored(phrases: list[str]) -> None:
    typed = " ".join(f'"{phrase.replace(chr(34), "")}"' for phrase in phrases)
    try:
        asked = read_filters(typed, NAMES)
    except FilterError:
        return
    for each in asked.filters:
        assert read_canonical(each.canonical, NAMES) == each


def test_bare_names_of_places_are_noted_as_typed_and_named_fields_are_not() -> None:
    assert read_filters("Mali wagner, the DRC", NAMES).places == ("Mali", "the DRC")
    assert read_filters('country:ML "mali"', NAMES).places == ()


@pytest.mark.parametrize(
    ("typed", "both"),
    [
        ("mali wagner", True),
        ('"aid worker" drought', True),
        ("mali AND wagner", False),
        ("mali OR niger", False),
        ("mali -football", False),
        ("mali mali", False),
        ("mali", False),
        ("mali, niger", False),
    ],
)
def test_only_words_side_by_side_are_said_to_be_taken_together(typed: str, both: bool) -> None:
    assert read_filters(typed, NAMES).both is both


def test_either_is_offered_for_what_stood_side_by_side_and_exclusions_stay() -> None:
    other = other_reading(read_filters("mali wagner -football", NAMES))
    assert other is not None
    assert [each.canonical for each in other.filters] == ['("wagner" OR country:ML) -"football"']
    assert not other.both


def test_both_is_offered_for_what_a_comma_parted() -> None:
    other = other_reading(read_filters("mali, wagner, -football", NAMES))
    assert other is not None
    assert [each.canonical for each in other.filters] == ['"wagner" country:ML -"football"']
    assert other.both


@pytest.mark.parametrize("typed", ["mali", "mali -football", "mali AND wagner", "mali OR niger"])
def test_no_other_reading_is_offered_where_there_is_none(typed: str) -> None:
    assert other_reading(read_filters(typed, NAMES)) is None


@pytest.mark.parametrize("typed", [", ".join(f"(a{n} OR b{n})" for n in range(7)), "mali, wagner -mali"])
def test_a_reading_that_could_not_be_followed_is_not_offered(typed: str) -> None:
    assert other_reading(read_filters(typed, NAMES)) is None


@given(trees)
def test_what_fits_a_button_is_read_from_it(tree: Any) -> None:
    wanted = canonical_of(tree)
    assume(len(wanted.canonical.encode()) <= COMMAND_BYTES)
    try:
        assert wanted.clauses
    except FilterError:
        assume(False)
    assert read_filters(wanted.canonical, NAMES).filters == (wanted,)


def test_every_place_of_the_gazetteer_can_be_stored_and_read_back(gazetteer: Gazetteer) -> None:
    for place in gazetteer:
        field = "region" if place.is_region else "country"
        for atom in (Atom(field, place.code), Atom("mentions", place.code)):
            assert read_canonical(str(atom), gazetteer).tree == atom


def test_every_place_a_newcomer_is_offered_is_followed_by_its_name(gazetteer: Gazetteer) -> None:
    for code in POPULAR:
        (wanted,) = read_filters(gazetteer[code].name, gazetteer).filters
        assert isinstance(wanted.tree, Atom)
        assert wanted.tree.value == code
