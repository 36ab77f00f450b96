"""Entries into stories: their pages where they may be read, their places, their dates."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.feed import Feed, FeedSource
from bot.core.filters.grammar import read_filters
from bot.core.filters.terms import StoryTerms, explain, terms_of
from bot.core.filters.tree import FilterError
from bot.core.lexicon import Lexicon
from bot.core.passage import Passage
from bot.core.ports import Articles, Clock
from bot.core.story import Article, Entry, Story, clean_link, fingerprint, type_of
from bot.core.summary import story_summary
from bot.core.understand import understand

NO_ARTICLE = Article()
PAGES_SECONDS = 60.0
"""How long a visit may read pages: alerts wait for them. Later stories are told from what the feed gave."""


@dataclass(frozen=True, slots=True)
class ReadStory:
    """A story with its texts and what filters can find in them; its article's text is for matching, and not kept."""

    story: Story
    passage: Passage
    terms: StoryTerms


@dataclass(frozen=True, slots=True)
class Reading:
    """Understands new entries. `articles` is None where the operator has switched pages off."""

    lexicon: Lexicon
    articles: Articles | None
    clock: Clock

    def has_pages_of(self, feed: Feed) -> bool:
        """Return whether the pages of a feed's stories may be read."""
        return self.articles is not None and feed.source.articles

    async def read(self, feed: Feed, fresh: Sequence[tuple[tuple[str, ...], Entry]], *, pages: bool) -> list[ReadStory]:
        """Return the entries worth keeping as stories. `pages`, where they may be read, are read one at a time."""
        found = []
        enough = self.clock.monotonic() + PAGES_SECONDS
        for keys, entry in fresh:
            reads = pages and self.clock.monotonic() < enough
            article = await self._article(feed, entry) if reads else NO_ARTICLE
            # In a thread, so that a long text, or a hostile one, holds up nobody else.
            read = await asyncio.to_thread(self.tell, feed.source, entry, article, keys)
            if self._wanted(feed, read):
                found.append(read)
        return found

    async def _article(self, feed: Feed, entry: Entry) -> Article:
        if self.articles is None or not feed.source.articles or not entry.link:
            return NO_ARTICLE
        return await self.articles.read(entry.link, trusted=feed.source.trusts(entry.link)) or NO_ARTICLE

    def tell(
        self, source: FeedSource, entry: Entry, article: Article = NO_ARTICLE, keys: tuple[str, ...] = ()
    ) -> ReadStory:
        """Return the story that an entry and its page tell together."""
        summary = story_summary(entry.summary, article.lead, entry.title)
        language = entry.language or source.language or article.language
        # A long description is found whole where there is no page, though only its beginning is shown.
        text = article.text or entry.summary
        parts = (("title", entry.title), ("summary", summary), ("text", _without(summary, text)))
        passage = Passage.of(parts, language)
        found = understand(self.lexicon, passage, article.breadcrumb, entry.places)
        # Feeds name the wrong language or none; a tag such as fr-CA says more than its words can.
        if not language.lower().startswith(passage.language or "?"):
            language = passage.language
        story = Story(
            keys=keys,
            title=entry.title,
            link=clean_link(entry.link),
            summary=summary,
            source=source.name,
            type=type_of(entry.link) or article.type,
            language=language,
            published=_published(entry, article, self.clock.now()),
            fingerprint=fingerprint(entry.title, entry.summary),
            places=found.places,
            actors=found.actors,
            topics=found.topics,
            hedges=found.hedges,
            figures=found.figures,
        )
        return ReadStory(story, passage, terms_of(story, self.lexicon, passage))

    def _wanted(self, feed: Feed, read: ReadStory) -> bool:
        """Return whether the operator's own filter for the feed lets the story in."""
        if not feed.source.only:
            return True
        try:
            filters = read_filters(feed.source.only, self.lexicon).filters
        except FilterError:
            return True  # `crisis-bot check` names it; a story too many is better than a feed gone silent
        return any(explain(each, read.terms).matched for each in filters)


def _without(summary: str, text: str) -> str:
    """Return an article's paragraphs but for those the summary has already said."""
    return "\n\n".join(part for part in text.split("\n\n") if part not in summary)


def _published(entry: Entry, article: Article, now: datetime) -> datetime:
    """Return when a story appeared: never later than we saw it."""
    return min(entry.published or article.published or now, now)
