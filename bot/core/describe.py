"""Filters as people read them: `country:ML "wagner"` is “🇲🇱 Mali and wagner”."""

from bot.core.filters import All, Atom, Either, Filter, Not, PlaceNames, Tree, place_of
from bot.core.sentences import Speaker

_OWN = {"type": "type-is", "source": "source-is", "lang": "language-is"}


def describe(speaker: Speaker, names: PlaceNames, wanted: Filter) -> str:
    """Return a filter in words, with a flag before each country."""
    return _tree(speaker, names, wanted.tree)


def _tree(speaker: Speaker, names: PlaceNames, tree: Tree, inside: bool = False) -> str:
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


def _all(speaker: Speaker, names: PlaceNames, parts: tuple[Tree, ...], inside: bool) -> str:
    sought = sorted((part for part in parts if not isinstance(part, Not)), key=_rank)
    wanted = [_tree(speaker, names, part, inside=True) for part in sought]
    unwanted = [_tree(speaker, names, part) for part in parts if isinstance(part, Not)]
    text = ", ".join(filter(None, [f" {speaker.text('and')} ".join(wanted), *unwanted]))
    return f"({text})" if inside else text


def _rank(part: Tree) -> int:
    """Order parts as people say them: where, then what, then in which paper."""
    match part:
        case Atom(field="country" | "region" | "mentions"):
            return 0
        case Atom(field="type" | "source" | "lang"):
            return 2
    return 1


def _atom(speaker: Speaker, names: PlaceNames, atom: Atom) -> str:
    match atom.field:
        case "country" | "region" | "mentions":
            place = place_of(names, atom.value)
            text = f"{place.flag} {place.name}".strip() if place else atom.value
            return speaker.text("mentions-of", place=text) if atom.field == "mentions" else text
        case "prefix":
            return speaker.text("words-beginning", word=atom.value)
        case "words":
            return f"“{atom.value}”" if " " in atom.value else atom.value
    return speaker.text(_OWN[atom.field], value=atom.value)
