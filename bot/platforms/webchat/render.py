"""The neutral message into the JSON that the page draws.

The page sets text and never markup, so nothing is escaped here.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from bot.core.message import Button, Copy, Line, Link, Menu, Message, Press, Span
from bot.core.text import cut

SPAN_CHARS = 4000
_LINE_SCHEMES = frozenset({"http", "https"})
_BUTTON_SCHEMES = _LINE_SCHEMES | {"mailto"}

Json = dict[str, Any]


def message_body(message: Message, *, follows: int = 0, changed: bool = False) -> str:
    """Return a message as one line of ASCII JSON.

    `follows` is the id of the message it follows on. One that is `changed` is told to nobody again: it only stands in
    for what was there.
    """
    title: Json = {"title": _span(message.title)} if message.title else {}
    place: Json = ({"follows": follows} if follows else {}) | ({"changed": True} if changed else {})
    return _write(title | place | {"lines": [_line(line) for line in message.lines], "rows": _rows(message)})


def buttons_body(message: Message) -> str:
    """Return only a message's buttons, for the page to put under words that stay."""
    return _write({"only": "buttons", "rows": _rows(message)})


def typed_body(text: str) -> str:
    """Return what a person typed."""
    return _write({"text": text})


def _write(body: Json) -> str:
    # ASCII only: no text in it can end a line of the stream or be refused by a database.
    return json.dumps(body, separators=(",", ":"))


def _line(line: Line) -> Json:
    looks = {"small": line.small, "badge": line.badge}
    return {"spans": [_span(span) for span in line.spans]} | {look: True for look, on in looks.items() if on}


def _span(span: Span) -> Json:
    styles = {style: True for style in ("bold", "italic", "code") if getattr(span, style)}
    link = {"link": span.link} if _safe(span.link, _LINE_SCHEMES) else {}
    return {"text": cut(span.text, SPAN_CHARS)} | styles | link


def _rows(message: Message) -> list[list[Json]]:
    drawn = [[shown for button in row if (shown := _button(button))] for row in message.rows]
    return [row for row in drawn if row]


def _button(button: Button) -> Json | None:
    label = cut(button.label, SPAN_CHARS)
    match button:
        case Link(_, url):
            return {"kind": "link", "label": label, "url": url} if _safe(url, _BUTTON_SCHEMES) else None
        case Press(_, command):
            return {"kind": "press", "label": label, "command": command}
        case Copy(_, text):
            return {"kind": "copy", "label": label, "text": text}
        case Menu(_, _, options):
            return {"kind": "menu", "label": label, "options": [each for each in map(_button, options) if each]}


def _safe(url: str, schemes: frozenset[str]) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in schemes and (bool(parts.hostname) or parts.scheme == "mailto")
