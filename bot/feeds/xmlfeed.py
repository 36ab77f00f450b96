"""RSS 0.9 to 2.0, RDF and Atom, by feedparser. Imported in the worker only."""

import io
import re
from typing import Any

import feedparser

from bot.core.outcomes import Failed, Fault, Parse, Parsed
from bot.core.text import cut
from bot.feeds.compose import MAX_ENTRIES, MAX_TITLE, RawItem, Rules, compose, language_of
from bot.feeds.dates import from_parts, from_text
from bot.feeds.plain import plain
from bot.feeds.sniff import without_wild_dtd

_BARE_GUID = re.compile(rb"<guid(?:\s[^<>]{0,200})?>\s{0,20}(\d{1,15})\s{0,20}</guid>")
_MAX_CATEGORIES = 100


def read_xml(body: bytes, rules: Rules, content_type: str) -> Parse:
    """Return the entries of an XML feed; what is broken is read as far as it goes."""
    body = without_wild_dtd(body.lstrip())
    headers = {"content-location": rules.url, "content-type": content_type or "application/xml"}
    # A stream, for bytes that happen to be a file's name would be opened as that file.
    found = feedparser.parse(
        io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    language = language_of(_text(found.feed, "language"))
    bare = {number.decode() for number in _BARE_GUID.findall(body)}
    raws = [_raw(item, bare) for item in found.entries[:MAX_ENTRIES]]
    entries = tuple(entry for raw in raws if (entry := compose(raw, rules, language)))
    problem = _problem(found)
    if not entries and (problem or not found.version):
        return Failed(Fault.UNREADABLE, problem or "this is not a feed")
    title = cut(plain(_text(found.feed, "title")), MAX_TITLE)
    return Parsed(entries, title, language_of(rules.language, language), problem)


def _raw(item: Any, bare: set[str]) -> RawItem:
    return RawItem(
        title=_text(item, "title"),
        summary=_text(item, "summary") or _content(item),
        link=_text(item, "feedburner_origlink") or _text(item, "link"),
        guid=_guid(_text(item, "id"), bare),
        published=_published(item),
        language=_text(item, "language") or _text(item, "iso_language"),
        categories=tuple(filter(None, (_text(tag, "term") for tag in item.get("tags", [])[:_MAX_CATEGORIES]))),
        fields={name: _text(item, name) for name in ("gdacs_country", "gdacs_iso3", "gdacs_alertlevel")},
    )


def _guid(guid: str, bare: set[str]) -> str:
    # feedparser takes a bare number for a relative link and puts the site in front of it.
    last = guid.rpartition("/")[2]
    return last if last in bare else guid


def _content(item: Any) -> str:
    return next((value for part in item.get("content", []) if (value := _text(part, "value"))), "")


def _published(item: Any) -> Any:
    for name in ("published", "created", "updated"):
        # Past feedparser's own get(), which answers `updated` with `published` and warns.
        text = dict.get(item, name)
        found = from_parts(dict.get(item, f"{name}_parsed")) or from_text(text if isinstance(text, str) else "")
        if found:
            return found
    return None


def _problem(found: Any) -> str:
    error = found.get("bozo_exception")
    if not found.bozo or isinstance(error, feedparser.CharacterEncodingOverride | feedparser.NonXMLContentType):
        return ""
    line = getattr(error, "getLineNumber", lambda: None)()
    return f"not well-formed XML, from line {line} on" if line else "not well-formed XML"


def _text(holder: Any, name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""
