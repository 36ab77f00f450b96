"""Time zones by the names people know: Africa/Bamako, Bamako, new york."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo, available_timezones

_OFFSET = re.compile(
    r"(?:utc|gmt|z)?\s*[+\-−–]?\s*\d{1,2}(?:[:.]?\d{2})?(?:\s*h(?:ours?)?)?"
    r"|[ecmp][sd]t|cet|cest|eet|eest|wet|west|bst|[cew]at|sast|msk|ist|jst|pkt|ae[sd]t",
    re.IGNORECASE,
)
_UTC = frozenset({"utc", "gmt", "z", "zulu", "greenwich", "universal time", "etc utc", "etc gmt"})
_PLEASE = re.compile(r"[\s,]*\b(?:please|pls|thanks)\b[\s,.!]*", re.IGNORECASE)
_AREAS = frozenset(
    ["Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"]
)

_CITIES = {
    "Africa/Addis_Ababa": ("gondar", "mekelle"),
    "Africa/Cairo": ("alexandria",),
    "Africa/Juba": ("bentiu", "malakal"),
    "Africa/Khartoum": ("el fasher", "nyala", "omdurman", "port sudan"),
    "Africa/Lagos": ("abuja", "kano", "maiduguri"),
    "Africa/Lubumbashi": ("beni", "bukavu", "bunia", "goma"),
    "Africa/Maputo": ("pemba",),
    "Africa/Bamako": ("gao", "mopti", "tombouctou"),
    "Africa/Johannesburg": ("cape town", "pretoria"),
    "Africa/Tripoli": ("benghazi",),
    "America/Bogota": ("cucuta", "medellin"),
    "America/New_York": ("boston", "washington", "washington d c", "washington dc"),
    "America/Los_Angeles": ("san francisco", "seattle"),
    "Asia/Aden": ("hodeidah", "sanaa"),
    "Asia/Damascus": ("aleppo", "idlib"),
    "Asia/Dhaka": ("chittagong", "coxs bazar"),
    "Asia/Dubai": ("abu dhabi",),
    "Asia/Gaza": ("gaza city", "khan younis", "rafah"),
    "Asia/Ho_Chi_Minh": ("hanoi",),
    "Asia/Jerusalem": ("tel aviv",),
    "Asia/Karachi": ("islamabad", "lahore", "peshawar"),
    "Asia/Kabul": ("herat", "kandahar"),
    "Asia/Kolkata": ("bangalore", "chennai", "delhi", "mumbai", "new delhi"),
    "Asia/Riyadh": ("jeddah", "mecca"),
    "Asia/Shanghai": ("beijing",),
    "Asia/Yangon": ("mandalay", "naypyidaw", "sittwe"),
    "Europe/Berlin": ("bonn", "frankfurt", "munich"),
    "Europe/Istanbul": ("ankara", "gaziantep"),
    "Europe/Kyiv": ("dnipro", "kharkiv", "kiev", "lviv", "odesa"),
    "Europe/Rome": ("milan",),
    "Europe/Zurich": ("basel", "bern", "geneva", "geneve", "genf"),
}
"""Big cities, where much of the publication's ground and its readers are, whose names are no zones' names."""
_NOBODY_LIVES_THERE = ("Antarctica/", "Arctic/")
_HALF_A_YEAR = timedelta(days=182)


def without_please(typed: str) -> str:
    """Return what was typed without its politeness."""
    return " ".join(_PLEASE.sub(" ", typed).split())


def is_offset(typed: str) -> bool:
    """Return whether something is an offset (UTC+3, +05:30) or the short name of one (EST): neither knows of summer."""
    return _key(typed) not in _UTC and zone_named(typed) is None and _OFFSET.fullmatch(typed.strip()) is not None


def zone_named(typed: str) -> str | None:
    """Return the IANA name of a zone by its name, whatever its case, or by its city; empty for UTC, None for none."""
    key = _key(typed)
    return "" if key in _UTC else _by_name().get(key) or _by_city().get(key)


def zones_of(country: str, now: datetime) -> list[str]:
    """Return a country's zones by its ISO 3166-1 code, one for each time its clocks show at `now` or half a year on."""
    found: dict[tuple[timedelta | None, ...], str] = {}
    for zone in _by_country().get(country, ()):
        shown = tuple((now + later).astimezone(ZoneInfo(zone)).utcoffset() for later in (timedelta(0), _HALF_A_YEAR))
        found.setdefault(shown, zone)
    return list(found.values())


def near_zones(typed: str, most: int = 3) -> list[str]:
    """Return the zones whose names are most like what was typed."""
    key = _key(typed)
    known = _by_city() | _by_name()
    return list(dict.fromkeys(known[each] for each in get_close_matches(key, known, most, 0.75)))


def city_of(zone: str) -> str:
    """Return a zone as people say it: Bamako, New York; UTC."""
    return zone.rpartition("/")[2].replace("_", " ") or "UTC"


def _key(typed: str) -> str:
    plain = re.sub("['’‘`]", "", without_please(typed).casefold())
    return " ".join(re.split(r"[\s/_,.\-]+", plain)).strip()


@cache
def _zones() -> list[str]:
    return sorted(name for name in available_timezones() if name.partition("/")[0] in _AREAS)


@cache
def _by_name() -> dict[str, str]:
    return {_key(name): name for name in _zones()}


@cache
def _by_city() -> dict[str, str]:
    # Of two zones with one city's name the shorter is the city's own: America/Knox lies in Indiana.
    own = {_key(city_of(name)): name for name in sorted(_zones(), key=len, reverse=True)}
    return own | {city: zone for zone, cities in _CITIES.items() for city in cities}


@cache
def _by_country() -> dict[str, list[str]]:
    known, found = set(_zones()), dict[str, list[str]]()
    for country, zone in _table():
        if zone in known:
            found.setdefault(country, []).append(zone)
    return found


def _table() -> Iterator[tuple[str, str]]:
    """Yield countries with a zone of each, where most of a country lives first."""
    text = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    rows = [row.split("\t") for row in text.splitlines() if not row.startswith("#")]
    # What a row says of its zone is “most of Ukraine” or “Eastern (most areas)”.
    for country, _, zone, *_ in sorted(rows, key=lambda row: "most" not in "".join(row[3:])):
        if not zone.startswith(_NOBODY_LIVES_THERE):
            yield country, zone
