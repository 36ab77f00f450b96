"""Promises about the epoch of a store, and about one that was restored."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.delivery import State, sent
from bot.core.polling import Decision
from bot.core.stores import VisitLost
from bot.store.epoch import EpochFile
from tests.store.scene import LEASE, NOW, Scene


async def test_an_epoch_only_grows(scene: Scene) -> None:
    epochs = scene.store.epochs
    first = await epochs.kept()
    assert [await epochs.advance() for _ in range(3)] == [first + 1, first + 2, first + 3]
    await epochs.begin_anew(first + 9, "restored", NOW)
    assert await epochs.kept() == first + 9
    await epochs.begin_anew(first, "restored", NOW)
    assert await epochs.kept() == first + 10


async def test_a_restored_store_ends_what_waits_and_keeps_what_has_an_end(scene: Scene) -> None:
    for name in ("1", "2", "3"):
        await scene.chat(name, "mali")
    await scene.tell("a")
    first, second, _ = await scene.claim()
    await scene.store.outbox.record(first, sent("m"), NOW)
    forgotten = await scene.store.epochs.begin_anew(1, "restored", NOW)
    assert forgotten.deliveries == 2
    assert await scene.store.outbox.counts() == {State.SENT: 1, State.CANCELLED: 2}
    assert await scene.store.outbox.record(second, sent("m"), NOW) is False
    assert await scene.claim() == []


async def test_a_visit_under_way_when_the_store_was_restored_keeps_nothing(scene: Scene) -> None:
    (feed,) = await scene.store.feeds.claim_due(NOW, LEASE, 1)
    await scene.store.epochs.begin_anew(1, "restored", NOW)
    with pytest.raises(VisitLost):
        await scene.store.feeds.keep(Decision(feed))


async def test_a_restored_stores_feeds_are_visited_as_for_the_first_time(scene: Scene) -> None:
    visited = replace(scene.feed, polled_before=True, etag='"v1"', body_hash="abc")
    await scene.store.feeds.keep(Decision(visited))
    assert [(feed.polled_before, bool(feed.etag)) for feed in await scene.store.feeds.all()] == [(True, True)]
    forgotten = await scene.store.epochs.begin_anew(1, "restored", NOW)
    assert forgotten.feeds == 1
    assert [(feed.polled_before, bool(feed.etag)) for feed in await scene.store.feeds.all()] == [(False, False)]


def test_a_mark_stands_in_a_file_beside_the_database(tmp_path: Path) -> None:
    mark = EpochFile(tmp_path / "bot.db")
    assert asyncio.run(mark.noted()) == 0
    asyncio.run(mark.note(12))
    assert asyncio.run(EpochFile(tmp_path / "bot.db").noted()) == 12
    assert [path.name for path in tmp_path.iterdir()] == ["bot.db.epoch"]


@pytest.mark.parametrize("scribble", [b"", b"twelve", b"\xff\xfe"])
async def test_a_mark_that_cannot_be_read_is_none(tmp_path: Path, scribble: bytes) -> None:
    (tmp_path / "bot.db.epoch").write_bytes(scribble)
    assert await EpochFile(tmp_path / "bot.db").noted() == 0


async def test_a_mark_is_not_kept_where_its_folder_is_gone(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="gone"):
        await EpochFile(tmp_path / "gone" / "bot.db").note(1)
