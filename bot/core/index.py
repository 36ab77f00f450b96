"""Which filters a story matches, without asking each: the story's terms are looked up, few candidates are verified."""

from typing import TypeVar

from bot.core.filters import Atom, Clause, holds
from bot.core.terms import StoryTerms

_K = TypeVar("_K")
_SHORTEST_PREFIX = 3


class FilterIndex:
    """Filters by id, as clauses. Each clause waits under its rarest required atom until a story has that atom."""

    def __init__(self) -> None:
        self._clauses: dict[int, tuple[Clause, ...]] = {}
        self._waiting: dict[Atom, dict[int, list[Clause]]] = {}
        self._phrases: dict[str, dict[Atom, int]] = {}
        """First word -> the atoms that begin with it, each with how many clauses use it."""
        self._prefixes: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._clauses)

    def put(self, filter_id: int, clauses: tuple[Clause, ...]) -> None:
        """Add a filter, or replace it."""
        self.drop(filter_id)
        self._clauses[filter_id] = clauses
        for clause in clauses:
            self._waiting.setdefault(self._key(clause), {}).setdefault(filter_id, []).append(clause)
            self._count(clause, 1)

    def drop(self, filter_id: int) -> None:
        """Forget a filter; unknown ids are fine."""
        for clause in self._clauses.pop(filter_id, ()):
            for atom in clause.required:
                here = self._waiting.get(atom)
                if here is not None and here.pop(filter_id, None) is not None and not here:
                    del self._waiting[atom]
            self._count(clause, -1)

    def match(self, terms: StoryTerms) -> dict[int, Clause]:
        """Return the filters a story matches, each with a clause that holds."""
        atoms = terms.own.keys() | self._word_atoms(terms.words)
        found: dict[int, Clause] = {}
        for atom in atoms & self._waiting.keys():
            for filter_id, clauses in self._waiting[atom].items():
                if filter_id not in found and (clause := holds(clauses, atoms)):
                    found[filter_id] = clause
        return found

    def _key(self, clause: Clause) -> Atom:
        return min(sorted(clause.required), key=lambda atom: len(self._waiting.get(atom, ())))

    def _word_atoms(self, words: list[str]) -> set[Atom]:
        found: set[Atom] = set()
        for at, word in enumerate(words):
            for atom in self._phrases.get(word, ()):
                phrase = atom.value.split(" ")
                if len(phrase) == 1 or words[at : at + len(phrase)] == phrase:
                    found.add(atom)
        if self._prefixes:
            beginnings = {word[:n] for word in set(words) for n in range(_SHORTEST_PREFIX, len(word) + 1)}
            found.update(Atom("prefix", each) for each in beginnings & self._prefixes.keys())
        return found

    def _count(self, clause: Clause, step: int) -> None:
        for atom in clause.required | clause.forbidden:
            if atom.field == "words":
                first = atom.value.split(" ", 1)[0]
                _step(self._phrases.setdefault(first, {}), atom, step)
                if not self._phrases[first]:
                    del self._phrases[first]
            elif atom.field == "prefix":
                _step(self._prefixes, atom.value, step)


def _step(counts: dict[_K, int], key: _K, step: int) -> None:
    counts[key] = counts.get(key, 0) + step
    if counts[key] <= 0:
        del counts[key]
