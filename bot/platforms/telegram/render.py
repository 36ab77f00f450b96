"""A neutral message as parameters of sendMessage: HTML with its keyboard, and a plain form for when that is refused."""

from collections.abc import Iterable, Iterator
from typing import Any

from bot.core.message import Line, Message, Span
from bot.platforms.telegram.fit import fit
from bot.platforms.telegram.keyboard import keyboard
from bot.platforms.telegram.links import usable

# TDLib's parser knows just these four by name; all others it shows as they are written.
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_PARAGRAPH = 60
_EMPTY = Line(())


def render(message: Message) -> dict[str, Any]:
    """Return text, parse mode, preview options and keyboard; whatever the message holds, Telegram takes it."""
    text = "\n".join(_line(each) for each in fit(_lines(message)))
    return {
        "text": text,
        "parse_mode": "HTML",
        "link_preview_options": _preview(message),
        "reply_markup": keyboard(message.rows),
    }


def render_plain(message: Message) -> dict[str, Any]:
    """Return the message without markup: links of titles and lines are written out and no button holds one."""
    return {
        "text": "\n".join(each.text for each in fit(_written_out(_lines(message)))),
        "link_preview_options": _preview(message),
        "reply_markup": keyboard(message.rows, links=False),
    }


def _written_out(lines: Iterable[Line]) -> Iterator[Line]:
    for each in lines:
        yield each
        yield from (Line((Span(span.link),)) for span in each.spans if usable(span.link))


def _lines(message: Message) -> Iterator[Line]:
    if message.title:
        yield Line((message.title,))
    if message.title is None or not message.title.link:
        yield from message.lines
        return
    # An alert: its summary and what is small stand apart, as paragraphs do.
    before = _EMPTY
    for each in message.lines:
        if _is_paragraph(each) or _is_paragraph(before) or each.small > before.small:
            yield _EMPTY
        yield each
        before = each


def _is_paragraph(line: Line) -> bool:
    return not line.small and len(line.text) > _PARAGRAPH


def _line(line: Line) -> str:
    return "".join(_span(span, line.small) for span in line.spans)


def _span(span: Span, small: bool) -> str:
    text = span.text.translate(_ESCAPES)
    if not text:
        return ""
    if span.code:  # nothing else may be inside of code or around it
        return f"<code>{text}</code>"
    if usable(span.link):
        text = f'<a href="{span.link.translate(_ESCAPES)}">{text}</a>'
    if span.bold:
        text = f"<b>{text}</b>"
    return f"<i>{text}</i>" if span.italic or small else text


def _preview(message: Message) -> dict[str, Any]:
    link = message.title.link if message.title else ""
    return {"url": link} if message.preview and usable(link) else {"is_disabled": True}
