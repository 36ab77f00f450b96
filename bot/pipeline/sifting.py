"""What a feed lists: which of it is news, which only looks new, which of what is known says something else now."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.feed import Feed
from bot.core.flood import REMEMBERED, Keyed, Sifted, Trace, notice, remembered, sift, too_many
from bot.core.ports import Clock
from bot.core.stores import Archive, Told
from bot.core.story import Entry, identity
from bot.pipeline.notices import Notices
from bot.pipeline.reading import Reading, ReadStory
from bot.pipeline.revising import Revising


@dataclass(frozen=True, slots=True)
class Haul:
    """What a visit brought: stories to tell, and stories to keep and tell nobody, the oldest first of each."""

    news: Sequence[ReadStory] = ()
    silent: Sequence[ReadStory] = ()
    listed: Sequence[Entry] = ()

    def remembered_by(self, feed: Feed) -> Feed:
        """Return the feed with what this visit showed of its ways."""
        return remembered(feed, self.listed, len(self.news))


@dataclass(slots=True)
class Sifting:
    """Sifts what feeds list."""

    archive: Archive
    reading: Reading
    revising: Revising
    notices: Notices
    clock: Clock
    _unwanted: dict[int, set[Entry]] = field(default_factory=dict)
    """By feed, the entries that its filter kept out: their pages need no second visit while they stay so."""

    async def sift(self, feed: Feed, entries: Sequence[Entry]) -> Haul:
        """Return what a visit brought; what known stories say now is kept by then."""
        listed = [entry for entry in entries if not feed.source.levels or entry.level in feed.source.levels]
        keyed = {identity(entry, feed.source.url): entry for entry in reversed(listed)}
        known = await self.archive.bearing(key for keys in keyed for key in keys)
        borne = _borne(keyed, known)
        await self.revising.revise(feed, borne)
        unwanted = self._unwanted.get(feed.id, set()) & set(listed)
        untold = {told.story.id for told, _ in borne if _is_untold(feed, told)}
        fresh = _fresh(keyed, {key for key, told in known.items() if told.story.id not in untold}, unwanted)
        haul = await (self._sift(feed, fresh, listed) if feed.polled_before else self._first(feed, fresh, listed))
        wanted = {each.story.keys[0] for each in (*haul.news, *haul.silent)}
        self._unwanted[feed.id] = unwanted | {entry for keys, entry in fresh if keys[0] not in wanted}
        return haul

    async def _first(self, feed: Feed, fresh: Sequence[Keyed], listed: Sequence[Entry]) -> Haul:
        return Haul(silent=await self.reading.read(feed, fresh, pages=False), listed=listed)

    async def _sift(self, feed: Feed, fresh: Sequence[Keyed], listed: Sequence[Entry]) -> Haul:
        if feed.source.repeats:
            return Haul(await self.reading.read(feed, fresh, pages=True), listed=listed)
        traces = await self.archive.traces(feed.id, REMEMBERED) if fresh else []
        sifted, now = sift(feed, fresh, traces), self.clock.now()
        news, turned_over = await self._read(feed, sifted, traces, now)
        silent = await self.reading.read(feed, [*sifted.old, *sifted.again], pages=False)
        if text := notice(feed, sifted, turned_over=turned_over):
            self.notices.tell("flood", feed.id, text)
        return Haul((), [*news, *silent], listed) if turned_over else Haul(news, silent, listed)

    async def _read(
        self, feed: Feed, sifted: Sifted, traces: Sequence[Trace], now: datetime
    ) -> tuple[list[ReadStory], bool]:
        """Return what is news by its dates and words, and whether it is too much of it to be any."""
        # A feed of which only some is wanted lists the rest as well: that counts for nothing.
        turned_over = not feed.source.only and too_many(feed, len(sifted.news), traces, now)
        news = await self.reading.read(feed, sifted.news, pages=not turned_over)
        return news, turned_over or too_many(feed, len(news), traces, now)


def _borne(keyed: dict[tuple[str, ...], Entry], known: dict[str, Told]) -> list[tuple[Told, Entry]]:
    borne = ((next((known[key] for key in keys if key in known), None), entry) for keys, entry in keyed.items())
    return [(told, entry) for told, entry in borne if told is not None]


def _is_untold(feed: Feed, told: Told) -> bool:
    """Return whether another feed's first visit, or its flood, kept a story silently that this one never listed."""
    if told.silent_since is None or told.feed_id == feed.id or told.story.withdrawn_at:
        return False
    # At a first visit all are silent; but that this feed lists them, too, must be known to the next.
    return not feed.polled_before or (feed.polled_at is not None and told.silent_since > feed.polled_at)


def _fresh(keyed: dict[tuple[str, ...], Entry], seen: set[str], unwanted: set[Entry]) -> list[Keyed]:
    fresh: list[Keyed] = []
    for keys, entry in keyed.items():
        if seen.isdisjoint(keys) and entry not in unwanted:
            fresh.append((keys, entry))
        seen.update(keys)
    return fresh
