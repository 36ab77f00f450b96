"""What people type, and the filters it means."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.core.filters.grammar import other_reading, read_canonical, read_filters
from bot.core.filters.tree import MAX_CHARS, MAX_DEPTH, MAX_PHRASE_WORDS, MAX_TERMS, MAX_VALUE_CHARS, Atom, FilterError
from bot.core.filters.wordings import SMALL_WORDS
from bot.core.lexicon import Lexicon
from bot.core.message import COMMAND_BYTES
from bot.core.replies import POPULAR
from bot.core.subjects.vocabulary import Subject
from tests.core.given import canonical_of, canonicals, one_filter, trees, wild_trees
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
        ("「mali」", '"mali"'),
        ("‘aid worker’", '"aid worker"'),
        ("'aid worker's rights'", '"aid worker rights"'),
        ("'aid worker' drought", '"aid worker" "drought"'),
        ("workers' rights", '"rights" "workers"'),
        ("l'ukraine", '"ukraine"'),
        ("wagner", "actor:wagner"),
        ("Wagner's", "actor:wagner"),
        ("Africa Corps", "actor:wagner"),
        ('"wagner"', '"wagner"'),
        ('"Africa Corps"', '"africa corps"'),
        ("cholera", '"cholera"'),
        ("mali wagner", "actor:wagner country:ML"),
        ("mali & wagner", "actor:wagner country:ML"),
        ("mali && wagner", "actor:wagner country:ML"),
        ("mali&wagner", "actor:wagner country:ML"),
        ("mali + wagner", "actor:wagner country:ML"),
        ("mali +wagner", "actor:wagner country:ML"),
        ("+mali +wagner", "actor:wagner country:ML"),
        ("AT&T", '"at t"'),
        ("mali OR niger", "country:ML OR country:NE"),
        ("mali | niger", "country:ML OR country:NE"),
        ("mali || niger", "country:ML OR country:NE"),
        ("mali|niger", "country:ML OR country:NE"),
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
        ("(,mali) drought", '"drought" country:ML'),
        ("(mali, niger, -football) drought", '"drought" (country:ML OR country:NE) -"football"'),
        ("((mali))", "country:ML"),
        ("displac*", "displac*"),
        ("mali/niger", "country:ML OR country:NE"),
        ("Mali/Wagner drought", '"drought" (actor:wagner OR country:ML)'),
        ("hiv/aids", '"hiv aids"'),
        ("mali*", "mali*"),
        ("country:ML", "country:ML"),
        ("COUNTRY:ml", "country:ML"),
        ("country:mali", "country:ML"),
        ("country:burkina faso", "country:BF"),
        ('country:"burkina faso" drought', '"drought" country:BF'),
        ("country:burkina faso drought", '"drought" country:BF'),
        ("country:mli", "country:ML"),
        ("country:Ml", "country:ML"),
        ("country:🇲🇱", "country:ML"),
        ("country:malian", "country:ML"),
        ("country: mali", "country:ML"),
        ("country:-mali drought", '"drought" -country:ML'),
        ("country:mali,niger", "country:ML|country:NE"),
        ("country:mali&niger", "country:ML country:NE"),
        ("region:mali", "country:ML"),
        ("about:mali", "country:ML"),
        ("about:sahel", "region:sahel"),
        ("about:wagner about:cholera", "actor:wagner topic:cholera"),
        ("c:mali", "country:ML"),
        ("in:mali", "country:ML"),
        ("pays:mali", "country:ML"),
        ("país:mali", "country:ML"),
        ("بلد:mali", "country:ML"),
        ("actor:wagner", "actor:wagner"),
        ("ACTOR:Wagner", "actor:wagner"),
        ("actor:africa corps mali", "actor:wagner country:ML"),
        ('actor:"wagner group"', "actor:wagner"),
        ("topic:cholera", "topic:cholera"),
        ("topic:aid-access", "topic:aid-access"),
        ("topic:aid access", "topic:aid-access"),
        ("topic:siege", "topic:aid-access"),
        ("title:Mali", "title:mali"),
        ('title:"Aid Worker"', 'title:"aid worker"'),
        ("title:displac*", "title:displac*"),
        ("title:or", "title:or"),
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
        ("lang:French", "lang:fr"),
        ("lang:français", "lang:fr"),
        ("lang:francés", "lang:fr"),
        ("lang:العربية", "lang:ar"),
        ("lang:fr-CA", 'lang:"fr ca"'),
        ("langue:anglais", "lang:en"),
        ("-type:opinion mali", "country:ML -type:opinion"),
        ("food-security", '"food security"'),
        ("counter-terrorism mali", '"counter terrorism" country:ML'),
        ("🇲🇱", "country:ML"),
        ("🇲🇱 Mali", "country:ML"),
        ("🇲🇱🇳🇪", "country:ML country:NE"),
        ("🇲🇱,🇳🇪", "country:ML|country:NE"),
        ("mali 🔥 …", "country:ML"),
        ("Niger: the drought", '"drought" country:NE'),
        ("south sudan", "country:SS"),
        ("sudan south sudan", "country:SD country:SS"),
        ("the drc", "country:CD"),
        ("War in Sudan", '"war" country:SD'),
        ("the drought of the sahel", '"drought" region:sahel'),
        ("The war", '"war"'),
        ("Le Mali", "country:ML"),
        ("El Niño", '"el" "nino"'),
        ("in the", '"in" "the"'),
        ('mali "the"', '"the" country:ML'),
        ("mali AND the", '"the" country:ML'),
        ("bosnia and herzegovina", "country:BA"),
        ("bosnia and herzegovina and mali", "country:BA country:ML"),
        ("mali mali MALI", "country:ML"),
        ("covid-19 12:30", '"12 30" "covid 19"'),
        ("Ｍａｌｉ", "country:ML"),
    ],
)
def test_what_is_typed_means_one_filter(typed: str, canonical: str) -> None:
    assert canonicals(typed) == canonical.split("|")


def test_order_case_and_spacing_make_no_other_filter() -> None:
    assert one_filter("Mali  WAGNER") == one_filter("wagner AND mali") == one_filter("( WAGNER ) and\tMALI mali")
    assert one_filter("Mali  WAGNER") == one_filter("(mali) & Africa Corps") == one_filter("about:ml actor:wagner")


@pytest.mark.parametrize("comma", [", ", ",", ";", "، ", "؛", "、", "\n", "\r\n", ",,\n,"])
def test_a_comma_or_a_line_makes_a_filter_each(comma: str) -> None:
    assert canonicals(f"mali{comma}niger wagner") == ["country:ML", "actor:wagner country:NE"]


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


@pytest.mark.parametrize(
    "typed",
    [
        "mali, niger and sudan",
        "mali, niger, and sudan",
        "Mali, Niger et Sudan",
        "mali, niger y sudan",
        "mali, niger, sudan and mali",
    ],
)
def test_a_list_may_end_in_and(typed: str) -> None:
    assert canonicals(typed) == ["country:ML", "country:NE", "country:SD"]


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("mali, bosnia and herzegovina", ["country:ML", "country:BA"]),
        ("mali, drought and sudan", ["country:ML", '"drought" country:SD']),
        ("mali, niger AND sudan drought", ["country:ML", '"drought" country:NE country:SD']),
        ("niger and sudan", ["country:NE country:SD"]),
        ('mali, "niger and sudan"', ["country:ML", '"niger and sudan"']),
        ("(mali, niger and sudan)", ["country:ML OR (country:NE country:SD)"]),
    ],
)
def test_and_between_other_things_is_both(typed: str, wanted: list[str]) -> None:
    assert canonicals(typed) == wanted


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("el fasher", '"el fasher"'),
        ("El Fasher drought", '"drought" "el fasher"'),
        ("drought in el fasher", '"drought" "el fasher"'),
        ("the goma drought", '"drought" "goma"'),
    ],
)
def test_a_town_of_several_words_is_one_phrase(typed: str, canonical: str) -> None:
    assert canonicals(typed) == [canonical]


def test_twins_between_commas_are_one_filter() -> None:
    assert canonicals("mali, Mali, country:ml") == ["country:ML"]


@pytest.mark.parametrize(
    ("typed", "sentence", "values"),
    [
        ("", "nothing-to-find", {"typed": ""}),
        (" , ;", "nothing-to-find", {"typed": ", ;"}),
        ("?!", "nothing-to-find", {"typed": "?!"}),
        ("🔥", "nothing-to-find", {"typed": "🔥"}),
        ("- !", "nothing-to-find", {"typed": "-"}),
        ('mali ""', "nothing-to-find", {"typed": '""'}),
        ("*", "nothing-to-find", {"typed": "*"}),
        ("mali - football", "dash-alone", {"typed": "-"}),
        ("mali — football", "dash-alone", {"typed": "—"}),
        ("-football", "only-exclusions", {}),
        ("-football, -sport", "only-exclusions", {}),
        ("NOT football", "only-exclusions", {}),
        ("mali OR -football", "only-exclusions", {}),
        ("mali -mali", "contradiction", {}),
        ("mali, niger -niger", "contradiction", {}),
        ('"aid worker', "quote-open", {"typed": '"aid worker'}),
        ('mali "', "quote-open-after", {"read": "mali"}),
        ('source:"un news', "quote-open-after", {"read": "source:"}),
        ('country:"burkina', "quote-open-after", {"read": "country:"}),
        ("(mali", "bracket-open", {}),
        ("(", "bracket-open", {}),
        ("(mali, niger", "bracket-open", {}),
        ("mali (wagner", "bracket-open-after", {"read": "mali"}),
        ("mali OR (wagner OR (niger)", "bracket-open-after", {"read": "mali OR"}),
        ("drought " * 8 + "(mali", "bracket-open-after", {"read": "…drought drought drought drought drought"}),
        (")", "bracket-shut", {}),
        ("mali)", "bracket-shut-after", {"read": "mali"}),
        ("(mali)) niger", "bracket-shut-after", {"read": "(mali)"}),
        ("()", "bracket-empty", {}),
        ("mali ()", "bracket-empty-after", {"read": "mali"}),
        ("mali (,)", "bracket-empty-after", {"read": "mali"}),
        ("mali OR", "operand-none-after", {"read": "mali OR", "typed": "OR", "example": "mali OR niger"}),
        ("mali |", "operand-none-after", {"read": "mali |", "typed": "|", "example": "mali | niger"}),
        ("mali OR or niger", "operand-none-after", {"read": "mali OR", "typed": "OR", "example": "mali OR niger"}),
        ("mali OR)", "operand-none-after", {"read": "mali OR", "typed": "OR", "example": "mali OR niger"}),
        ("mali and", "operand-none-after", {"read": "mali and", "typed": "and", "example": "mali and niger"}),
        ("mali AND, niger", "operand-none-after", {"read": "mali AND", "typed": "AND", "example": "mali AND niger"}),
        ("mali NOT", "operand-none-after", {"read": "mali NOT", "typed": "NOT", "example": "mali NOT football"}),
        ("mali -, niger", "operand-none-after", {"read": "mali -", "typed": "-", "example": "mali -football"}),
        ("OR mali", "operand-none-before", {"typed": "OR", "example": "mali OR niger"}),
        ("And mali", "operand-none-before", {"typed": "And", "example": "mali And niger"}),
        ("mali, | niger", "operand-none-before", {"typed": "|", "example": "mali | niger"}),
        ("http://example.org", "link-typed", {}),
        ("www.example.org/rss", "link-typed", {}),
        ("planet:mars", "field-unknown", {"typed": "planet"}),
        ("country:", "field-empty", {"typed": "country", "example": "country:mali"}),
        ("country: , mali", "field-empty", {"typed": "country", "example": "country:mali"}),
        ("pays:", "field-empty", {"typed": "pays", "example": "pays:mali"}),
        ("type:(news)", "field-group", {"typed": "type"}),
        ('source:""', "field-empty", {"typed": "source", "example": 'source:"un news"'}),
        ("type:!!!", "field-empty", {"typed": "type", "example": "type:news"}),
        ("lang:klingon", "language-unknown", {"typed": "klingon"}),
        ("country:atlantis", "country-unknown", {"typed": "atlantis"}),
        ("region:atlantis wagner", "region-unknown", {"typed": "atlantis"}),
        ('about:"atlantis"', "place-unknown", {"typed": "atlantis"}),
        ("mentions:atlantis", "place-unknown", {"typed": "atlantis"}),
        ("actor:zorro", "actor-unknown", {"typed": "zorro"}),
        ("topic:zorro", "topic-unknown", {"typed": "zorro"}),
        ("mentions:malo", "place-unknown-near", {"typed": "malo", "near": "Mali"}),
        ("ab*", "prefix-short", {"typed": "ab"}),
        ("a* mali", "prefix-short", {"typed": "a"}),
        ("title:ab*", "prefix-short", {"typed": "ab"}),
        ("dis*ed", "star-place", {"typed": "dis*ed"}),
        ('"aid work*"', "star-place", {"typed": "aid work*"}),
        ('title:"aid work*"', "star-place", {"typed": "aid work*"}),
        ("aid-work*", "star-place", {"typed": "aid-work*"}),
        ("*aid", "star-place", {"typed": "*aid"}),
        ("x" * (MAX_CHARS + 1), "too-long", {"count": MAX_CHARS + 1, "limit": MAX_CHARS}),
        ("x" * (MAX_VALUE_CHARS + 1), "value-too-long", None),
        (f'title:"{"x" * MAX_VALUE_CHARS} y"', "value-too-long", None),
        ("x" * MAX_VALUE_CHARS + "x*", "value-too-long", None),
        ('"a b c d e f"', "phrase-too-long", {"typed": "a b c d e f", "count": 6, "limit": MAX_PHRASE_WORDS}),
        ("a-b-c-d-e-f", "phrase-too-long", {"typed": "a b c d e f", "count": 6, "limit": MAX_PHRASE_WORDS}),
        (" ".join(f"w{n}" for n in range(MAX_TERMS + 1)), "too-many-terms", {"limit": MAX_TERMS}),
        (" ".join(sorted(SMALL_WORDS)[: MAX_TERMS + 1]), "too-many-terms", {"limit": MAX_TERMS}),
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
    ("typed", "sentence", "near"),
    [
        ("country:mal", "country-unknown-near", [("Mali", "country:ML")]),
        ("drought country:mal wagner", "country-unknown-near", [("Mali", "drought country:ML wagner")]),
        ("mali -country:nig", "country-unknown-near", [("Niger", "mali -country:NE"), ("Nigeria", "mali -country:NG")]),
        ("country:!mal x", "country-unknown-near", [("Mali", "-country:ML x")]),
        ("country:burkin fasso x", "country-unknown-near", [("Burkina Faso", "country:BF x")]),
        ('mentions:"burkin fasso" x', "place-unknown-near", [("Burkina Faso", "mentions:BF x")]),
        ("region:sah", "region-unknown-near", [("Sahel", "region:sahel")]),
        ("country:sah", "country-unknown-near", [("Sahel", "region:sahel")]),
        ("country:wagner", "country-unknown-near", [("Wagner / Africa Corps", "actor:wagner")]),
        ("actor:mali", "actor-unknown-near", [("Mali", "country:ML")]),
        ("actor:wag", "actor-unknown-near", [("Wagner / Africa Corps", "actor:wagner")]),
        ("topic:chol x", "topic-unknown-near", [("Cholera", "topic:cholera x")]),
        ("topic:wagner", "topic-unknown-near", [("Wagner / Africa Corps", "actor:wagner")]),
        ("contry:mali", "field-unknown-near", [("country:", "country:mali")]),
        ("x regoin: sahel", "field-unknown-near", [("region:", "x region: sahel")]),
    ],
)
def test_what_is_near_is_offered_as_a_whole_filter(typed: str, sentence: str, near: list[tuple[str, str]]) -> None:
    with pytest.raises(FilterError) as told:
        read_filters(typed, NAMES)
    assert told.value.sentence == sentence
    assert [(each.name, each.text) for each in told.value.near] == near


@pytest.mark.parametrize(
    "typed",
    [
        "x" * MAX_VALUE_CHARS,
        '"a b c d e"',
        'source:"the news of all and everything there is"',
        "the democratic republic of the congo",
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
    assert len(typed) <= MAX_CHARS
    wanted = one_filter(typed)
    assert len(typed) <= MAX_CHARS < len(wanted.canonical)
    assert read_canonical(wanted.canonical, NAMES) == wanted


def _sound(tree: Any) -> Any:
    wanted = canonical_of(tree)
    try:
        assert wanted.clauses
    except FilterError:
        assume(False)
    return wanted


@given(trees)
def test_a_canonical_text_is_read_back_as_the_same_filter(tree: Any) -> None:
    wanted = _sound(tree)
    assert read_canonical(wanted.canonical, NAMES) == wanted
    assert read_canonical(wanted.canonical.replace(" OR ", " or ").swapcase(), NAMES) == wanted


@settings(max_examples=300)
@given(wild_trees)
def test_words_of_any_script_are_read_back_whatever_they_look_like(tree: Any) -> None:
    wanted = _sound(tree)
    assert read_canonical(wanted.canonical, NAMES) == wanted


_ODD = "mali OR not-and wagner\"()!*,;:|“”،\n country:type:éß١漢+&'‘’🇲🇱🔥"
typed_texts = st.text(st.sampled_from(_ODD), max_size=60) | st.text()


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
    asked = read_filters("Mali drought, the DRC wagner", NAMES)
    assert [(each.typed, str(each.atom)) for each in asked.named] == [
        ("Mali", "country:ML"),
        ("the DRC", "country:CD"),
        ("wagner", "actor:wagner"),
    ]
    assert all(asked.typed[each.start : each.end] == each.typed for each in asked.named)
    assert read_filters('country:ML "mali"', NAMES).named == ()


def test_where_bare_words_stand_that_stayed_words_is_noted() -> None:
    asked = read_filters('war in mali "aid" (floods OR displac*) type:news -football -(cup niger)', NAMES)
    assert [asked.typed[start:end] for start, end in asked.loose] == ["war", "floods"]


def test_the_longest_name_wins_whether_of_a_place_or_an_actor() -> None:
    class Corps:
        """Knows an actor whose name begins with a place's."""

        def named(self, name: str) -> Subject | None:
            return Subject("mali-corps", "Mali Corps") if name.lower() == "mali corps" else None

        def suggest(self, word: str, limit: int = 3) -> list[Subject]:
            return []

        def __getitem__(self, code: str) -> Subject:
            return {"mali-corps": Subject("mali-corps", "Mali Corps")}[code]

    names = SimpleNamespace(places=NAMES.places, actors=Corps(), topics=NAMES.topics)
    assert [each.canonical for each in read_filters("mali corps, mali", names).filters] == [
        "actor:mali-corps",
        "country:ML",
    ]


