"""Slack's markup: neutral text into it, and what people typed out of it.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from urllib.parse import quote, urlsplit

from bot.core.message import Line, Span
from bot.core.text import cut

URL_CHARS = 3000  # https://docs.slack.dev/reference/block-kit/block-elements/button-element

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ESCAPE_TABLE = str.maketrans(_ESCAPES)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
# Slack has no way to escape its formatting marks, so where one could format it gives way to a twin that cannot.
_TWINS = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ", "_": "ˍ"})
_MARKS = re.compile(r"[*~`]|(?<![^\W_])_|_(?![^\W_])")
_ADDRESS_LIKE = re.compile(r"://|\bwww\.|^\W*[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}(?:[/:?#]\S*)?\W*$", re.IGNORECASE)
_REFERENCE = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_EDGES = re.compile(r"^(\s*)(.*?)(\s*)$", re.DOTALL)


def tidy(text: str) -> str:
    """Return text on one line, without control characters and without what turns the reading direction."""
    return _CONTROL.sub(" ", text)


def escape(text: str) -> str:
    """Return text in which Slack finds no control sequence: no mention, no link."""
    return text.translate(_ESCAPE_TABLE)


def words(text: str) -> str:
    """Return text that Slack shows as it is: escaped, on one line, its marks formatting nothing."""
    return escape(_MARKS.sub(lambda mark: mark[0].translate(_TWINS), tidy(text)))


def fitting(text: str, room: int) -> str:
    """Return as much of a text as takes at most `room` characters once it is escaped, ended at a word."""
    if len(escape(text)) <= room:
        return text
    used = 1  # the ellipsis
    for count, char in enumerate(text):
        used += len(_ESCAPES.get(char, char))
        if used > room:
            return cut(text, count + 1)
    return text


def web_url(url: str, schemes: tuple[str, ...] = ("http", "https")) -> str:
    """Return a URL that can stand in a button or in markup; empty where it is none of these schemes or too long."""
    whole = quote(tidy(url).strip(), safe="%/:?#[]@!$&'()*+,;=~-._")
    try:
        parts = urlsplit(whole)
    except ValueError:
        return ""
    leads = parts.netloc if parts.scheme.lower() != "mailto" else parts.path or parts.query
    return whole if parts.scheme.lower() in schemes and leads and len(escape(whole)) <= URL_CHARS else ""


def link(url: str, label: str) -> str:
    """Return a label that opens a web page or a mail form; the label alone where that could mislead."""
    target = web_url(url, ("http", "https", "mailto"))
    if not target or not label.strip() or _misleads(target, label):
        return words(label)
    return f"<{escape(target)}|{words(label)}>"


def markup(line: Line) -> str:
    """Return a line in Slack's markup."""
    return "".join(_marked(span) for span in line.spans)


def said(text: str) -> str:
    """Return what somebody typed: references become the names they stand for, escapes the characters."""
    text = _REFERENCE.sub(_named, text)
    for char, escaped in reversed(_ESCAPES.items()):
        text = text.replace(escaped, char)
    return text.strip()


def _marked(span: Span) -> str:
    text = tidy(span.text)
    if not text.strip():
        return text
    before, inner, after = _EDGES.match(text).groups()  # type: ignore[union-attr]
    # A mark beside a space formats nothing, so spaces stay outside.
    return before + _styled(span, inner) + after


def _styled(span: Span, inner: str) -> str:
    if span.link:
        shown = link(span.link, inner)
    elif span.code:
        return f"`{escape(inner.replace('`', 'ˋ'))}`"
    else:
        shown = words(inner)
    shown = f"_{shown}_" if span.italic else shown
    return f"*{shown}*" if span.bold else shown


def _misleads(target: str, label: str) -> bool:
    # A label that looks like an address may only be that of where the link leads.
    host = urlsplit(target).netloc.lower().removeprefix("www.")
    return bool(_ADDRESS_LIKE.search(label)) and label.strip().lower().removeprefix("www.") != host


def _named(reference: re.Match[str]) -> str:
    kind, target, label = reference.groups()
    if kind == "@":
        return f"@{label}" if label else ""
    return label or target.removeprefix("mailto:")
