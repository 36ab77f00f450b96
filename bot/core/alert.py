"""A story into the message a chat gets."""

from collections.abc import Iterable
from datetime import datetime

from bot.core.claims import figures, unverified
from bot.core.filters.names import Names, place_of
from bot.core.message import Button, Line, Link, Menu, Message, Press, Span, line, rows_of
from bot.core.sentences import Speaker
from bot.core.share import share_options
from bot.core.story import Evidence, Story
from bot.core.summary import shown_summary, shown_title

_MOST_PLACES = 4
_MOST_EVIDENCE = 4


def alert(
    speaker: Speaker,
    names: Names,
    story: Story,
    evidence: Iterable[Evidence],
    *,
    preview: bool = False,
    repeat: bool = False,
    note: Line | None = None,
) -> Message:
    """Return a story as an alert. `repeat` marks one that may have arrived before; `note` stands above all else."""
    title = shown_title(story)
    lines = [
        note or line(),
        line(shown_places(story, names)),
        line(" · ".join(filter(None, (_kind(story), shown_date(story.published))))),
        line(shown_summary(story)),
        figures(speaker, story),
        unverified(speaker, story),
        _matched(speaker, evidence),
        line(" ".join(filter(None, (story.source, speaker.text("possible-repeat") if repeat else ""))), small=True),
    ]
    shown = tuple(each for each in lines if each.text)
    return Message(Span(title, bold=True, link=story.link), shown, closed_share(speaker, story), preview)


def closed_share(speaker: Speaker, story: Story) -> tuple[tuple[Link | Menu, ...], ...]:
    """Return an alert's own buttons, with the share menu closed; none where the story has no link."""
    if not story.link:
        return ()
    options = share_options(speaker, shown_title(story), story.link)
    return ((Link(speaker.text("read"), story.link), Menu(speaker.text("share"), f"share {story.id}", options)),)


def shown_places(story: Story, names: Names) -> str:
    """Return the places a story is about, with their flags: a few countries, then a region."""
    about = [place for found in story.places if found.about and (place := place_of(names, found.code))]
    countries = [place for place in about if not place.is_region][:_MOST_PLACES]
    regions = [place for place in about if place.is_region]
    if not regions and len(countries) == 1:
        regions = [place for code in countries[0].regions[:1] if (place := place_of(names, code))]
    shown = [f"{place.flag} {place.name}".strip() for place in countries] + [place.name for place in regions[:1]]
    return " · ".join(shown)


def _kind(story: Story) -> str:
    return story.type.replace("-", " ").capitalize()


def shown_date(moment: datetime) -> str:
    """Return the day of a moment as people read it: 6 Feb 2026."""
    return f"{moment.day} {moment:%b %Y}"


def _matched(speaker: Speaker, evidence: Iterable[Evidence]) -> Line:
    found = list(dict.fromkeys(each.words for each in evidence))[:_MOST_EVIDENCE]
    return speaker.line("matched", evidence=", ".join(found), small=True) if found else line()


def opened_share(speaker: Speaker, story: Story) -> tuple[tuple[Button, ...], ...]:
    """Return the opened share menu: two buttons a row, and one that closes it."""
    options = share_options(speaker, shown_title(story), story.link) if story.link else ()
    return (*rows_of(options, 2), (Press(speaker.text("back"), f"share {story.id} close"),))
