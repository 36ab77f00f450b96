"""Rows of neutral buttons into Slack's actions.

A menu becomes an overflow ("⋯"), which takes five options and opens web pages only. Pages after the fifth are buttons
beside it, not links in the text, of which Slack might make previews. What no button holds stands below as text: mail
forms, which Slack knows in text alone, and, for a copy button, the link itself under its host's name, for no app can
put anything on a clipboard but every Slack client copies a link.
"""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from bot.core.message import Button, Copy, Line, Link, Menu, Press, Span
from bot.core.text import cut
from bot.platforms.slack.mrkdwn import link, markup, tidy, web_url, words

Block = dict[str, Any]

LABEL_CHARS = 75
ROW_ELEMENTS = 25
OVERFLOW_OPTIONS = 5
MOST_ROWS = 10
NOTE_CHARS = 2000


def action_blocks(rows: Iterable[Iterable[Button]], room: int) -> list[Block]:
    """Return the blocks for rows of buttons; labels take at most `room` characters in all, later buttons give way."""
    kept = _affordable([list(row) for row in rows], room)
    if len(kept) > MOST_ROWS:
        # Fifty blocks are all a message may have, and Slack wraps a long row by itself.
        flat = [button for row in kept for button in row]
        kept = [flat[start : start + ROW_ELEMENTS] for start in range(0, len(flat), ROW_ELEMENTS)]
    numbers = count(1)
    return [block for row in kept for block in _row(row, numbers)]


def is_action_block(block: Block) -> bool:
    """Say whether a block, ours or as Slack gives it back, is one of a message's buttons."""
    return block.get("type") == "actions" or str(block.get("block_id", "")).startswith("more")


def _row(row: list[Button], numbers: Iterator[int]) -> Iterator[Block]:
    elements = [made for button in row for made in _elements(button, numbers)]
    for start in range(0, len(elements), ROW_ELEMENTS):
        yield {"type": "actions", "elements": elements[start : start + ROW_ELEMENTS]}
    for button in row:
        if note := _beyond(button):
            element = {"type": "mrkdwn", "text": note, "verbatim": True}
            yield {"type": "context", "block_id": f"more-{next(numbers)}", "elements": [element]}


def _elements(button: Button, numbers: Iterator[int]) -> Iterator[Block]:
    match button:
        case Link(label, url) if target := web_url(url):
            yield _button(label, numbers, "link", url=target)
        case Press(label, command):
            yield _button(label, numbers, "press", value=command)
        case Menu(label, _, options):
            pages = [option for option in options if isinstance(option, Link) and web_url(option.url)]
            yield from _menu(label, pages, numbers)


def _menu(label: str, pages: list[Link], numbers: Iterator[int]) -> Iterator[Block]:
    held = pages[:OVERFLOW_OPTIONS] if len(pages) > 1 else []
    if held:
        options = [
            {"text": _label(page.label), "value": f"option-{position}", "url": web_url(page.url)}
            for position, page in enumerate(held, 1)
        ]
        yield {"type": "overflow", "action_id": f"menu-{next(numbers)}", "options": options}
    for page in pages[len(held) :]:
        yield _button(f"{label}: {page.label}", numbers, "link", url=web_url(page.url))


def _button(label: str, numbers: Iterator[int], kind: str, **more: str) -> Block:
    return {"type": "button", "action_id": f"{kind}-{next(numbers)}", "text": _label(label), **more}


def _beyond(button: Button) -> str:
    """Return the links that neither a button nor a menu can hold, as one line of text."""
    match button:
        case Menu(label, _, options):
            return _note(f"{label}: ", [_as_link(option) for option in options])
        case Copy() | Link():
            return _note("", [_as_link(button)])
    return ""


def _note(beginning: str, links: list[str]) -> str:
    note = ""
    for one in filter(None, links):
        longer = f"{note} · {one}" if note else words(beginning) + one
        note = longer if len(longer) <= NOTE_CHARS else note
    return note


def _as_link(option: Link | Copy) -> str:
    if isinstance(option, Link):
        return link(option.url, option.label) if web_url(option.url, ("mailto",)) else ""
    if target := web_url(option.text):
        return link(target, urlsplit(target).netloc.removeprefix("www."))
    return markup(Line((Span(cut(option.text, LABEL_CHARS), code=True),)))


def _affordable(rows: list[list[Button]], room: int) -> list[list[Button]]:
    kept: list[list[Button]] = []
    for row in rows:
        within = []
        for button in row:
            room -= min(len(button.label), LABEL_CHARS)
            if room >= 0:
                within.append(button)
        kept += [within] if within else []
    return kept


def _label(text: str) -> Block:
    return {"type": "plain_text", "text": cut(tidy(text).strip(), LABEL_CHARS) or "…", "emoji": False}
