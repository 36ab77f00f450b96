"""The JSON-LD of a page: what schema.org words say about its story."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.core.text import clean

_MAX_SCRIPT = 300_000
_MAX_NODES = 2_000
_MAX_TEXT = 1_000
_KINDS = {
    "NewsArticle": "news",
    "ReportageNewsArticle": "news",
    "OpinionNewsArticle": "opinion",
    "AnalysisNewsArticle": "analysis",
    "BackgroundNewsArticle": "analysis",
    "BlogPosting": "blog",
    "PodcastEpisode": "podcast",
    "Article": "",
    "Report": "",
}


@dataclass(frozen=True, slots=True)
class Linked:
    """What was found; any part may be empty. `crumbs` are names with their links, from the outside in."""

    headline: str = ""
    published: str = ""
    language: str = ""
    section: str = ""
    kind: str = ""
    crumbs: tuple[tuple[str, str], ...] = ()


def linked_data(tree: Any) -> Linked:
    """Return what the page's JSON-LD says, as far as it is proper JSON."""
    nodes = [node for script in tree.xpath("//script[@type='application/ld+json']") for node in _nodes(script.text)]
    story = next((node for node in nodes if _type_of(node) in _KINDS), {})
    crumbs = next((found for node in nodes if (found := _crumbs(node))), ())
    return Linked(
        headline=_text(story.get("headline")),
        published=_text(story.get("datePublished")),
        language=_text(story.get("inLanguage")),
        section=_text(story.get("articleSection")),
        kind=_KINDS.get(_type_of(story), ""),
        crumbs=crumbs,
    )


def _nodes(script: str | None) -> Iterator[dict[str, Any]]:
    try:
        waiting: list[Any] = [json.loads(script or "null")] if len(script or "") <= _MAX_SCRIPT else []
    except (ValueError, RecursionError):
        return
    seen = 0
    while waiting and seen < _MAX_NODES:
        node, seen = waiting.pop(0), seen + 1
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            yield node
            waiting.extend(value for value in (node.get("@graph"), node.get("breadcrumb")) if value)


def _type_of(node: dict[str, Any]) -> str:
    kind = node.get("@type")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    return kind.rpartition("/")[2] if isinstance(kind, str) else ""


def _crumbs(node: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    parts = node.get("itemListElement")
    if _type_of(node) != "BreadcrumbList" or not isinstance(parts, list):
        return ()
    placed = [part for part in parts[:20] if isinstance(part, dict)]
    placed.sort(key=_position)
    return tuple(_crumb(part) for part in placed)


def _position(part: dict[str, Any]) -> float:
    try:
        return float(part.get("position", 0))
    except (TypeError, ValueError):
        return 0.0


def _crumb(part: dict[str, Any]) -> tuple[str, str]:
    item = part.get("item")
    if isinstance(item, dict):
        return _text(part.get("name")) or _text(item.get("name")), _text(item.get("@id")) or _text(item.get("url"))
    return _text(part.get("name")), _text(item)


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("name") or value.get("alternateName")
    return clean(value[:_MAX_TEXT]) if isinstance(value, str) else ""
