"""Telegram's own parser as the judge of what we render."""

import functools
import json
from typing import Any

import tdjson


@functools.cache
def _quiet() -> None:
    tdjson.td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())


def parsed(text: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the text and the entities that TDLib reads in HTML; fails where it reads none."""
    _quiet()
    query = {"@type": "parseTextEntities", "text": text, "parse_mode": {"@type": "textParseModeHTML"}}
    answer = json.loads(tdjson.td_execute(json.dumps(query).encode()) or b"{}")
    assert answer["@type"] == "formattedText", f"{answer} for {text[:200]!r}"
    return answer["text"], answer["entities"]


def units(text: str) -> int:
    """Return the length as Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def piece(text: str, entity: dict[str, Any]) -> str:
    """Return the part of a text that an entity covers."""
    raw = text.encode("utf-16-le")[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2]
    return raw.decode("utf-16-le")


def link_survives(url: str) -> bool:
    """Whether TDLib takes a URL for a link."""
    anchor = url.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return bool(parsed(f'<a href="{anchor}">x</a>')[1])
