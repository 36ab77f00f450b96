"""Promises about the table of deliveries."""

import asyncio
from dataclasses import replace

import pytest

from bot.core.chat import ChatState
from bot.core.delivery import Delivery, OnUncertain, State, Verdict, sent
from bot.core.releases import Bundle, Ruling
from bot.core.rhythm import Every, Rhythm
from bot.core.stores import NewStory
from tests.store.scene import LANE, LEASE, NOW, SECOND, Scene, address, story, why


async def test_a_claimed_delivery_bears_all_that_a_send_needs(scene: Scene) -> None:
    chat = await scene.chat("1", "mali", topic="7")
    await scene.tell("a")
    delivery = (await scene.claim())[0]
    assert (delivery.chat, delivery.to) == (chat, address("1", "7"))
    assert (delivery.story.title, delivery.attempts, delivery.repeat) == ("About a", 0, False)
    assert delivery.lease


async def test_a_chat_gets_its_stories_oldest_first_and_never_two_at_once(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a", "b")
    await scene.tell("c")
    for name in ("a", "b", "c"):
        claimed = await scene.claim()
        assert [each.story.fingerprint for each in claimed] == [name]
        assert await scene.claim() == []
        await scene.store.outbox.record(claimed[0], sent("m"), NOW)
    assert await scene.store.outbox.counts() == {State.SENT: 3}


async def test_a_claim_takes_each_chats_oldest_before_anybodys_second(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a", "b")
    await scene.chat("2", "mali")
    await scene.tell("c")
    assert [(each.to.chat, each.story.fingerprint) for each in await scene.claim()] == [("1", "a"), ("2", "c")]


async def test_a_claim_takes_no_more_than_asked_for_and_only_of_its_lane(scene: Scene) -> None:
    for name in ("1", "2", "3"):
        await scene.chat(name, "mali")
    await scene.chat("9", "mali", lane="slack:T1")
    await scene.tell("a")
    assert len(await scene.claim(limit=2)) == 2
    assert len(await scene.claim(limit=2)) == 1
    assert [each.to.lane for each in await scene.claim(lane="slack:T1")] == ["slack:T1"]


async def test_what_is_put_off_waits_for_its_time_and_holds_up_its_own_chat_only(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a", "b")
    again = Verdict(State.QUEUED, due_at=NOW + 10 * SECOND, error="busy")
    await scene.store.outbox.record((await scene.claim())[0], again, NOW)
    await scene.chat("2", "mali")
    await scene.tell("c")
    assert [each.to.chat for each in await scene.claim(after=9)] == ["2"]
    later = (await scene.claim(after=10))[0]
    assert (later.story.fingerprint, later.attempts) == ("a", 1)


async def test_a_verdict_that_does_not_count_leaves_the_attempts_alone(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a")
    await scene.store.outbox.record((await scene.claim())[0], Verdict(State.QUEUED, due_at=NOW, counts=False), NOW)
    assert (await scene.claim())[0].attempts == 0


async def test_a_result_counts_only_while_the_lease_is_held(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a")
    slow = (await scene.claim())[0]
    assert await scene.store.outbox.recover(NOW + LEASE + SECOND) == 1
    quick = (await scene.claim(after=61))[0]
    assert quick.lease != slow.lease
    assert await scene.store.outbox.record(slow, Verdict(State.DEAD, error="late"), NOW) is False
    assert await scene.store.outbox.record(quick, sent("m1"), NOW) is True
    assert await scene.store.outbox.record(quick, Verdict(State.DEAD), NOW) is False
    assert await scene.store.outbox.counts() == {State.SENT: 1}


async def test_a_late_result_neither_sends_a_chat_away_nor_moves_it(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    await scene.tell("a")
    slow = (await scene.claim())[0]
    await scene.store.outbox.recover(NOW + LEASE + SECOND)
    late = Verdict(State.CANCELLED, chat_gone=True, moved_to=address("2"))
    assert await scene.store.outbox.record(slow, late, NOW) is False
    assert await scene.store.chats.find(chat.address) == chat


async def test_what_a_dead_process_held_is_queued_again_as_a_possible_repeat(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a")
    await scene.claim()
    assert await scene.store.outbox.recover(NOW + LEASE) == 0
    assert await scene.store.outbox.recover(NOW + LEASE + SECOND) == 1
    assert [each.repeat for each in await scene.claim()] == [True]


async def test_a_possible_repeat_stays_one(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a")
    await scene.store.outbox.record((await scene.claim())[0], Verdict(State.QUEUED, due_at=NOW, repeat=True), NOW)
    await scene.store.outbox.record((await scene.claim())[0], Verdict(State.QUEUED, due_at=NOW), NOW)
    assert (await scene.claim())[0].repeat is True


async def test_claims_given_back_are_as_if_never_made(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a")
    given_back = await scene.claim()
    await scene.store.outbox.release(given_back)
    again = (await scene.claim())[0]
    assert (again.attempts, again.repeat) == (0, False)
    await scene.store.outbox.release(given_back)
    assert await scene.store.outbox.record(again, sent("m"), NOW) is True


async def test_giving_back_one_claim_leaves_the_others_of_its_batch_alone(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.chat("2", "mali")
    await scene.tell("a")
    on_its_way, not_begun = await scene.claim()
    await scene.store.outbox.release([not_begun])
    assert [each.id for each in await scene.claim()] == [not_begun.id]
    assert await scene.store.outbox.record(on_its_way, sent("m"), NOW) is True
    await scene.store.outbox.release([])


async def test_a_chat_that_is_gone_is_cancelled_with_the_send_that_found_out(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    await scene.tell("a", "b")
    gone = Verdict(State.CANCELLED, error="bot was blocked", chat_gone=True)
    assert await scene.store.outbox.record((await scene.claim())[0], gone, NOW) is True
    assert await scene.store.outbox.counts() == {State.CANCELLED: 2}
    assert await scene.store.chats.count() == 0
    assert [each.canonical for each in await scene.store.subscriptions.of(chat.id)] == ["mali"]


async def test_a_chat_that_moved_gets_the_same_story_at_its_new_address(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a")
    moved = Verdict(State.QUEUED, due_at=NOW, moved_to=address("-100"), counts=False)
    assert await scene.store.outbox.record((await scene.claim())[0], moved, NOW) is True
    again = (await scene.claim())[0]
    assert (again.to, again.story.fingerprint, again.attempts) == (address("-100"), "a", 0)


async def test_a_story_the_new_address_was_sent_already_is_not_sent_there_again(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.chat("-100", "mali")
    await scene.tell("a")
    old, new = await scene.claim()
    await scene.store.outbox.record(new, sent("m"), NOW)
    await scene.store.outbox.record(old, Verdict(State.QUEUED, due_at=NOW, moved_to=new.to, counts=False), NOW)
    assert await scene.claim() == []
    assert await scene.store.outbox.counts() == {State.SENT: 1}


async def test_every_state_is_counted(scene: Scene) -> None:
    for name in ("1", "2", "3", "4"):
        await scene.chat(name, "mali")
    await scene.tell("a")
    one, two, three, _ = await scene.claim()
    await scene.store.outbox.record(one, sent("m"), NOW)
    await scene.store.outbox.record(two, Verdict(State.DEAD, error="refused"), NOW)
    await scene.store.outbox.record(three, Verdict(State.UNCERTAIN, error="no answer"), NOW)
    expected = {State.SENT: 1, State.DEAD: 1, State.UNCERTAIN: 1, State.CLAIMED: 1}
    assert await scene.store.outbox.counts() == expected


async def test_a_delivery_that_is_no_longer_there_is_not_recorded(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a")
    claimed = (await scene.claim())[0]
    assert await scene.store.outbox.record(replace(claimed, id=claimed.id + 1_000), sent("m"), NOW) is False


async def test_a_claim_whose_lane_passed_to_another_takes_nothing(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a")
    ours = await scene.store.leases.take(f"lane {LANE}", "us", 10.0)
    await scene.store.leases.give_up(f"lane {LANE}", "us")
    theirs = await scene.store.leases.take(f"lane {LANE}", "them", 10.0)
    assert theirs != ours
    claim = scene.store.outbox.claim
    assert await claim(LANE, NOW, LEASE, 10, fence=ours) == []
    assert await claim("telegram:2", NOW, LEASE, 10, fence=theirs) == []
    assert len(await claim(LANE, NOW, LEASE, 10, fence=theirs)) == 1


async def test_a_new_owner_of_a_lane_takes_over_what_the_old_one_had_claimed_there_and_nowhere_else(
    scene: Scene,
) -> None:
    await scene.chat("1", "mali")
    await scene.chat("2", "mali", lane="slack:T1")
    await scene.tell("a")
    await scene.claim()
    await scene.claim(lane="slack:T1")
    assert await scene.store.outbox.recover(NOW, lane=LANE) == 1
    assert [each.repeat for each in await scene.claim()] == [True]
    assert await scene.claim(lane="slack:T1") == []


async def _carrier(scene: Scene) -> Delivery:
    """Return a claimed delivery that carries two more stories."""
    chat = await scene.chat("1", "mali")
    await scene.store.chats.set_hours(chat.id, Rhythm(every=Every.HOURLY), "", NOW)
    await scene.tell("a", "b", "c")
    (held,) = await scene.store.holding.due(NOW, 10)
    ids = tuple(row.id for row in held.due)
    assert await scene.store.holding.keep(Ruling(rows=held.due, bundles=(Bundle(ids, "hourly"),)), NOW) == 3
    (carrier,) = await scene.claim()
    return carrier


async def test_a_bundle_is_claimed_as_one_with_all_its_stories_oldest_first(scene: Scene) -> None:
    carrier = await _carrier(scene)
    assert carrier.story.fingerprint == "a"
    assert [each.fingerprint for each in carrier.others] == ["b", "c"]
    assert carrier.heading == "hourly"
    assert await scene.claim() == []


@pytest.mark.parametrize("state", [State.SENT, State.DEAD, State.CANCELLED, State.UNCERTAIN])
async def test_all_of_a_bundle_end_as_its_carrier_ends(scene: Scene, state: State) -> None:
    carrier = await _carrier(scene)
    assert await scene.store.outbox.record(carrier, Verdict(state, message_id="m7", error="so"), NOW)
    assert await scene.store.outbox.counts() == {state: 3}


async def test_a_bundle_that_is_tried_again_stays_one(scene: Scene) -> None:
    carrier = await _carrier(scene)
    await scene.store.outbox.record(carrier, Verdict(State.QUEUED, due_at=NOW, error="busy"), NOW)
    (again,) = await scene.claim()
    assert (again.id, len(again.others), again.attempts) == (carrier.id, 2, 1)


async def test_a_bundle_whose_process_ended_is_kept_aside_as_one(scene: Scene) -> None:
    await _carrier(scene)
    await scene.store.outbox.recover(NOW, OnUncertain.PARK, lane=LANE)
    assert await scene.store.outbox.counts() == {State.UNCERTAIN: 3}


async def test_results_of_two_claims_of_one_delivery_are_told_apart_when_kept_together(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a")
    (slow,) = await scene.claim()
    await scene.store.outbox.recover(NOW + LEASE + SECOND)
    (quick,) = await scene.claim(after=61)
    record = scene.store.outbox.record
    kept = await asyncio.gather(*(record(each, sent("m"), NOW) for each in (slow, quick, slow, quick)))
    assert kept == [False, True, False, False]


async def _told(scene: Scene, name: str, continues: int | None = None) -> Delivery:
    """Return a claimed delivery of a new story."""
    matches = {(await scene.filter_ids())["mali"]: why("mali")}
    await scene.record(NewStory(story(name), matches, continues=continues))
    (delivery,) = await scene.claim()
    return delivery


async def test_a_follow_up_answers_the_message_of_the_story_it_continues(scene: Scene) -> None:
    await scene.chat("1", "mali")
    first = await _told(scene, "first")
    assert first.reply_to == ""
    await scene.store.outbox.record(first, sent("m1"), NOW)
    assert (await _told(scene, "second", first.story.id)).reply_to == "m1"


async def test_a_follow_up_answers_the_last_of_the_earlier_ones_that_its_chat_was_sent(scene: Scene) -> None:
    await scene.chat("1", "mali")
    first = await _told(scene, "first")
    await scene.store.outbox.record(first, sent("m1"), NOW)
    second = await _told(scene, "second", first.story.id)
    await scene.store.outbox.record(second, Verdict(State.DEAD, error="refused"), NOW)
    assert (await _told(scene, "third", second.story.id)).reply_to == "m1"


async def test_no_follow_up_answers_another_chats_message_or_one_of_a_chat_without_threads(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    first = await _told(scene, "first")
    await scene.store.outbox.record(first, sent("m1"), NOW)
    await scene.store.chats.set_threads(chat.id, False)
    second = await _told(scene, "second", first.story.id)
    assert second.reply_to == ""
    await scene.store.outbox.record(second, sent("m2"), NOW)
    await scene.store.chats.set_state(chat.id, ChatState.PAUSED)
    await scene.chat("2", "mali")
    assert (await _told(scene, "third", first.story.id)).reply_to == ""


async def test_what_the_caller_is_sending_itself_is_never_taken_for_lost(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.chat("2", "mali")
    await scene.tell("a")
    mine, lost = await scene.claim()
    late = NOW + LEASE + SECOND
    assert await scene.store.outbox.recover(late, lane=LANE, lapsed=True, sparing={mine.id}) == 1
    assert await scene.store.outbox.record(mine, sent("m"), late)
    (again,) = await scene.claim(after=120)
    assert again.id == lost.id
