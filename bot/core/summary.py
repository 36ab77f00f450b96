"""What of a story is shown: its title unaltered, and a summary that stands alone."""

import re

from bot.core.story import Story
from bot.core.text import cut

TITLE_CHARS = 300
SUMMARY_CHARS = 600
# No sentence begins with a small Latin letter: "the U.S. said" is one sentence.
_SENTENCE_END = re.compile(r"[.!?؟…][\"'”’»)]*(?=\s+[^\sa-z])|[。！？]")


def shown_title(story: Story) -> str:
    """Return the title as published; only one that no platform could show is cut."""
    return cut(story.title, TITLE_CHARS)


def shown_summary(story: Story) -> str:
    """Return the summary, cut at a sentence where it is long; empty where it only repeats the title."""
    summary = story.summary
    if summary.casefold().rstrip(".…") == story.title.casefold().rstrip(".…"):
        return ""
    return first_sentences(summary, SUMMARY_CHARS)


def first_sentences(text: str, limit: int) -> str:
    """Return the leading whole sentences of text that fit `limit` characters; one too long is cut at a word."""
    if len(text) <= limit:
        return text
    ends = [end for found in _SENTENCE_END.finditer(text) if (end := found.end()) <= limit]
    return text[: ends[-1]] if ends else cut(text, limit)
