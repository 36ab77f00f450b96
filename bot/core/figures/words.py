"""The words of config/reading/figures.toml in one language, ready to look up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.figures.number_words import NumberWords
from bot.core.figures.numerals import NumberReader
from bot.core.figures.roles import OF_DOUBT, OF_KIND, OF_SIGN, OF_SOURCE, OF_WHO, Mark, Role
from bot.core.patterns import Patterns
from bot.core.text import words

_PROPERTIES = frozenset(("whoever",))
LANGUAGES = ("en", "fr", "es", "ar")


@dataclass(frozen=True, slots=True)
class FigureWords:
    """What one language says about figures."""

    language: str
    numbers: NumberReader
    kinds: Patterns[Mark]
    """What names a kind of people: without one of these, or an amount of money, a sentence has no figure."""
    patterns: Patterns[Mark]
    """What stands around numbers: kinds, people, small words."""
    signs: Patterns[Mark]
    """Words that need only stand in the same sentence."""
    sources: Patterns[Mark]
    doubts: Patterns[Mark]
    """Words that deny a number, or only fear it."""
    households: frozenset[str]
    """One-word names of them, which belong to the amount: 12,000 families."""
    verb_first: bool
    """Whether the speaker follows the verb, as in Arabic."""
    rank: Mapping[str, int]
    """The kinds, the most telling first."""
    whoever: frozenset[str]
    """Kinds of which anything behind the number may be one."""
    needs_sign: frozenset[str]
    """Kinds that a sign in the sentence must confirm."""


def read_language(table: Mapping[str, Any], language: str) -> FigureWords:
    """Return the words of a language; raises ValueError, KeyError or TypeError where the table cannot be used."""
    kinds, own, sets = table["kind"], table["language"][language], table.get("sets", {})
    marked = list(_marked(kinds, language))
    named = [(pattern, mark) for pattern, mark in marked if mark.role in OF_KIND]
    signs = [(pattern, mark) for pattern, mark in marked if mark.role in OF_SIGN]
    source = dict(own["source"])
    verb_first = bool(source.pop("verb_first", False))
    return FigureWords(
        language,
        NumberReader.of(NumberWords.from_data(own["numbers"])),
        Patterns.of(named, sets),
        Patterns.of([*named, *_listed(own["who"], OF_WHO)], sets),
        Patterns.of(signs, sets),
        Patterns.of(_listed(source, OF_SOURCE), sets),
        Patterns.of(_listed(own["doubt"], OF_DOUBT), sets),
        frozenset(word for written in own["who"][Role.HOUSEHOLDS] for word in words(written)),
        verb_first,
        {kind: place for place, kind in enumerate(kinds)},
        frozenset(kind for kind, of in kinds.items() if of.get("whoever")),
        frozenset(mark.kind for _, mark in signs if mark.role == Role.SIGNS),
    )


def _marked(kinds: Mapping[str, Mapping[str, Any]], language: str) -> Iterator[tuple[str, Mark]]:
    for kind, of in kinds.items():
        if unknown := of.keys() - _PROPERTIES - set(LANGUAGES):
            raise ValueError(f"kind.{kind}: “{min(unknown)}” is not known")
        for role, written in of.get(language, {}).items():
            if role not in OF_KIND | OF_SIGN:
                raise ValueError(f"kind.{kind}.{language}: “{role}” is not known")
            yield from ((pattern, Mark(role, kind)) for pattern in written)


def _listed(lists: Mapping[str, Any], expected: frozenset[str]) -> Iterator[tuple[str, Mark]]:
    if wrong := expected ^ lists.keys():
        raise ValueError(f"“{min(wrong)}” is {'missing' if min(wrong) in expected else 'not known'}")
    for role, written in lists.items():
        yield from ((pattern, Mark(role)) for pattern in written)
