"""Matches new stories against every filter in use, following the filters' changes by their sequence."""

import asyncio

from bot.core.filters.grammar import read_canonical
from bot.core.filters.index import FilterIndex
from bot.core.filters.names import Names
from bot.core.filters.terms import StoryTerms
from bot.core.filters.tree import FilterError
from bot.core.ports import Observer
from bot.core.stores import FilterChange, Subscriptions
from bot.core.story import Evidence

_PAGE = 1_000
"""Changes read at once. While a page is read in its thread, the event loop is free."""
_AT_A_TIME = 50
"""Changes applied before others get a turn: a few milliseconds."""


class Matching:
    """An index of the filters in use, brought up to date before each use, and now and then so that this is little."""

    def __init__(self, subscriptions: Subscriptions, names: Names, observer: Observer) -> None:
        self._subscriptions = subscriptions
        self._names = names
        self._observer = observer
        self._index = FilterIndex()
        self._seq = 0
        self._turn = asyncio.Lock()

    async def refresh(self) -> int:
        """Apply the changes since the last time; return how many filters are in use. Any task may call it any time."""
        async with self._turn:
            page = await self._subscriptions.changes(self._seq, _PAGE)
            while page:
                for at in range(0, len(page), _AT_A_TIME):
                    for change in page[at : at + _AT_A_TIME]:
                        self._apply(change)
                    await asyncio.sleep(0)
                # Not before: whoever is broken off in the middle applies the page again, which changes nothing.
                self._seq = page[-1].seq
                page = await self._subscriptions.changes(self._seq, _PAGE) if len(page) >= _PAGE else []
        return len(self._index)

    def match(self, terms: StoryTerms) -> dict[int, tuple[Evidence, ...]]:
        """Return the filters a story matches, by id, each with its evidence."""
        return self._index.match(terms)

    def _apply(self, change: FilterChange) -> None:
        try:
            clauses = read_canonical(change.canonical, self._names).clauses
        except (FilterError, ValueError):
            # The places' data changed under a kept filter: the others must go on, and the operator must know.
            if change.live:
                self._observer.unreadable_filter(change.canonical)
            return
        if change.live:
            self._index.put(change.filter_id, clauses)
        else:
            self._index.drop(change.filter_id, clauses)
