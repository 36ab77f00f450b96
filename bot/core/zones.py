"""Time zones by the names people know: Africa/Bamako, Bamako, new york."""

import re
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

_OFFSET = re.compile(
    r"(?:utc|gmt|z)?\s*[+\-−–]?\s*\d{1,2}(?:[:.]?\d{2})?(?:\s*h(?:ours?)?)?"
    r"|[ecmp][sd]t|cet|cest|eet|eest|wet|west|bst|[cew]at|sast|msk|ist|jst|pkt|ae[sd]t",
    re.IGNORECASE,
)
_UTC = frozenset({"utc", "gmt", "z", "zulu", "greenwich", "universal time", "etc utc", "etc gmt"})
_AREAS = frozenset(
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"]
)


def is_offset(typed: str) -> bool:
    """Return whether something is an offset (UTC+3, +05:30) or the short name of one (EST): neither knows of summer."""
    return _key(typed) not in _UTC and zone_named(typed) is None and _OFFSET.fullmatch(typed.strip()) is not None


def zone_named(typed: str) -> str | None:
    """Return the IANA name of a zone by its name, whatever its case, or by its city; empty for UTC, None for none."""
    key = _key(typed)
    return "" if key in _UTC else _by_name().get(key) or _by_city().get(key)


def near_zones(typed: str, most: int = 3) -> list[str]:
    """Return the zones whose names are most like what was typed."""
    key = _key(typed)
    known = _by_city() | _by_name()
    return list(dict.fromkeys(known[each] for each in get_close_matches(key, known, most, 0.75)))


def city_of(zone: str) -> str:
    """Return a zone as people say it: Bamako, New York; UTC."""
    return zone.rpartition("/")[2].replace("_", " ") or "UTC"


def _key(typed: str) -> str:
    return " ".join(re.split(r"[\s/_,.\-]+", typed.casefold())).strip()


@cache
def _zones() -> list[str]:
    return sorted(name for name in available_timezones() if name.partition("/")[0] in _AREAS)


@cache
def _by_name() -> dict[str, str]:
    return {_key(name): name for name in _zones()}


@cache
def _by_city() -> dict[str, str]:
    # Of two zones with one city's name the shorter is the city's own: America/Knox lies in Indiana.
    return {_key(city_of(name)): name for name in sorted(_zones(), key=len, reverse=True)}
