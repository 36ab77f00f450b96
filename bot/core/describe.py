"""Filters as people read them: `country:ML "drought"` is “🇲🇱 Mali and drought”."""

from bot.core.filters.names import Names, place_of, subject_of
from bot.core.filters.tree import All, Atom, Either, Filter, Not, Tree
from bot.core.sentences import Speaker

_OWN = {"type": "type-is", "source": "source-is", "lang": "language-is"}
_ASIDE = 2
"""Rank of the parts that are said after a comma."""


def describe(speaker: Speaker, names: Names, wanted: Filter) -> str:
    """Return a filter in words, with a flag before each country."""
    return _tree(speaker, names, wanted.tree)


def _tree(speaker: Speaker, names: Names, tree: Tree, inside: bool = False) -> str:
    match tree:
        case Not(part):
            return speaker.text("without", part=_tree(speaker, names, part, inside=True))
        case Either(parts):
            told = [_tree(speaker, names, part, inside=True) for part in sorted(parts, key=_rank)]
            text = f" {speaker.text('or')} ".join(told)
            return f"({text})" if inside else text
        case All(parts):
            return _all(speaker, names, parts, inside)
    return _atom(speaker, names, tree)


def _all(speaker: Speaker, names: Names, parts: tuple[Tree, ...], inside: bool) -> str:
    in_order = sorted(parts, key=_rank)
    wanted = [_tree(speaker, names, part, inside=True) for part in in_order if _rank(part) < _ASIDE]
    asides = [_tree(speaker, names, part) for part in in_order if _rank(part) >= _ASIDE]
    text = ", ".join(filter(None, [f" {speaker.text('and')} ".join(wanted), *asides]))
    return f"({text})" if inside else text


def _rank(part: Tree) -> int:
    """Order parts as people say them: where, then what, then in which paper, then what not."""
    match part:
        case Atom(field="country" | "region" | "mentions"):
            return 0
        case Atom(field="type" | "source" | "lang"):
            return _ASIDE
        case Not():
            return _ASIDE + 1
    return 1


def _atom(speaker: Speaker, names: Names, atom: Atom) -> str:
    match atom.field:
        case "country" | "region" | "mentions":
            place = place_of(names, atom.value)
            text = f"{place.flag} {place.name}".strip() if place else atom.value
            return speaker.text("mentions-of", place=text) if atom.field == "mentions" else text
        case "actor":
            actor = subject_of(names.actors, atom.value)
            return actor.name if actor else atom.value
        case "topic":
            topic = subject_of(names.topics, atom.value)
            return speaker.text("topic-is", topic=topic.name if topic else atom.value)
        case "title":
            return speaker.text("in-title", words=_words(speaker, atom.value, quoted=True))
        case "prefix":
            return _words(speaker, f"{atom.value}*")
        case "words":
            return _words(speaker, atom.value)
    return speaker.text(_OWN[atom.field], value=atom.value)


def _words(speaker: Speaker, value: str, *, quoted: bool = False) -> str:
    if value.endswith("*"):
        return speaker.text("words-beginning", word=value[:-1])
    return f"“{value}”" if quoted or " " in value else value
