"""Patterns of words in a text: found word by word, with a few other words between where a pattern says so.

A pattern is written as people read it: `has|have not been … <verified>`. `a|b` is either word, `…` up to three words
of any kind, `<verified>` any of a named set.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Generic, NamedTuple, TypeVar

from bot.core.arabic import WRITTEN_ON, without_prefix
from bot.core.text import words

MOST_BETWEEN = 3
"""How many words a `…` stands for at most."""

_T = TypeVar("_T")
_PIECE = re.compile(r"<([^>]+)>|(\S+)")
_BETWEEN = "…"
_ANY: frozenset[str] = frozenset()
_CONJUNCTIONS = frozenset("وف")
_MOST_FORMS = 4000

Sets = Mapping[str, Sequence[str]]
Rest = tuple[frozenset[str], ...]
"""The words of a pattern but the first, each any of a set; an empty set is a `…`."""


class Hit(NamedTuple, Generic[_T]):
    """A pattern's words at words[first:last], with all it stands for."""

    first: int
    last: int
    meanings: tuple[_T, ...]


@dataclass(frozen=True, slots=True)
class Patterns(Generic[_T]):
    """Patterns by their first word, each with what it stands for."""

    by_first: Mapping[str, Sequence[tuple[Rest, _T]]]
    telling: frozenset[str]
    """Words one of which stands in every pattern's words: a text without them need not be read any closer."""
    reach: int
    """How many words before a telling word a pattern may begin."""

    @classmethod
    def of(cls, written: Iterable[tuple[str, _T]], sets: Sets | None = None) -> "Patterns[_T]":
        """Return the patterns as written, with what each stands for; raises ValueError for one that cannot be read."""
        by_first: dict[str, dict[tuple[Rest, _T], None]] = {}
        for pattern, meaning in written:
            for first, rest in _forms(pattern, sets or {}):
                by_first.setdefault(first, {})[rest, meaning] = None
        forms = {(first, rest) for first, kept in by_first.items() for rest, _ in kept}
        reach = max((sum(1 if piece else MOST_BETWEEN for piece in rest) for _, rest in forms), default=0)
        return cls({first: tuple(kept) for first, kept in by_first.items()}, _telling(forms), reach)

    def tell(self, text: Iterable[str], *, arabic: bool = False) -> list[int]:
        """Return where the telling words of a text are; `arabic` also looks behind letters written on."""
        telling = self.telling
        if arabic:
            return [at for at, word in enumerate(text) if word in telling or not telling.isdisjoint(_behind(word))]
        return [at for at, word in enumerate(text) if word in telling]

    def find(self, text: Sequence[str], *, arabic: bool = False) -> Iterator[Hit[_T]]:
        """Yield the longest pattern at each word, not overlapping; `arabic` also looks behind letters written on."""
        return self._found(text, range(len(text)), arabic)

    def find_few(self, text: Sequence[str], *, arabic: bool = False) -> Iterator[Hit[_T]]:
        """Yield the same, looking only near telling words: for long texts in which patterns are rare."""
        near: dict[int, None] = {}
        for at in self.tell(text, arabic=arabic):
            near.update(dict.fromkeys(range(max(at - self.reach, 0), at + 1)))
        return self._found(text, near, arabic)

    def _found(self, text: Sequence[str], where: Iterable[int], arabic: bool) -> Iterator[Hit[_T]]:
        known, done, last = self.by_first, 0, len(text)
        for at in where:
            word = text[at]
            begins = word in known or (arabic and word[0] in WRITTEN_ON)
            if begins and at >= done and (hit := self._at(text, at, last)):
                done = hit.last
                yield hit

    def _at(self, text: Sequence[str], at: int, last: int) -> Hit[_T] | None:
        end, found = 0, []
        for rest, meaning in self.by_first.get(text[at]) or self._behind_prefix(text[at]):
            reached = _matched(text, at + 1, last, rest)
            if reached > end:
                end, found = reached, [meaning]
            elif reached and reached == end:
                found.append(meaning)
        return Hit(at, end, tuple(found)) if found else None

    def _behind_prefix(self, word: str) -> Sequence[tuple[Rest, _T]]:
        return next((known for rest in _behind(word) if (known := self.by_first.get(rest))), ())


def _behind(word: str) -> Iterator[str]:
    if word[0] in _CONJUNCTIONS:
        yield word[1:]  # "and" stands before short words too: ولم
    yield from without_prefix(word)


def _matched(text: Sequence[str], at: int, last: int, rest: Rest) -> int:
    """Return where a pattern ends whose other words begin at `at`, or 0."""
    for number, piece in enumerate(rest):
        if not piece:
            starts = range(at, min(at + MOST_BETWEEN, last) + 1)
            return next((end for start in starts if (end := _matched(text, start, last, rest[number + 1 :]))), 0)
        if at >= last or text[at] not in piece:
            return 0
        at += 1
    return at


def _telling(forms: Iterable[tuple[str, Rest]]) -> frozenset[str]:
    telling: set[str] = set()
    # The shortest patterns first: "in need" tells "people in need" too.
    for first, rest in sorted(forms, key=lambda form: (len(form[1]), form[0])):
        pieces = [frozenset((first,)), *filter(None, rest)]
        if not any(piece <= telling for piece in pieces):
            # The longest word is hardly ever the commonest: "need" of "in need", "bodies" of "bodies of".
            telling |= max(reversed(pieces), key=lambda piece: (min(map(len, piece)), -len(piece)))
    return frozenset(telling)


def _forms(pattern: str, sets: Sets) -> Iterator[tuple[str, Rest]]:
    """Yield (first word, the others) for every way in which a pattern begins and branches."""
    pieces = [_alternatives(found, pattern, sets) for found in _PIECE.finditer(pattern)]
    if not pieces or (_ANY,) in (pieces[0][0], pieces[-1][0]):
        raise ValueError(f"“{pattern}” must begin and end with a word")
    forms = list(product(*pieces))
    if len(forms) > _MOST_FORMS:
        raise ValueError(f"“{pattern}” has too many forms")
    for form in forms:
        first, *rest = (word for piece in form for word in piece)
        for word in sorted(first):
            yield word, tuple(rest)


def _alternatives(found: "re.Match[str]", pattern: str, sets: Sets) -> list[Rest]:
    # Alternatives of one word each are one set; those of several words branch.
    if found[2] == _BETWEEN:
        return [(_ANY,)]
    if found[1] and found[1] not in sets:
        raise ValueError(f"“{pattern}”: there is no set <{found[1]}>")
    forms = [words(each) for each in (sets[found[1]] if found[1] else found[2].split("|"))]
    if not all(forms):
        raise ValueError(f"“{pattern}” has an empty alternative")
    single = frozenset(form[0] for form in forms if len(form) == 1)
    several = [tuple(frozenset((word,)) for word in form) for form in forms if len(form) > 1]
    return [*([(single,)] if single else []), *several]
