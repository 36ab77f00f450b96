"""Promises about what people take back, what struggles, and what a process leaves behind."""

from datetime import timedelta

from bot.core.chat import ChatState
from bot.core.delivery import PATIENCE, OnUncertain, State, Verdict, sent
from tests.store.scene import LEASE, NOW, SECOND, Scene, source


async def test_a_pause_cancels_what_waits_and_a_resume_does_not_bring_it_back(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    await scene.chat("2", "mali")
    await scene.tell("a")
    await scene.store.chats.set_state(chat.id, ChatState.PAUSED)
    await scene.store.chats.set_state(chat.id, ChatState.ACTIVE)
    assert [each.to.chat for each in await scene.claim()] == ["2"]
    assert (await scene.store.outbox.counts())[State.CANCELLED] == 1


async def test_what_is_no_longer_followed_is_not_sent_but_what_another_filter_wants_is(scene: Scene) -> None:
    chat = await scene.chat("1", "mali", "niger")
    await scene.tell("a", filters=("mali",))
    await scene.tell("b", filters=("mali", "niger"))
    await scene.store.subscriptions.remove(chat.id, ["mali"])
    claimed = await scene.claim()
    assert [each.story.fingerprint for each in claimed] == ["b"]
    assert [each.words for each in claimed[0].evidence] == ["niger"]


async def test_a_send_under_way_is_not_called_back_by_an_unfollow(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    await scene.tell("a")
    (claimed,) = await scene.claim()
    await scene.store.subscriptions.remove(chat.id, ["mali"])
    assert await scene.store.outbox.record(claimed, sent("m"), NOW)


async def test_a_delivery_that_keeps_failing_lets_the_later_ones_of_its_chat_pass(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a", "b")
    for _ in range(PATIENCE):
        (claimed,) = await scene.claim()
        assert claimed.story.fingerprint == "a"
        await scene.store.outbox.record(claimed, Verdict(State.QUEUED, due_at=NOW, error="refused"), NOW)
    (struggling,) = await scene.claim()
    await scene.store.outbox.record(struggling, Verdict(State.QUEUED, due_at=NOW + 60 * SECOND), NOW)
    assert [each.story.fingerprint for each in await scene.claim()] == ["b"]


async def test_a_struggling_delivery_and_a_later_one_are_never_under_way_at_once(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a", "b")
    for _ in range(PATIENCE):
        await scene.store.outbox.record((await scene.claim())[0], Verdict(State.QUEUED, due_at=NOW), NOW)
    assert [each.story.fingerprint for each in await scene.claim()] == ["a"]
    assert await scene.claim() == []


async def test_what_a_dead_process_had_claimed_is_kept_aside_where_the_operator_wants_that(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a")
    await scene.claim()
    late = NOW + LEASE + SECOND
    assert await scene.store.outbox.recover(late, OnUncertain.PARK) == 1
    assert await scene.store.outbox.counts() == {State.UNCERTAIN: 1}
    assert await scene.claim(after=120) == []


async def test_a_feed_whose_visit_was_broken_off_is_due_again_at_once(scene: Scene) -> None:
    await scene.store.feeds.sync([source()], NOW)
    claimed = await scene.store.feeds.claim_due(NOW, timedelta(minutes=5), 10)
    assert await scene.store.feeds.claim_due(NOW + SECOND, timedelta(minutes=5), 10) == []
    await scene.store.feeds.give_back(claimed, NOW + SECOND)
    again = await scene.store.feeds.claim_due(NOW + SECOND, timedelta(minutes=5), 10)
    assert [feed.id for feed in again] == [feed.id for feed in claimed]
