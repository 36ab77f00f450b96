"""One GET, as a polite and careful visitor: conditional, bounded in time and bytes, guarded on every hop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

import aiohttp
from yarl import URL

from bot.core.outcomes import Failed, Fault, Fetch, Fetched
from bot.feeds.answer import judge
from bot.feeds.door import Door
from bot.feeds.doubt import Doubt
from bot.feeds.faults import explain
from bot.feeds.guard import OPEN, Guard
from bot.feeds.resolve import LookUp, Resolver, system_look_up
from bot.feeds.trip import FetchLimits, Redirect, Trip
from bot.feeds.unpack import Overflow, PackingError, Unpacker
from bot.feeds.waits import Waits

__all__ = ["FEED_TYPES", "FetchLimits", "Fetcher"]

FEED_TYPES = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9,"
    " application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5"
)


class Fetcher:
    """Visits URLs, one request at a time per host. `fetch` never raises but for cancellation.

    `allow_private` lifts the guard for everybody; `guard` and `resolver` (a blocking look-up) are for those who know
    better than the defaults. Close it when done.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        limits: FetchLimits = FetchLimits(),  # noqa: B008 - frozen
        allow_private: bool = False,
        resolver: LookUp | None = None,
        guard: Guard = Guard(),  # noqa: B008 - frozen
    ) -> None:
        self._user_agent = user_agent
        self._limits = limits
        names = Resolver(resolver or system_look_up)
        # Two doors, so that a connection made for the operator's own host is never lent to a stranger's URL.
        self._trusted = Door(names, OPEN)
        self._stranger = self._trusted if allow_private else Door(names, guard)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waits, self._doubt = Waits(), Doubt()

    async def fetch(
        self,
        url: str,
        *,
        etag: str = "",
        last_modified: str = "",
        trusted: bool = False,
        accept: str = FEED_TYPES,
        limits: FetchLimits | None = None,
    ) -> Fetch:
        """Return what the URL answers. `trusted` lets private addresses through, for this URL's own host only.

        Validators are left out once a day. A host that tells a feed's visitor to wait is not visited until then.
        """
        headers = {"User-Agent": self._user_agent, "Accept": accept, "Accept-Encoding": "gzip, deflate, br"}
        headers |= self._validators(url, etag, last_modified)
        try:
            trip = Trip(URL(url), headers, limits or self._limits, trusted_host=URL(url).raw_host if trusted else None)
        except ValueError:
            return Failed(Fault.UNSAFE, "this is not a web address")
        outcome = await self._travel(trip)
        if isinstance(outcome, Fetched):
            self._doubt.came_in_full(url)
        return outcome

    async def close(self) -> None:
        """Close the connections kept open."""
        await self._trusted.close()
        await self._stranger.close()

    def _validators(self, url: str, etag: str, last_modified: str) -> dict[str, str]:
        named = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        kept = {name: value for name, value in named.items() if value}
        return {} if kept and self._doubt.is_due(url) else kept

    async def _travel(self, trip: Trip) -> Fetch:
        while True:
            try:
                outcome = await self._hop(trip)
            except Exception as error:
                # Whatever a host can provoke in the libraries below is that host's fault, never the poll's.
                return explain(error, trip.host, trip.limits.deadline)
            if not isinstance(outcome, Redirect):
                return outcome
            if refusal := trip.follow(outcome):
                return refusal

    async def _hop(self, trip: Trip) -> Fetch | Redirect:
        door = self._trusted if trip.at_trusted_host() else self._stranger
        if refusal := door.guard.refusal(trip.url):
            return Failed(Fault.UNSAFE, refusal)
        async with self._turn(trip.host):
            return self._waits.refusal(trip.url) or await self._ask(door, trip)

    async def _ask(self, door: Door, trip: Trip) -> Fetch | Redirect:
        async with trip.running(), door.get(trip.url, trip.headers) as response:
            verdict = judge(response, trip)
            if trip.headers["Accept"] == FEED_TYPES:  # a page that is refused must not cost its host's feeds a visit
                self._waits.heed(trip.url, verdict)
            return verdict if verdict is not None else await self._take(response, trip)

    @asynccontextmanager
    async def _turn(self, host: str) -> AsyncIterator[None]:
        lock = self._turns.get(host) or self._turns.setdefault(host, asyncio.Lock())
        async with lock:
            yield

    async def _take(self, response: aiohttp.ClientResponse, trip: Trip) -> Fetch:
        try:
            body = await read_body(response, trip.limits)
        except Overflow as error:
            return Failed(Fault.TOO_LARGE, f"{trip.host}: {error}")
        except PackingError as error:
            return Failed(Fault.BROKEN, f"{trip.host}: {error}")
        return trip.arrived(body, response.headers)


async def read_body(response: aiohttp.ClientResponse, limits: FetchLimits) -> bytes:
    """Return the body, unpacked; raises `PackingError` (`Overflow` where it is larger than the limits)."""
    if (response.content_length or 0) > limits.packed_bytes:
        raise Overflow("the answer is larger than we read")
    unpacker = Unpacker(response.headers.get("Content-Encoding", ""), limits.unpacked_bytes)
    pieces: list[bytes] = []
    left = limits.packed_bytes
    async for chunk in response.content.iter_any():
        left -= len(chunk)
        if left < 0:
            raise Overflow("the answer is larger than we read")
        for piece in unpacker.feed(chunk):
            pieces.append(piece)
            await asyncio.sleep(0)  # Others have their turn between two steps of unpacking.
    unpacker.finish()
    return b"".join(pieces)
