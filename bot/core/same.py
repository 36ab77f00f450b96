"""Whether two stories tell the same, by what their titles say. A wrong yes costs a chat a story, so doubt means no."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

from bot.core.nearness import one_slip
from bot.core.story import Story
from bot.core.text import words

WITHIN = timedelta(hours=24)
"""Between the publications of two stories that can be the same."""

_SHORT = 4
"""Titles of fewer telling words prove nothing by themselves: their summaries must agree as well."""
_WORDS_A_SLIP = 5
_SHORTEST_SLIP = 5
_AGREE, _TOUCH = 0.8, 0.4
_LONGEST_PART = 3
_PARTED = re.compile(r"\s+[|–—-]\s+|\s*\|\s*")
_MARKED = re.compile(
    r"^\s*(?:breaking|update|updated|urgent|live|watch|video|exclusive|flash)\s*[:|–—-]\s*", re.IGNORECASE
)
Forms = tuple[tuple[str, ...], ...]
# fmt: off
_SLIGHT = frozenset((
    "a", "an", "the", "of", "in", "on", "at", "to", "for", "by", "with", "from", "and", "as", "is", "are", "was",
    "were", "be", "been", "has", "have", "had", "its", "it", "that", "this", "their",
    "le", "la", "les", "l", "un", "une", "des", "de", "du", "d", "au", "aux", "en", "dans", "sur", "par", "pour",
    "avec", "et", "est", "sont", "ont", "ce", "cette", "se", "ses", "sa", "leur", "leurs",
    "el", "los", "las", "del", "al", "y", "con", "para", "por", "es", "son", "su", "sus",
    "في", "من", "على", "الي", "عن", "و", "ان",
))
# fmt: on


def telling(text: str) -> tuple[str, ...]:
    """Return the compared words of a text without those that say little (the, of, dans)."""
    return tuple(word for word in words(text) if word not in _SLIGHT)


@dataclass(frozen=True, slots=True)
class Headline:
    """A story with the forms of its title that are compared: made once, for a story is compared with many."""

    story: Story
    forms: Forms
    """Its telling words: whole, then without what stands before or after a bar or dash."""


def headline(story: Story) -> Headline:
    """Return a story with the forms of its title."""
    return Headline(story, _forms(story.title))


def same_story(new: Headline, kept: Headline) -> bool:
    """Return whether two stories of about the same day tell the same.

    Two of one feed must agree in their summaries as well: feeds repeat a title for the next event of its kind.
    """
    one, other = new.story, kept.story
    if abs(one.published - other.published) > WITHIN or not _same_forms(new.forms, kept.forms):
        return False
    if _elsewhere(one, other):
        return False
    if one.source == other.source:
        return _agreement(one.summary, other.summary) >= _AGREE
    return len(new.forms[0]) >= _SHORT or _agreement(one.summary, other.summary) >= _TOUCH


def slipped(one: str, other: str) -> bool:
    """Return whether two compared words are one, written with a slip of the pen or as a plural."""
    if not (one.isalpha() and other.isalpha()):
        return False
    if f"{one}s" == other or f"{other}s" == one:
        return True
    return min(len(one), len(other)) >= _SHORTEST_SLIP and one_slip(one, other)


def _same_forms(mine: Forms, theirs: Forms) -> bool:
    # Only one may lose a part of itself: with both, “Floods – Mali” would be “Floods – Niger”.
    pairs = chain(((mine[0], form) for form in theirs), ((form, theirs[0]) for form in mine[1:]))
    return any(_alike(*pair) for pair in pairs)


def _forms(title: str) -> Forms:
    title = _MARKED.sub("", title)
    parts = _PARTED.split(title)
    if len(parts) == 1:
        return (telling(title),)
    cut = [parts[1:]] if len(telling(parts[0])) <= _LONGEST_PART else []
    cut += [parts[:-1]] if len(telling(parts[-1])) <= _LONGEST_PART else []
    shorter = [telling(" ".join(kept)) for kept in cut]
    return (telling(title), *(form for form in shorter if len(form) > _SHORT))


def _alike(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    if not mine or "".join(mine) == "".join(theirs):  # cease-fire, ceasefire
        return bool(mine)
    if len(mine) != len(theirs):
        return False
    apart = [(one, other) for one, other in zip(mine, theirs, strict=True) if one != other]
    return len(apart) <= len(mine) // _WORDS_A_SLIP and all(slipped(one, other) for one, other in apart)


def _elsewhere(new: Story, kept: Story) -> bool:
    mine, theirs = ({place.code for place in story.places if place.about} for story in (new, kept))
    return bool(mine and theirs and mine.isdisjoint(theirs))


def _agreement(one: str, other: str) -> float:
    """Return which share of their telling words two summaries have in common; none where they differ in a number."""
    mine, theirs = set(telling(one)), set(telling(other))
    if not mine or not theirs:
        return float(mine == theirs)
    if numbers(mine) != numbers(theirs):
        return 0.0
    return len(mine & theirs) / max(len(mine), len(theirs))


def numbers(found: Iterable[str]) -> set[str]:
    """Return the compared words that hold a digit."""
    return {word for word in found if any(map(str.isdigit, word))}
