"""What it costs to visit feeds that have nothing new: `python -m tests.bench.poll_bench [--feeds N]`.

Each feed has a host of its own on loopback, which answers 304 to a conditional request. The worker's fetcher asks them
all; then the worker's whole poll does, with SQLite; then again with one hostile feed among them. Beside them the loop
one would write first: a plain GET, and feedparser at once. A heartbeat tells how long anything keeps the event loop,
and how long a busy machine keeps it when there is nothing to do.
"""

import argparse
import asyncio
import gc
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import feedparser
from sqlalchemy import update

from bot.app.foundation import Foundation, lay_foundation, ready_database
from bot.app.worker import Worker
from bot.core.outcomes import NotModified
from bot.feeds.fetch import Fetcher
from bot.settings import Settings
from bot.store.tables import feeds as feed_table
from tests.bench.match_bench import Reach
from tests.bench.raw_server import RawServer, raw_server

FEEDS = 500
CONFIG = Path(__file__).parents[2] / "config"
_FEED = '[[feed]]\nname = "Feed {number}"\nurl = "{url}"\ninterval = "5m"\nlanguage = "en"\n'
_BEAT = 0.001
AT_ONCE = 8
IDLE, FETCHED = "nothing at all, for two seconds", "our fetcher alone"
OURS, SPIKED = "our poll, with SQLite", "our poll, one feed hostile"


@dataclass(frozen=True, slots=True)
class Round:
    """One round of visits: CPU seconds of this process, the longest stall of its event loop, how long it took."""

    what: str
    cpu: float
    stall: float
    took: float

    def __str__(self) -> str:
        return f"{self.what:44} {self.cpu:8.2f} {1e3 * self.stall:9.1f} {self.took:8.1f}"


HEAD = f"{'all feeds once':44} {'CPU, s':>8} {'stall, ms':>9} {'took, s':>8}"


async def clocked(what: str, work: Awaitable[object]) -> Round:
    """Return what some work costs."""
    stall = 0.0

    async def beat() -> None:
        nonlocal stall
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_BEAT)
            stall = max(stall, time.perf_counter() - before - _BEAT)

    heart = asyncio.create_task(beat())
    await asyncio.sleep(2 * _BEAT)
    began, used = time.perf_counter(), time.process_time()
    await work
    cpu, took = time.process_time() - used, time.perf_counter() - began
    heart.cancel()
    return Round(what, cpu, stall, took)


async def ours(urls: list[str], what: str, folder: Path) -> Round:
    """Visit feeds as the worker does, all of which were visited before."""
    base = _foundation(urls, folder)
    await ready_database(base)
    await base.store.feeds.sync(base.sources, base.clock.now())
    worker = Worker(base)
    gc.collect()
    gc.freeze()  # as the bot does at its start
    try:
        await _visit_all(worker, base)  # what is read and compiled once, is
        return await clocked(what, _visit_all(worker, base))
    finally:
        await worker.stop()
        await base.store.database.close()


async def _visit_all(worker: Worker, base: Foundation) -> None:
    known = update(feed_table).values(polled_before=True, etag='"1"', validators_of=feed_table.c.url, body_hash="")
    await base.store.database.write(lambda connection: connection.execute(known).rowcount)
    await base.store.feeds.make_due(base.clock.now())
    while await worker.poll.tick():
        await worker.poll.finish()


def _foundation(urls: list[str], folder: Path) -> Foundation:
    shutil.copytree(CONFIG, folder / "config")
    text = "\n".join(_FEED.format(number=number, url=url) for number, url in enumerate(urls))
    (folder / "config" / "feeds.toml").write_text(text, encoding="utf-8")
    settings = {
        "bot_config": folder / "config",
        "database_url": f"sqlite:///{folder}/bench.db",
        "allow_private_addresses": True,
        "read_articles": False,
    }
    return lay_foundation(Settings.model_validate(settings))


async def fetched_only(urls: list[str]) -> Round:
    """Ask for the feeds with the worker's fetcher, as many at once as it does."""
    fetcher, left = Fetcher(user_agent="crisis-bot", allow_private=True), iter(urls)

    async def one_after_another() -> None:
        for url in left:
            assert isinstance(await fetcher.fetch(url, etag='"1"', trusted=True), NotModified)

    await fetcher.fetch(urls[0], etag='"1"', trusted=True)
    work = asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))
    try:
        return await clocked(FETCHED, work)
    finally:
        await fetcher.close()


async def naive(urls: list[str], what: str) -> Round:
    """Get and parse one feed after another, as an example in a manual would."""

    async def work() -> None:
        async with aiohttp.ClientSession() as session:
            for url in urls:
                async with session.get(url) as answer:
                    feedparser.parse(await answer.read())

    return await clocked(what, work())


def measure(server: RawServer, count: int) -> list[Round]:
    """Return what each way costs."""
    urls = [server.feed(number) for number in range(count)]
    spiked = [*urls[: count // 2], server.feed(count // 2, "/hostile.xml"), *urls[count // 2 + 1 :]]
    found = [asyncio.run(clocked(IDLE, asyncio.sleep(2))), asyncio.run(fetched_only(urls))]
    for feeds, what in ((urls, OURS), (spiked, SPIKED)):
        with tempfile.TemporaryDirectory() as folder:
            found.append(asyncio.run(ours(feeds, what, Path(folder))))
    found.append(asyncio.run(naive(urls, "a plain GET and feedparser")))
    found.append(asyncio.run(naive(spiked, "the same, one feed hostile")))
    return found


def reaches(found: list[Round]) -> list[Reach]:
    """Return what is asked of our rounds."""
    cost, plain = {each.what: each for each in found}, found[-2]
    return [
        Reach("CPU of the fetcher", cost[FETCHED].cpu, "s", 0.3),
        Reach("CPU with the store, a commit for each feed", cost[OURS].cpu, "s", 0.3),
        Reach("that, cheaper than a plain GET and feedparser", plain.cpu / cost[OURS].cpu, "x", 2, at_least=True),
        Reach("longest stall", 1e3 * cost[OURS].stall, "ms", 50),
        Reach("longest stall beside a hostile feed", 1e3 * cost[SPIKED].stall, "ms", 50),
    ]


def run(count: int, show: Callable[[str], None]) -> tuple[list[Round], list[Reach]]:
    """Measure all ways and show them."""
    show(f"{count} unchanged feeds visited once, each at a host of its own\n{HEAD}")
    with raw_server(count) as server:
        found = measure(server, count)
    asked = reaches(found)
    for each in (*found, *asked):
        show(str(each))
    return found, asked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=FEEDS)
    run(parser.parse_args().feeds, print)


if __name__ == "__main__":
    main()
