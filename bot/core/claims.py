"""What an alert says of a story's claims: one that is not verified, and figures with who gave them."""

from bot.core.message import Line, line
from bot.core.sentences import SENTENCES, Speaker
from bot.core.story import Figure, Story
from bot.core.text import cut

_QUOTED = 200
_MOST_FIGURES = 3


def unverified(speaker: Speaker, story: Story) -> Line:
    """Return the first claim the story says is not verified, in its own words; an empty line where there is none."""
    for hedge in story.hedges:
        if hedge.strength == "unverified" and hedge.sentence not in story.summary:
            return speaker.line("not-verified", quote=cut(hedge.sentence, _QUOTED), small=True)
    return line()


def figures(speaker: Speaker, story: Story) -> Line:
    """Return the figures of the first who gives any: “Nearly 350,000 displaced, seven million in need (the UN)”.

    Never a bare number: one nobody is named for, or that the summary gives already, is left out.
    """
    told = [each for each in story.figures if each.source and each.sentence not in story.summary]
    if not told:
        return line()
    source = told[0].source
    same = [_counted(speaker, each) for each in told if each.source == source]
    shown = list(dict.fromkeys(same))[:_MOST_FIGURES]
    return speaker.line("figures", figures=", ".join(shown), source=source, small=True)


def _counted(speaker: Speaker, figure: Figure) -> str:
    key = f"figure-{figure.kind}"
    return speaker.text(key, amount=figure.amount) if key in SENTENCES else figure.amount
