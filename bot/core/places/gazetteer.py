"""Countries, territories and regions, and their names in four languages."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.arabic import WRITTEN_ON
from bot.core.nearness import near_codes
from bot.core.passage import Passage
from bot.core.places.files import GazetteerData, PlaceRow, read_data
from bot.core.places.namesakes import decide
from bot.core.places.tongues import without_tongues
from bot.core.places.toponyms import Found, Reading, scan
from bot.core.text import normalise, tokenise

_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_FLAG_A = 0x1F1E6


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

    def find(self, passage: Passage) -> list[PlaceHit]:
        """Return the countries and regions a passage names, in order; offsets are into its text."""
        text, tokens = passage.text, passage.tokens
        reading = Reading(self._data.table, text, tokens, passage.language)
        found = without_tongues(reading, decide(reading, scan(reading)))
        asides = self._data.asides.spans([token.word for token in tokens]) if found else []
        aside = {at for span in asides for at in span}
        hits = [
            PlaceHit(code, text[start:end], start, end, _is_aside(each, aside, text, start, end))
            for each in found
            for start, end in [(tokens[each.first].start, tokens[each.last - 1].end)]
            for code in each.code.split()
        ]
        return sorted([*hits, *self._flags(text)], key=lambda hit: hit.start)

    def named(self, name: str) -> Place | None:
        """Return the place somebody means who writes just this: name, demonym, capital ISO code, flag, misspelling."""
        typed = name.strip()
        if flag := _FLAG.fullmatch(typed):
            return self._places.get(_flag_code(flag.group()))
        code = self._data.codes.get(typed) or self._data.named.get(normalise(typed).removeprefix("the "))
        if code is None and len(typed) > 1 and typed == typed.upper():
            code = self._data.upper.get(normalise(typed))
        code = code or self._data.misspelt.get(normalise(typed))
        return self._places[code] if code else None

    def suggest(self, word: str, limit: int = 3) -> list[Place]:
        """Return places whose names are near a word that names none, nearest first."""
        return [self._places[code] for code in near_codes(normalise(word), self._data.named, limit)]

    def lies_in(self, name: str) -> tuple[Place, ...]:
        """Return where the one place lies that these words name, all of them together; a town, an area or a country.

        Where the name has several meanings (Kashmir, Congo) the likeliest comes first. Empty for what names no place.
        """
        first = next((token.word for token in tokenise(name)), "")
        if first not in self._data.table.names and first[:1] not in WRITTEN_ON:  # most words by far, told at once
            return ()
        passage = Passage.of([("title", name.title() if name.islower() else name)])
        hits = self.find(passage)
        if not hits or [(each.start, each.end) for each in hits] != [(0, passage.tokens[-1].end)]:
            return ()
        scanned = scan(Reading(self._data.table, passage.text, passage.tokens, passage.language))
        choices = [each.name.choice for each in scanned if each.name.choice]
        others = [code for choice in choices for code, _ in choice.signs]
        return tuple(self._places[code] for code in dict.fromkeys([hits[0].code, *others]) if code in self._places)

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


def _is_aside(each: Found, aside: set[int], text: str, start: int, end: int) -> bool:
    return each.first in aside or (each.name.kind == "town" and _opens_dateline(text, start, end))


def _opens_dateline(text: str, start: int, end: int) -> bool:
    # "KABUL — ", "NAIROBI (Reuters) - ", "GENEVA, 5 May – ": where it was written, at the head of a line.
    head = text.rfind("\n", 0, start) + 1
    return start - head < 4 and bool(re.match(r"[^.\n]{0,40}? [—–-]{1,2} ", text[end : end + 48]))
