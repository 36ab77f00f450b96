"""Pages of stories that were told, looked at again."""

import pytest

from bot.core.delivery import State
from bot.core.editing import Edit
from bot.pipeline.dispatch import LEASE
from bot.pipeline.notices import Notices
from bot.pipeline.withdrawals import SITE_TROUBLE, PageWatch
from tests.pipeline.scene import LANES, Scene, entry, sighting

LANE = LANES[sighting().address.platform]


def _watch(scene: Scene, *, edits: bool = True) -> PageWatch:
    notices = Notices(scene.observer, scene.clock)
    return PageWatch(scene.store.withdrawals, scene.web, notices, scene.clock, scene.observer, edits)


async def _told(scene: Scene, count: int = 1) -> list[str]:
    """Let a chat have got stories an hour ago; return their links."""
    await scene.follow("42", "mali")
    entries = [entry(f"Mali, part {n}") for n in range(count)]
    await scene.publish(*entries)
    await scene.inbox("42")
    scene.clock.advance(3700)
    return [each.link for each in entries]


async def _edits(scene: Scene) -> list[Edit]:
    return await scene.store.edits.claim(LANE, scene.clock.now(), LEASE, 99)


async def test_a_page_that_is_gone_twice_in_a_row_marks_its_story_withdrawn(scene: Scene) -> None:
    (link,) = await _told(scene)
    watch = _watch(scene)
    scene.web.missing.add(link)
    assert await watch.step() == 1
    assert await _edits(scene) == []
    assert await watch.step() == 0
    scene.clock.advance(601)
    assert await watch.step() == 1
    (edit,) = await _edits(scene)
    assert edit.delivery.story.withdrawn_at == scene.clock.now()
    assert len(scene.observer.notices) == 1
    scene.clock.advance(24 * 3600)
    assert await watch.step() == 0
    assert scene.web.looked == [link, link]


@pytest.mark.parametrize("then", ["there", "unreachable"])
async def test_a_page_that_was_gone_for_a_moment_withdraws_nothing(scene: Scene, then: str) -> None:
    (link,) = await _told(scene)
    watch = _watch(scene)
    scene.web.missing.add(link)
    await watch.step()
    scene.web.missing.clear()
    if then == "unreachable":
        scene.web.unreachable.add(link)
    scene.clock.advance(601)
    await watch.step()
    scene.web.unreachable.clear()
    scene.web.missing.add(link)
    scene.clock.advance(6 * 3600)
    await watch.step()
    assert await scene.store.edits.counts() == {}
    assert scene.observer.notices == []


async def test_a_site_whose_pages_are_all_gone_has_moved_and_withdrew_nothing(scene: Scene) -> None:
    links = await _told(scene, SITE_TROUBLE)
    watch = _watch(scene)
    scene.web.missing.update(links)
    for _ in range(60):
        await watch.step()
        scene.clock.advance(1800)
    assert await scene.store.edits.counts() == {}
    assert len(scene.observer.notices) <= 2  # a day apart
    assert "gone together" in scene.observer.notices[0]
    assert len(scene.web.looked) <= 4 * SITE_TROUBLE


async def test_what_still_waits_of_it_is_cancelled(scene: Scene) -> None:
    await scene.follow("43", "mali")
    (link,) = await _told(scene)
    rows = scene.store.rows.deliveries
    waiting = max(rows)
    rows[waiting].state = State.QUEUED
    watch = _watch(scene)
    scene.web.missing.add(link)
    await watch.step()
    scene.clock.advance(601)
    await watch.step()
    assert (rows[waiting].state, rows[waiting].error) == (State.CANCELLED, "withdrawn by its publisher")


async def test_with_edits_switched_off_a_withdrawn_story_is_marked_and_no_message_edited(scene: Scene) -> None:
    (link,) = await _told(scene)
    watch = _watch(scene, edits=False)
    scene.web.missing.add(link)
    await watch.step()
    scene.clock.advance(601)
    await watch.step()
    assert await scene.store.edits.counts() == {}
    assert (await scene.store.stories.recent(1))[0].withdrawn_at
