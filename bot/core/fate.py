"""What became of a story after it was told: a line above a message that is changed for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.core.message import Line, line
from bot.core.rhythm import zone_of
from bot.core.sentences import SENTENCES, Speaker
from bot.core.story import Story
from bot.core.summary import shown_title
from bot.core.text import cut

_TITLE = 80
_MOST = 3


def fate(speaker: Speaker, story: Story, zone: str) -> Line:
    """Return what changed of a story and when, or that it was withdrawn; an empty line where neither is so.

    The time is that of the chat's zone, and names UTC where the chat has none.
    """
    if story.withdrawn_at:
        return replace(speaker.line("withdrawn"), badge=True)
    if not (story.revised_at and story.revised):
        return line()
    time, what = _time(speaker, story.revised_at, zone), _what(speaker, story.revised)
    return replace(speaker.line("updated", time=time, what=what), badge=True)


def fates(speaker: Speaker, stories: Sequence[Story], zone: str) -> tuple[Line, ...]:
    """Return the same of stories that one message tells: of those that changed last, with their titles."""
    changed = [(when, story) for story in stories if (when := story.withdrawn_at or _revised(story))]
    latest = sorted(changed, key=lambda each: each[0], reverse=True)[:_MOST]
    return tuple(_of(speaker, story, zone) for _, story in latest)


def _of(speaker: Speaker, story: Story, zone: str) -> Line:
    title = cut(shown_title(story), _TITLE)
    if story.withdrawn_at or story.revised_at is None:
        return speaker.line("withdrawn-of", title=title)
    time, what = _time(speaker, story.revised_at, zone), _what(speaker, story.revised)
    return speaker.line("updated-of", time=time, what=what, title=title)


def _revised(story: Story) -> datetime | None:
    return story.revised_at if story.revised else None


def _time(speaker: Speaker, moment: datetime, zone: str) -> str:
    local = f"{moment.astimezone(zone_of(zone)):%H:%M}"
    return local if zone else speaker.text("time-utc", time=local)


def _what(speaker: Speaker, revised: str) -> str:
    keys = [f"changed-{each}" for each in revised.split(", ")]
    # A newer version beside this one may have found other things to change.
    *others, last = [speaker.text(key) for key in keys if key in SENTENCES] or [""]
    return f" {speaker.text('and')} ".join([", ".join(others), last] if others else [last])
