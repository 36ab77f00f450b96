"""A hand-written gazetteer of a dozen places, for tests of what only needs some."""

from bot.core.places import Place
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
_ALSO = {"malian": "ML", "nigerien": "NE", "nigerian": "NG", "drc": "CD", "democratic republic of the congo": "CD"}
_OFFERED = ("UA", "MM", "HT", "YE", "SY", "AF", "BD")
"""Codes the first answer offers and this gazetteer knows by no name."""


class FewPlaces:
    """Fulfils `bot.core.filters.PlaceNames`."""

    def __init__(self) -> None:
        unnamed = [_country(code, code + "X", f"Land {code}") for code in _OFFERED]
        self._places = {place.code: place for place in (*PLACES, *unnamed)}
        self._named = {normalise(place.name): place.code for place in self._places.values()} | _ALSO

    def named(self, name: str) -> Place | None:
        code = name if name in self._places else self._named.get(normalise(name).removeprefix("the "))
        return self._places[code] if code else None

    def suggest(self, word: str, limit: int = 3) -> list[Place]:
        typed = normalise(word)
        near = [code for name, code in self._named.items() if typed and name.startswith(typed[:3])]
        return [self._places[code] for code in dict.fromkeys(near)][:limit]

    def __getitem__(self, code: str) -> Place:
        return self._places[code]


NAMES = FewPlaces()
