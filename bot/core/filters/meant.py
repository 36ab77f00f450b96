"""What words that stayed words may have been meant for: a topic, a short form without capitals, a name misspelt."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.core.filters.grammar import Asked
from bot.core.filters.grammar_names import about, find_bare
from bot.core.filters.names import Names
from bot.core.filters.tree import Atom
from bot.core.nearness import one_slip
from bot.core.text import normalise

_SHORT_FORM = 5
"""Letters of the longest name that only its capitals tell from a word (US, CAR, UNHCR)."""
_LONGEST_TOPIC = 4
_SLIP_MIN = 5
"""Letters of a word; a shorter one is near too many names."""
_MOST_LOOKS = 3
"""Looking for the names near a word takes a hundredth of a second, and meanwhile nobody else is answered."""
_NAMES_IN = re.compile(r"[/()]")
"""Parts an actor's name that has another beside it: Wagner Group (Africa Corps)."""
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Meant:
    """Words and what they may mean; `how` is short, also, topic, lies or near.

    They are `typed[start:end]` of what was asked.
    """

    how: str
    typed: str
    start: int
    end: int
    atom: Atom


def meant(names: Names, asked: Asked) -> list[Meant]:
    """Return at most two things that words of a wish may have been meant for, each by itself."""
    if short := list(_short_form(names, asked)):
        return short
    known = [*_namesakes(names, asked), *_topics(names, asked), *_towns(names, asked)]
    return [*known, *_slips(names, asked, known)][:2]


def _short_form(names: Names, asked: Asked) -> Iterator[Meant]:
    """Yield what a lone word is in capitals. Beside other words it is just a word: women who are displaced."""
    for span in asked.loose if len(asked.loose) == 1 else ():
        typed = asked.typed[slice(*span)].strip(".,:!?")
        upper = typed.upper()
        if len(typed) <= _SHORT_FORM and typed != upper and (atom := find_bare(names, upper)):
            yield Meant("short", typed, *span, atom)


def _topics(names: Names, asked: Asked) -> Iterator[Meant]:
    """Yield the first topic that words name, by its longest name."""
    for run in _runs(asked):
        for first in range(len(run)):
            for last in reversed(run[first : first + _LONGEST_TOPIC]):
                span = (run[first][0], last[1])
                if topic := names.topics.named(asked.typed[slice(*span)]):
                    yield Meant("topic", asked.typed[slice(*span)], *span, Atom("topic", topic.code))
                    return


def _namesakes(names: Names, asked: Asked) -> Iterator[Meant]:
    """Yield countries called nearly as one that was named: there are two Congos and two Koreas."""
    for each in asked.named:
        for place in names.places.lies_in(each.typed)[1:]:
            if normalise(each.typed) in normalise(place.name).split():
                yield Meant("also", each.typed, each.start, each.end, about(place))


def _towns(names: Names, asked: Asked) -> Iterator[Meant]:
    """Yield the country of the first word that is a town or an area in one, or the countries it may lie in."""
    for span in asked.loose[:_MOST_LOOKS]:
        typed = asked.typed[slice(*span)].strip(".,:!?؟…")
        if places := names.places.lies_in(typed):
            yield from (Meant("lies", typed, span[0], span[0] + len(typed), about(place)) for place in places)
            return


def _slips(names: Names, asked: Asked, known: list[Meant]) -> Iterator[Meant]:
    named = {span for span in asked.loose for each in known if each.start <= span[0] < each.end}
    runs = _runs(asked, named)
    # A name of several words may have the slip (bukina faso), or a word beside others.
    spans = [span for run in runs for span in ([(run[0][0], run[-1][1])] if len(run) > 1 else []) + run]
    looked_at = [span for span in spans if len(asked.typed[slice(*span)]) >= _SLIP_MIN][:_MOST_LOOKS]
    for span in looked_at:
        typed = asked.typed[slice(*span)]
        if atom := _name_near(names, normalise(typed)):
            yield Meant("near", typed, *span, atom)
            return


def _name_near(names: Names, word: str) -> Atom | None:
    for place in names.places.suggest(word):
        if one_slip(word, normalise(place.name)):
            return about(place)
    for actor in names.actors.suggest(word):
        if any(one_slip(word, normalise(name)) for name in (actor.code, *_NAMES_IN.split(actor.name))):
            return Atom("actor", actor.code)
    return None


def _runs(asked: Asked, without: Collection[_Span] = ()) -> list[list[_Span]]:
    """Return the loose words in groups that stand side by side."""
    runs: list[list[_Span]] = []
    for span in asked.loose:
        if span in without:
            continue
        if runs and asked.typed[runs[-1][-1][1] : span[0]].isspace():
            runs[-1].append(span)
        else:
            runs.append([span])
    return runs
