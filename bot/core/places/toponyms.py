"""Names of places in a text: the longest name at each word, written as the name asks.

Everything that is known about names comes in as data; this module only knows how to look.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.core.arabic import WRITTEN_ON, without_prefix
from bot.core.text import Token

MASK = ""
"""The code of a name that means no place at all (guinea pig)."""

# What may stand between the words of one name, with the possessive and the elided article that tokens leave out.
_GAP = re.compile(r"(?:['’]s)?[ \-–'’&/]{1,3}(?:[dl]['’])?", re.IGNORECASE)
_LOOSE_GAP = re.compile(r"(?:['’]s)?[ \-–'’&/,().]{1,3}(?:[dl]['’])?", re.IGNORECASE)
_SHORT_FORM = 4
_ACRONYM = 3
_LINE = 3
_MONEY = ("$", "€", "£")
_WINDOW = 6
_HEADLINE = 0.8
# "La grenade" at the head of a sentence is no island.
_ARTICLES = frozenset({"la", "le", "les", "el", "los", "las", "the", "au", "aux", "du", "de", "del", "al"})
_HYPHENS = ("-", "‑", "–")


@dataclass(frozen=True, slots=True)
class Choice:
    """How to decide a name that has several meanings; see config/places/tests.toml for the fields."""

    signs: tuple[tuple[str, frozenset[str]], ...] = ()
    default: str = MASK
    person: bool = False
    after: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    reach: int = 0
    """How many words away a sign still speaks; 0 for the whole text."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a place, but for its first word, under which it is kept."""

    rest: tuple[str, ...]
    code: str
    case: str = "capital"
    """capital: some word of it begins with one; upper: written in capitals (US); any."""
    language: str = ""
    """Only in texts of this language; empty for all."""
    kind: str = "name"
    """name, town, demonym, state (of a federation, after "City, "), region, mask."""
    choice: Choice | None = None
    ordinary: bool = False
    """Also an ordinary word, so that in a line all in capitals it says nothing (US, CAR)."""
    after_comma: bool = False
    """Only as in "Gainesville, Va."."""
    combining: bool = False
    """Only before a hyphen (Franco-German)."""
    loose: bool = False
    """Written past a comma or bracket (Jamaica, Queens)."""


class Found(NamedTuple):
    """A name at tokens[first:last]. `code` is what it was decided to mean."""

    first: int
    last: int
    name: Name
    code: str
    prefix: str = ""
    """What was written on to an Arabic name: "and", "in", "for"."""


@dataclass(frozen=True, slots=True)
class NameTable:
    """All names by their first word, the longest first."""

    names: Mapping[str, Sequence[Name]]
    beside: frozenset[str] = frozenset()
    """Words that make no person of a name they stand next to (In Jordan, Jordan Red Cross)."""
    capital_only: frozenset[str] = frozenset()
    """Words never taken for a place without their capital, not even in a text that has none (turkey)."""
    given: frozenset[str] = frozenset()
    """People's first names that are no place: who stands after one is a person (Irving Berlin)."""
    surnames: frozenset[str] = frozenset()
    """What makes a person of the place's name before it (Guadalupe Torres)."""
    namesakes: frozenset[str] = frozenset()
    """Places' names that people are given too (Guadalupe)."""
    first_names: frozenset[str] = frozenset()
    """Those that in French and Spanish make a person with any other name behind them (Kenia Duarte)."""
    kin: frozenset[str] = frozenset()
    """Who is called by a first name: wife, brother, sœur, doña."""
    streets_before: frozenset[str] = frozenset()
    streets_after: frozenset[str] = frozenset()
    """What lies elsewhere and is called after a place: rue, HMS; Street, Hotel."""
    tongues: frozenset[str] = frozenset()
    """Codes of the countries whose demonym is a language's name as well (FR: French)."""
    tongue_names: frozenset[str] = frozenset()
    """Languages that are no country's demonym (English, Hausa)."""
    tongue_carriers: frozenset[str] = frozenset()
    """What is done in a language (printed, broadcast)."""
    tongue_takers: frozenset[str] = frozenset()
    """What stands before a language's name (speak, in, باللغة)."""


