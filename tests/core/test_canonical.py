"""Plain canonical texts are read at a glance, and to the very filters the whole grammar reads."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.filters import grammar
from bot.core.filters.canonical import read_simple
from bot.core.filters.grammar import read_canonical
from bot.core.filters.tree import MAX_TERMS, Filter, FilterError
from tests.core.given import atoms, canonical_of, trees, wild_trees
from tests.fakes.names import NAMES


def _by_the_grammar(text: str) -> Filter | str:
    """Read a text with no short cut; return its filter, or the sentence that says why not."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(grammar, "read_simple", lambda text, names: None)
        try:
            return read_canonical(text, NAMES)
        except FilterError as error:
            return error.sentence
        except ValueError:
            return "several filters"


@pytest.mark.parametrize(
    "text",
    [
        '"drought"',
        '"aid worker"',
        "displac*",
        "country:ML",
        "region:west-africa",
        "mentions:sahel",
        "actor:wagner",
        "topic:aid-access",
        "title:mali",
        'title:"aid worker"',
        "title:displac*",
        "type:news",
        'source:"un news"',
        "lang:fr",
        '"drought" actor:wagner country:ML',
        'country:ML -"football" -"sport"',
    ],
)
def test_what_most_chats_follow_is_read_at_a_glance(text: str) -> None:
    simple = read_simple(text, NAMES)
    assert simple is not None
    assert simple == _by_the_grammar(text)
    assert simple.canonical == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mali",
        '"Mali"',
        '"étranger"',
        "country:ML OR country:NE",
        "(country:ML)",
        'country:ML "drought"',
        '"drought" "drought"',
        '-"football" country:ML',
        '-"football"',
        '"drought" -"drought"',
        "country:ZZ",
        "country:sahel",
        "region:ML",
        "country:ml",
        "country:MLI",
        'country:"ML"',
        "actor:zorro",
        "topic:wagner",
        "planet:mars",
        "type:press-release",
        'type:"news"',
        "type:new*",
        "title:ab*",
        "ab*",
        "lang:french",
        "lang:xyzzy",
        '"a"  "b"',
        '"a" ',
        " ".join(f'"w{n:02}"' for n in range(MAX_TERMS + 1)),
    ],
)
def test_what_is_not_surely_plain_and_canonical_is_left_to_the_grammar(text: str) -> None:
    assert read_simple(text, NAMES) is None


@settings(max_examples=300)
@given(st.one_of(trees, wild_trees))
def test_whatever_is_read_at_a_glance_the_grammar_reads_to_the_same_filter(tree: Any) -> None:
    text = canonical_of(tree).canonical
    simple = read_simple(text, NAMES)
    assert simple is None or simple == _by_the_grammar(text)


_pieces = st.one_of(
    atoms.map(str),
    atoms.map(lambda atom: f"-{atom}"),
    st.sampled_from(["country:ml", '"a b"', "lang:french", "type:x*", "title:abc*", "actor:zorro", "w3*", "OR", "x:1"]),
)


@settings(max_examples=500)
@given(st.lists(_pieces, max_size=5).map(" ".join) | st.text(st.sampled_from('ab* :"-MLtypecountry'), max_size=20))
def test_a_text_that_is_no_canonical_one_fools_no_glance(text: str) -> None:
    simple = read_simple(text, NAMES)
    assert simple is None or simple == _by_the_grammar(text)
