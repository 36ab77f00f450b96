"""Which filters a story matches, and why, without asking each: few candidates wait under what the story has."""

from bisect import bisect_left
from collections.abc import Iterable
from struct import Struct

from bot.core.filters.finder import Finder, Numbers
from bot.core.filters.terms import StoryTerms
from bot.core.filters.tree import Clause
from bot.core.story import Evidence

_SEVERAL = 1 << 40
"""Where the numbers of several conditions begin, far above those of atoms."""
_PAIR = Struct("qq")
"""A filter's id and the rest of a clause."""


class FilterIndex:
    """Filters by id, as clauses. Each clause waits under its rarest required atom until a story has that atom.

    What waits under an atom is one row of pairs of whole numbers: a filter's id, and the rest of its clause. The rest
    is what else the clause asks: 0 for nothing, the number of an atom that must be there, minus the number of one that
    must not, or from `_SEVERAL` on a number for more than one of these. So filters and clauses are no objects; a row is
    bytes, and not an array, for the garbage collector would look at each array again and again.
    """

    def __init__(self) -> None:
        self._finder = Finder()
        self._several: Numbers[tuple[int, ...]] = Numbers(_SEVERAL)
        self._rows: dict[int, bytearray] = {}
        """By atom; each in the order of its pairs."""
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, filter_id: int, clauses: Iterable[Clause]) -> None:
        """Add a filter; one that is there with these clauses stays as it is."""
        added = [self._put(filter_id, clause) for clause in clauses]
        self._count += any(added)

    def drop(self, filter_id: int, clauses: Iterable[Clause]) -> None:
        """Take away a filter by the clauses it was put with; one that is not there is fine."""
        dropped = [self._drop(filter_id, clause) for clause in clauses]
        self._count -= any(dropped)

    def match(self, terms: StoryTerms) -> dict[int, tuple[Evidence, ...]]:
        """Return the filters a story matches, each with the evidence for a clause that holds, in the order of atoms."""
        atoms = self._finder.find(terms)
        why, ranks = list(atoms.values()), {number: rank for rank, number in enumerate(atoms)}
        found: dict[int, tuple[Evidence, ...]] = {}
        for root, rank in ranks.items():
            mine = why[rank]
            alone = (mine,)
            # The innermost loop of the whole bot: what most filters are costs one look-up, and no call.
            for filter_id, rest in _PAIR.iter_unpack(self._rows.get(root, b"")):
                if rest in ranks:
                    other = ranks[rest]
                    found[filter_id] = (mine, why[other]) if rank < other else (why[other], mine)
                elif rest <= 0:
                    if -rest not in ranks:
                        found[filter_id] = alone
                elif rest >= _SEVERAL and (held := _held(self._several.key(rest), ranks)) is not None:
                    found[filter_id] = tuple(why[each] for each in sorted((rank, *held)))
        return found

    def _put(self, filter_id: int, clause: Clause) -> bool:
        if self._find(filter_id, clause):
            return False
        required = {self._finder.take(atom) for atom in clause.required}
        forbidden = {self._finder.take(atom) for atom in clause.forbidden}
        root = min(required, key=self._finder.uses)
        conditions = _conditions(root, required, forbidden)
        rest = self._several.take(conditions) if len(conditions) > 1 else sum(conditions)
        row = self._rows.setdefault(root, bytearray())
        at = _position(row, (filter_id, rest))
        row[at:at] = _PAIR.pack(filter_id, rest)
        return True

    def _drop(self, filter_id: int, clause: Clause) -> bool:
        place = self._find(filter_id, clause)
        if place is None:
            return False
        root, at = place
        row = self._rows[root]
        _, rest = _PAIR.unpack_from(row, at)
        if rest >= _SEVERAL:
            self._several.give_up(self._several.key(rest))
        del row[at : at + _PAIR.size]
        if not row:
            del self._rows[root]
        for atom in clause.required | clause.forbidden:
            self._finder.give_up(atom)
        return True

    def _find(self, filter_id: int, clause: Clause) -> tuple[int, int] | None:
        """Return the atom that a filter's clause waits under and its place in the row, None where it does not wait."""
        required = {self._finder.number(atom) for atom in clause.required}
        forbidden = {self._finder.number(atom) for atom in clause.forbidden}
        if 0 in required or 0 in forbidden:
            return None
        for root in required & self._rows.keys():  # which was the rarest when the clause was put, nobody knows
            conditions = _conditions(root, required, forbidden)
            rest = self._several.of.get(conditions) if len(conditions) > 1 else sum(conditions)
            if rest is not None:
                at = _position(row := self._rows[root], (filter_id, rest))
                if row[at : at + _PAIR.size] == _PAIR.pack(filter_id, rest):
                    return root, at
        return None


def _conditions(root: int, required: set[int], forbidden: set[int]) -> tuple[int, ...]:
    """Return what a clause asks besides an atom: numbers of those that must be there, minus those that must not.

    The sum of one or none is its rest.
    """
    return (*sorted(required - {root}), *sorted(-each for each in forbidden))


def _position(row: bytearray, pair: tuple[int, int]) -> int:
    """Return where in a row a pair begins, or would."""
    pairs = range(len(row) // _PAIR.size)
    return _PAIR.size * bisect_left(pairs, pair, key=lambda at: _PAIR.unpack_from(row, at * _PAIR.size))


def _held(conditions: tuple[int, ...], ranks: dict[int, int]) -> list[int] | None:
    """Return the ranks of what several conditions require, None where one of them does not hold."""
    if any((each > 0) is not (abs(each) in ranks) for each in conditions):
        return None
    return [ranks[each] for each in conditions if each > 0]
