"""Promises about a store that was put back from a backup."""

from dataclasses import dataclass

import pytest

from bot.core.delivery import State
from bot.pipeline.restored import Restored
from tests.fakes.clock import FakeClock
from tests.fakes.epochs import FakeMark
from tests.fakes.observer import RecordingObserver
from tests.fakes.store import MemoryStore
from tests.store.scene import Scene, make_scene


@dataclass
class Place:
    """A store with an alert that waits, and who looks after its epoch."""

    scene: Scene
    mark: FakeMark
    observer: RecordingObserver
    restored: Restored


@pytest.fixture
async def place() -> Place:
    clock, mark, observer = FakeClock(), FakeMark(), RecordingObserver()
    store = MemoryStore(clock)
    scene = await make_scene(store)
    await scene.chat("1", "mali")
    await scene.tell("a")
    return Place(scene, mark, observer, Restored(store.epochs, mark, clock, observer))


async def test_a_start_goes_on_to_the_next_epoch_and_cancels_nothing(place: Place) -> None:
    for start in (1, 2):
        await place.restored.check()
        assert place.mark.number == start
    assert await place.scene.store.outbox.counts() == {State.QUEUED: 1}
    assert place.observer.notices == []


async def test_a_store_put_back_sends_nothing_that_waited_and_tells_once(place: Place) -> None:
    place.mark.number = 7
    await place.restored.check()
    assert await place.scene.store.outbox.counts() == {State.CANCELLED: 1}
    assert ["restored from a backup" in notice for notice in place.observer.notices] == [True]
    assert place.mark.number == await place.scene.store.epochs.kept() == 8
    await place.restored.check()
    assert len(place.observer.notices) == 1


async def test_a_new_store_beside_an_old_mark_is_no_matter_for_the_operator() -> None:
    store, mark, observer = MemoryStore(), FakeMark(7), RecordingObserver()
    await Restored(store.epochs, mark, FakeClock(), observer).check()
    assert observer.notices == []
    assert mark.number == 8


async def test_a_mark_that_cannot_be_kept_stops_nothing(place: Place) -> None:
    place.mark.broken = True
    await place.restored.check()
    await place.restored.advance()
    assert len(place.observer.troubles) == 2
    assert await place.scene.store.epochs.kept() == 2


async def test_an_operator_can_say_so_where_no_mark_tells(place: Place) -> None:
    alone = Restored(place.scene.store.epochs, None, FakeClock(), place.observer)
    await alone.check()
    assert await place.scene.store.outbox.counts() == {State.QUEUED: 1}
    forgotten = await alone.declare()
    assert forgotten.deliveries == 1
    assert await place.scene.store.outbox.counts() == {State.CANCELLED: 1}
