"""Text within Telegram's limits, counted in UTF-16 units as Telegram counts; cut before any markup is put around it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.core.message import Line, Span

MOST_UNITS = 4096
"""core.telegram.org/bots/api, sendMessage: 1-4096 characters after entities parsing."""

LINE_UNITS = 2000
_MOST_LINES = 400
_BEYOND = Line((Span("…"),))
# Half characters are no text, and bidi overrides could turn the words that follow (embeds, overrides, isolates).
_UNWANTED = re.compile("[\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\ufffc")


def units(text: str) -> int:
    """Return the length in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def scrub(text: str) -> str:
    """Return text as one line that cannot turn or break what stands around it."""
    return text if text.isprintable() else _CONTROL.sub(" ", _UNWANTED.sub("", text))


def cut(text: str, limit: int) -> str:
    """Return text of at most `limit` units, ended at a word with an ellipsis where it was longer."""
    if units(text) <= limit:
        return text
    head = text.encode("utf-16-le")[: max(limit - 1, 0) * 2].decode("utf-16-le", "ignore")
    whole = head.rsplit(" ", 1)[0] if " " in head[len(head) // 2 :] else head
    return whole.rstrip() + "…" if limit > 0 else ""


def visible(text: str) -> bool:
    """Whether there is anything to see, for Telegram refuses text in which there is not."""
    return any(unicodedata.category(char)[0] in "LNPS" and char not in _BLANK_LETTERS for char in text)


def fit(lines: Iterable[Line], limit: int = MOST_UNITS) -> list[Line]:
    """Return scrubbed lines that together, with line ends between, fit `limit` units: never half a word, never none."""
    kept, left = [], limit - 2  # the ellipsis and its line end
    for count, each in enumerate(lines):
        shown = _cut_line(each)
        size = sum(units(span.text) for span in shown.spans) + 1
        if size > left or count >= _MOST_LINES:
            kept.append(_BEYOND)
            break
        kept.append(shown)
        left -= size
    return kept if any(visible(each.text) for each in kept) else [*kept, _BEYOND]


def _cut_line(line: Line) -> Line:
    return Line(tuple(_cut_spans(line.spans)), line.small)


def _cut_spans(spans: Iterable[Span]) -> Iterator[Span]:
    left = LINE_UNITS
    for span in spans:
        if left <= 0:
            return
        # Only as much as can be shown is looked at: scrubbing never makes text longer.
        text = cut(scrub(span.text[: 4 * LINE_UNITS]), left)
        left -= units(text)
        yield replace(span, text=text)
