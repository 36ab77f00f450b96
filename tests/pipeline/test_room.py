"""A disk that is full: feeds wait, and the operator hears of it."""

import pytest

from bot.core.errors import StoreFull
from bot.pipeline.room import ASK_EVERY
from tests.pipeline.scene import FEED_URL, Scene, entry

MALI = entry("Drought in Mali deepens")


async def _ready(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.publish(entry("Another older story"))


async def test_while_the_disk_is_full_no_feed_is_visited_and_the_operator_is_told_once(scene: Scene) -> None:
    await _ready(scene)
    scene.disk_is_full = True
    assert [await scene.visit_later(), await scene.visit_later()] == [0, 0]
    assert ["the disk is full" in notice for notice in scene.observer.notices] == [True]
    assert scene.room.full


async def test_with_room_again_visits_go_on_by_themselves(scene: Scene) -> None:
    await _ready(scene)
    scene.web.serve(FEED_URL, MALI)
    scene.disk_is_full = True
    assert await scene.visit_later() == 0
    scene.disk_is_full = False
    assert await scene.visit() == 0, "the disk is not looked at each time"
    scene.clock.advance(ASK_EVERY)
    assert await scene.visit() == 1
    assert await scene.inbox("42") == [MALI.title]
    assert not scene.room.full


async def test_a_story_that_found_no_room_comes_once_there_is(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    await _ready(scene)
    scene.web.serve(FEED_URL, MALI)

    async def refuse(*_args: object, **_named: object) -> None:
        raise StoreFull

    with monkeypatch.context() as full:
        full.setattr(scene.store.stories, "record", refuse)
        assert await scene.visit_later() == 1
    assert scene.room.full
    assert scene.observer.troubles == []
    scene.clock.advance(ASK_EVERY)
    assert await scene.visit() == 1, "the feed is due at once, not at the end of its claim"
    assert await scene.inbox("42") == [MALI.title]
