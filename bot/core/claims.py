"""What an alert says of a story's claims: one that is not verified, and figures with who gave them."""

import re

from bot.core.message import Line, line
from bot.core.sentences import SENTENCES, Speaker
from bot.core.story import Figure, Hedge, Story

_MOST_FIGURES = 3
# What stands before the digits; a number in words stays whole.
_QUALIFIERS = re.compile(r"^\D+(?=\d)")


def unverified(speaker: Speaker, story: Story) -> Line:
    """Return the first claim the story says is not verified, in its own words; an empty line where there is none.

    One that the title or the summary says already is left out.
    """
    for hedge in story.hedges:
        if hedge.strength == "unverified" and not _is_shown(hedge, story):
            return speaker.line("not-verified", quote=hedge.sentence, small=True)
    return line()


def figures(speaker: Speaker, story: Story) -> Line:
    """Return the figures of the first who gives any: “Nearly 350,000 displaced, seven million in need (the UN)”.

    Never a bare number: one nobody is named for, or that the title or the summary gives already, is left out.
    """
    told = [each for each in story.figures if each.source and not _is_told(each, story)]
    if not told:
        return line()
    source = told[0].source
    same = [counted(speaker, each) for each in told if each.source == source]
    shown = list(dict.fromkeys(same))[:_MOST_FIGURES]
    return speaker.line("figures", figures=", ".join(shown), source=source, small=True)


def _is_shown(told: Hedge | Figure, story: Story) -> bool:
    # A long sentence is quoted in part, so that the summary need not have the quotation whole.
    return told.where in ("title", "summary") or told.sentence in story.summary


def _is_told(figure: Figure, story: Story) -> bool:
    # A summary may give the number in other words: 350,000 for nearly 350,000.
    return _is_shown(figure, story) or _gives(story.summary, _QUALIFIERS.sub("", figure.amount))


def _gives(summary: str, number: str) -> bool:
    # 12 does not stand in 1,200.
    return re.search(rf"(?<![\w.,]){re.escape(number)}(?![.,٫٬]?\w)", summary, re.IGNORECASE) is not None


def counted(speaker: Speaker, figure: Figure) -> str:
    """Return a figure with what it counts: “seven million in need”."""
    key = f"figure-{figure.kind}"
    return speaker.text(key, amount=figure.amount) if key in SENTENCES else figure.amount
