"""A worker follows the filters by itself, long before a story asks for them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.app import worker as module
from bot.app.foundation import Foundation, lay_foundation, ready_database
from bot.app.worker import Worker
from bot.pipeline.matching import Matching
from tests.fakes.environment import settings_in
from tests.fakes.waiting import until


@pytest_asyncio.fixture
async def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Foundation]:
    monkeypatch.setattr(module, "FOLLOW_SECONDS", 0.05)
    made = lay_foundation(settings_in(tmp_path))
    await ready_database(made)
    yield made
    await made.store.database.close()


async def test_filters_are_followed_again_and_again_though_no_feed_is_visited(
    base: Foundation, monkeypatch: pytest.MonkeyPatch
) -> None:
    refreshed: list[Matching] = []

    async def refresh(matching: Matching) -> int:
        refreshed.append(matching)
        return 0

    monkeypatch.setattr(Matching, "refresh", refresh)
    worker = Worker(base)
    await worker.start([])
    await until(lambda: len(refreshed) >= 3)
    await worker.stop()
    assert set(refreshed) == {worker.poll.matching}


async def test_a_store_that_is_away_is_told_and_asked_again(base: Foundation, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> int:
        raise ConnectionError("the database is away")

    monkeypatch.setattr(Matching, "refresh", away)
    worker = Worker(base)
    await worker.start([])
    await until(lambda: (base.registry.get_sample_value("crisis_bot_troubles_total") or 0) >= 2)
    await worker.stop()
