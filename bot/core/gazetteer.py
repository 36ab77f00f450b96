"""Countries, territories and regions, and their names in four languages."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.gazetteer_data import GazetteerData, PlaceRow, read_data
from bot.core.language import language_of
from bot.core.namesakes import decide
from bot.core.text import clean, normalise, tokenise
from bot.core.toponyms import Found, Reading, scan

_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_FLAG_A = 0x1F1E6
_NEAR = 0.75
_PREFIX = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A country, territory, disputed area or region.

    `code` is ISO 3166-1 alpha-2 for a country (XK for Kosovo), a lower-case slug for a region; `regions` are those a
    country belongs to, the most telling first; `members` a region's countries.
    """

    code: str
    name: str
    flag: str = ""
    alpha3: str = ""
    regions: tuple[str, ...] = ()
    members: tuple[str, ...] = ()

    @property
    def is_region(self) -> bool:
        """Whether this is a group of countries."""
        return not self.alpha3


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """A place named in a text: `text[start:end]` of the clean text is `words`."""

    code: str
    words: str
    start: int
    end: int
    aside: bool = False
    """Named as donor, contact or dateline, so it says nothing about what the text is about."""


@dataclass(frozen=True)
class Gazetteer:
    """All places. Built once; safe to share."""

    _data: GazetteerData
    _places: dict[str, Place] = field(repr=False)

    @classmethod
    def from_data(cls, *tables: Mapping[str, Any]) -> "Gazetteer":
        """Build from the parsed files of config/places; raises ValueError where they contradict one another."""
        data = read_data(tables)
        return cls(data, {code: _place(row, data) for code, row in data.rows.items()})

    def __getitem__(self, code: str) -> Place:
        return self._places[code]

    def __contains__(self, code: object) -> bool:
        return code in self._places

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places.values())

    def find(self, text: str, language: str = "") -> list[PlaceHit]:
        """Return the countries and regions a text names, in order; offsets are into `clean(text)`."""
        return self.find_clean(clean(text), language)

    def find_clean(self, text: str, language: str = "") -> list[PlaceHit]:
        """As `find`, for text that is clean; a line break in it parts names."""
        tokens = tokenise(text)
        reading = Reading(self._data.table, text, tokens, language_of(tokens, language))
        found = decide(reading, scan(reading))
        asides = self._data.asides.spans([token.word for token in tokens]) if found else []
        hits = [
            PlaceHit(each.code, text[start:end], start, end, _is_aside(each, asides, text, start, end))
            for each in found
            for start, end in [(tokens[each.first].start, tokens[each.last - 1].end)]
        ]
        return sorted([*hits, *self._flags(text)], key=lambda hit: hit.start)

    def named(self, name: str) -> Place | None:
        """Return the place somebody means who writes just this: a name, demonym, ISO code in capitals or flag."""
        typed = name.strip()
        if flag := _FLAG.fullmatch(typed):
            return self._places.get(_flag_code(flag.group()))
        code = self._data.codes.get(typed) or self._data.named.get(normalise(typed).removeprefix("the "))
        if code is None and len(typed) > 1 and typed == typed.upper():
            code = self._data.upper.get(normalise(typed))
        return self._places[code] if code else None

    def suggest(self, word: str, limit: int = 3) -> list[Place]:
        """Return places whose names are near a word that names none, nearest first."""
        typed = normalise(word)
        near = difflib.get_close_matches(typed, self._data.named, n=limit * 4, cutoff=_NEAR)
        longer = sorted(n for n in self._data.named if n.startswith(typed)) if len(typed) >= _PREFIX else []
        codes = dict.fromkeys(self._data.named[name] for name in [*near, *longer])
        return [self._places[code] for code in codes][:limit]

    def _flags(self, text: str) -> Iterator[PlaceHit]:
        for flag in _FLAG.finditer(text):
            if (code := _flag_code(flag.group())) in self._places:
                yield PlaceHit(code, flag.group(), flag.start(), flag.end())


def _place(row: PlaceRow, data: GazetteerData) -> Place:
    regions = tuple(code for code, each in data.rows.items() if row.code in each.members)
    flag = "".join(chr(_FLAG_A + ord(letter) - ord("A")) for letter in row.code) if row.alpha3 else ""
    return Place(row.code, row.name, flag, row.alpha3, regions, row.members)


def _flag_code(flag: str) -> str:
    return "".join(chr(ord(letter) - _FLAG_A + ord("A")) for letter in flag)


def _is_aside(each: Found, asides: list[range], text: str, start: int, end: int) -> bool:
    return any(each.first in span for span in asides) or (
        each.name.kind == "town" and _opens_dateline(text, start, end)
    )


def _opens_dateline(text: str, start: int, end: int) -> bool:
    # "KABUL — ", "NAIROBI (Reuters) - ", "GENEVA, 5 May – ": where it was written, at the head of a line.
    head = text.rfind("\n", 0, start) + 1
    return start - head < 4 and bool(re.match(r"[^.\n]{0,40}? [—–-]{1,2} ", text[end : end + 48]))
