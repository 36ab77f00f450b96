"""Promises about what people take back, what struggles, and what a process leaves behind."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from bot.core.chat import ChatState
from bot.core.delivery import PATIENCE, OnUncertain, State, Verdict, sent
from bot.core.stores import NewStory
from bot.store.database import Database
from bot.store.fanout import fan_out
from bot.store.tables import chats, filters, stories
from tests.store.scene import LEASE, NOW, SECOND, Scene, source, story


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


BACK = [
    Verdict(State.QUEUED, due_at=NOW, error="waits for its turn", counts=False),
    Verdict(State.QUEUED, due_at=NOW, error="no answer", repeat=True),
]


@pytest.mark.parametrize("verdict", BACK)
async def test_what_comes_back_from_its_sender_to_a_paused_chat_is_not_sent_again(
    scene: Scene, verdict: Verdict
) -> None:
    chat = await scene.chat("1", "mali")
    await scene.tell("a")
    (claimed,) = await scene.claim()
    await scene.chat("2", "mali")
    await scene.tell("b", "c")
    await scene.store.chats.set_state(chat.id, ChatState.PAUSED)
    await scene.store.outbox.record(claimed, verdict, NOW)
    (other,) = await scene.claim()
    assert (other.to.chat, other.story.fingerprint) == ("2", "b")
    await scene.store.chats.set_state(chat.id, ChatState.ACTIVE)
    assert await scene.claim() == []
    assert (await scene.store.outbox.counts())[State.CANCELLED] == 3


@pytest.mark.parametrize("verdict", BACK)
async def test_what_comes_back_from_its_sender_and_is_followed_no_longer_is_not_sent_again(
    scene: Scene, verdict: Verdict
) -> None:
    chat = await scene.chat("1", "mali", "niger")
    await scene.tell("a")
    await scene.tell("b", filters=("mali", "niger"))
    (claimed,) = await scene.claim()
    await scene.store.subscriptions.remove(chat.id, ["mali"])
    await scene.store.outbox.record(claimed, verdict, NOW)
    assert [each.story.fingerprint for each in await scene.claim()] == ["b"]
    assert (await scene.store.outbox.counts())[State.CANCELLED] == 1


async def test_what_nobody_wants_keeps_no_claim_from_what_is_behind_it(scene: Scene) -> None:
    for number in range(5):
        await scene.chat(str(number), "mali")
    await scene.tell("a")
    claimed = await scene.claim(limit=4)
    for each in claimed:
        await scene.store.chats.set_state(each.chat.id, ChatState.PAUSED)
    await scene.store.outbox.release(claimed)
    assert len(await scene.claim(limit=2)) == 1
    assert await scene.store.outbox.counts() == {State.CANCELLED: 4, State.CLAIMED: 1}


async def test_a_story_that_becomes_visible_only_after_a_pause_is_not_sent(
    sql_scene: Scene, database: Database
) -> None:
    chat = await sql_scene.chat("1", "mali")
    await sql_scene.store.chats.set_state(chat.id, ChatState.PAUSED)

    def fan_out_as_it_was_before(connection: Connection) -> None:
        connection.execute(update(chats).values(state="active"))
        number = connection.execute(select(stories.c.id)).scalar_one()
        new = NewStory(story("a"), dict.fromkeys(connection.execute(select(filters.c.id)).scalars(), ()))
        assert fan_out(connection, number, new, NOW) == 1
        connection.execute(update(chats).values(state="paused"))

    await sql_scene.tell("a", silent=True)
    await database.write(fan_out_as_it_was_before)
    assert await sql_scene.claim() == []
    assert await sql_scene.store.outbox.counts() == {State.CANCELLED: 1}


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
