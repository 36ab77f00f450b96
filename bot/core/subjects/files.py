"""The files of config/subjects, read: from tables a person edits to what a vocabulary looks things up in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.subjects.phrases import Phrase, read_phrase
from bot.core.subjects.search import PhraseTable
from bot.core.text import normalise, words

_SUBJECTS = ("actor", "topic")
_LANGUAGES = ("any", "en", "fr", "es", "ar")
_LISTS = frozenset({*_LANGUAGES, "shared", "signs", "against", "not", "under"})
_TEXTS = frozenset({"name", "kind"})
_AT = "@"


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A subject as its file gives it. `under` are all the broader subjects it counts for."""

    code: str
    name: str
    kind: str = ""
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signs:
    """Places and phrases of a text, as evidence."""

    places: frozenset[str] = frozenset()
    phrases: tuple[Phrase, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.places or self.phrases)


@dataclass(frozen=True, slots=True)
class Condition:
    """When a shared name means the subject: with one of the signs `wanted`, if there are any, and none `against`."""

    wanted: Signs
    against: Signs
    person: bool = False
    """Whether the name is a surname as well (Lindsay Wagner)."""


@dataclass(frozen=True, slots=True)
class VocabularyData:
    """What the files say, ready to look up."""

    rows: dict[str, SubjectRow]
    table: PhraseTable
    conditions: dict[str, Condition]
    """Of the subjects that have shared names."""
    named: dict[str, str]
    """Codes, shown names and whole names as compared words with single spaces: what a subject may be called by."""
    upper: dict[str, str]
    """The same for shared acronyms, which want their capitals (RSF)."""
    beside: frozenset[str]
    """Words that make no person of a name they stand next to ("But Wagner")."""


def read_data(table: Mapping[str, Any]) -> VocabularyData:
    """Read a file's table; raises ValueError naming what cannot be, every name of two subjects undeclared among it."""
    rows = {code: row for kind in _SUBJECTS for code, row in table.get(kind, {}).items()}
    reader = _Reader(rows, list(_slips(table, rows)))
    if not reader.faults:
        reader.read()
    if reader.faults:
        raise ValueError("; ".join(reader.faults))
    beside = frozenset(word for written in table.get("beside", ()) for word in words(written))
    phrases = PhraseTable([*reader.phrases.values(), *reader.ordinary])
    return VocabularyData(reader.subjects, phrases, reader.conditions, reader.named, reader.upper, beside)


def _slips(table: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield what a slip of the hand leaves: a field that is not known, a text for a list, no name."""
    yield from (f"“{key}” is not known" for key in sorted(table.keys() - {*_SUBJECTS, "beside"}))
    for code, row in rows.items():
        yield from (
            f"{key} of {code} is not known, or not what it should be" for key in row if not _fits(key, row[key])
        )
        if not row.get("name"):
            yield f"{code} has no name"


def _fits(key: str, value: object) -> bool:
    if key in _LISTS:
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    return isinstance(value, bool) if key == "person" else key in _TEXTS and isinstance(value, str)


@dataclass
class _Reader:
    rows: Mapping[str, Mapping[str, Any]]
    faults: list[str]
    subjects: dict[str, SubjectRow] = field(default_factory=dict)
    phrases: dict[object, Phrase] = field(default_factory=dict)
    ordinary: list[Phrase] = field(default_factory=list)
    conditions: dict[str, Condition] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    upper: dict[str, str] = field(default_factory=dict)
    owners: dict[object, list[Phrase]] = field(default_factory=dict)
    """By name, or by the slots of what is no name: the phrases that are written so."""

    def read(self) -> None:
        # Codes and shown names first: no other subject's name takes them.
        for code, row in self.rows.items():
            self.subjects[code] = SubjectRow(code, row["name"], row.get("kind", ""), tuple(self._above(code)))
            for name in (code, row["name"]):
                self.named.setdefault(normalise(name), code)
        for code, row in self.rows.items():
            for role, language, written in _written(row):
                for phrase in self._phrase(written, code, role, language):
                    self._keep(phrase, written)
            if row.get("shared"):
                self.conditions[code] = Condition(
                    self._signs(code, "signs"), self._signs(code, "against"), row.get("person", False)
                )

    def _above(self, code: str) -> Iterator[str]:
        """Yield the broader subjects of one, nearest first, each once."""
        seen, waiting = {code}, [code]
        while waiting:
            for broader in self.rows[waiting.pop(0)].get("under", ()):
                if broader not in self.rows or broader == code:
                    self.faults.append(f"{code} is under “{broader}”, which cannot be")
                elif broader not in seen:
                    seen.add(broader)
                    waiting.append(broader)
                    yield broader

    def _signs(self, code: str, key: str) -> Signs:
        given = self.rows[code].get(key, ())
        places = frozenset(sign.removeprefix(_AT) for sign in given if sign.startswith(_AT))
        said = [sign for sign in given if not sign.startswith(_AT)]
        return Signs(places, tuple(phrase for sign in said for phrase in self._phrase(sign, code)))

    def _phrase(self, written: str, code: str, role: str = "sure", language: str = "") -> Iterator[Phrase]:
        """Yield the phrase, or note why there is none."""
        try:
            yield read_phrase(written, code, role, language)
        except ValueError as error:
            self.faults.append(f"“{written}” of {code}: {error}")

    def _keep(self, phrase: Phrase, written: str) -> None:
        code, names = phrase.codes[0], phrase.names
        if phrase.role == "not":
            self.ordinary.append(phrase)
            return
        for owned in (*names,) or (phrase.slots,):
            if others := self.owners.setdefault(owned, []):
                self.faults += [f"“{written}” stands for {other} and {code}" for other in _claimants(others, phrase)]
            others.append(phrase)
        for name in names:
            (self.upper if phrase.role == "shared" and phrase.acronym else self.named).setdefault(name, code)
        key = (phrase.slots, phrase.language, phrase.capital, phrase.acronym)
        if (known := self.phrases.get(key)) and known.role == "shared":
            phrase = phrase._replace(codes=tuple(dict.fromkeys((*known.codes, code))))
        self.phrases[key] = phrase


def _claimants(others: list[Phrase], phrase: Phrase) -> Iterator[str]:
    """Yield the other subjects that a name stands for, without both saying that it is shared."""
    for other in others:
        meets = not (other.language and phrase.language) or other.language == phrase.language
        declared = other.role == phrase.role == "shared" and other.slots == phrase.slots
        if meets and not declared and other.codes != phrase.codes:
            yield other.codes[0]


def _written(row: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield role, language (empty: any) and phrase as written of all that stands for a subject, or does not."""
    for language in _LANGUAGES:
        for written in row.get(language, ()):
            yield "sure", "" if language == "any" else language, written
    for role in ("shared", "not"):
        for written in row.get(role, ()):
            yield role, "", written
