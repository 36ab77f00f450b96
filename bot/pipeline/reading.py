"""Entries into stories: their pages where they may be read, their places, their dates."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.feed import Feed
from bot.core.filters import FilterError
from bot.core.gazetteer import Gazetteer
from bot.core.grammar import read_filters
from bot.core.places import read_places
from bot.core.ports import Articles, Clock
from bot.core.story import Article, Entry, Story, clean_link, fingerprint, type_of
from bot.core.summary import first_sentences
from bot.core.terms import explain, read_terms

PAGES_SECONDS = 60.0
"""How long a visit may read pages: alerts wait for them. Later stories are told from what the feed gave."""
_LEAD_CHARS = 400


@dataclass(frozen=True, slots=True)
class ReadStory:
    """A story with its article's text, which is for matching only and is not kept."""

    story: Story
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Understands new entries. `articles` is None where the operator has switched pages off."""

    gazetteer: Gazetteer
    articles: Articles | None
    clock: Clock

    async def read(self, feed: Feed, fresh: Sequence[tuple[tuple[str, ...], Entry]]) -> list[ReadStory]:
        """Return the entries worth keeping as stories; pages are read one at a time, and none on a first visit."""
        found = []
        enough = self.clock.monotonic() + PAGES_SECONDS
        for keys, entry in fresh:
            await asyncio.sleep(0)  # a long list must not keep everybody else waiting
            if feed.source.levels and entry.level not in feed.source.levels:
                continue
            article = await self._article(feed, entry) if self.clock.monotonic() < enough else Article()
            read = ReadStory(self._story(feed, keys, entry, article), article.text)
            if self._wanted(feed, read):
                found.append(read)
        return found

    async def _article(self, feed: Feed, entry: Entry) -> Article:
        # A first visit alerts nobody, so its pages would be fetched for nothing.
        if self.articles is None or not feed.source.articles or not feed.polled_before or not entry.link:
            return Article()
        return await self.articles.read(entry.link, trusted=feed.source.trusted) or Article()

    def _story(self, feed: Feed, keys: tuple[str, ...], entry: Entry, article: Article) -> Story:
        summary = entry.summary or first_sentences(article.lead, _LEAD_CHARS)
        language = entry.language or feed.source.language or article.language
        places = read_places(
            self.gazetteer,
            title=entry.title,
            summary=summary,
            text=article.text,
            breadcrumb=article.breadcrumb,
            structured=entry.places,
            language=language,
        )
        return Story(
            keys=keys,
            title=entry.title,
            link=clean_link(entry.link),
            summary=summary,
            source=feed.source.name,
            type=type_of(entry.link) or article.type,
            language=language,
            published=_published(entry, article, self.clock.now()),
            fingerprint=fingerprint(entry.title, entry.summary),
            places=places,
        )

    def _wanted(self, feed: Feed, read: ReadStory) -> bool:
        """Return whether the operator's own filter for the feed lets the story in."""
        if not feed.source.only:
            return True
        try:
            filters = read_filters(feed.source.only, self.gazetteer).filters
        except FilterError:
            return True  # `crisis-bot check` names it; a story too many is better than a feed gone silent
        terms = read_terms(read.story, self.gazetteer, read.text)
        return any(explain(each, terms) is not None for each in filters)


def _published(entry: Entry, article: Article, now: datetime) -> datetime:
    """Return when a story appeared: never later than we saw it."""
    return min(entry.published or article.published or now, now)
