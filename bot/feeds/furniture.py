"""What stands around a story on its page: share lines, membership appeals, lists of other stories."""

import re
from collections.abc import Iterable

from bot.core.boilerplate import ends_story
from bot.core.text import cut, normalise

_LEAD = 600
"""Characters of a lead, and of a summary made from one."""
_MAX_ASIDE = 120
_APPEAL = re.compile(
    r"our ability to deliver|consider (?:joining|becoming|donating|supporting)|your donation (?:will|helps)|"
    r"help us (?:amplify|sustain|keep|continue)|support our (?:work|journalism)|membership programme",
    re.IGNORECASE,
)


def story_lines(lines: Iterable[str], title: str) -> list[str]:
    """Return a page's clean paragraphs without its title, and without what comes before and after the story."""
    kept = [line for line in lines if line]
    kept = [line for line in kept if normalise(line) != normalise(title)] if title else kept
    kept = _from_the_story(kept)
    return kept[: _end(kept)]


def lead_of(lines: list[str]) -> str:
    """Return the first paragraphs, a line each, as many as fit whole in 600 characters."""
    lead = ""
    for line in lines:
        longer = f"{lead}\n{line}".strip()
        if lead and len(longer) > _LEAD:
            break
        lead = longer
    return cut(lead, _LEAD)


def _from_the_story(lines: list[str]) -> list[str]:
    start = 0
    while start < len(lines) and (_APPEAL.search(lines[start]) or _is_aside(lines[start])):
        start += 1
    return lines[start:]


def _end(lines: list[str]) -> int:
    return next((at for at, line in enumerate(lines) if _is_aside(line) or _APPEAL.search(line)), len(lines))


def _is_aside(line: str) -> bool:
    return len(line) <= _MAX_ASIDE and ends_story(line)
