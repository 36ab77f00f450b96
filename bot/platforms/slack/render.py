"""A neutral message into Slack's blocks, within the limits of Block Kit.

https://docs.slack.dev/reference/block-kit/blocks
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bot.core.message import Line, Message, Span
from bot.core.text import cut
from bot.platforms.slack.buttons import action_blocks
from bot.platforms.slack.mrkdwn import escape, fitting, markup, tidy, web_url, words

Block = dict[str, Any]

BLOCKS = 50
HEADER_CHARS = 150
SECTION_CHARS = 3000
TITLE_LINK_CHARS = 2000
CONTEXT_CHARS = 2000
CONTEXT_ELEMENTS = 10
FALLBACK_CHARS = 3900  # 4,000 advised, https://docs.slack.dev/reference/methods/chat.postMessage
# Undocumented: about 13,200 characters in all blocks are refused, https://github.com/slackapi/bolt-js/issues/2509
LINES_CHARS, BUTTONS_CHARS = 8000, 4000
_DIVIDER: Block = {"type": "divider"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as Slack takes it: the words for notifications and screen readers, and the blocks."""

    text: str
    blocks: tuple[Block, ...]


def render(message: Message) -> Rendered:
    """Return a message as blocks. What is too long is cut by whole lines, or at a word within one."""
    actions = action_blocks(message.rows, BUTTONS_CHARS)[: BLOCKS - 1]
    title, body, room = list(_title(message)), _body(_within(message.lines, LINES_CHARS)), BLOCKS - len(actions)
    if len(title) + len(body) > room:
        body = [block for block in body if block is not _DIVIDER]
    return Rendered(_fallback(message.text.splitlines()), (*[*title, *body][:room], *actions))


def plain(message: Message) -> str:
    """Return a message as text alone, with the links of titles and lines written out: for when blocks are refused."""
    title = [Line((message.title,))] if message.title else []
    shown: list[str] = []
    room = FALLBACK_CHARS
    for each in (*title, *message.lines):
        links = [f"<{escape(address)}>" for span in each.spans if (address := web_url(span.link))]
        whole = "\n".join([words(fitting(tidy(each.text), max(room, 1))), *links])
        room -= len(whole) + 1
        if shown and room < 0:
            break
        shown.append(whole)
    return "\n".join(shown).strip() or "…"


def _fallback(lines: Iterable[str]) -> str:
    kept = _within([Line((Span(text),)) for text in lines], FALLBACK_CHARS)
    return "\n".join(words(line.text) for line in kept).strip() or "…"


def _title(message: Message) -> Iterator[Block]:
    # A header holds plain text only, so nothing in a title can call anybody; but it holds no link either, and Slack
    # previews only links that stand in the text.
    title = message.title
    whole = tidy(title.text).strip() if title else ""
    if title is None or not whole:
        return
    if len(whole) <= HEADER_CHARS and not (message.preview and title.link):
        yield {"type": "header", "text": _plain_text(whole, HEADER_CHARS)}
        return
    address = web_url(title.link)
    address = address if len(escape(address)) <= TITLE_LINK_CHARS else ""
    short = fitting(whole, SECTION_CHARS - TITLE_LINK_CHARS - 10)
    yield {"type": "section", "text": _mrkdwn(markup(Line((Span(short, bold=True, link=address),))))}


def _body(lines: Iterable[Line]) -> list[Block]:
    """Return lines as blocks; what an empty line parts, a divider does."""
    blocks: list[Block] = []
    for (is_empty, is_small), group in groupby(lines, key=lambda line: (not tidy(line.text).strip(), line.small)):
        alike = list(group)
        if not is_empty:
            blocks += _contexts(alike) if is_small else _sections(alike)
        elif blocks and blocks[-1] is not _DIVIDER:
            blocks.append(_DIVIDER)
    return blocks[:-1] if blocks and blocks[-1] is _DIVIDER else blocks


def _sections(lines: list[Line]) -> Iterator[Block]:
    styled = any(_is_styled(line) for line in lines)
    held: list[str] = []
    for text in [_written(line, styled, SECTION_CHARS) for line in lines]:
        if held and len("\n".join([*held, text])) > SECTION_CHARS:
            yield _section("\n".join(held), styled)
            held = []
        held.append(text)
    if held:
        yield _section("\n".join(held), styled)


def _contexts(lines: list[Line]) -> Iterator[Block]:
    elements = [
        _mrkdwn(_written(line, True, CONTEXT_CHARS)) if _is_styled(line) else _plain_text(line.text, CONTEXT_CHARS)
        for line in lines
        if tidy(line.text).strip()
    ]
    for start in range(0, len(elements), CONTEXT_ELEMENTS):
        yield {"type": "context", "elements": elements[start : start + CONTEXT_ELEMENTS]}


def _written(line: Line, styled: bool, room: int) -> str:
    if not styled:
        return cut(tidy(line.text), room)
    whole = markup(line)
    return whole if len(whole) <= room else words(fitting(tidy(line.text), room))


def _within(lines: Iterable[Line], room: int) -> list[Line]:
    """Return the leading lines that fit; the first that does not is cut, and ends them."""
    kept: list[Line] = []
    for line in lines:
        room -= len(markup(line)) + 1
        if room < 0:
            rest = fitting(line.text, max(room + len(markup(line)), 1))
            return [*kept, Line((Span(rest),), line.small)]
        kept.append(line)
    return kept


def _is_styled(line: Line) -> bool:
    return any(span.bold or span.italic or span.code or span.link for span in line.spans)


def _section(text: str, styled: bool) -> Block:
    return {"type": "section", "text": _mrkdwn(text) if styled else _plain_text(text, SECTION_CHARS, lines=True)}


def _mrkdwn(text: str) -> Block:
    # Verbatim: otherwise Slack makes links of addresses and names it finds in the words.
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain_text(text: str, room: int, *, lines: bool = False) -> Block:
    # No emoji: a title that holds :smile: keeps it as written.
    return {"type": "plain_text", "text": text if lines else cut(tidy(text).strip(), room), "emoji": False}
