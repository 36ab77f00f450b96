"""Known entries that say something else now: the story is kept so, and the messages sent for it are changed."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.changes import Change, change, is_template
from bot.core.feed import Feed
from bot.core.ports import Clock
from bot.core.stores import Edits, Revision, Told
from bot.core.story import Entry, Story, fingerprint
from bot.pipeline.notices import Notices
from bot.pipeline.reading import Reading


@dataclass(frozen=True, slots=True)
class Revising:
    """Keeps what stories say now. Where `edits_messages` is off, only later alerts say so; nobody is told twice."""

    edits: Edits
    reading: Reading
    notices: Notices
    clock: Clock
    edits_messages: bool = True

    async def revise(self, feed: Feed, listed: Iterable[tuple[Told, Entry]]) -> None:
        """Compare what a feed lists of its own stories with what is kept of them, and keep what is different.

        A story is its feed's own: what another lists under the same link is that one's words for it.
        """
        mine = [(told.story, entry) for told, entry in listed if told.feed_id == feed.id]
        # One story may be listed twice, in two wordings: as long as one is the kept one, nothing changed.
        same = {story.id for story, entry in mine if _says(story) == _says_now(entry)}
        changed = {story.id: (story, entry) for story, entry in mine if story.id not in same}
        changes = [made for story, entry in changed.values() if (made := await self._change(feed, story, entry))]
        if not changes:
            return
        shown = sum(each.shown for each in changes)
        template = is_template(shown, len({story.id for story, _ in mine}))
        if template:
            text = f"{feed.source.name}: {shown} known entries changed at once; no message was edited"
            self.notices.tell("template", feed.id, text)
        edits = self.edits_messages and not template
        revisions = [Revision(each.story, each.revised, each.shown and edits) for each in changes]
        await self.edits.revise(revisions, self.clock.now())

    async def _change(self, feed: Feed, story: Story, entry: Entry) -> Change | None:
        now = await asyncio.to_thread(self.reading.tell, feed.source, entry)
        return change(story, now.story, paged=self.reading.has_pages_of(feed))


def _says(story: Story) -> tuple[str, str]:
    return story.title, story.fingerprint


def _says_now(entry: Entry) -> tuple[str, str]:
    return entry.title, fingerprint(entry.title, entry.summary)
