"""Looks at the pages of stories that were told of late; one whose page is gone twice in a row is marked so."""

from dataclasses import dataclass

from bot.core.ports import Articles, Clock, Observer
from bot.core.stores import PageCheck, Withdrawals
from bot.pipeline.notices import Notices

LOOKS_AT_ONCE = 5
SITE_TROUBLE = 3
"""So many pages of a feed gone together are a site that moved, not a story taken back."""


@dataclass(frozen=True, slots=True)
class PageWatch:
    """Finds withdrawn stories. `edits_messages` says whether messages sent for them are changed."""

    withdrawals: Withdrawals
    articles: Articles
    notices: Notices
    clock: Clock
    observer: Observer
    edits_messages: bool = True

    async def step(self) -> int:
        """Look at the pages whose time has come, one after the other; return how many."""
        for looked in range(LOOKS_AT_ONCE):
            check = await self.withdrawals.next_check(self.clock.now())
            if check is None:
                return looked
            await self._look(check)
        return LOOKS_AT_ONCE

    async def _look(self, check: PageCheck) -> None:
        missing = await self.articles.is_missing(check.story.link, trusted=check.trusted)
        await self.withdrawals.note(check, missing=missing is True)
        if not missing or check.missing == 0:
            return
        now, source = self.clock.now(), check.story.source
        if await self.withdrawals.missing_of(check.feed_id, now) >= SITE_TROUBLE:
            text = f"{source}: the pages of several stories are gone together; none is taken for withdrawn"
            self.notices.tell("pages", check.feed_id, text)
            return
        edits = await self.withdrawals.withdraw(check.story.id, now, edit=self.edits_messages)
        self.observer.notice(f"{source} withdrew story {check.story.id}; {edits} messages are changed")
