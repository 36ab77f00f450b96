import functools
import html
import json
import re
from typing import Any

import tdjson

from tests.peers.bot_api import limits
from tests.peers.bot_api.params import Params
from tests.peers.bot_api.refusal import Json, bad_request

_MODES: dict[str, Json] = {
    "html": {"@type": "textParseModeHTML"},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
}
_KINDS = {  # MessageEntity.type by TDLib's name (Client::JsonEntity)
    "Mention": "mention",
    "Hashtag": "hashtag",
    "Cashtag": "cashtag",
    "BotCommand": "bot_command",
    "Url": "url",
    "EmailAddress": "email",
    "PhoneNumber": "phone_number",
    "Bold": "bold",
    "Italic": "italic",
    "Underline": "underline",
    "Strikethrough": "strikethrough",
    "Spoiler": "spoiler",
    "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote",
    "Code": "code",
    "Pre": "pre",
    "PreCode": "pre",
    "TextUrl": "text_link",
    "MentionName": "text_mention",
    "CustomEmoji": "custom_emoji",
}
_OPAQUE = {"code", "pre", "text_link", "text_mention"}  # nothing is detected inside these


@functools.cache
def _quiet() -> None:
    tdjson.td_execute(json.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}).encode())


def _td(kind: str, **fields: Any) -> Json:
    _quiet()
    answer: Json = json.loads(tdjson.td_execute(json.dumps({"@type": kind, **fields}).encode()) or b"{}")
    if answer.get("@type") == "error":
        raise bad_request(answer["message"])
    return answer


def units(text: str) -> int:
    """Length in UTF-16 units, the unit of entity offsets and of the text limit."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def read_text(params: Params) -> tuple[str, list[Json]]:
    """`text` with its entities after parsing, trimming and the length check (Client::get_input_message_text)."""
    text = params.text("text")
    if not text:
        raise bad_request("Message text is empty")
    text, entities = _parse(text, params)
    text, entities = _trim(text, entities)
    if not text:
        raise bad_request("Text must be non-empty")  # TDLib MessageEntity.cpp, get_formatted_text
    if units(text) > limits.TEXT_UNITS:
        raise bad_request("Message is too long")  # TDLib MessageContent.cpp
    return text, _with_detected(text, entities)


def _parse(text: str, params: Params) -> tuple[str, list[Json]]:
    mode = params.text("parse_mode").lower()
    if mode in {"", "none"}:
        return text, _given(text, params)
    if mode not in _MODES:
        raise bad_request("Unsupported parse_mode")
    parsed = _td("parseTextEntities", text=text, parse_mode=_MODES[mode])
    return parsed["text"], [entity for raw in parsed["entities"] if (entity := _entity(raw))]


def _given(text: str, params: Params) -> list[Json]:
    given = params.parsed("entities", "message entities") or []
    known = set(_KINDS.values())
    if not isinstance(given, list) or not all(isinstance(entity, dict) for entity in given):
        raise bad_request("can't parse entities: Expected an Array of message entities")
    for entity in given:
        if entity.get("type") not in known:
            raise bad_request("can't parse MessageEntity: Unsupported type specified")
    length = units(text)
    return [entity for entity in given if entity["offset"] >= 0 and entity["offset"] + entity["length"] <= length]


def _entity(raw: Json) -> Json | None:
    kind = raw["type"]
    name = _KINDS.get(kind["@type"].removeprefix("textEntityType"))
    if name is None:  # a kind the Bot API hides, such as a media timestamp
        return None
    entity: Json = {"type": name, "offset": raw["offset"], "length": raw["length"]}
    extra = {key: kind[key] for key in ("url", "language", "custom_emoji_id", "user_id") if kind.get(key)}
    return entity | extra


def _trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """TDLib drops spaces and line ends around a text and moves the entities with it (fix_formatted_text)."""
    left = len(text) - len(text.lstrip(" \n\r\t"))
    trimmed = text.strip(" \n\r\t")
    length = units(trimmed)
    moved = []
    for entity in entities:
        start, end = entity["offset"] - left, min(entity["offset"] - left + entity["length"], length)
        if end > max(start, 0):
            moved.append({**entity, "offset": max(start, 0), "length": end - max(start, 0)})
    return trimmed, moved


def detect(text: str) -> list[Json]:
    """The entities apps find by themselves: commands, links, hashtags, mentions."""
    return [entity for raw in _td("getTextEntities", text=text)["entities"] if (entity := _entity(raw))]


def _with_detected(text: str, entities: list[Json]) -> list[Json]:
    opaque = [entity for entity in entities if entity["type"] in _OPAQUE]
    found = [entity for entity in detect(text) if not any(_overlap(entity, other) for other in opaque)]
    merged = sorted(entities + found, key=lambda entity: (entity["offset"], -entity["length"]))
    return merged[: limits.ENTITIES]


def _overlap(one: Json, other: Json) -> bool:
    first, second = sorted((one, other), key=lambda entity: entity["offset"])
    return bool(first["offset"] + first["length"] > second["offset"])


@functools.lru_cache(maxsize=4096)
def checked_link(url: str) -> str | None:
    """The link as TDLib would keep it, None when its check_link refuses it.

    The one way to that check without a network is an anchor in HTML text, which loses a bad link. TDLib takes
    "mailto:a@b.c" for user information of an HTTP link; the docs allow "HTTP or tg:// URL" only, so that is bad too.
    """
    if re.match(r"(?!https?:|tg:|ton)[a-z][a-z0-9+-]*:(?!//|\d)", url, re.IGNORECASE):
        return None
    anchor = f'<a href="{html.escape(url)}">x</a>'
    parsed = _td("parseTextEntities", text=anchor, parse_mode=_MODES["html"])
    for entity in parsed["entities"]:
        return str(entity["type"].get("url", url))
    return None
