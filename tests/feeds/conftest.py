"""What the tests of feeds share."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from bot.feeds.fetch import Fetcher, FetchLimits
from tests.peers.web import WebPeer

AGENT = "crisis-bot-test/1 (+https://bot.example)"
QUICK = FetchLimits(deadline=5.0)


@pytest.fixture
async def peer() -> AsyncIterator[WebPeer]:
    """A web server of our own."""
    async with WebPeer() as server:
        yield server


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    """A visitor that may see loopback, for everything but the guard's own tests."""
    visitor = Fetcher(user_agent=AGENT, limits=QUICK, allow_private=True)
    yield visitor
    await visitor.close()


def leads_to(*addresses: str) -> Callable[[str, int], Sequence[str]]:
    """Return a name server that gives every name these addresses."""
    return lambda host, port: addresses


class Stalls:
    """Measures the longest time the event loop kept a task from its turn, in seconds."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def __aenter__(self) -> "Stalls":
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            before = clock()
            await asyncio.sleep(0.002)
            self.longest = max(self.longest, clock() - before - 0.002)
