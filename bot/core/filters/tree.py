"""The filter language: what people type, as a tree, and the tree as one canonical text and as clauses of atoms.

    mali                        the country (a bare name of a place means the place)
    wagner                      the actor (a bare name of an actor means the actor)
    "mali"                      the word
    mali wagner                 both
    mali OR niger               either
    mali -football, NOT, ( )    without; grouping
    displac*                    words that begin so
    country:ML region:sahel mentions:algeria actor:wagner topic:cholera title:"aid worker"
    type:news source:"un news" lang:fr

The grammar itself is read in `bot.core.filters.grammar`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

MAX_CHARS = 300
MAX_TERMS = 20
MAX_CLAUSES = 64
MAX_DEPTH = 20
"""Brackets within brackets."""
MAX_VALUE_CHARS = 64
"""Of one word or phrase; names of places, actors and topics are longer at times."""
MAX_PHRASE_WORDS = 5


@dataclass(frozen=True, slots=True)
class Near:
    """Something near what was typed: its name, the name of its button, and the whole filter text that has it."""

    name: str
    label: str
    text: str


class FilterError(ValueError):
    """A filter that cannot be read; `sentence` is a key of `bot.core.sentences`, `values` fill it.

    `near` are the things that may have been meant; `values` hold their names too, with commas between.
    """

    def __init__(self, sentence: str, near: Sequence[Near] = (), **values: str | int) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.near = tuple(near)
        self.values = values | ({"near": ", ".join(each.name for each in near)} if near else {})


@dataclass(frozen=True, slots=True, order=True)
class Atom:
    """One thing a story has or has not: a field and a value.

    `words` holds one word or a phrase, `prefix` a beginning; `title` is either, found in the title only: a beginning
    ends in a star there. `country` and `region` are what a story is about, `mentions` what it names at all, `actor` and
    `topic` what it speaks of, each by its code; `type`, `source` and `lang` are the story's own.
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
    ways = _plain_ways(tree) or _ways(tree, wanted=True)
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


def _plain_ways(tree: Tree) -> list[_Way]:
    """Return the one way of atoms side by side, as most filters are: a million are read at a start."""
    if isinstance(tree, Atom):
        return [(frozenset({tree}), frozenset())]
    parts = tree.parts if isinstance(tree, All) else (tree,)
    wanted = frozenset(part for part in parts if isinstance(part, Atom))
    unwanted = frozenset(part.part for part in parts if isinstance(part, Not) and isinstance(part.part, Atom))
    return [(wanted, unwanted)] if len(wanted) + len(unwanted) == len(parts) else []


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
