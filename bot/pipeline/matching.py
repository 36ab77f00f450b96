"""Matches new stories against every filter in use, following the filters' changes by their sequence."""

from bot.core.filters import FilterError, PlaceNames
from bot.core.grammar import read_canonical
from bot.core.index import FilterIndex
from bot.core.ports import Observer
from bot.core.stores import FilterChange, Subscriptions
from bot.core.story import Evidence, Story
from bot.core.terms import evidence_for, read_terms


class Matching:
    """An index of the filters in use, brought up to date before each use."""

    def __init__(self, subscriptions: Subscriptions, names: PlaceNames, observer: Observer) -> None:
        self._subscriptions = subscriptions
        self._names = names
        self._observer = observer
        self._index = FilterIndex()
        self._seq = 0

    async def refresh(self) -> int:
        """Apply the changes since the last time; return how many filters are in use."""
        for change in await self._subscriptions.changes(self._seq):
            self._apply(change)
            self._seq = change.seq
        return len(self._index)

    def match(self, story: Story, text: str = "") -> dict[int, tuple[Evidence, ...]]:
        """Return the filters a story matches, by id, each with its evidence; `text` is the article's."""
        terms = read_terms(story, self._names, text)
        return {filter_id: evidence_for(clause, terms) for filter_id, clause in self._index.match(terms).items()}

    def _apply(self, change: FilterChange) -> None:
        if not change.live:
            self._index.drop(change.filter_id)
            return
        try:
            self._index.put(change.filter_id, read_canonical(change.canonical, self._names).clauses)
        except (FilterError, ValueError):
            # The places' data changed under a kept filter: the others must go on, and the operator must know.
            self._observer.unreadable_filter(change.canonical)
