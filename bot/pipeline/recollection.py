"""What was told in the last days: which of it new stories tell again, and which they follow on."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core import follows, same
from bot.core.follows import Gist, followed, gist
from bot.core.same import Headline, headline, same_story
from bot.core.stores import Archive, Told
from bot.core.story import Story

_KEPT = follows.WITHIN + same.WITHIN
_PAGE = 500
_AT_A_TIME = 25
"""Stories prepared before others get a turn: a few milliseconds."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A new story among those told before: the first that told the same, and the one it follows on."""

    story: Story
    cluster: int | None = None
    continues: int | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    told: Told
    headline: Headline
    gist: Gist


@dataclass(slots=True)
class Recollection:
    """Remembers the last days' stories, and catches up before each use. Not for two tasks at once."""

    archive: Archive
    _kept: list[_Kept] = field(default_factory=list)
    _last: int = 0

    @property
    def last(self) -> int:
        """The id of the last story it knows, 0 where there was none of late."""
        return self._last

    async def place(self, new: Sequence[Story], now: datetime) -> list[Placed]:
        """Return new stories with their places; one that an earlier of them tells already bears its key as well."""
        if not new:
            return []
        await self._catch_up(now)
        placed: list[Placed] = []
        beside: list[Headline] = []
        for story in new:
            mine = headline(story)
            # In a thread: after days of many feeds it is compared with thousands.
            placed.append(await asyncio.to_thread(self._place, mine, tuple(beside)))
            beside.append(mine)
        return placed

    async def _catch_up(self, now: datetime) -> None:
        oldest = now - _KEPT
        self._kept = [each for each in self._kept if each.told.story.published >= oldest]
        page = await self.archive.told(self._last, oldest, _PAGE)
        while page:
            for at, told in enumerate(page):
                self._kept.append(_Kept(told, headline(told.story), gist(told.story)))
                if at % _AT_A_TIME == 0:
                    await asyncio.sleep(0)
            self._last = page[-1].story.id
            page = await self.archive.told(self._last, oldest, _PAGE) if len(page) >= _PAGE else []

    def _place(self, mine: Headline, beside: Sequence[Headline]) -> Placed:
        story = mine.story
        for twin in beside:
            if same_story(mine, twin):
                return Placed(replace(story, keys=(*story.keys, *twin.story.keys[:1])))
        for each in self._kept:
            if same_story(mine, each.headline):
                return Placed(story, cluster=each.told.cluster)
        at = followed(gist(story), [each.gist for each in self._kept])
        if at is None:
            return Placed(story)
        told = self._kept[at].told
        # All that follows on one story is one thread.
        return Placed(story, continues=told.continues or told.cluster)
