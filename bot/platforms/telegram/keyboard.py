"""Neutral buttons as an inline keyboard."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.core.message import COMMAND_BYTES, Button, Copy, Link, Menu, Press
from bot.platforms.telegram.fit import cut, scrub, units, visible
from bot.platforms.telegram.links import usable

_LABEL_UNITS = 64
_COPY_UNITS = 256
"""core.telegram.org/bots/api, CopyTextButton: 1-256 characters."""
_A_ROW = 8
_MOST_BUTTONS = 100
_CLIPBOARD = "📋"


def keyboard(rows: tuple[tuple[Button, ...], ...], *, links: bool = True) -> dict[str, Any]:
    """Return an InlineKeyboardMarkup; buttons Telegram would refuse are left out, long rows are broken.

    Without `links` only buttons that give commands or copy are kept.
    """
    shown: list[list[dict[str, Any]]] = []
    left = _MOST_BUTTONS
    for row in rows:
        made = [button for each in row if (button := _button(each)) and (links or "url" not in button)][:left]
        shown += [made[i : i + _A_ROW] for i in range(0, len(made), _A_ROW)]
        left -= len(made)
    return {"inline_keyboard": shown}


def _button(button: Button) -> dict[str, Any] | None:
    match button:
        case Link(label, url):
            return {"text": _label(label), "url": url} if usable(url) else _letter(label, url)
        case Press(label, command) | Menu(label, command):
            fits = 0 < len(command.encode("utf-8", "replace")) <= COMMAND_BYTES and scrub(command) == command
            return {"text": _label(label), "callback_data": command} if fits else None
        case Copy(label, text):
            return _copy(label, text)


def _letter(label: str, url: str) -> dict[str, Any] | None:
    # Telegram knows no mailto, neither in buttons nor in text (TDLib drops it or takes it for a host), so the
    # letter's text is put on the clipboard instead.
    parts = urlsplit(url) if url.startswith("mailto:") else None
    body = parse_qs(parts.query).get("body", [""])[0] if parts else ""
    words, _, link = body.replace("\r", "").rpartition("\n")
    room = _COPY_UNITS - units(link) - 1
    return _copy(f"{_CLIPBOARD} {label}", f"{cut(scrub(words), room)}\n{link}".strip()) if body else None


def _copy(label: str, text: str) -> dict[str, Any] | None:
    clean = "\n".join(scrub(each) for each in text.split("\n"))
    fits = visible(clean) and units(clean) <= _COPY_UNITS
    return {"text": _label(label), "copy_text": {"text": clean}} if fits else None


def _label(label: str) -> str:
    shown = cut(scrub(label), _LABEL_UNITS).strip()
    return shown if visible(shown) else "…"
