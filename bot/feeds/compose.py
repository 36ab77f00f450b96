"""A raw item of any format into an Entry, by the same rules for all of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urljoin, urlsplit

from bot.core.story import Entry
from bot.core.text import clean, cut
from bot.feeds.countries import of_categories, of_gdacs, of_reliefweb
from bot.feeds.dates import believable
from bot.feeds.plain import paragraphs, plain, without_more

MAX_ENTRIES = 500
MAX_TITLE = 500
MAX_SUMMARY = 1_000
_MAX_TITLE_FROM_SUMMARY = 100
_MAX_GUID = 500
_MAX_LINK = 2_000
_LANGUAGE = re.compile(r"([a-zA-Z]{2,3})(?:[-_].*)?")
_NO_LINK = re.compile(r"[\x00-\x20\x7f-\x9f<>\"\\^`{|}]")


@dataclass(frozen=True, slots=True)
class RawItem:
    """What a format's reader found, markup and all."""

    title: str = ""
    summary: str = ""
    link: str = ""
    guid: str = ""
    published: datetime | None = None
    language: str = ""
    categories: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    """The item's elements of other vocabularies, named prefix_element."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for all items of a feed: its URL, the operator's language, where it keeps countries, the time."""

    url: str
    language: str = ""
    places_in: str = ""
    now: datetime | None = None


def compose(raw: RawItem, rules: Rules, feed_language: str = "") -> Entry | None:
    """Return the entry, or None where there is neither title nor summary nor link."""
    lines = paragraphs(raw.summary)
    places, level, lines = _places(raw, lines, rules.places_in)
    summary = _summary(lines)
    link = absolute_link(raw.link, rules.url)
    title = cut(plain(raw.title), MAX_TITLE) or cut(summary, _MAX_TITLE_FROM_SUMMARY) or _name_of(link)
    if not title:
        return None
    return Entry(
        title=title,
        link=link,
        guid=clean(raw.guid)[:_MAX_GUID],
        summary=summary,
        published=believable(raw.published, rules.now),
        language=language_of(raw.language, rules.language, feed_language),
        places=places,
        level=level,
    )


def absolute_link(link: str, base: str) -> str:
    """Return a link as an absolute http(s) one, or empty where it is none (javascript:, data:, with a password)."""
    try:
        joined = urljoin(base, link.strip())
        parts = urlsplit(joined)
        fit = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and "@" not in parts.netloc
    except ValueError:
        return ""
    safe = _NO_LINK.sub(lambda bad: quote(bad.group(), safe=""), joined)
    return safe if link.strip() and fit and len(safe) <= _MAX_LINK else ""


def language_of(*said: str) -> str:
    """Return the first language named, as two or three letters (en-US is en), or empty."""
    found = (_LANGUAGE.fullmatch(name.strip()) for name in said)
    return next((match[1].lower() for match in found if match), "")


def _places(raw: RawItem, lines: list[str], places_in: str) -> tuple[tuple[str, ...], str, list[str]]:
    match places_in:
        case "gdacs":
            return *of_gdacs(raw.fields), lines
        case "reliefweb":
            places, left = of_reliefweb(lines, raw.categories)
            return places, "", left
        case "category":
            return of_categories(raw.categories), "", lines
    return (), "", lines


def _summary(lines: list[str]) -> str:
    kept = ""
    for line in without_more(lines):
        longer = f"{kept} {line}".strip()
        if kept and len(longer) > MAX_SUMMARY:
            break
        kept = longer
    return cut(kept, MAX_SUMMARY)


def _name_of(link: str) -> str:
    parts = urlsplit(link)
    return cut(clean(f"{parts.netloc}{parts.path}"), MAX_TITLE)
