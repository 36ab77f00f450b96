"""Write config/places/countries.toml from CLDR: `python .ci/build_places.py`.

Run it when Babel (a development dependency, BSD-3-Clause) brings a newer CLDR (Unicode-3.0 licence); the result is kept
in the repository, so the bot needs neither. From CLDR come every country's name in four languages, its alpha-3 code and
the city its time zone is named after, mostly the capital; pytz (MIT) says which zones lie in which country.
Everything else under config/places/ is written by hand and is never touched here.
"""

import json
import pathlib
import re
import sys
from collections.abc import Iterable

import pytz
from babel import Locale
from babel.core import get_global

ROOT = pathlib.Path(__file__).resolve().parents[1]
TARGET = ROOT / "config" / "places" / "countries.toml"
LANGUAGES = ("en", "fr", "es", "ar")
# Kosovo has no ISO code; XK is what CLDR, the EU and ReliefWeb use, XKX the three-letter form beside it.
ALPHA3 = {"XK": "XKX"}
# CLDR names that are labels for a map rather than names; the names these countries go by are in curated.toml.
LABELS = {"CG", "HK", "MO", "UM"}
# The zone to take a city from where a country has several. Empty: none is a town worth knowing.
ZONES = {
    "AQ": "", "AR": "America/Buenos_Aires", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "CA": "America/Toronto", "CD": "Africa/Kinshasa", "CL": "America/Santiago", "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia", "DE": "Europe/Berlin", "EC": "America/Guayaquil", "ES": "Europe/Madrid", "FM": "",
    "GL": "America/Nuuk", "ID": "Asia/Jakarta", "KI": "Pacific/Tarawa", "KZ": "Asia/Almaty", "MH": "Pacific/Majuro",
    "MN": "Asia/Ulaanbaatar", "MX": "America/Mexico_City", "MY": "Asia/Kuala_Lumpur", "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti", "PG": "Pacific/Port_Moresby", "PS": "", "PT": "Europe/Lisbon", "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv", "UM": "", "US": "America/New_York", "UZ": "Asia/Tashkent",
}  # fmt: skip
# CLDR keeps translations under a zone's first name.
OLD_ZONES = {
    "America/Buenos_Aires": "America/Buenos_Aires", "Asia/Kolkata": "Asia/Calcutta", "Asia/Kathmandu": "Asia/Katmandu",
    "Asia/Yangon": "Asia/Rangoon", "Europe/Kyiv": "Europe/Kiev", "Asia/Ho_Chi_Minh": "Asia/Saigon",
    "Africa/Asmara": "Africa/Asmera", "America/Nuuk": "America/Godthab", "Atlantic/Faroe": "Atlantic/Faeroe",
}  # fmt: skip
# Names shortened to a saint, an adjective or a common word.
NO_TOWN = {
    "America/Antigua", "America/Cayman", "America/Grenada", "America/Lower_Princes", "America/Nassau",
    "America/St_Kitts", "America/St_Lucia", "America/St_Thomas", "America/St_Vincent", "Atlantic/Faroe",
    "Atlantic/South_Georgia", "Atlantic/Stanley", "Indian/Christmas", "Indian/Cocos", "Indian/Comoro", "Indian/Mahe",
    "Indian/Maldives", "Pacific/Kiritimati", "Pacific/Norfolk", "Pacific/Wallis",
}  # fmt: skip


def territories() -> list[str]:
    """Return the ISO 3166-1 alpha-2 codes and Kosovo's, sorted."""
    return sorted([*pytz.country_names, "XK"])


def alpha3(code: str) -> str:
    """Return a country's three-letter code; CLDR keeps it as an alias of the two-letter one."""
    found = [k for k, v in get_global("territory_aliases").items() if v == [code] and re.fullmatch("[A-Z]{3}", k)]
    # Codes withdrawn from ISO (ZAR, BUR) stand beside the one in force; the withdrawn are these.
    withdrawn = {"ZAR", "BUR", "ROM", "TMP", "DDR", "YMD", "FXX", "AFI", "DHY", "HVO", "NHB", "RHO", "VDR", "GEL",
                 "SCG", "YUG", "XKK", "SUN", "ANT", "PCI", "CTE", "JTN", "MID", "PUS", "WAK", "ATN", "ATB", "PCZ",
                 "CSK", "QUU", "BYS", "TPT"}  # fmt: skip
    return ALPHA3.get(code) or next(a for a in found if a not in withdrawn)


def names(code: str, language: str) -> list[str]:
    """Return the CLDR name and the spellings that follow from it by rule."""
    shown = Locale(language).territories[code].replace("’", "'").replace(" - ", "-")
    shown = shown.replace("\u064f", "")
    outside, _, inside = shown.partition(" (")
    found = [outside] + ([inside.rstrip(")")] if code == "MM" else [])
    if "&" in outside:
        found = [outside.replace("&", "and")]
    if outside.startswith("St. "):
        found.append(found[0].replace("St. ", "Saint "))
    if language == "fr" and outside.startswith("La "):
        found.append(outside.removeprefix("La "))
    return found


def towns(code: str) -> list[str]:
    """Return the names in four languages of the city a country's time zone is named after."""
    zones = pytz.country_timezones.get(code, [])
    zone = ZONES.get(code, zones[0] if zones else "")
    if not zone or zone in NO_TOWN:
        return []
    found = []
    for language in LANGUAGES:
        known = Locale(language).time_zones
        entry = known.get(zone) or known.get(OLD_ZONES.get(zone, ""), {})
        city = entry.get("city") or zone.rsplit("/", 1)[-1].replace("_", " ")
        found.append(re.sub(r" \(.*\)|\u0651", "", city.replace("’", "'")))
    own = {n for language in LANGUAGES for n in names(code, language)}
    return [t for t in dict.fromkeys(found) if t not in own]


def table(code: str) -> str:
    """Return one country's lines."""
    lines = [f"[country.{code}]", f"alpha3 = {quoted([alpha3(code)])[1:-1]}"]
    if code not in LABELS:
        lines += [f"{language} = {quoted(names(code, language))}" for language in LANGUAGES]
    if found := towns(code):
        lines.append(f"towns = {quoted(found)}")
    return "\n".join(lines) + "\n"


def quoted(words: Iterable[str]) -> str:
    """Return a TOML array of strings."""
    return json.dumps(list(words), ensure_ascii=False)


def content() -> str:
    """Return the whole file."""
    head = "# Written by .ci/build_places.py from CLDR (Unicode-3.0 licence) through Babel: do not edit.\n"
    head += "# What a person decides stands in demonyms.toml, curated.toml, tests.toml and regions.toml.\n\n"
    return head + "\n".join(map(table, territories()))


def main() -> None:
    """Write the file."""
    TARGET.write_text(content(), encoding="utf-8")
    sys.stdout.write(f"{TARGET.relative_to(ROOT)}: {len(territories())} countries\n")


if __name__ == "__main__":
    main()
