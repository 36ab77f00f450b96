"""Actors and topics: what a story may speak of besides places, by their names in four languages."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from bot.core.nearness import near_codes
from bot.core.passage import Passage
from bot.core.places.toponyms import NameTable, Reading
from bot.core.story import Evidence, FoundSubject
from bot.core.subjects.files import VocabularyData, read_data
from bot.core.subjects.phrases import fill
from bot.core.subjects.search import Said, scan
from bot.core.subjects.shared_names import decide
from bot.core.text import normalise

_MOST_EVIDENCE = 5


@dataclass(frozen=True, slots=True)
class Subject:
    """An actor (an armed group, agency or movement) or a topic. `code` is a slug that filters and stories keep."""

    code: str
    name: str
    kind: str = ""
    """What sort of actor: armed group, army, mission, agency, …; empty for a topic."""


class SubjectHit(NamedTuple):
    """A subject named in a passage: `passage.text[start:end]` is `words`."""

    code: str
    words: str
    start: int
    end: int


@dataclass(frozen=True)
class Vocabulary:
    """All actors, or all topics. Built once; safe to share."""

    _data: VocabularyData = field(repr=False)
    _subjects: dict[str, Subject] = field(repr=False)

    @classmethod
    def from_data(cls, table: Mapping[str, Any]) -> "Vocabulary":
        """Build from a parsed file of config/subjects.

        Raises ValueError naming every alias that stands for two subjects undeclared, and whatever else cannot be.
        """
        data = read_data(table)
        return cls(data, {row.code: Subject(row.code, row.name, row.kind) for row in data.rows.values()})

    def __getitem__(self, code: str) -> Subject:
        return self._subjects[code]

    def __contains__(self, code: object) -> bool:
        return code in self._subjects

    def __iter__(self) -> Iterator[Subject]:
        return iter(self._subjects.values())

    def find(self, passage: Passage, places: Collection[str] = ()) -> tuple[SubjectHit, ...]:
        """Return what a passage names, in text order; `places` are the codes of those found in the same text.

        Hits of one subject never overlap, nor do names; only a phrase with a gap may hold another subject's hit
        ("attack on the refugees' clinic"). A topic found counts for the broader ones only in `found`.
        """
        return tuple(_hit(passage, code, said) for code, said in self._said(passage, places))

    def found(self, passage: Passage, places: Collection[str] = ()) -> tuple[FoundSubject, ...]:
        """Return each subject of a passage once, most often named first, then earliest, with where it is named.

        What is `under` a broader subject is evidence for that one too (cholera for outbreaks): a text that only names
        cholera is found for both, for the broader one after those it names itself.
        """
        named: dict[str, list[SubjectHit]] = {}
        broader: dict[str, list[SubjectHit]] = {}
        for hit in self.find(passage, places):
            named.setdefault(hit.code, []).append(hit)
            for code in self._data.rows[hit.code].under:
                broader.setdefault(code, []).append(hit)
        # Sorting is stable, so of those named as often the earlier stays before the later.
        ranked = sorted({**named, **broader}, key=lambda code: -len(named.get(code, ())))
        return tuple(
            FoundSubject(code, tuple(_evidence(passage, [*named.get(code, ()), *broader.get(code, ())])))
            for code in ranked
        )

    def named(self, typed: str) -> Subject | None:
        """Return the subject somebody means who types just this: a name, an alias, a code.

        Of a name that several share it is the first of the file. A shared acronym counts only in capitals (RSF).
        """
        name = normalise(typed)
        code = self._data.named.get(name) or (self._data.upper.get(name) if typed == typed.upper() else None)
        code = code or next(self._whole(name.split()), None)
        return self._subjects[code] if code else None

    def suggest(self, typed: str, limit: int = 3) -> list[Subject]:
        """Return subjects whose names are near a word that names none, nearest first."""
        return [self._subjects[code] for code in near_codes(normalise(typed), self._data.named, limit)]

    def _whole(self, words: list[str]) -> Iterator[str]:
        # Phrases with a star or a gap are in no dictionary: "displaced" is asked of `displac*`.
        opening = self._data.table.opening(words[0]) if words else None
        for phrase in opening.phrases if opening else ():
            if phrase.role == "sure" and not phrase.acronym and len(fill(words, 0, phrase.slots)) == len(words):
                yield phrase.codes[0]

    def _said(self, passage: Passage, places: Collection[str]) -> Iterator[tuple[str, Said]]:
        table = NameTable({}, beside=self._data.beside)
        reading = Reading(table, passage.text, passage.tokens, passage.language)
        return decide(reading, scan(reading, self._data.table), self._data.conditions, places)


def _hit(passage: Passage, code: str, said: Said) -> SubjectHit:
    start, end = passage.tokens[said.at[0]].start, passage.tokens[said.at[-1]].end
    return SubjectHit(code, passage.text[start:end], start, end)


def _evidence(passage: Passage, hits: list[SubjectHit]) -> Iterator[Evidence]:
    """Yield the first few words that name it, each once."""
    return islice(dict.fromkeys(Evidence(hit.words, passage.where(hit.start)) for hit in hits), _MOST_EVIDENCE)
