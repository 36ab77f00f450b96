"""The words of numbers in one language, as config/reading/figures.toml lists them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.text import normalise, tokenise, words

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberWords:
    """All words as they are compared."""

    units: Mapping[str, float]
    """Words that add up: one, twenty. Two words stand with a space between (quatre vingt)."""
    hundreds: frozenset[str]
    scales: Mapping[str, float]
    """Words that multiply what stands before, and suffixes of digits: dozen, thousand, million, k, bn."""
    vague: Mapping[str, float]
    """dozens, hundreds, millions; with the least they can mean."""
    fractions: Mapping[Words, float]
    """Before a scale: half a (million)."""
    halves: frozenset[Words]
    """After a number: and a half."""
    joiners: frozenset[str]
    """Within a number: hundred *and* five."""
    of: frozenset[str]
    """Between vague words: hundreds *of* thousands."""
    articles: frozenset[str]
    definite: frozenset[str]
    between: frozenset[str]
    range_and: frozenset[str]
    range_from: frozenset[str]
    range_to: frozenset[str]
    qualifiers: Mapping[str, Sequence[Words]]
    """By their last word, the longest first."""
    elided: frozenset[Words]
    """Qualifiers whose beginning is elided before the first word: jusqu'à."""
    percent: frozenset[Words]
    currencies: frozenset[str]
    currency_links: frozenset[str]
    """Between a number and its currency: millions *of US* dollars."""
    labels: frozenset[str]
    """Words after which a number only names something: phase, article."""
    decimal: str

    @classmethod
    def from_data(cls, table: Mapping[str, Any]) -> "NumberWords":
        """Return the words of a table; raises ValueError for one that is unknown or missing, or TypeError."""
        readers: dict[str, Callable[[Any], Any]] = {
            **dict.fromkeys(("units", "scales", "vague"), _valued),
            **dict.fromkeys(("halves", "percent"), _phrases),
            "fractions": _fractions,
            "qualifiers": _by_last,
            "decimal": str,
        }
        names = set(cls.__slots__) - {"elided"}
        if wrong := names ^ table.keys():
            raise ValueError(f"numbers: “{min(wrong)}” is {'missing' if min(wrong) in names else 'not known'}")
        read = {name: readers.get(name, _set)(table[name]) for name in names}
        return cls(**read, elided=_phrases(each for each in table["qualifiers"] if tokenise(each)[0].start))


def _valued(lines: Iterable[str]) -> dict[str, float]:
    """Read "80 eighty" and "1000000 million|millions"; raises ValueError for a line without a number."""
    split = (line.split(" ", 1) for line in lines)
    return {normalise(word): float(value) for value, written in split for word in written.split("|")}


def _fractions(lines: Iterable[str]) -> dict[Words, float]:
    return {tuple(written.split(" ")): value for written, value in _valued(lines).items()}


def _set(written: Iterable[str]) -> frozenset[str]:
    return frozenset(word for each in written for word in words(each))


def _phrases(written: Iterable[str]) -> frozenset[Words]:
    return frozenset(map(words, written))


def _by_last(written: Iterable[str]) -> dict[str, list[Words]]:
    found: dict[str, list[Words]] = {}
    for phrase in sorted(_phrases(written), key=len, reverse=True):
        found.setdefault(phrase[-1], []).append(phrase)
    return found
