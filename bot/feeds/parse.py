"""Bytes into entries: the pure function, and the port that runs it in a process of its own."""

import asyncio
from datetime import datetime

from bot.core.outcomes import Failed, Fault, Fetched, Parse, Parsed
from bot.core.story import Article
from bot.feeds.child import Child, ChildGone
from bot.feeds.compose import Rules
from bot.feeds.frames import Job
from bot.feeds.jsonfeed import looks_like_json, read_json
from bot.feeds.sniff import feed_named_by, looks_like_page
from bot.feeds.unpack import PackingError, unpack

MAX_UNPACKED = 20 * 2**20
"""Bytes that a feed given as a gzip file may unpack to."""


def parse_feed(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    language: str = "",
    places_in: str = "",
    now: datetime | None = None,
) -> Parse:
    """Return the entries of a feed (RSS, RDF, Atom, JSON Feed, each also as gzip). Pure; raises MemoryError only.

    `language` is the operator's word, before the feed's but after an entry's own. `places_in` is where the feed keeps
    its countries: nowhere, gdacs, reliefweb or category. With `now`, dates more than two days ahead are dropped.
    """
    try:
        body = unpack(body, cap=MAX_UNPACKED)
    except PackingError as error:
        return Failed(Fault.UNREADABLE, str(error))
    if not body.strip():
        return Failed(Fault.UNREADABLE, "the answer is empty")
    rules = Rules(url, language, places_in, now)
    if looks_like_json(body):
        return read_json(body, rules)
    if looks_like_page(body, content_type):
        return _page(body, url)
    return _xml(body, rules, content_type)


class Parser:
    """Parses in a worker process with a memory limit and a deadline; nothing it is given stalls or ends the bot.

    The process is started with the first job, replaced after a job that was late or broke it, and ended when idle.
    One job at a time; `deadline` counts from a job's own start. Never raises but for cancellation.
    """

    def __init__(self, *, deadline: float = 10.0, idle: float = 60.0) -> None:
        self._deadline = deadline
        self._idle = idle
        self._lock = asyncio.Lock()
        self._child: Child | None = None
        self._retiring: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The worker's process id, None while there is none."""
        return self._child.pid if self._child else None

    async def parse(
        self, fetched: Fetched, *, language: str = "", places_in: str = "", now: datetime | None = None
    ) -> Parse:
        """Return the entries of what was fetched; the arguments are those of `parse_feed`."""
        told = now.isoformat() if now else ""
        job = Job("feed", fetched.url, fetched.content_type, language, places_in, told)
        answer = await self._run(job, fetched.body)
        return answer if isinstance(answer, Parsed | Failed) else Failed(Fault.UNREADABLE, "the parser gave no answer")

    async def article(self, fetched: Fetched) -> Article | None:
        """Return what a story's page adds, or None where it cannot be read."""
        answer = await self._run(Job("article", fetched.url, fetched.content_type), fetched.body)
        return answer if isinstance(answer, Article) else None

    async def close(self) -> None:
        """End the process."""
        if self._retiring:
            self._retiring.cancel()
            await asyncio.gather(self._retiring, return_exceptions=True)
        async with self._lock:
            await self._end()

    async def _run(self, job: Job, body: bytes) -> Parse | Article | None:
        async with self._lock:
            if self._retiring:
                self._retiring.cancel()
            try:
                return await self._ask(job, body)
            except TimeoutError:
                return Failed(Fault.UNREADABLE, f"reading it took more than {self._deadline:g} s")
            except (ChildGone, OSError) as error:
                return Failed(Fault.UNREADABLE, f"the parser's process gave up ({type(error).__name__})")
            finally:
                self._retiring = asyncio.create_task(self._retire())

    async def _ask(self, job: Job, body: bytes) -> Parse | Article | None:
        child = self._child
        if child is None or not child.running:
            await self._end()
            child = self._child = await Child.start()
        try:
            async with asyncio.timeout(self._deadline):
                return await child.ask(job, body)
        except BaseException:
            await self._end()
            raise

    async def _retire(self) -> None:
        await asyncio.sleep(self._idle)
        async with self._lock:
            await self._end()

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            await child.end()


def _page(body: bytes, url: str) -> Failed:
    feed = feed_named_by(body, url)
    hint = f"; it names this one: {feed}" if feed else ""
    return Failed(Fault.UNREADABLE, f"this is a web page, not a feed{hint}")


def _xml(body: bytes, rules: Rules, content_type: str) -> Parse:
    from bot.feeds.xmlfeed import read_xml  # Only here, so that only the worker pays for feedparser.

    try:
        return read_xml(body, rules, content_type)
    except MemoryError:
        raise
    except Exception as error:
        # feedparser has its own bugs with what publishers write; none of them may end a poll.
        return Failed(Fault.UNREADABLE, f"the feed could not be read ({type(error).__name__})")
