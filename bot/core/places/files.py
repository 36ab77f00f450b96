"""The files of config/places, read: from tables a person edits to the tables the gazetteer looks things up in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from bot.core.places.inflect import forms
from bot.core.places.toponyms import MASK, Choice, Name, NameTable
from bot.core.text import tokenise

_LANGUAGES = ("en", "fr", "es", "ar")
_ACRONYM = 4
_AT = "@"


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A country or region as the files give it; a region has no alpha3."""

    code: str
    name: str
    alpha3: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asides:
    """Phrases after which countries are named for other reasons than the story, and for how many words that holds."""

    phrases: Mapping[str, Sequence[tuple[str, ...]]]
    reach: int

    def spans(self, text: Sequence[str]) -> list[range]:
        """Return where in the words of a text the asides are."""
        return [
            range(at, at + self.reach)
            for at, word in enumerate(text)
            if word in self.phrases
            for rest in self.phrases[word]
            if tuple(text[at + 1 : at + 1 + len(rest)]) == rest
        ]


@dataclass(frozen=True, slots=True)
class GazetteerData:
    """What the files say, ready to look up."""

    rows: dict[str, PlaceRow]
    table: NameTable
    asides: Asides
    codes: dict[str, str]
    """ISO codes, as written in capitals, and regions' slugs."""
    named: dict[str, str]
    """Names, other names and demonyms, normalised: what a filter may be called by."""
    upper: dict[str, str]
    """The same for short forms that need their capitals (US, CAR)."""
    misspelt: dict[str, str]
    """How filters often misspell names, normalised."""


def read_data(tables: Iterable[Mapping[str, Any]]) -> GazetteerData:
    """Merge and read the tables; raises ValueError naming every name that stands for two places undeclared."""
    merged: dict[str, Any] = {}
    for table in tables:
        _merge(merged, table)
    return _Reader(merged).read()


