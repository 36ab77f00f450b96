"""One polite visit to a story's own page. A refusal is normal and costs nothing."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

from yarl import URL

from bot.core.outcomes import Failed, Fault, Fetched
from bot.core.story import Article
from bot.feeds.fetch import Fetcher, FetchLimits
from bot.feeds.parse import Parser
from bot.feeds.robots import Robots

_PAGE_TYPES = "text/html, application/xhtml+xml;q=0.9"
_CAP = 1_500_000
# Its status is all that a glance is for: what comes after is not waited for.
_GLANCE = FetchLimits(deadline=15.0, packed_bytes=4096, unpacked_bytes=4096)


class ArticleReader:
    """Reads pages one at a time, as robots.txt allows, with `delay` seconds between two pages of a host.

    `user_agent` names us in robots.txt by its first word; `clock` is monotonic.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        parser: Parser,
        *,
        user_agent: str,
        cap_bytes: int = _CAP,
        delay: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._fetcher = fetcher
        self._parser = parser
        self._robots = Robots(fetcher, agent=user_agent.partition("/")[0], clock=clock)
        self._limits = FetchLimits(deadline=15.0, packed_bytes=cap_bytes, unpacked_bytes=cap_bytes)
        self._delay = delay
        self._clock = clock
        self._sleep = sleep
        self._turn = asyncio.Lock()
        self._next: dict[str, float] = {}

    async def read(self, url: str, *, trusted: bool = False) -> Article | None:
        """Return what the page says, or None where it is refused, absent, too large or unreadable. Never raises."""
        try:
            host = URL(url).raw_host if URL(url).scheme in ("http", "https") else None
            async with self._turn:
                return await self._read(url, host, trusted) if host else None
        except ValueError:
            return None  # No address, or one that robots.txt cannot be asked about.

    async def is_missing(self, url: str, *, trusted: bool = False) -> bool | None:
        """Return whether the page is no longer there (404, 410), None where that cannot be told. Never raises."""
        try:
            host = URL(url).raw_host if URL(url).scheme in ("http", "https") else None
            async with self._turn:
                return await self._is_missing(url, host, trusted) if host else None
        except ValueError:
            return None

    async def _is_missing(self, url: str, host: str, trusted: bool) -> bool | None:
        if not await self._robots.allows(url, trusted=trusted):
            return None
        await self._courtesy(host, max(self._delay, await self._robots.delay(url, trusted=trusted)))
        outcome = await self._fetcher.fetch(url, trusted=trusted, accept=_PAGE_TYPES, limits=_GLANCE)
        if isinstance(outcome, Failed) and outcome.fault in (Fault.MISSING, Fault.GONE):
            return True
        unknown = isinstance(outcome, Failed) and outcome.fault is not Fault.TOO_LARGE
        return None if unknown else False

    async def _read(self, url: str, host: str, trusted: bool) -> Article | None:
        if not await self._robots.allows(url, trusted=trusted):
            return None
        await self._courtesy(host, max(self._delay, await self._robots.delay(url, trusted=trusted)))
        outcome = await self._fetcher.fetch(url, trusted=trusted, accept=_PAGE_TYPES, limits=self._limits)
        if not isinstance(outcome, Fetched) or not await self._at_home(outcome, url, trusted):
            return None
        return await self._parser.article(replace(outcome, content_type=outcome.content_type or "text/html"))

    async def _at_home(self, outcome: Fetched, url: str, trusted: bool) -> bool:
        # A redirect to another site ends at rules that have not been asked yet.
        same = URL(outcome.url).origin() == URL(url).with_user(None).origin()
        return same or await self._robots.allows(outcome.url, trusted=trusted)

    async def _courtesy(self, host: str, delay: float) -> None:
        now = self._clock()
        if (wait := self._next.get(host, now) - now) > 0:
            await self._sleep(wait)
        self._next = {name: due for name, due in self._next.items() if due > now}
        self._next[host] = self._clock() + delay
