"""Promises about the feeds of visits under way."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.core.feed import FeedSource
from bot.pipeline.claims import CLAIM, RENEW_SECONDS, Claims
from tests.fakes.clock import FakeClock
from tests.fakes.observer import RecordingObserver
from tests.fakes.store import MemoryStore


class Scene:
    """Two feeds, claimed."""

    def __init__(self) -> None:
        self.clock, self.observer = FakeClock(runs_free=False), RecordingObserver()
        self.store = MemoryStore(self.clock)
        self.claims = Claims(self.store.feeds, self.clock, self.observer, self.clock.sleep)

    async def pass_time(self, seconds: float) -> None:
        """Let time pass in small steps."""
        for _ in range(int(seconds)):
            self.clock.advance(1)
            for _ in range(5):
                await asyncio.sleep(0)

    async def taken_by_others(self) -> int:
        return len(await self.store.feeds.claim_due(self.clock.now(), CLAIM, 9))


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    now = made.clock.now()
    await made.store.feeds.sync([FeedSource(name, f"https://{name}.example/rss") for name in ("a", "b")], now)
    for feed in await made.store.feeds.claim_due(now, CLAIM, 2):
        made.claims.hold(feed)
    await asyncio.sleep(0)
    yield made
    for feed in await made.store.feeds.all():
        made.claims.let_go(feed)


async def test_a_long_visit_keeps_its_feed(scene: Scene) -> None:
    await scene.pass_time(10 * CLAIM.total_seconds())
    assert await scene.taken_by_others() == 0


async def test_a_feed_that_is_let_go_is_others_when_its_claim_is_over(scene: Scene) -> None:
    first, _ = await scene.store.feeds.all()
    scene.claims.let_go(first)
    await scene.pass_time(CLAIM.total_seconds())
    assert await scene.taken_by_others() == 1


async def test_a_store_that_is_away_twice_costs_no_claim(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise ConnectionError("the store is away")

    with monkeypatch.context() as patch:
        patch.setattr(scene.store.feeds, "renew", away)
        await scene.pass_time(2 * RENEW_SECONDS)
    await scene.pass_time(2 * RENEW_SECONDS)
    assert len(scene.observer.troubles) == 2
    assert await scene.taken_by_others() == 0