def _merge(into: dict[str, Any], table: Mapping[str, Any]) -> None:
    """Add a file's tables and lists to those of the files before it."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            _merge(into.setdefault(key, {}), value)
        elif isinstance(value, list):
            into[key] = [*into.get(key, ()), *value]
        else:
            into[key] = value


@dataclass
class _Reader:
    merged: Mapping[str, Any]
    names: dict[tuple[str, ...], list[Name]] = field(default_factory=dict)
    clashes: list[str] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)
    upper: dict[str, str] = field(default_factory=dict)

    def read(self) -> GazetteerData:
        merged = self.merged
        self.choices = {_key(w): _choice(each) for each in merged.get("ambiguous", ()) for w in each["words"]}
        self.ordinary = {_key(word) for word in merged.get("ordinary", ())}
        rows = {row.code: row for row in [*self._countries(), *self._regions()]}
        self._masks()
        self._left_over_choices()
        if self.clashes:
            raise ValueError("; ".join(sorted(set(self.clashes))))
        codes = {key: row.code for row in rows.values() for key in (row.code, row.alpha3) if key}
        asides = Asides(_by_first(map(_key, merged.get("aside", ()))), merged.get("aside_reach", 0))
        misspelt = {" ".join(_key(w)): code for code, each in merged.get("misspelt", {}).items() for w in each}
        return GazetteerData(rows, self._table(), asides, codes, self.named, self.upper, misspelt)

    def _countries(self) -> Iterator[PlaceRow]:
        for code, row in self.merged.get("country", {}).items():
            more = self.merged.get("place", {}).get(code, {})
            dropped = {_key(word) for word in more.get("drop", ())}
            for kind, written, language in _names_of(row, more, self.merged.get("demonym", {}).get(code, {})):
                if (key := _key(written)) not in dropped:
                    self._add(key, written, code, kind, language)
            yield PlaceRow(code, more.get("name") or row["en"][0], row["alpha3"])

    def _regions(self) -> Iterator[PlaceRow]:
        regions = self.merged.get("region", {})
        for code, row in regions.items():
            for written in row["names"]:
                self._add(_key(written), written, code, "region")
            others = [member for other in row.get("members_of", ()) for member in regions[other]["members"]]
            yield PlaceRow(code, row["name"], members=tuple(dict.fromkeys([*others, *row["members"]])))

    def _masks(self) -> None:
        for mask in self.merged.get("mask", ()):
            for written in mask["words"]:
                # A mask is a decision: it replaces what the files say elsewhere.
                key = _key(written)
                self.names[key] = [Name(key[1:], mask.get("code", MASK), "any", kind="mask", loose="," in written)]
        for row in self.merged.get("after_comma", ()):
            for written in row["words"]:
                key = _key(written)
                abbreviation = Name(key[1:], row["code"], kind="state", after_comma=True)
                self.names.setdefault(key, []).append(abbreviation)
        for code, written_forms in self.merged.get("combining", {}).items():
            for written in written_forms:
                key = _key(written)
                # Tried first: a hyphen says more than that the word is also a name.
                self.names.setdefault(key, []).insert(0, Name(key[1:], code, "any", kind="demonym", combining=True))

    def _left_over_choices(self) -> None:
        for each in self.merged.get("ambiguous", ()):
            for written in each["words"]:
                if (key := _key(written)) not in self.names:
                    self._add(key, written, each.get("default", MASK), "town")

    def _add(self, key: tuple[str, ...], written: str, code: str, kind: str, language: str = "") -> None:
        choice = self.choices.get(key)
        case = _case(written)
        name = Name(key[1:], code, case, language, kind, choice, ordinary=key in self.ordinary)
        known = self.names.setdefault(key, [])
        if choice is None and (other := next((n.code for n in known if n.code != code), None)) is not None:
            self.clashes.append(f"“{written}” stands for {other} and {code}")
        if name not in known:
            known.append(name)
        if kind not in ("town", "state") and (choice is None or choice.default == code):
            (self.upper if case == "upper" and name.ordinary else self.named).setdefault(" ".join(key), code)

    def _table(self) -> NameTable:
        table: dict[str, list[Name]] = {}
        for key, names in self.names.items():
            table.setdefault(key[0], []).extend(names)
        longest_first = {word: sorted(names, key=_longest) for word, names in table.items()}
        lists = [each.name for each in fields(NameTable) if each.name not in ("names", "tongues")]
        words = {key: frozenset(w for written in self.merged.get(key, ()) for w in _key(written)) for key in lists}
        return NameTable(longest_first, tongues=frozenset(self.merged.get("tongues", ())), **words)


def _names_of(
    row: Mapping[str, Any], more: Mapping[str, Any], demonyms: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Yield kind, name as written and language (empty: any) of all that stands for a country."""
    for written in [w for language in _LANGUAGES for w in row.get(language, ())] + [*more.get("also", ())]:
        yield "name", written, ""
    for language in _LANGUAGES:
        for written in more.get(language, ()):
            yield "name", written, language
    for written in [*row.get("towns", ()), *more.get("towns", ())]:
        yield "town", written, ""
    for written in more.get("states", ()):
        yield "state", written, ""
    for language, written in demonyms.items():
        for form in forms(written, language):
            # English and Arabic forms are found in any text, French and Spanish ones in their own.
            yield "demonym", form, language if language in ("fr", "es") else ""


def _case(written: str) -> str:
    if len(written) <= 2 * _ACRONYM:
        letters = [letter for letter in written if letter.isalpha()]
        if len(letters) <= _ACRONYM and sum(letter.isupper() for letter in letters) > 1:
            return "upper"
    # Arabic has no case, so it is never anything but "any".
    return "any" if written == written.lower() else "capital"


def _choice(row: Mapping[str, Any]) -> Choice:
    signs = tuple(
        (code, frozenset(sign if sign.startswith(_AT) else " ".join(_key(sign)) for sign in given))
        for code, given in row.get("choose", {}).items()
    )
    after = frozenset(word for written in row.get("after", ()) for word in _key(written))
    return Choice(
        signs,
        row.get("default", MASK),
        row.get("person", False),
        after,
        frozenset(row.get("languages", ())),
        row.get("reach", 0),
    )


def _by_first(phrases: Iterable[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    table: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        table.setdefault(phrase[0], []).append(phrase[1:])
    return table


def _longest(name: Name) -> tuple[int, bool]:
    # New York is a state before it is a town: "Cuba, New York" lies there.
    return -len(name.rest), name.kind == "town"


def _key(written: str) -> tuple[str, ...]:
    # As text.words does it, but for the cleaning: these files are clean, and there are ten thousand names.
    return tuple(token.word for token in tokenise(written))
