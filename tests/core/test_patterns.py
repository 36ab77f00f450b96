"""Patterns of words are found as they are written, and refused where nobody could mean them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.patterns import MOST_BETWEEN, Patterns
from bot.core.text import words

SETS = {"verified": ["verified", "confirmed"], "has not": ["has not", "hasn't"]}


def found(pattern: str, text: str, *, arabic: bool = False) -> list[str]:
    said = words(text)
    hits = Patterns.of([(pattern, "it")], SETS).find(said, arabic=arabic)
    return [" ".join(said[hit.first : hit.last]) for hit in hits]


@pytest.mark.parametrize(
    ("pattern", "text", "hits"),
    [
        ("reportedly", "It reportedly rained; reportedly, it poured.", ["reportedly", "reportedly"]),
        ("has|have not", "They have not. It has not. He had not.", ["have not", "has not"]),
        ("not been … verified", "not been verified", ["not been verified"]),
        (
            "not been … verified",
            "not been fully and independently verified",
            ["not been fully and independently verified"],
        ),
        ("not been … verified", "not been a day since somebody verified it", []),
        ("<has not> been … <verified>", "It HASN’T been confirmed.", ["hasnt been confirmed"]),
        (
            "<has not> been … <verified>",
            "It has not been independently verified.",
            ["has not been independently verified"],
        ),
        ("n'a pas été vérifié", "Ce bilan n’a pas été vérifié.", ["a pas ete verifie"]),
    ],
)
def test_a_pattern_is_found_word_by_word(pattern: str, text: str, hits: list[str]) -> None:
    assert found(pattern, text) == hits


def test_case_accents_quotes_and_spaces_make_no_difference() -> None:
    written = ("n’a PAS été vérifié", "n'a\u00a0pas e\u0301te\u0301 verifie")
    assert [len(found("n'a pas été vérifié", text)) for text in written] == [1, 1]


def test_arabic_letters_written_on_to_a_word_do_not_hide_it() -> None:
    assert found("مزاعم", "ومزاعم أخرى", arabic=True) == ["ومزاعم"]
    assert found("مزاعم", "ومزاعم أخرى") == []


def test_of_two_patterns_the_longer_one_is_meant_and_all_that_it_means_is_told() -> None:
    patterns = Patterns.of([("in need", "need"), ("in need of food", "hunger"), ("in need of food", "aid")])
    (hit,) = patterns.find(words("families in need of food"))
    assert (hit.first, hit.last, hit.meanings) == (1, 5, ("hunger", "aid"))


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("… verified", "begin and end with a word"),
        ("not …", "begin and end with a word"),
        ("", "begin and end with a word"),
        ("not <nothing>", "no set <nothing>"),
        ("not a||b", "empty alternative"),
        ("not !!", "empty alternative"),
        (" ".join(["<has not>"] * 13), "too many forms"),
    ],
)
def test_a_pattern_that_says_nothing_is_refused_with_its_reason(pattern: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Patterns.of([(pattern, "it")], SETS)


def test_every_pattern_has_a_telling_word_and_shares_it_with_its_likes() -> None:
    patterns = Patterns.of([("in need", 1), ("people in need", 1), ("bodies of", 1), ("a not <verified>", 1)], SETS)
    assert patterns.telling == {"need", "bodies", "verified", "confirmed"}
    assert patterns.tell(words("the people are in need of it")) == [4]


_words = st.lists(st.sampled_from(["not", "been", "verified", "was", "it", "in", "need", "of"]), max_size=30)
_PATTERNS = Patterns.of([("not been … verified", 1), ("in need", 2), ("need of it", 3), ("was … … not", 4), ("it", 5)])


@given(_words)
def test_looking_only_near_telling_words_finds_the_same(text: list[str]) -> None:
    assert list(_PATTERNS.find_few(text)) == list(_PATTERNS.find(text))


@given(_words)
def test_what_is_found_is_in_order_and_never_overlaps(text: list[str]) -> None:
    hits = list(_PATTERNS.find(text))
    assert all(left.last <= right.first for left, right in pairwise(hits))
    assert all(hit.last - hit.first <= 4 + 2 * MOST_BETWEEN for hit in hits)
