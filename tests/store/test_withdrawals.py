"""Promises about the pages of stories told of late."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.chat import ChatState
from bot.core.delivery import State, sent
from bot.core.releases import Ruling
from bot.core.rhythm import Every, Rhythm
from bot.core.stores import NewStory, PageCheck
from bot.store.withdrawals import LOOKS, SECOND_LOOK
from tests.store.scene import LANE, LEASE, NOW, SECOND, Scene, source, story, why

HOUR = timedelta(hours=1)


async def _told(scene: Scene, *names: str) -> None:
    """Let a chat get stories."""
    await scene.chat("1", "mali")
    for name in names:
        await scene.tell(name)
    while claimed := await scene.claim():
        for delivery in claimed:
            await scene.store.outbox.record(delivery, sent("m"), NOW)


async def _check(scene: Scene, after: timedelta) -> PageCheck | None:
    return await scene.store.withdrawals.next_check(NOW + after)


async def _looked(scene: Scene, after: timedelta, *, missing: bool) -> PageCheck:
    check = await _check(scene, after)
    assert check is not None
    await scene.store.withdrawals.note(check, missing=missing)
    return check


async def test_a_page_is_looked_at_again_after_one_six_and_twenty_four_hours(scene: Scene) -> None:
    await _told(scene, "a")
    assert await _check(scene, LOOKS[0] - SECOND) is None
    for age in LOOKS:
        check = await _check(scene, age + SECOND)
        assert check is not None
        assert (check.story.fingerprint, check.missing, check.trusted) == ("a", 0, False)
        assert check.feed_id == scene.feed.id
        assert await _check(scene, age + 2 * SECOND) is None
    assert await _check(scene, 47 * HOUR) is None


async def test_looks_that_were_missed_are_made_up_for_by_one(scene: Scene) -> None:
    await _told(scene, "a")
    assert await _check(scene, 30 * HOUR) is not None
    assert await _check(scene, 30 * HOUR) is None


async def test_nobody_looks_at_the_page_of_a_story_told_to_nobody_or_long_ago(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("silent", silent=True)
    await scene.tell_with(story("unmatched"))
    assert await _check(scene, 2 * HOUR) is None
    await _told(scene, "a")
    assert await _check(scene, 49 * HOUR) is None


async def test_nobody_looks_at_pages_of_a_feed_whose_pages_are_switched_off(scene: Scene) -> None:
    await _told(scene, "a")
    await scene.store.feeds.sync([replace(source(), articles=False)], NOW)
    assert await _check(scene, 2 * HOUR) is None


async def test_a_page_that_was_gone_is_looked_at_once_more_soon(scene: Scene) -> None:
    await _told(scene, "a")
    await _looked(scene, 2 * HOUR, missing=True)
    assert await _check(scene, 2 * HOUR + SECOND_LOOK - SECOND) is None
    again = await _looked(scene, 2 * HOUR + SECOND_LOOK, missing=True)
    assert again.missing == 1
    assert await _check(scene, 3 * HOUR) is None
    assert (await _looked(scene, 6 * HOUR, missing=False)).missing == 2
    assert (await _looked(scene, 24 * HOUR, missing=False)).missing == 0


async def test_the_pages_that_are_gone_are_counted_by_feed(scene: Scene) -> None:
    await _told(scene, "a", "b")
    check = await _looked(scene, 2 * HOUR, missing=True)
    withdrawals = scene.store.withdrawals
    assert await withdrawals.missing_of(scene.feed.id, NOW) == 1
    await _looked(scene, 2 * HOUR, missing=True)
    assert await withdrawals.missing_of(scene.feed.id, NOW) == 2
    assert await withdrawals.missing_of(scene.feed.id + 1_000, NOW) == 0
    await withdrawals.withdraw(check.story.id, NOW, edit=False)
    assert await withdrawals.missing_of(scene.feed.id, NOW) == 1
    assert await withdrawals.missing_of(scene.feed.id, NOW + 49 * HOUR) == 0


async def test_a_withdrawn_story_is_marked_and_its_messages_are_edited(scene: Scene) -> None:
    await _told(scene, "a", "b")
    kept = next(each for each in await scene.store.stories.recent(9) if each.fingerprint == "a")
    assert await scene.store.withdrawals.withdraw(kept.id, NOW + HOUR, edit=True) == 1
    assert await scene.store.withdrawals.withdraw(kept.id, NOW + HOUR, edit=True) == 0
    (edit,) = await scene.store.edits.claim(LANE, NOW + HOUR, LEASE, 9)
    assert (edit.delivery.story.id, edit.delivery.story.withdrawn_at) == (kept.id, NOW + HOUR)
    checked = await _check(scene, 2 * HOUR)
    assert checked is not None
    assert checked.story.fingerprint == "b"
    assert await _check(scene, 2 * HOUR) is None


async def test_messages_stay_as_they_are_where_edits_are_switched_off(scene: Scene) -> None:
    await _told(scene, "a")
    (kept,) = await scene.store.stories.recent(9)
    assert await scene.store.withdrawals.withdraw(kept.id, NOW, edit=False) == 0
    assert (await scene.store.stories.recent(9))[0].withdrawn_at == NOW
    assert await scene.store.edits.counts() == {}


async def test_what_waits_of_a_withdrawn_story_is_cancelled(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a", "b")
    kept = next(each for each in await scene.store.stories.recent(9) if each.fingerprint == "a")
    await scene.store.withdrawals.withdraw(kept.id, NOW, edit=True)
    assert await scene.store.outbox.counts() == {State.CANCELLED: 1, State.QUEUED: 1}
    assert [each.story.fingerprint for each in await scene.claim()] == ["b"]


async def _twins(scene: Scene, *filters: str) -> list[int]:
    """Record stories that tell the same, each matched by one of the filters; return their ids."""
    kept, known = list[int](), await scene.filter_ids()
    for number, canonical in enumerate(filters):
        matches = {known[canonical]: why(canonical)}
        await scene.record(NewStory(story(f"twin {number}"), matches, cluster=kept[0] if kept else None))
        kept.append(max(each.id for each in await scene.store.stories.recent(9)))
    return kept


async def test_a_chat_whose_story_is_withdrawn_before_it_was_told_gets_the_next_that_tells_the_same(
    scene: Scene,
) -> None:
    waits, told = await scene.chat("1", "mali"), await scene.chat("2", "mali")
    await scene.chat("3", "sudan", "niger")
    first, second, third, _ = await _twins(scene, "mali", "niger", "mali", "mali")
    for each in await scene.claim():
        if each.chat.id == waits.id:
            await scene.store.outbox.release([each])
        else:
            await scene.store.outbox.record(each, sent("m"), NOW)
    await scene.store.withdrawals.withdraw(first, NOW, edit=True)
    claimed = await scene.claim()
    assert [(each.chat.id, each.story.id) for each in claimed] == [(waits.id, third)]
    await scene.store.outbox.release(claimed)
    await scene.store.withdrawals.withdraw(second, NOW, edit=True)
    await scene.store.withdrawals.withdraw(third, NOW, edit=True)
    (last,) = await scene.claim()
    assert (last.chat.id, last.story.fingerprint) == (waits.id, "twin 3")
    assert told.id != waits.id


async def test_what_was_held_of_a_withdrawn_story_is_held_of_the_next_that_tells_the_same(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    await scene.store.chats.set_hours(chat.id, Rhythm(every=Every.DAILY, at=480), "", NOW)
    first, _ = await _twins(scene, "mali", "mali")
    await scene.store.withdrawals.withdraw(first, NOW, edit=True)
    assert await scene.store.outbox.counts() == {State.CANCELLED: 1, State.HELD: 1}
    (held,) = await scene.store.holding.due(NOW, 9)
    await scene.store.holding.keep(Ruling(held.due, free=(held.due[0].id,)), NOW)
    assert [each.story.fingerprint for each in await scene.claim()] == ["twin 1"]


async def test_a_withdrawn_story_is_made_up_for_by_none_that_was_not_to_be_told(scene: Scene) -> None:
    await scene.chat("1", "mali")
    (first,) = await _twins(scene, "mali")
    matches = {(await scene.filter_ids())["mali"]: why("mali")}
    await scene.record(NewStory(story("old"), matches, silent=True, cluster=first))
    await scene.store.withdrawals.withdraw(first, NOW, edit=True)
    assert await scene.claim() == []


async def test_a_withdrawn_story_is_made_up_for_by_none_that_was_cancelled_for_the_chat(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    first, _ = await _twins(scene, "mali", "mali")
    await scene.store.subscriptions.remove(chat.id, ["mali"])
    await scene.store.subscriptions.add(chat.id, "mali", NOW)
    again = NewStory(story("again"), {(await scene.filter_ids())["mali"]: why("mali")}, cluster=first)
    await scene.record(again)
    latest = max(each.id for each in await scene.store.stories.recent(9))
    await scene.store.withdrawals.withdraw(latest, NOW, edit=True)
    assert [each.story.fingerprint for each in await scene.claim()] == ["twin 1"]
    assert (await scene.store.outbox.counts())[State.CANCELLED] == 2


@pytest.mark.parametrize("state", [ChatState.PAUSED])
async def test_a_paused_chats_messages_are_edited_all_the_same(scene: Scene, state: ChatState) -> None:
    await _told(scene, "a")
    (kept,) = await scene.store.stories.recent(9)
    chat = await scene.chat("1")
    await scene.store.chats.set_state(chat.id, state)
    await scene.store.withdrawals.withdraw(kept.id, NOW, edit=True)
    assert len(await scene.store.edits.claim(LANE, NOW, LEASE, 9)) == 1


async def test_a_trusted_feed_opens_no_private_page_of_another_host(scene: Scene) -> None:
    await _told(scene, "a")
    await scene.store.feeds.sync([replace(source(), trusted=True)], NOW)
    check = await _check(scene, LOOKS[0] + SECOND)
    assert check is not None
    assert not check.trusted
