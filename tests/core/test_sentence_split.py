"""Sentences end where they end, and nowhere else."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.sentence_split import QUOTED_CHARS, quote, sentences, sentences_with, written_start


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The U.S. Army left.",
        "Dr. Amina Yusuf and Mr. Diallo spoke to Gen. Keita.",
        "They met near St. Louis on Jan. 5.",
        "Room No. 5 stayed shut.",
        "It costs 1.5 million and 3.75 per cent.",
        "J. K. Traoré signed it.",
        "At 5 p.m. Monday they left.",
        "The D.R.C. Red Cross came.",
        "See example.org for more.",
        "M. Diallo et Mme. Traoré sont partis.",
        "El Sr. Gómez y la Sra. Ruiz hablaron en EE. UU. ayer.",
        "He asked “why?” and left.",
        "Yahoo! the sign read… nobody came.",
        "«Nous partons.» a-t-il dit.",
    ],
)
def test_an_abbreviation_a_decimal_or_initials_end_no_sentence(sentence: str) -> None:
    assert split(sentence) == [sentence]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("They fled to the U.S. The road was long.", ["They fled to the U.S.", "The road was long."]),
        ("He left at 5 p.m. The rest stayed.", ["He left at 5 p.m.", "The rest stayed."]),
        ("“We left.” They stayed.", ["“We left.”", "They stayed."]),
        ("“We left”. They stayed.", ["“We left”.", "They stayed."]),
        ("She said no. 12 people stayed.", ["She said no. 12 people stayed."]),
        ("They waited... Nobody came.", ["They waited...", "Nobody came."]),
        ("¿Quién vino? ¡Nadie! Así fue.", ["¿Quién vino?", "¡Nadie!", "Así fue."]),
        ("من جاء؟ لم يأت أحد. انتهى", ["من جاء؟", "لم يأت أحد.", "انتهى"]),
        ("وہ آئے۔ وہ گئے۔", ["وہ آئے۔", "وہ گئے۔"]),
        ("洪水。避難。", ["洪水。", "避難。"]),
        ("A headline\nThe text. And more.", ["A headline", "The text.", "And more."]),
        ("1. Water is short. 2. Food too.", ["1. Water is short.", "2. Food too."]),
        ("Phase 1. The rest.", ["Phase 1.", "The rest."]),
        ("(They left.) Nobody saw it.", ["(They left.)", "Nobody saw it."]),
        ("   ", []),
        ("", []),
    ],
)
def test_a_sentence_ends_with_its_stop_and_the_quotes_that_close_it(text: str, parts: list[str]) -> None:
    assert split(text) == parts


@given(st.text(st.sampled_from("ab .!?“”…\nÉUS1"), max_size=120))
def test_sentences_are_the_text_in_order_and_lose_no_letter(text: str) -> None:
    parts = list(sentences(text))
    assert all(start < end for start, end in parts)
    assert all(left[1] <= right[0] for left, right in pairwise(parts))
    assert "".join("".join(split(text)).split()) == "".join(text.split())


@given(st.text(st.sampled_from("ab .!?\nÉ"), max_size=120), st.data())
def test_the_sentences_in_which_offsets_lie_are_those_of_the_whole_text(text: str, data: st.DataObject) -> None:
    letters = [at for at, letter in enumerate(text) if letter.isalpha()]
    offsets = sorted(data.draw(st.sets(st.sampled_from(letters)))) if letters else []
    expected = [span for span in sentences(text) if any(span[0] <= at < span[1] for at in offsets)]
    found = list(sentences_with(text, offsets))
    assert [span for span, _ in found] == expected
    assert [number for _, those in found for number in those] == list(range(len(offsets)))


def test_a_sentence_is_quoted_whole_where_it_is_not_long() -> None:
    text = "It rained. The toll is unverified. It stopped."
    assert quote(text, (11, 34), (23, 33)) == "The toll is unverified."


@pytest.mark.parametrize("before", [0, 1, 20, 100, 300])
def test_of_a_long_sentence_what_stands_around_the_words_is_quoted_from_word_to_word(before: int) -> None:
    text = "early " * before + "the toll is unverified" + " later" * 200
    start = text.index("unverified")
    quoted = quote(text, (0, len(text)), (start, start + len("unverified")))
    assert "unverified" in quoted
    assert len(quoted) <= QUOTED_CHARS + 2
    assert quoted.endswith("later…")
    assert quoted.startswith("…") == (before >= 100)
    assert set(quoted.strip("…").split()) <= {"early", "the", "toll", "is", "unverified", "later"}


@given(st.text(st.sampled_from("ab "), min_size=1, max_size=900), st.data())
def test_a_quotation_always_holds_the_words_it_is_for(text: str, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(text) - 1))
    last = data.draw(st.integers(first + 1, min(first + 40, len(text))))
    assert text[first:last].strip() in quote(text, (0, len(text)), (first, last))


@pytest.mark.parametrize(
    ("text", "word", "written"),
    [
        ("selon l’ONU", "ONU", "l’ONU"),
        ("Jusqu'à 30", "à", "Jusqu'à"),
        ("'Rumours'", "Rumours", "Rumours"),
        ("a b", "b", "b"),
    ],
)
def test_what_is_elided_before_a_word_belongs_to_it_as_written(text: str, word: str, written: str) -> None:
    at = text.index(word)
    assert text[written_start(text, at) : at + len(word)] == written


@pytest.mark.parametrize("unit", [".", ". ", "A. ", "U.S. ", "1.", '."', "Dr. ", "no stop at all "])
def test_hostile_text_takes_no_longer_than_its_length(unit: str) -> None:
    hostile = (unit * 20_000)[:20_000]
    began = time.process_time()
    list(sentences(hostile))
    assert time.process_time() - began < 0.5
