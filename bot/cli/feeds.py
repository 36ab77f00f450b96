"""`crisis-bot feeds`: what a feed would give, how visits went, a visit now."""

import asyncio
import json
import sys
from contextlib import AsyncExitStack
from dataclasses import asdict, replace
from pathlib import Path

from bot.app.foundation import Foundation, lay_foundation, ready_database
from bot.app.worker import Worker, user_agent
from bot.core.feed import Feed, FeedSource
from bot.core.outcomes import Failed, Fault, Fetch, Fetched
from bot.core.story import Story, identity
from bot.feeds.fetch import Fetcher
from bot.feeds.parse import Parser
from bot.feeds.sample import SOURCE
from bot.pipeline.reading import Reading
from bot.settings import Settings


async def preview(settings: Settings, where: str, *, as_json: bool) -> int:
    """Print the stories of a URL or file; return 1 where none can be read. The operator asks, so any address goes."""
    foundation = lay_foundation(settings)
    known = next((source for source in foundation.sources if source.url == where), None)
    source = known or FeedSource(name=where, url=where if "://" in where else f"file:{where}")
    async with AsyncExitStack() as exits:
        exits.push_async_callback(foundation.store.database.close)
        found = await _read(exits, foundation, source, where)
    if isinstance(found, Failed):
        print(f"{where}: {found.fault.value} ({found.reason})")
        return 1
    for story in found:
        print(_as_json(story) if as_json else _as_text(story, foundation))
    if not found:
        sys.stderr.write(f"{where}: a feed, with no story in it that has a title or a link.\n")
    return 0


async def poll(settings: Settings) -> int:
    """Visit every feed now, those that were given up included; print how each visit went."""
    foundation = lay_foundation(settings)
    async with AsyncExitStack() as exits:
        exits.push_async_callback(foundation.store.database.close)
        await ready_database(foundation)
        await _sync(foundation)
        due = await foundation.store.feeds.make_due(foundation.clock.now())
        worker = Worker(foundation)
        exits.push_async_callback(worker.stop)
        while await worker.poll.tick():
            await worker.poll.finish()
    print("1 feed visited." if due == 1 else f"{due} feeds visited.")
    return await listing(settings)


async def _sync(foundation: Foundation) -> None:
    feeds = foundation.store.feeds
    # A bot in trial mode may be running beside this; its sample feed is not ours to switch off.
    samples = [feed.source for feed in await feeds.all() if feed.source.name == SOURCE]
    await feeds.sync([*foundation.sources, *samples], foundation.clock.now())


async def listing(settings: Settings) -> int:
    """Print a line for each feed that is on."""
    foundation = lay_foundation(settings)
    async with AsyncExitStack() as exits:
        exits.push_async_callback(foundation.store.database.close)
        await ready_database(foundation)
        feeds = await foundation.store.feeds.all()
    for feed in feeds:
        print(f"{feed.source.name:24} {_state(feed)}")
    if not feeds:
        print(f"No feed has been polled yet; {settings.bot_config / 'feeds.toml'} lists them.")
    return 0


async def _read(exits: AsyncExitStack, foundation: Foundation, source: FeedSource, where: str) -> list[Story] | Failed:
    fetched = await _bytes(exits, foundation, where)
    if not isinstance(fetched, Fetched):
        return fetched if isinstance(fetched, Failed) else []
    parser = Parser()
    exits.push_async_callback(parser.close)
    parsed = await parser.parse(fetched, language=source.language, places_in=source.places_in)
    if isinstance(parsed, Failed):
        return parsed
    # No pages are read: a preview must not look like a visit to the publisher.
    reading = Reading(foundation.lexicon, None, foundation.clock)
    title = source if source.name != where else replace(source, name=parsed.title or where)
    wanted = [entry for entry in parsed.entries if not source.levels or entry.level in source.levels]
    keyed = [(identity(entry, source.url), entry) for entry in wanted]
    return [read.story for read in await reading.read(Feed(0, title), keyed, pages=False)]


async def _bytes(exits: AsyncExitStack, foundation: Foundation, where: str) -> Fetch:
    if "://" not in where:
        return await asyncio.to_thread(_from_file, Path(where))
    fetcher = Fetcher(user_agent=user_agent(foundation.settings.contact), allow_private=True)
    exits.push_async_callback(fetcher.close)
    return await fetcher.fetch(where, trusted=True)


def _from_file(path: Path) -> Fetch:
    try:
        body = path.read_bytes()
    except OSError as error:
        return Failed(Fault.UNREACHABLE, error.strerror or "cannot be read")
    return Fetched(body, f"file:{path}")


def _as_json(story: Story) -> str:
    return json.dumps(asdict(story) | {"published": story.published.isoformat()}, ensure_ascii=False)


def _as_text(story: Story, foundation: Foundation) -> str:
    names = foundation.lexicon.places
    about = ", ".join(names[found.code].name for found in story.places if found.about)
    named = ", ".join(names[found.code].name for found in story.places if not found.about)
    facts = [f"{story.published:%Y-%m-%d}", story.type, about and f"about {about}", named and f"mentions {named}"]
    lines = [story.title, "  " + " · ".join(filter(None, facts)), f"  {story.summary}", f"  {story.link}"]
    return "\n".join(line for line in lines if line.strip()) + "\n"


def _state(feed: Feed) -> str:
    if feed.off_because:
        return f"given up: {feed.off_because} (crisis-bot feeds poll tries again)"
    if feed.failures:
        often = "once" if feed.failures == 1 else f"{feed.failures} times in a row"
        return f"failing since {feed.failing_since:%Y-%m-%d %H:%M}, {often}"
    return "well" if feed.polled_before else "not visited yet"
