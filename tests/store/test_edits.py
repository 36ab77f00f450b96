"""Promises about edits of messages sent before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.delivery import Delivery, State, Verdict, sent
from bot.core.editing import EDIT_PAUSE, EDIT_WINDOW, Edit, edited
from bot.core.releases import Bundle, Ruling
from bot.core.rhythm import Every, Rhythm
from bot.core.stores import Revision
from bot.core.story import Story
from tests.store.scene import LANE, LEASE, NOW, SECOND, Scene, address, why

MINUTE = timedelta(minutes=1)


async def _send(scene: Scene, *, after: timedelta = timedelta(0)) -> None:
    """Send all that waits on the lane."""
    at = NOW + after
    while claimed := await scene.store.outbox.claim(LANE, at, LEASE, 100):
        for delivery in claimed:
            await scene.store.outbox.record(delivery, sent(f"m{delivery.to.chat}-{delivery.id}"), at)


async def _story(scene: Scene, name: str = "a") -> Story:
    return next(each for each in await scene.store.stories.recent(99) if each.fingerprint == name)


async def _told(scene: Scene, *chats: str, name: str = "a") -> Story:
    """Let chats get a story."""
    for chat in chats or ("1",):
        await scene.chat(chat, "mali")
    await scene.tell(name)
    await _send(scene)
    return await _story(scene, name)


async def _revise(
    scene: Scene, kept: Story, title: str = "Now", revised: str = "headline", *, after: timedelta = MINUTE
) -> int:
    return await scene.store.edits.revise([Revision(replace(kept, title=title), revised)], NOW + after)


async def _claim(scene: Scene, after: timedelta = MINUTE, lane: str = LANE) -> list[Edit]:
    return await scene.store.edits.claim(lane, NOW + after, LEASE, 100)


async def test_a_revised_story_edits_each_message_sent_for_it(scene: Scene) -> None:
    kept = await _told(scene, "1", "2")
    assert await _revise(scene, kept) == 2
    claimed = await _claim(scene)
    assert {(each.to.chat, each.message_id) for each in claimed} == {
        (each.to.chat, f"m{each.to.chat}-{each.delivery.id}") for each in claimed
    }
    assert {each.to.chat for each in claimed} == {"1", "2"}
    for each in claimed:
        assert (each.delivery.story.title, each.delivery.story.revised) == ("Now", "headline")
        assert each.delivery.story.revised_at == NOW + MINUTE
        assert each.delivery.evidence == why("mali")
        assert (each.delivery.others, each.attempts) == ((), 0)


async def test_what_waits_goes_out_with_the_new_words_and_is_not_edited(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a")
    assert await _revise(scene, await _story(scene)) == 0
    (delivery,) = await scene.claim(after=60)
    assert delivery.story.title == "Now"


async def test_what_is_on_its_way_is_edited_once_it_was_sent(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a")
    (delivery,) = await scene.claim()
    assert delivery.story.title == "About a"
    assert await _revise(scene, delivery.story) == 1
    assert await _claim(scene) == []
    await scene.store.outbox.record(delivery, sent("m"), NOW + MINUTE)
    assert [each.message_id for each in await _claim(scene)] == ["m"]


async def test_nobody_is_told_twice_of_a_revised_story(scene: Scene) -> None:
    kept = await _told(scene)
    await _revise(scene, kept)
    assert await scene.claim(after=120) == []
    assert await scene.store.outbox.counts() == {State.SENT: 1}


async def test_a_slip_of_the_pen_keeps_what_was_said_of_the_last_revision(scene: Scene) -> None:
    kept = await _told(scene)
    await _revise(scene, kept)
    await _revise(scene, kept, "Now!", "", after=2 * MINUTE)
    now = await _story(scene)
    assert (now.title, now.revised, now.revised_at) == ("Now!", "headline", NOW + MINUTE)


async def test_what_is_not_to_be_shown_changes_the_story_and_no_message(scene: Scene) -> None:
    kept = await _told(scene)
    quiet = Revision(replace(kept, fingerprint="b"), shown=False)
    assert await scene.store.edits.revise([quiet], NOW) == 0
    assert (await _story(scene, "b")).title == kept.title
    assert await _claim(scene) == []


async def test_a_message_is_edited_once_an_hour_at_most_and_the_last_state_wins(scene: Scene) -> None:
    kept = await _told(scene)
    await _revise(scene, kept, "First")
    (edit,) = await _claim(scene)
    assert await scene.store.edits.record(edit, edited(), NOW + MINUTE)
    for number in range(3):
        assert await _revise(scene, kept, f"Later {number}", after=(number + 2) * MINUTE) == 1
    assert await _claim(scene, MINUTE + EDIT_PAUSE - SECOND) == []
    (edit,) = await _claim(scene, MINUTE + EDIT_PAUSE)
    assert edit.delivery.story.title == "Later 2"


async def test_a_revision_long_after_the_last_edit_is_shown_at_once(scene: Scene) -> None:
    kept = await _told(scene)
    await _revise(scene, kept, "First")
    (edit,) = await _claim(scene)
    await scene.store.edits.record(edit, edited(), NOW + MINUTE)
    await _revise(scene, kept, "Later", after=2 * EDIT_PAUSE)
    assert len(await _claim(scene, 2 * EDIT_PAUSE)) == 1


async def test_a_revision_during_an_edit_is_shown_by_another(scene: Scene) -> None:
    kept = await _told(scene)
    await _revise(scene, kept, "First")
    (edit,) = await _claim(scene)
    await _revise(scene, kept, "Second")
    assert not await scene.store.edits.record(edit, edited(), NOW + MINUTE)
    assert await _claim(scene) == []
    (again,) = await _claim(scene, MINUTE + EDIT_PAUSE)
    assert again.delivery.story.title == "Second"


async def test_an_edit_goes_to_one_claimer_and_its_end_stands(scene: Scene) -> None:
    await _revise(scene, await _told(scene))
    (edit,) = await _claim(scene)
    assert await _claim(scene) == []
    assert await scene.store.edits.record(edit, edited(), NOW)
    assert not await scene.store.edits.record(edit, edited(), NOW)
    assert await scene.store.edits.counts() == {State.SENT: 1}


async def test_an_edit_that_failed_for_now_is_claimed_again_when_its_time_has_come(scene: Scene) -> None:
    await _revise(scene, await _told(scene))
    (edit,) = await _claim(scene)
    await scene.store.edits.record(edit, Verdict(State.QUEUED, due_at=NOW + 5 * MINUTE, error="502"), NOW)
    assert await _claim(scene, 4 * MINUTE) == []
    (again,) = await _claim(scene, 5 * MINUTE)
    assert again.attempts == 1


async def test_a_message_that_is_gone_is_left_in_peace_for_good(scene: Scene) -> None:
    kept = await _told(scene)
    await _revise(scene, kept)
    (edit,) = await _claim(scene)
    await scene.store.edits.record(edit, Verdict(State.DEAD, error="message to edit not found"), NOW)
    assert await _revise(scene, kept, "Again", after=5 * EDIT_PAUSE) == 0
    assert await _claim(scene, 5 * EDIT_PAUSE) == []


async def test_a_claim_whose_owner_died_is_made_again(scene: Scene) -> None:
    await _revise(scene, await _told(scene))
    (edit,) = await _claim(scene)
    assert await scene.store.edits.recover(NOW + MINUTE + LEASE - SECOND) == 0
    assert await scene.store.edits.recover(NOW + MINUTE + LEASE + SECOND) == 1
    assert not await scene.store.edits.record(edit, edited(), NOW)
    assert len(await _claim(scene, MINUTE + LEASE)) == 1


@pytest.mark.parametrize(("age", "edits"), [(EDIT_WINDOW, 1), (EDIT_WINDOW + SECOND, 0)])
async def test_a_message_older_than_two_days_stays_as_it_is(scene: Scene, age: timedelta, edits: int) -> None:
    kept = await _told(scene)
    assert await _revise(scene, kept, after=age) == edits
    assert len(await _claim(scene, age)) == edits


async def test_an_edit_that_waited_for_too_long_is_given_up(scene: Scene) -> None:
    await _revise(scene, await _told(scene))
    late = EDIT_WINDOW + SECOND
    assert await _claim(scene, late) == []
    await scene.store.edits.recover(NOW + late)
    assert await scene.store.edits.counts() == {State.DEAD: 1}


async def test_edits_wait_while_an_alert_of_their_lane_is_due(scene: Scene) -> None:
    await _revise(scene, await _told(scene))
    await scene.tell("b")
    assert await _claim(scene) == []
    (delivery,) = await scene.claim(after=60)
    await scene.store.outbox.record(delivery, Verdict(State.QUEUED, due_at=NOW + 9 * MINUTE), NOW)
    assert len(await _claim(scene)) == 1


async def test_an_edit_does_not_wait_for_hours_behind_a_busy_lanes_alerts(scene: Scene) -> None:
    await _revise(scene, await _told(scene))
    await scene.tell("b")
    assert await scene.store.edits.claim(LANE, NOW + 7 * MINUTE, LEASE, 10)


async def test_each_lane_has_its_own_edits(scene: Scene) -> None:
    await scene.chat("9", "mali", lane="telegram:2")
    kept = await _told(scene, "1")
    for delivery in await scene.claim(lane="telegram:2"):
        await scene.store.outbox.record(delivery, sent("m"), NOW)
    assert await _revise(scene, kept) == 2
    assert [each.to.chat for each in await _claim(scene)] == ["1"]
    assert [each.to.chat for each in await _claim(scene, lane="telegram:2")] == ["9"]


async def test_the_messages_of_a_chat_that_is_gone_stay_as_they_are(scene: Scene) -> None:
    kept = await _told(scene, "1", "2")
    await scene.store.chats.gone(address("1"), "blocked")
    await _revise(scene, kept)
    assert [each.to.chat for each in await _claim(scene)] == ["2"]


async def test_two_stories_that_change_together_edit_the_messages_of_both(scene: Scene) -> None:
    kept = await _told(scene)
    await scene.tell("b")
    await _send(scene)
    both = [Revision(replace(each, title="Now"), "headline") for each in (kept, await _story(scene, "b"))]
    assert await scene.store.edits.revise(both, NOW) == 2
    assert await scene.store.edits.revise([], NOW) == 0


# Stories told in one message


async def _bundle(scene: Scene) -> Delivery:
    """Return the claimed delivery that tells three stories."""
    chat = await scene.chat("1", "mali")
    await scene.store.chats.set_hours(chat.id, Rhythm(every=Every.HOURLY), "", NOW)
    await scene.tell("a", "b", "c")
    (held,) = await scene.store.holding.due(NOW, 10)
    await scene.store.holding.keep(Ruling(held.due, bundles=(Bundle(tuple(r.id for r in held.due), "hourly"),)), NOW)
    (carrier,) = await scene.claim()
    return carrier


async def test_a_message_that_tells_several_stories_is_edited_once_whichever_changed(scene: Scene) -> None:
    carrier = await _bundle(scene)
    await scene.store.outbox.record(carrier, sent("m7"), NOW)
    assert await _revise(scene, await _story(scene, "b"), "B now") == 1
    assert await _revise(scene, await _story(scene, "c"), "C now") == 1
    (edit,) = await _claim(scene)
    assert (edit.delivery.id, edit.message_id, edit.delivery.heading) == (carrier.id, "m7", "hourly")
    assert [each.title for each in (edit.delivery.story, *edit.delivery.others)] == ["About a", "B now", "C now"]


async def test_a_story_that_changes_while_it_is_told_with_others_is_edited_once_they_were_sent(scene: Scene) -> None:
    carrier = await _bundle(scene)
    assert await _revise(scene, await _story(scene, "b"), "B now") == 1
    assert await _claim(scene) == []
    await scene.store.outbox.record(carrier, sent("m7"), NOW)
    assert len(await _claim(scene)) == 1


async def test_a_story_that_changes_while_it_waits_with_others_needs_no_edit(scene: Scene) -> None:
    carrier = await _bundle(scene)
    await scene.store.outbox.release([carrier])
    assert await _revise(scene, await _story(scene, "b"), "B now") == 0


async def test_what_was_to_be_told_with_a_withdrawn_story_is_told_without_it(scene: Scene) -> None:
    carrier = await _bundle(scene)
    await scene.store.outbox.release([carrier])
    gone = await _story(scene, "a")
    assert await scene.store.withdrawals.withdraw(gone.id, NOW, edit=True) == 0
    assert await scene.store.outbox.counts() == {State.CANCELLED: 1, State.HELD: 2}
    (held,) = await scene.store.holding.due(NOW, 10)
    assert len(held.due) == 2
