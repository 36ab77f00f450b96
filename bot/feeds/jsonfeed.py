"""JSON Feed 1 and 1.1 (jsonfeed.org)."""

import html
import json
from typing import Any

from bot.core.outcomes import Failed, Fault, Parse, Parsed
from bot.core.text import cut
from bot.feeds.compose import MAX_ENTRIES, MAX_TITLE, RawItem, Rules, compose, language_of
from bot.feeds.dates import from_text
from bot.feeds.plain import plain

_BAD = Failed(Fault.UNREADABLE, "this is JSON, but not a JSON Feed")


def looks_like_json(body: bytes) -> bool:
    """Say whether the first character opens a JSON object or list."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def read_json(body: bytes, rules: Rules) -> Parse:
    """Return the entries of a JSON Feed; never raises."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError):
        return Failed(Fault.UNREADABLE, "this is not proper JSON")
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        return _BAD
    language = language_of(_text(feed, "language"))
    raws = [_raw(item) for item in items[:MAX_ENTRIES] if isinstance(item, dict)]
    entries = tuple(entry for raw in raws if (entry := compose(raw, rules, language)))
    if not entries and not _text(feed, "version").startswith("https://jsonfeed.org/"):
        return _BAD
    title = cut(plain(_text(feed, "title")), MAX_TITLE)
    return Parsed(entries, title, language_of(rules.language, language))


def _raw(item: dict[str, Any]) -> RawItem:
    markup = _text(item, "content_html") or html.escape(_text(item, "content_text"))
    tags = item.get("tags")
    return RawItem(
        title=html.escape(_text(item, "title"), quote=False),
        summary=html.escape(_text(item, "summary"), quote=False) or markup,
        link=_text(item, "url") or _text(item, "external_url"),
        guid=_text(item, "id"),
        published=from_text(_text(item, "date_published")) or from_text(_text(item, "date_modified")),
        language=_text(item, "language"),
        categories=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
    )


def _text(holder: dict[str, Any], name: str) -> str:
    value = holder.get(name)
    if isinstance(value, bool):
        return ""
    # Version 1 lets an id be a number.
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else ""