@pytest.mark.parametrize(
    ("typed", "both"),
    [
        ("mali wagner", True),
        ('"aid worker" drought', True),
        ("mali and wagner", True),
        ("mali AND wagner", False),
        ("mali & wagner", False),
        ("mali OR niger", False),
        ("mali -football", False),
        ("mali type:news", False),
        ("country:ML actor:wagner", False),
        ("mali drought type:news", True),
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
    assert [each.canonical for each in other.filters] == ['(actor:wagner OR country:ML) -"football"']
    assert not other.both


def test_type_source_and_language_hold_for_either_too() -> None:
    other = other_reading(read_filters("mali drought type:news lang:fr", NAMES))
    assert other is not None
    assert [each.canonical for each in other.filters] == ['("drought" OR country:ML) lang:fr type:news']


def test_both_is_offered_for_what_a_comma_parted() -> None:
    other = other_reading(read_filters("mali, wagner, -football", NAMES))
    assert other is not None
    assert [each.canonical for each in other.filters] == ['actor:wagner country:ML -"football"']
    assert other.both


@pytest.mark.parametrize("typed", ["mali", "mali -football", "mali AND wagner", "mali OR niger"])
def test_no_other_reading_is_offered_where_there_is_none(typed: str) -> None:
    assert other_reading(read_filters(typed, NAMES)) is None


@pytest.mark.parametrize("typed", [", ".join(f"(a{n} OR b{n})" for n in range(7)), "mali, wagner -mali"])
def test_a_reading_that_could_not_be_followed_is_not_offered(typed: str) -> None:
    assert other_reading(read_filters(typed, NAMES)) is None


@given(trees)
def test_what_fits_a_button_is_read_from_it(tree: Any) -> None:
    assume(len(canonical_of(tree).canonical.encode()) <= COMMAND_BYTES)
    wanted = _sound(tree)
    assert read_filters(wanted.canonical, NAMES).filters == (wanted,)


def test_every_place_of_the_gazetteer_can_be_stored_and_read_back(lexicon: Lexicon) -> None:
    for place in lexicon.places:
        field = "region" if place.is_region else "country"
        for atom in (Atom(field, place.code), Atom("mentions", place.code)):
            assert read_canonical(str(atom), lexicon).tree == atom


def test_every_actor_and_topic_can_be_stored_and_read_back(lexicon: Lexicon) -> None:
    for field, subjects in (("actor", lexicon.actors), ("topic", lexicon.topics)):
        for subject in subjects:
            assert read_canonical(str(Atom(field, subject.code)), lexicon).tree == Atom(field, subject.code)


def test_every_place_a_newcomer_is_offered_is_followed_by_its_name(lexicon: Lexicon) -> None:
    for code in POPULAR:
        (wanted,) = read_filters(lexicon.places[code].name, lexicon).filters
        assert isinstance(wanted.tree, Atom)
        assert wanted.tree.value == code
