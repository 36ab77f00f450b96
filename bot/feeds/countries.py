"""Where each kind of feed keeps the countries of an entry."""

import re
from collections.abc import Iterable, Mapping

from bot.core.text import clean, cut

_MAX_PLACES = 60
_MAX_NAME = 80
_COUNTRY_LINE = re.compile(r"(?:primary )?(?:country|countries)\s*:\s*(.+)", re.IGNORECASE)
_NO_NEWS_LINE = re.compile(r"sources?\s*:\s|please refer to the attached \w+\.?$", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\([^()]*\)")


def of_gdacs(fields: Mapping[str, str]) -> tuple[tuple[str, ...], str]:
    """Return the countries (else the ISO code) and the alert level of a GDACS entry's own fields."""
    places = names(fields.get("gdacs_country", "")) or names(fields.get("gdacs_iso3", ""))
    return places, clean(fields.get("gdacs_alertlevel", ""))[:20].capitalize()


def of_reliefweb(lines: list[str], categories: Iterable[str]) -> tuple[tuple[str, ...], list[str]]:
    """Return the countries that a ReliefWeb description names in a line of its own, and the lines that tell something.

    Where no line names any, the categories are the countries.
    """
    found = [named[1] for line in lines if (named := _COUNTRY_LINE.fullmatch(line))]
    left = [line for line in lines if not _COUNTRY_LINE.fullmatch(line) and not _NO_NEWS_LINE.match(line)]
    return names(", ".join(found)) or of_categories(categories), left


def of_categories(categories: Iterable[str]) -> tuple[str, ...]:
    """Return the categories, each once; what is no place is found out later."""
    return _distinct(categories)


def names(listed: str) -> tuple[str, ...]:
    """Split a list of names at its commas, but not within brackets."""
    guarded = _IN_BRACKETS.sub(lambda bracket: bracket.group().replace(",", "\0"), listed[:10_000])
    return _distinct(name.replace("\0", ",") for name in guarded.split(","))


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    kept = dict.fromkeys(cut(name, _MAX_NAME) for name in map(clean, found) if name)
    return tuple(kept)[:_MAX_PLACES]
