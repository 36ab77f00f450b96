"""What a question is about: “what happened in Goma yesterday?” names one thing, and the rest is talk."""

import re
from collections.abc import Iterator

from bot.core.filters.grammar import Asked, read_filters
from bot.core.filters.names import Names
from bot.core.filters.tree import FilterError
from bot.core.filters.wordings import LANGUAGES, Phrases
from bot.core.text import words

_PLAIN = re.compile(r"[\w\s'’.?؟!¿¡…-]+")
"""No comma, quotation mark, bracket, bar, field, star or flag: whoever writes those knows what they mean."""
_MINUS = re.compile(r"(?:^|\s)[-!]")
_FEW = 2


def without_question(asked: Asked, names: Names) -> Asked:
    """Return an ordinary sentence as what it names, without words of asking, happening and time.

    They would all have to be in one story. Only for what is offered: in a filter somebody wrote, each word counts.
    """
    if not _PLAIN.fullmatch(asked.typed) or _MINUS.search(asked.typed):
        return asked
    talk = max((list(_talk(asked, each)) for each in LANGUAGES), key=len)
    if not talk or (len(talk) < _FEW and not _names_something(asked, names)):
        return asked
    typed = asked.typed
    for start, end in reversed(talk):
        typed = f"{typed[:start]} {typed[end:]}"
    try:
        return read_filters(" ".join(typed.split()), names)
    except FilterError:  # nothing but talk, or nothing beside an OR
        return asked


def _names_something(asked: Asked, names: Names) -> bool:
    return bool(asked.named) or any(names.places.lies_in(asked.typed[slice(*span)]) for span in asked.loose)


def _talk(asked: Asked, language: Phrases) -> Iterator[tuple[int, int]]:
    telling, news = set(language.telling.split("|")), set(language.news.split("|"))
    said = {span: words(asked.typed[slice(*span)]) for span in asked.loose}
    is_question = any(telling.issuperset(each) for each in said.values())
    dropped = telling | news if is_question else telling
    return (span for span, each in said.items() if dropped.issuperset(each))
