"""Hand-written names of a dozen places, two actors and two topics, for tests of what only needs some."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.core.places.gazetteer import Place
from bot.core.subjects.vocabulary import Subject
from bot.core.text import normalise


def _country(code: str, alpha3: str, name: str, *regions: str) -> Place:
    flag = "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in code)
    return Place(code=code, name=name, flag=flag, alpha3=alpha3, regions=regions)


PLACES = (
    _country("ML", "MLI", "Mali", "west-africa", "sahel"),
    _country("NE", "NER", "Niger", "west-africa", "sahel"),
    _country("NG", "NGA", "Nigeria", "west-africa"),
    _country("BF", "BFA", "Burkina Faso", "west-africa", "sahel"),
    _country("SD", "SDN", "Sudan"),
    _country("SS", "SSD", "South Sudan"),
    _country("SO", "SOM", "Somalia"),
    _country("CD", "COD", "DR Congo"),
    _country("PS", "PSE", "Palestine"),
    _country("BA", "BIH", "Bosnia and Herzegovina"),
    Place(code="sahel", name="Sahel", members=("ML", "NE", "BF")),
    Place(code="west-africa", name="West Africa", members=("ML", "NE", "NG", "BF")),
)
_ALSO = {
    "soudan": "SD",
    "malian": "ML",
    "nigerien": "NE",
    "nigerian": "NG",
    "drc": "CD",
    "democratic republic of the congo": "CD",
}
_TOWNS = {"goma": "CD", "el fasher": "SD", "liptako": "BF NE", "sudan": "SD SS"}
_OFFERED = ("UA", "MM", "HT", "YE", "SY", "AF", "BD")
"""Codes the first answer offers and these places know by no name."""
ACTORS = {
    "wagner": ("Wagner / Africa Corps", "wagner", "wagner group", "africa corps"),
    "jnim": ("JNIM", "jnim", "nusrat al islam"),
}
TOPICS = {"cholera": ("Cholera", "cholera"), "aid-access": ("Aid access", "aid access", "siege")}


class FewPlaces:
    """Fulfils `bot.core.filters.names.PlaceNames`."""

    def __init__(self) -> None:
        unnamed = [_country(code, code + "X", f"Land {code}") for code in _OFFERED]
        self._places = {place.code: place for place in (*PLACES, *unnamed)}
        self._codes = {key: p.code for p in self._places.values() for key in (p.code, p.alpha3, p.flag) if key}
        self._named = {normalise(place.name): place.code for place in self._places.values()} | _ALSO

    def named(self, name: str) -> Place | None:
        code = self._codes.get(name) or self._named.get(normalise(name).removeprefix("the "))
        return self._places[code] if code else None

    def suggest(self, word: str, limit: int = 3) -> list[Place]:
        return [self._places[code] for code in _beginning_alike(self._named.items(), word)][:limit]

    def lies_in(self, name: str) -> tuple[Place, ...]:
        return tuple(self._places[code] for code in _TOWNS.get(normalise(name), "").split())

    def __getitem__(self, code: str) -> Place:
        return self._places[code]


class FewSubjects:
    """Fulfils `bot.core.filters.names.SubjectNames`."""

    def __init__(self, rows: dict[str, tuple[str, ...]]) -> None:
        self._subjects = {code: Subject(code, name) for code, (name, *_) in rows.items()}
        self._named = {alias: code for code, (_, *aliases) in rows.items() for alias in (code, *aliases)}

    def named(self, name: str) -> Subject | None:
        code = self._named.get(name) or self._named.get(normalise(name))
        return self._subjects[code] if code else None

    def suggest(self, word: str, limit: int = 3) -> list[Subject]:
        return [self._subjects[code] for code in _beginning_alike(self._named.items(), word)][:limit]

    def __getitem__(self, code: str) -> Subject:
        return self._subjects[code]


@dataclass(frozen=True, slots=True)
class FewNames:
    """Fulfils `bot.core.filters.names.Names`."""

    places: FewPlaces = field(default_factory=FewPlaces)
    actors: FewSubjects = field(default_factory=lambda: FewSubjects(ACTORS))
    topics: FewSubjects = field(default_factory=lambda: FewSubjects(TOPICS))


def _beginning_alike(named: Iterable[tuple[str, str]], word: str) -> dict[str, None]:
    typed = normalise(word)
    return dict.fromkeys(code for name, code in named if typed and name.startswith(typed[:2]))


NAMES = FewNames()
