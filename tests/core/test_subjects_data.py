"""What must hold of the files under config/subjects, whoever edits them next."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.passage import Passage
from bot.core.subjects.vocabulary import Vocabulary
from bot.core.text import normalise

CONFIG = Path(__file__).parents[2] / "config" / "subjects"
FILES = {"actor": "actors.toml", "topic": "topics.toml"}
KINDS = (
    *("agency", "alliance", "armed group", "army", "court", "government", "military company", "mission", "movement"),
)
LANGUAGES = {"any": "", "en": "en", "fr": "fr", "es": "es", "ar": "ar"}


@pytest.fixture(scope="module", params=FILES)
def table(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return one file's table, then the other's."""
    return tomllib.loads((CONFIG / FILES[request.param]).read_text("utf-8"))


@pytest.fixture(scope="module")
def rows(table: dict[str, Any]) -> dict[str, Any]:
    return next(table[kind] for kind in FILES if kind in table)


@pytest.fixture(scope="module")
def vocabulary(table: dict[str, Any]) -> Vocabulary:
    return Vocabulary.from_data(table)


def samples(written: str) -> Iterator[str]:
    """Yield texts that say a phrase: every choice once, stars left off, gaps filled to the full."""
    pieces = [piece.split("|") for piece in written.split()]
    for turn in range(max(map(len, pieces))):
        words = (piece[min(turn, len(piece) - 1)].removesuffix("*") for piece in pieces)
        yield re.sub(r"~(\d)", lambda gap: "xx " * int(gap[1]), " ".join(words)).replace("  ", " ")


def said(vocabulary: Vocabulary, text: str, language: str = "", places: tuple[str, ...] = ()) -> set[str]:
    return {hit.code for hit in vocabulary.find(Passage.of([("text", text)], language), places)}


def sign_of(row: dict[str, Any]) -> tuple[str, tuple[str, ...]]:
    """Return what makes a subject's shared names its own: words to add, or a place."""
    sign = next(iter(row.get("signs", ())), "")
    return ("", (sign[1:],)) if sign.startswith("@") else (f" {next(samples(sign))}." if sign else "", ())


def test_codes_are_slugs_that_are_no_ordinary_word_in_disguise(rows: dict[str, Any], vocabulary: Vocabulary) -> None:
    for code, row in rows.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code), code
        assert code not in {normalise(word) for word in row.get("shared", ()) if word.isupper()}, code


def test_every_subject_says_what_it_is_in_english(rows: dict[str, Any]) -> None:
    for code, row in rows.items():
        assert row["name"].strip() == row["name"] != "", code
        assert row.get("en") or row.get("any") or any(word.isascii() for word in row.get("shared", ())), code


def test_actors_are_of_a_known_kind_and_topics_of_none(table: dict[str, Any]) -> None:
    assert {row.get("kind") for row in table.get("actor", {}).values()} <= set(KINDS)
    assert all("kind" not in row for row in table.get("topic", {}).values())


def test_names_that_are_shown_differ(rows: dict[str, Any]) -> None:
    names = [normalise(row["name"]) for row in rows.values()]
    assert len(set(names)) == len(names)


def test_every_subject_is_named_by_its_name_and_its_code(vocabulary: Vocabulary) -> None:
    for subject in vocabulary:
        assert vocabulary.named(subject.name) == subject
        assert vocabulary.named(subject.name.upper()) == subject
        assert vocabulary.named(subject.code) == subject


def test_every_phrase_is_found_in_a_plain_text(rows: dict[str, Any], vocabulary: Vocabulary) -> None:
    lost = [
        (code, text)
        for code, row in rows.items()
        for key, language in LANGUAGES.items()
        for written in row.get(key, ())
        for text in samples(written)
        if code not in said(vocabulary, f"xx {text} xx.", language)
    ]
    assert lost == []


def test_every_shared_name_is_found_with_its_sign_and_only_then(rows: dict[str, Any], vocabulary: Vocabulary) -> None:
    for code, row in rows.items():
        words, places = sign_of(row)
        for text in (text for written in row.get("shared", ()) for text in samples(written)):
            assert code in said(vocabulary, f"xx {text} xx.{words}", places=places), (code, text)
            assert (code in said(vocabulary, f"xx {text} xx.")) is not bool(row.get("signs")), (code, text)


def test_what_speaks_against_a_shared_name_is_heard(rows: dict[str, Any], vocabulary: Vocabulary) -> None:
    for code, row in rows.items():
        words, places = sign_of(row)
        for sign in row.get("against", ()):
            more, there = ("", (sign[1:],)) if sign.startswith("@") else (f" {next(samples(sign))}.", ())
            for text in map(next, map(samples, row["shared"])):
                found = said(vocabulary, f"xx {text} xx.{words}{more}", places=(*places, *there))
                assert code not in found, (code, text, sign)


def test_ordinary_uses_say_nothing_of_their_subject(rows: dict[str, Any], vocabulary: Vocabulary) -> None:
    wrong = [
        (code, text)
        for code, row in rows.items()
        for written in row.get("not", ())
        for text in samples(written)
        if code in said(vocabulary, f"xx {text} xx.", places=sign_of(row)[1])
    ]
    assert wrong == []


def test_every_ordinary_use_hides_something(table: dict[str, Any], rows: dict[str, Any]) -> None:
    (kind,) = (kind for kind in FILES if kind in table)
    bare = {code: {key: value for key, value in row.items() if key != "not"} for code, row in rows.items()}
    vocabulary = Vocabulary.from_data({**table, kind: bare})
    idle = [
        (code, written)
        for code, row in rows.items()
        for written in row.get("not", ())
        if not any(
            code in said(vocabulary, f"xx {text} {tail}.", language, sign_of(row)[1])
            for text in samples(written)
            for tail in ("xx", "")
            for language in LANGUAGES.values()
        )
    ]
    assert idle == []


def test_signs_belong_to_shared_names(rows: dict[str, Any]) -> None:
    for code, row in rows.items():
        assert row.get("shared") or not row.keys() & {"signs", "against", "person"}, code
        signs = [sign for key in ("signs", "against") for sign in row.get(key, ()) if sign.startswith("@")]
        assert all(re.fullmatch(r"@([A-Z]{2}|[a-z-]{4,})", sign) for sign in signs), code


def test_short_acronyms_of_other_things_are_never_sure(table: dict[str, Any]) -> None:
    shared_by_many = {
        "AA",
        "AU",
        "IS",
        "PDF",
        "UA",
        "EI",
        "WHO",
        "RSF",
        "SAF",
        "CSP",
        "FLA",
        "AFC",
        "ADF",
        "IRC",
        "NRC",
    }
    for code, row in table.get("actor", {}).items():
        sure = {word for key in LANGUAGES for word in row.get(key, ())}
        assert not sure & shared_by_many, code


def test_broader_topics_are_topics(rows: dict[str, Any]) -> None:
    assert {broader for row in rows.values() for broader in row.get("under", ())} <= set(rows)


def test_no_list_says_a_thing_twice(rows: dict[str, Any]) -> None:
    for code, row in rows.items():
        for key, value in row.items():
            if isinstance(value, list):
                assert len(set(value)) == len(value), (code, key)
