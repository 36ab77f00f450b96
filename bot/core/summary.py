"""What of a story is shown: its title unaltered, and a summary that stands alone."""

from bot.core.boilerplate import own_sentences
from bot.core.sentence_split import sentence_ends
from bot.core.story import Story
from bot.core.text import clean, cut, normalise

TITLE_CHARS = 300
SUMMARY_CHARS = 600
_NO_SPACE_AFTER = "。"


def story_summary(entry_summary: str, lead: str, title: str) -> str:
    """Return the feed's own words about a story, else its page's first: whole sentences of at most `SUMMARY_CHARS`.

    Both are plain text, their paragraphs apart by line breaks or not. Empty where neither says more than the title.
    """
    for text in (entry_summary, lead):
        told = own_sentences("\n".join(map(clean, text.splitlines())))
        while told and _repeats(told[0], title):
            told.pop(0)
        if told:
            return first_sentences(_joined(told), SUMMARY_CHARS)
    return ""


def shown_title(story: Story) -> str:
    """Return the title as published; only one that no platform could show is cut."""
    return cut(story.title, TITLE_CHARS)


def shown_summary(story: Story) -> str:
    """Return the summary, cut at a sentence where it is long; empty where it only repeats the title."""
    return "" if _repeats(story.summary, story.title) else first_sentences(story.summary, SUMMARY_CHARS)


def first_sentences(text: str, limit: int) -> str:
    """Return the leading whole sentences of text that fit `limit` characters; one too long is cut at a word."""
    if len(text) <= limit:
        return text
    fitting = 0
    for end in sentence_ends(text):
        if end > limit:
            break
        fitting = end
    return text[:fitting] if fitting else cut(text, limit)


def _repeats(said: str, title: str) -> bool:
    """Return whether words say no more than a title does: the same, or its beginning with an ellipsis."""
    compared = normalise(said)
    return normalise(title) == compared or (said.endswith(("…", "...")) and normalise(title).startswith(compared))


def _joined(told: list[str]) -> str:
    return "".join(f"{each}{'' if each.endswith(_NO_SPACE_AFTER) else ' '}" for each in told).rstrip()
