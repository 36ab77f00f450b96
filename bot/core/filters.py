"""The filter language: what people type, as a tree, and the tree as one canonical text and as clauses of atoms.

    mali                        the country (a bare name of a place means the place)
    "mali"                      the word
    mali wagner                 both
    mali OR niger               either
    mali -football, NOT, ( )    without; grouping
    displac*                    words that begin so
    country:ML region:sahel mentions:algeria type:news source:"un news" lang:fr

The grammar itself is read in `bot.core.grammar`.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import product
from typing import Protocol

from bot.core.places import Place

MAX_CHARS = 300
MAX_TERMS = 20
MAX_CLAUSES = 64
MAX_DEPTH = 20
"""Brackets within brackets."""


class FilterError(ValueError):
    """A filter that cannot be read; the text is a sentence from `bot.core.sentences`, `values` fill it."""

    def __init__(self, sentence: str, **values: str | int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values


class PlaceNames(Protocol):
    """What the filter language asks of a gazetteer; an unknown code raises KeyError."""

    def named(self, name: str) -> Place | None: ...

    def suggest(self, word: str, limit: int = 3) -> list[Place]: ...

    def __getitem__(self, code: str) -> Place: ...


def place_of(names: PlaceNames, code: str) -> Place | None:
    """Return a place by its code; None for one that was known when a story was kept and is no longer."""
    try:
        return names[code]
    except KeyError:
        return None


@dataclass(frozen=True, slots=True, order=True)
class Atom:
    """One thing a story has or has not: a field and a value.

    `words` holds one word or a phrase, `prefix` a beginning; `country`, `region` are what a story is about, `mentions`
    what it only names; `type`, `source` and `lang` are the story's own.
    """

    field: str
    value: str

    def __str__(self) -> str:
        value = self.value
        if self.field == "words":
            return f'"{value}"'
        if self.field == "prefix":
            return f"{value}*"
        return f'{self.field}:"{value}"' if " " in value else f"{self.field}:{value}"


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold."""

    part: "Tree"


@dataclass(frozen=True, slots=True)
class All:
    """Every part must hold."""

    parts: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part must hold."""

    parts: tuple["Tree", ...]


Tree = Atom | Not | All | Either


@dataclass(frozen=True, slots=True)
class Clause:
    """A way for a filter to hold: all of `required` (never empty), none of `forbidden`."""

    required: frozenset[Atom]
    forbidden: frozenset[Atom] = frozenset()


@dataclass(frozen=True, slots=True)
class Filter:
    """What a chat wants. Order, case, spacing and superfluous brackets make no other filter: the text is the same."""

    tree: Tree

    @property
    def canonical(self) -> str:
        return _write(self.tree)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Return the ways to hold, one at least; raises FilterError where there is none, or too many."""
        return _clauses(self.tree)


def tidy(tree: Tree) -> Tree:
    """Return the tree with nested groups flattened, twins dropped, parts in order, and no Not of Not or Either."""
    match tree:
        case Not(part):
            return _negated(tidy(part))
        case All(parts) | Either(parts):
            return _group(type(tree), map(tidy, parts))
    return tree


def holds(clauses: Iterable[Clause], atoms: AbstractSet[Atom]) -> Clause | None:
    """Return the first clause that holds for a story with these atoms, or None."""
    return next((c for c in clauses if c.required <= atoms and c.forbidden.isdisjoint(atoms)), None)


def _negated(tree: Tree) -> Tree:
    match tree:
        case Not(part):
            return part
        case Either(parts):
            return _group(All, map(_negated, parts))
    return Not(tree)


def _group(kind: type[All] | type[Either], parts: Iterable[Tree]) -> Tree:
    flat: dict[str, Tree] = {}
    for part in parts:
        for piece in part.parts if isinstance(part, kind) else (part,):
            flat[_write(piece)] = piece
    sorted_parts = tuple(flat[key] for key in sorted(flat, key=lambda k: (k.startswith("-"), k)))
    return sorted_parts[0] if len(sorted_parts) == 1 else kind(sorted_parts)


def _write(tree: Tree, inside: bool = False) -> str:
    match tree:
        case Not(part):
            return f"-{_write(part, inside=True)}"
        case All(parts):
            text = " ".join(_write(part, inside=True) for part in parts)
        case Either(parts):
            text = " OR ".join(_write(part, inside=True) for part in parts)
        case _:
            return str(tree)
    return f"({text})" if inside else text


def _clauses(tree: Tree) -> tuple[Clause, ...]:
    ways = _ways(tree, wanted=True)
    if any(not required for required, _ in ways):
        raise FilterError("only-exclusions")
    # A way that asks for and forbids the same atom can never hold.
    clauses = tuple(Clause(r, f) for r, f in dict.fromkeys(ways) if r.isdisjoint(f))
    if not clauses:
        raise FilterError("contradiction")
    if len(clauses) > MAX_CLAUSES:
        raise FilterError("too-many-ways")
    return clauses


_Way = tuple[frozenset[Atom], frozenset[Atom]]


def _ways(tree: Tree, *, wanted: bool) -> list[_Way]:
    match tree:
        case Not(part):
            return _ways(part, wanted=not wanted)
        case All(parts) | Either(parts):
            each = [_ways(part, wanted=wanted) for part in parts]
            if isinstance(tree, All) is not wanted:
                return [way for ways in each for way in ways]
            return _join(each)
    alone = frozenset({tree})
    return [(alone, frozenset())] if wanted else [(frozenset(), alone)]


def _join(each: list[list[_Way]]) -> list[_Way]:
    count = 1
    for ways in each:
        count *= len(ways)
    if count > MAX_CLAUSES:
        raise FilterError("too-many-ways")
    return [
        (frozenset().union(*(r for r, _ in combo)), frozenset().union(*(f for _, f in combo)))
        for combo in product(*each)
    ]
