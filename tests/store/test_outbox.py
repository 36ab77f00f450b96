"""Promises about the table of deliveries."""

from dataclasses import replace
from datetime import timedelta

from bot.core.delivery import State, Verdict, sent
from tests.store.scene import LEASE, NOW, SECOND, Scene, address


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


async def test_the_outbox_tells_its_lanes_and_when_to_look_again(scene: Scene) -> None:
    assert (await scene.store.outbox.lanes(), await scene.store.outbox.next_due("telegram:1")) == (set(), None)
    await scene.chat("1", "mali")
    await scene.chat("9", "mali", lane="slack:T1")
    await scene.tell("a")
    assert await scene.store.outbox.lanes() == {"telegram:1", "slack:T1"}
    later = NOW + timedelta(minutes=5)
    await scene.store.outbox.record((await scene.claim())[0], Verdict(State.QUEUED, due_at=later), NOW)
    assert await scene.store.outbox.next_due("telegram:1") == later
    assert await scene.store.outbox.next_due("slack:T1") == NOW
    await scene.claim(lane="slack:T1")
    assert await scene.store.outbox.lanes() == {"telegram:1"}


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
