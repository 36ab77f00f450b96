"""Finds the newest kept stories that filters match."""

import asyncio
from collections.abc import Sequence

from bot.core.chat import Chat
from bot.core.filters.grammar import read_filters
from bot.core.filters.index import FilterIndex
from bot.core.filters.names import Names
from bot.core.filters.terms import read_terms
from bot.core.filters.tree import Filter
from bot.core.message import Reply
from bot.core.replies import Replies
from bot.core.stores import Stories, Subscriptions
from bot.core.story import Story
from bot.pipeline.kept import read_kept

_LOOK_BACK = 500
"""Stories looked through, the newest first: most of a year of The New Humanitarian."""
_SHOWN = 5
_MOST_SHOWN = 10


class Latest:
    """Answers `/latest`, and shows a new subscription its latest match."""

    def __init__(self, stories: Stories, subscriptions: Subscriptions, names: Names) -> None:
        self._stories = stories
        self._subscriptions = subscriptions
        self._names = names

    async def answer(self, chat: Chat, typed: str, replies: Replies) -> Reply:
        """Answer with the newest stories about what was typed, or about what the chat follows.

        A number is how many somebody wants to see, not what about.
        """
        if typed and not typed.isdecimal():
            filters = read_filters(typed, self._names).filters
            return replies.latest(await self.match(filters, _SHOWN), filters[0])
        kept = await self._subscriptions.of(chat.id)
        if not kept:
            return replies.listing([], paused=False)
        follows = [each.filter for each in read_kept(kept, self._names)]
        limit = min(int(typed), _MOST_SHOWN) if typed else _SHOWN
        return replies.latest(await self.match(follows, max(limit, 1)), None)

    async def match(self, filters: Sequence[Filter], limit: int) -> list[Story]:
        """Return at most `limit` stories that any of the filters matches, the newest first."""
        index = FilterIndex()
        for number, each in enumerate(filters):
            index.put(number, each.clauses)
        found: list[Story] = []
        for story in await self._stories.recent(_LOOK_BACK):
            await asyncio.sleep(0)  # a long look back must not keep everybody else waiting
            if index.match(read_terms(story, self._names)):
                found.append(story)
            if len(found) == limit:
                break
        return found
