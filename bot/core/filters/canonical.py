"""Reads the commonest canonical texts at a glance: a few plain atoms side by side, as most kept filters are.

There may be a million to read at a start. What is not surely such a text is left to `bot.core.filters.grammar`, which
would read these to the very same filters.
"""

import re
from collections.abc import Sequence

from bot.core.filters.fields import language_named
from bot.core.filters.names import Names, place_of, subject_of
from bot.core.filters.tree import MAX_TERMS, All, Atom, Filter, Not, Tree

# Words in small ASCII letters are in their compared form already, so what is written is the value.
_PHRASE = "[a-z0-9]+(?: [a-z0-9]+)+"
_ATOM = rf'"([a-z0-9]+|{_PHRASE})"|([a-z0-9]{{3,}})\*|([a-z]+):(?:"({_PHRASE})"|([A-Za-z0-9-]+\*?))'
_PART = re.compile(rf"(-?)({_ATOM})(?: |$)")
_TEXT = re.compile(re.sub(r"\((?!\?)", "(?:", f"-?(?:{_ATOM})(?: -?(?:{_ATOM}))*"))
_BARE = {
    "title": re.compile(r"[a-z0-9]+|[a-z0-9]{3,}\*"),
    "type": re.compile("[a-z0-9]+"),
    "source": re.compile("[a-z0-9]+"),
}


def read_simple(text: str, names: Names) -> Filter | None:
    """Return the filter of a plain canonical text, or None where it takes the whole grammar to tell."""
    if not _TEXT.fullmatch(text):
        return None
    wanted: dict[str, Atom] = {}
    unwanted: dict[str, Atom] = {}
    found = _PART.findall(text)
    for minus, written, *value in found:
        atom = _atom(value, names)
        if atom is None or (unwanted and not minus):
            return None
        (unwanted if minus else wanted)[written] = atom
    if len(wanted) + len(unwanted) != len(found) or len(found) > MAX_TERMS or not _in_order(wanted, unwanted):
        return None
    parts: tuple[Tree, ...] = (*wanted.values(), *map(Not, unwanted.values()))
    return Filter(parts[0] if len(parts) == 1 else All(parts))


def _in_order(wanted: dict[str, Atom], unwanted: dict[str, Atom]) -> bool:
    if len(wanted) == 1 and not unwanted:
        return True
    ordered = list(wanted) == sorted(wanted) and list(unwanted) == sorted(unwanted)
    return ordered and bool(wanted) and wanted.keys().isdisjoint(unwanted)


def _atom(value: Sequence[str], names: Names) -> Atom | None:
    word, prefix, field, phrase, bare = value
    if word:
        return Atom("words", word)
    if prefix:
        return Atom("prefix", prefix)
    if phrase:
        return Atom(field, phrase) if field in _BARE else None
    if field in _BARE:
        return Atom(field, bare) if _BARE[field].fullmatch(bare) else None
    return Atom(field, bare) if _is_known(names, field, bare) else None


def _is_known(names: Names, field: str, code: str) -> bool:
    match field:
        case "country" | "region":
            place = place_of(names, code)
            return place is not None and place.is_region is (field == "region")
        case "mentions":
            return place_of(names, code) is not None
        case "actor":
            return subject_of(names.actors, code) is not None
        case "topic":
            return subject_of(names.topics, code) is not None
    return field == "lang" and language_named(code) == code