class Reading:
    """A clean text being read, with its tokens; `language` is empty when not known."""

    __slots__ = ("language", "lower", "table", "text", "tokens")

    def __init__(self, table: NameTable, text: str, tokens: Sequence[Token], language: str) -> None:
        self.table, self.text, self.tokens, self.language = table, text, tokens, language
        self.lower = text.islower()

    def gap(self, left: int) -> str:
        """What stands between a token and the next."""
        return self.text[self.tokens[left].end : self.tokens[left + 1].start]

    def written(self, at: int) -> str:
        token = self.tokens[at]
        return self.text[token.start : token.end]

    def has_beside(self, first: int, last: int, test: Callable[[int], bool]) -> bool:
        """Whether a token right before or behind those at first:last, a space away, passes; in a headline none does."""
        if self.headline(first):
            return False
        before = first > 0 and self.gap(first - 1) == " " and test(first - 1)
        return before or (last < len(self.tokens) and self.gap(last - 1) == " " and test(last))

    def headline(self, at: int, upper: bool = False) -> bool:
        """Whether case says nothing here: the words around are nearly all capitalised, or (`upper`) all in capitals."""
        around = [*range(max(at - _WINDOW, 0), at), *range(at + 1, min(at + 1 + _WINDOW, len(self.tokens)))]
        if upper:
            near = [self.written(i) for i in around if abs(i - at) <= _LINE and len(self.tokens[i].word) > 1]
            return all(word.isupper() for word in near) and any(len(word) > _ACRONYM for word in near)
        # Small words and weekdays say nothing of how the others are written.
        long = [t for i in around if (t := self.tokens[i]).end - t.start > 3 and t.word not in self.table.beside]
        return len(long) > 2 and sum(token.capital for token in long) >= _HEADLINE * len(long)


def scan(reading: Reading) -> Iterator[Found]:
    """Yield the longest name at each word, not overlapping; names that need a choice are not decided yet."""
    names, words, at = reading.table.names, [token.word for token in reading.tokens], 0
    arabic = reading.language in ("ar", "")
    for first in [i for i, word in enumerate(words) if word in names or (arabic and word[0] in WRITTEN_ON)]:
        if first < at:
            continue
        known, prefix = names.get(words[first]), ""
        if known is None:
            known, prefix = _prefixed(names, words[first])
        if name := _longest(reading, words, first, known or ()):
            at = first + 1 + len(name.rest)
            yield Found(first, at, name, name.code, prefix)


def _longest(reading: Reading, words: Sequence[str], first: int, known: Sequence[Name]) -> Name | None:
    after = words[first + 1] if first + 1 < len(words) else ""
    for name in known:
        rest = name.rest
        # Most names fail at their second word, so it is compared before any test is made.
        if rest and (rest[0] != after or tuple(words[first + 1 : first + 1 + len(rest)]) != rest):
            continue
        if _fits(reading, first, name):
            return name
    return None


def _prefixed(names: Mapping[str, Sequence[Name]], word: str) -> tuple[Sequence[Name] | None, str]:
    for rest in without_prefix(word):
        if known := names.get(rest):
            return known, word[: max(len(word) - len(rest), 1)]
    return None, ""


def _fits(reading: Reading, at: int, name: Name) -> bool:
    last = at + len(name.rest)
    if name.language and reading.language and name.language != reading.language:
        return False
    return _joined(reading, at, last, name.loose) and _case_fits(reading, at, last, name)


def _joined(reading: Reading, first: int, last: int, loose: bool) -> bool:
    # A name of three words or more is itself past a comma or bracket: "Congo, Democratic Republic of the".
    allowed = _LOOSE_GAP if loose or last - first > 1 else _GAP
    for left in range(first, last):
        gap, token = reading.gap(left), reading.tokens[left]
        # "St. Lucia", "EE.UU."
        if not allowed.fullmatch(gap) and not (gap in (". ", ".") and token.end - token.start <= _SHORT_FORM):
            return False
    return True


def _case_fits(reading: Reading, first: int, last: int, name: Name) -> bool:
    if name.after_comma:
        return _abbreviates_state(reading, first)
    if name.combining:
        return reading.text[reading.tokens[last].end : reading.tokens[last].end + 1] in _HYPHENS
    if name.case == "any":
        # A Spanish "china" is a demonym, but where the language is not known it may be the plate.
        sure = reading.language or not name.language
        return bool(sure) or reading.tokens[first].word not in reading.table.capital_only
    if name.case == "upper":
        return _in_capitals(reading, first, name)
    if any(token.capital and token.word not in _ARTICLES for token in reading.tokens[first : last + 1]):
        return True
    return reading.lower and reading.tokens[first].word not in reading.table.capital_only


def _abbreviates_state(reading: Reading, first: int) -> bool:
    # "Gainesville, Va." or "Gainesville, VA", never "Water, Sanitation, WASH" or "En Guinée, la Cour".
    written, end = reading.written(first), reading.tokens[first].end
    short = written.endswith(".") or reading.text[end : end + 1] == "." or (len(written) == 2 and written.isupper())
    named = first > 0 and reading.tokens[first - 1].capital and reading.gap(first - 1) == ", "
    return named and short and written[0].isupper()


def _in_capitals(reading: Reading, at: int, name: Name) -> bool:
    written, end = reading.written(at), reading.tokens[at].end
    if not any(letter.isupper() for letter in written[1:]) or reading.text[end : end + 1] in _MONEY:
        return False
    return not name.ordinary or "." in written or not reading.headline(at, upper=True)
