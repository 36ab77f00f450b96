"""Several stories in one message: a digest, or what came while nobody wanted to hear or the bot was away."""

from collections.abc import Iterator, Sequence

from bot.core.alert import shown_date, shown_places
from bot.core.filters.names import Names
from bot.core.message import Line, Message, Span, line
from bot.core.sentence_split import sentence_ends
from bot.core.sentences import SENTENCES, Speaker
from bot.core.story import Story
from bot.core.summary import shown_summary, shown_title
from bot.core.text import cut

_ROOM = 3600
"""Of what every platform holds in a message; Telegram's 4,096 are the fewest."""
_LINKS_ROOM = 4000
"""For addresses, which Telegram does not count and Slack does, as it counts up to 8,000 in all."""
_MOST_FOR_ONE = 450
_TITLE_SHARE = 0.6
_SHORTEST_SUMMARY = 50
_META_CHARS = 90
_ESCAPED = "&<>"
"""Written as five characters where a platform's markup is counted."""


def digest(speaker: Speaker, names: Names, stories: Sequence[Story], heading: str, *, repeat: bool = False) -> Message:
    """Return several stories as one message that fits every platform whole.

    `heading` is a word of `bot.core.releases.Heading`, with ` 2/3 19` after it where this is the second of
    three messages that tell 19 stories.
    """
    room = min(_ROOM // max(len(stories), 1), _MOST_FOR_ONE)
    linked = _affordable([story.link for story in stories])
    told = zip(stories, linked, strict=True)
    lines = [each for story, link in told for each in _story(names, story, link, room)]
    if repeat:
        lines.append(speaker.line("possible-repeat", small=True))
    return Message(Span(_title(speaker, heading, len(stories)), bold=True), tuple(lines))


def weight(text: str) -> int:
    """Return how much of a message's room a text takes, counted as the strictest platform would."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2 + 4 * sum(map(text.count, _ESCAPED))


def _title(speaker: Speaker, heading: str, stories: int) -> str:
    why, _, part = heading.partition(" ")
    key = f"told-{why}" if f"told-{why}" in SENTENCES else "told-together"
    reason = speaker.text(key)
    if "/" in part:
        return _title_of_part(speaker, reason, part)
    return speaker.text("told-one" if stories == 1 else "told-count", reason=reason, count=stories)


def _title_of_part(speaker: Speaker, reason: str, part: str) -> str:
    which, _, count = part.partition(" ")
    number, _, of = which.partition("/")
    if not count:  # as an earlier version kept it
        return speaker.text("told-part-alone", reason=reason, number=number, of=of)
    return speaker.text("told-part", reason=reason, count=count, number=number, of=of)


def _affordable(links: Sequence[str]) -> list[str]:
    """Return the links there is room for, the others empty: none is, but where addresses are as long as texts."""
    left, kept = _LINKS_ROOM, [""] * len(links)
    for position in sorted(range(len(links)), key=lambda each: len(links[each])):
        left -= weight(links[position])
        if left >= 0:
            kept[position] = links[position]
    return kept


def _story(names: Names, story: Story, link: str, room: int) -> Iterator[Line]:
    yield line()
    about = (shown_places(story, names), shown_date(story.published), story.source)
    meta = _fitting(" · ".join(filter(None, about)), _META_CHARS)
    room -= weight(meta) + 4
    title = _fitting(shown_title(story), max(int(room * _TITLE_SHARE), room - 300))
    room -= weight(title)
    yield line(Span(title or "…", bold=True, link=link))
    if room > _SHORTEST_SUMMARY and (summary := _fitting(_one_sentence(story), room)):
        yield line(summary)
    if meta:
        yield line(meta, small=True)


def _one_sentence(story: Story) -> str:
    whole = shown_summary(story)
    return whole[: next(iter(sentence_ends(whole)), len(whole))].strip()


def _fitting(text: str, room: int) -> str:
    """Return a text that weighs at most `room`, cut at a word."""
    shown = cut(text, room)
    while (over := weight(shown) - room) > 0 and len(shown) > 1:
        shown = cut(text, len(shown) - max(over // 5, 1))
    return shown
