"""Reads kept subscriptions back into filters."""

from collections.abc import Iterable

from bot.core.filters.grammar import read_canonical
from bot.core.filters.names import Names
from bot.core.filters.tree import FilterError
from bot.core.replies import Followed
from bot.core.stores import Subscription


def read_kept(kept: Iterable[Subscription], names: Names) -> list[Followed]:
    """Return a chat's filters in the order they were made.

    One that can no longer be read (the places' data changed under it) is left out: the others must go on. The
    operator hears of it when stories are matched.
    """
    found = []
    for each in kept:
        try:
            found.append(Followed(each.id, read_canonical(each.canonical, names), each.loud))
        except FilterError:
            continue
    return found
