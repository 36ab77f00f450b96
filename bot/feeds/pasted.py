"""An article as a person pastes or saves it: plain text, with its breadcrumb, its title and what stands around it."""

import re

from bot.core.story import Article
from bot.core.text import MAX_CHARS, clean
from bot.feeds.crumbs import inner_names, starts_at_home
from bot.feeds.furniture import lead_of, story_lines

_NUMBERED = re.compile(r"\s*\d{1,2}[.)]\s+(\S.*)")
_ARROWS = re.compile(r"\s*[›»>→]\s*")
_PARAGRAPH = re.compile(r"\n\s*\n")
_LONGEST_TITLE = 200
_SENTENCE_ENDS = (".", "!", "؟", "。", ":", ";", ",")


def read_pasted(text: str) -> Article:
    """Return the article in a text: a first line without a full stop is its title, a breadcrumb stands before it."""
    crumbs, rest = _after_breadcrumb(text.splitlines())
    lines = story_lines(_paragraphs(rest), "")
    title = lines[0] if len(lines) > 1 and _is_title(lines[0], sure=bool(crumbs)) else ""
    story = lines[1:] if title else lines
    return Article(
        breadcrumb=inner_names(crumbs, title),
        title=title,
        lead=lead_of(story),
        text="\n\n".join(story)[:MAX_CHARS],
    )


def _after_breadcrumb(lines: list[str]) -> tuple[list[str], str]:
    """Return the breadcrumb's names and what follows it; all of the text where it has none."""
    before, half = 0, sum(map(len, lines)) / 2
    for at, line in enumerate(lines):
        if before > half:
            break  # a footer's trail: the story is what stands before it
        before += len(line)
        names, end = _trail(line), at + 1
        if not names:
            names = _run(lines, at)
            end = at + len(names)
        if len(names) > 1 and starts_at_home(names):
            return names, "\n".join(lines[end:])
    return [], "\n".join(lines)


def _trail(line: str) -> list[str]:
    names = [name for name in _ARROWS.split(clean(line)) if name]
    return names if len(names) > 1 else []


def _run(lines: list[str], first: int) -> list[str]:
    """Return the names of a numbered list, a line each, that begins at Home."""
    names: list[str] = []
    for at in range(first, len(lines)):
        found = _NUMBERED.match(lines[at])
        if not found or (names and not starts_at_home(names)):
            break
        names.append(clean(found[1]))
    return names


def _paragraphs(text: str) -> list[str]:
    # Where no line is blank, every line is a paragraph; else lines are only as long as somebody's window was wide.
    parted = _PARAGRAPH.split(text.strip()) if _PARAGRAPH.search(text.strip()) else text.splitlines()
    return [clean(part) for part in parted]


def _is_title(line: str, *, sure: bool) -> bool:
    return len(line) <= _LONGEST_TITLE and (sure or not line.endswith(_SENTENCE_ENDS))
