"""How a wish was understood, said back: what names were taken for, and what else may have been meant."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.commands import Verb
from bot.core.filters.grammar import Asked, other_reading, read_filters
from bot.core.filters.grammar_names import name_of
from bot.core.filters.meant import Meant, meant
from bot.core.filters.tree import All, Filter, FilterError
from bot.core.message import Button, Line
from bot.core.replies import Replies
from bot.core.text import normalise

_MOST_NOTES = 3
_AROUND_WORDS = " .,:!?؟…"


@dataclass(frozen=True, slots=True)
class Readback:
    """Small lines that say how a wish was read, and buttons that follow what else a person may have meant."""

    notes: tuple[Line, ...]
    buttons: tuple[Button, ...]


def read_back(replies: Replies, asked: Asked) -> Readback:
    """Return at most three notes and three buttons."""
    perhaps = meant(replies.names, asked)
    notes = [
        *_together(replies, asked),
        *_named(replies, asked),
        *_corrected(replies, asked),
        *_perhaps(replies, perhaps),
    ]
    buttons = [*_other(replies, asked), *(button for each in perhaps for button in _button(replies, asked, each))]
    return Readback(tuple(notes[:_MOST_NOTES]), tuple(buttons))


def _together(replies: Replies, asked: Asked) -> Iterator[Line]:
    if asked.either:
        yield replies.speaker.line("understood-either", small=True)
    elif asked.both and isinstance(tree := asked.filters[0].tree, All):
        yield replies.speaker.line("understood-all" if len(tree.parts) > 2 else "understood-both", small=True)


def _named(replies: Replies, asked: Asked) -> Iterator[Line]:
    """Say what a lone name was taken for, and how to mean the word; of several, one that is called otherwise."""
    say = replies.speaker.line
    alone = len(asked.named) == 1 and not asked.either and not asked.both
    for each in asked.named:
        if not normalise(each.typed):  # a flag says all by itself
            continue
        name, typed = replies.describe(Filter(each.atom)), each.typed.strip(_AROUND_WORDS)
        own_name = normalise(typed).removeprefix("the ") == normalise(name_of(replies.names, each.atom))
        if alone and each.atom.field == "actor":
            yield say("understood-actor", typed=typed, name=name, small=True)
        elif alone and own_name:
            yield say("understood-place", typed=typed, small=True)
        elif alone:
            yield say("understood-named", typed=typed, name=name, small=True)
        elif not own_name and each.atom.field != "actor":
            yield say("understood-as", typed=typed, name=name, small=True)
            return


def _corrected(replies: Replies, asked: Asked) -> Iterator[Line]:
    for each in asked.corrected:
        name = replies.describe(Filter(each.atom))
        yield replies.speaker.line("understood-as", typed=each.typed, name=name, small=True)


def _perhaps(replies: Replies, found: list[Meant]) -> Iterator[Line]:
    """Say what words may have meant; of a topic its button says enough."""
    if lies := [each for each in found if each.how == "lies"]:
        key = "understood-lies" if len(lies) == 1 else "understood-may-lie"
        name = replies.one_of(replies.describe(Filter(each.atom)) for each in lies)
        yield replies.speaker.line(key, typed=lies[0].typed, name=name, small=True)
    for each in found:
        name = replies.describe(Filter(each.atom))
        if each.how == "short":
            upper = each.typed.upper()
            yield replies.speaker.line("understood-short", typed=each.typed, name=name, upper=upper, small=True)
        elif each.how == "also":
            yield replies.speaker.line("understood-also", name=name, small=True)
        elif each.how == "near":
            yield replies.speaker.line("understood-near", typed=each.typed, near=name, small=True)


def _other(replies: Replies, asked: Asked) -> list[Button]:
    """Offer either for both, or both for either."""
    other = other_reading(asked)
    if other is None:
        return []
    wanted = other.filters[0]
    parts = wanted.tree.parts if isinstance(wanted.tree, All) else ()
    key = "button-either" if not other.both else "button-all" if len(parts) > 2 else "button-both"
    return replies.press(key, Verb.FOLLOW, wanted.canonical, filter=replies.describe(wanted))


def _button(replies: Replies, asked: Asked, found: Meant) -> list[Button]:
    """Offer the whole wish with a thing in place of the words."""
    typed = f"{asked.typed[: found.start]}{found.atom}{asked.typed[found.end :]}"
    try:
        wanted = read_filters(typed, replies.names).filters
    except FilterError:
        return []
    if found.how == "topic" and wanted == (Filter(found.atom),):
        return replies.press("button-topic", Verb.FOLLOW, typed, topic=name_of(replies.names, found.atom))
    shown = wanted[0] if len(wanted) == 1 else Filter(found.atom)
    return replies.press("button-follow", Verb.FOLLOW, typed, filter=replies.describe(shown))
