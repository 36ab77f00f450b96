"""What a site lets us read, as its robots.txt says, remembered for an hour."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from urllib.robotparser import RobotFileParser

from yarl import URL

from bot.core.outcomes import Failed, Fault, Fetched
from bot.feeds.fetch import Fetcher, FetchLimits

_LIMITS = FetchLimits(deadline=10.0, packed_bytes=512 * 1024, unpacked_bytes=512 * 1024)
_KEPT = 3600.0
_KEPT_UNKNOWN = 600.0
_MOST_SITES = 500
_LONGEST_DELAY = 30.0


@dataclass(frozen=True, slots=True)
class _Site:
    rules: RobotFileParser | None
    """None where the site could not be asked: then nothing is read."""
    until: float


class Robots:
    """Asks each site once an hour (RFC 9309): one without the file allows all; one that is broken or busy, nothing."""

    def __init__(self, fetcher: Fetcher, *, agent: str, clock: Callable[[], float]) -> None:
        self._fetcher = fetcher
        self._agent = agent
        self._clock = clock
        self._sites: dict[str, _Site] = {}

    async def allows(self, url: str, *, trusted: bool = False) -> bool:
        """Say whether we may read this page."""
        rules = await self._rules(URL(url), trusted)
        return rules is not None and rules.can_fetch(self._agent, url)

    async def delay(self, url: str, *, trusted: bool = False) -> float:
        """Return the seconds between two pages that the site asks for, at most half a minute; 0 where it does not."""
        rules = await self._rules(URL(url), trusted)
        asked = rules.crawl_delay(self._agent) if rules else None
        return min(float(asked), _LONGEST_DELAY) if asked else 0.0

    async def _rules(self, url: URL, trusted: bool) -> RobotFileParser | None:
        site = str(url.origin())
        known = self._sites.get(site)
        if known is None or known.until <= self._clock():
            rules = await self._ask(site, trusted)
            self._forget()
            known = self._sites[site] = _Site(rules, self._clock() + (_KEPT if rules else _KEPT_UNKNOWN))
        return known.rules

    async def _ask(self, site: str, trusted: bool) -> RobotFileParser | None:
        outcome = await self._fetcher.fetch(f"{site}/robots.txt", trusted=trusted, accept="text/plain", limits=_LIMITS)
        if isinstance(outcome, Fetched):
            # Half a megabyte of rules takes a while; in a thread the event loop still gets its turns.
            return await asyncio.to_thread(_rules_of, outcome.body.decode("utf-8-sig", "replace"))
        free = isinstance(outcome, Failed) and outcome.fault in (Fault.REFUSED, Fault.MISSING, Fault.GONE)
        return _rules_of("") if free else None

    def _forget(self) -> None:
        now = self._clock()
        self._sites = {site: known for site, known in self._sites.items() if known.until > now}
        while len(self._sites) >= _MOST_SITES:
            del self._sites[next(iter(self._sites))]


def _rules_of(text: str) -> RobotFileParser | None:
    rules = RobotFileParser()
    try:
        rules.parse(text.splitlines())
    except ValueError:
        return None  # A path that the standard library takes for a broken address.
    return rules
