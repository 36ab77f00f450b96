"""Promises about chats: known, gone, back, moved."""

from dataclasses import replace

import pytest

from bot.core.chat import ChatState, Platform
from bot.core.delivery import State, sent
from tests.store.scene import NOW, Scene, Store, address, sighting


async def test_a_chat_is_made_known_once(store: Store) -> None:
    first = await store.chats.seen(sighting(), NOW)
    assert (first.state, first.link_preview, first.asked, first.created_at) == (ChatState.ACTIVE, False, "", NOW)
    assert await store.chats.seen(sighting(), NOW) == first
    assert await store.chats.find(first.address) == first
    assert await store.chats.count() == 1


async def test_topics_lanes_and_platforms_keep_chats_of_one_number_apart(store: Store) -> None:
    spots = [sighting(), sighting(topic="7"), sighting(lane="telegram:2")]
    slack = replace(address(lane="slack:T1"), platform=Platform.SLACK)
    seen = [await store.chats.seen(each, NOW) for each in (*spots, replace(spots[0], address=slack))]
    assert len({chat.id for chat in seen}) == 4


async def test_a_chat_takes_its_new_title_and_keeps_its_settings(store: Store) -> None:
    chat = await store.chats.seen(sighting(), NOW)
    await store.chats.set_preview(chat.id, True)
    await store.chats.set_asked(chat.id, "follow")
    await store.chats.set_state(chat.id, ChatState.PAUSED)
    renamed = await store.chats.seen(sighting(title="Night desk"), NOW)
    kept = (renamed.title, renamed.link_preview, renamed.asked, renamed.state)
    assert kept == ("Night desk", True, "follow", ChatState.PAUSED)


async def test_an_unknown_address_finds_nothing(store: Store) -> None:
    assert await store.chats.find(address("404")) is None
    assert await store.chats.gone(address("404"), "kicked") == 0
    await store.chats.moved(address("404"), address("405"))
    await store.chats.back(address("404"))
    assert await store.chats.count() == 0


async def test_a_chat_that_is_gone_keeps_its_subscriptions_and_loses_what_waits(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    await scene.tell("a")
    assert await scene.store.chats.gone(chat.address, "blocked") == 1
    assert await scene.claim() == []
    assert await scene.store.outbox.counts() == {State.CANCELLED: 1}
    assert [each.canonical for each in await scene.store.subscriptions.of(chat.id)] == ["mali"]
    assert await scene.store.chats.count() == 0


async def test_what_a_gone_chat_was_sent_stays_sent(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    await scene.tell("a", "b")
    await scene.store.outbox.record((await scene.claim())[0], sent("m1"), NOW)
    await scene.store.chats.gone(chat.address, "blocked")
    assert await scene.store.outbox.counts() == {State.SENT: 1, State.CANCELLED: 1}


async def test_a_group_that_is_gone_takes_its_topics_along_and_no_other_group(scene: Scene) -> None:
    for name, topic in (("1", ""), ("1", "7"), ("1", "8"), ("2", "")):
        await scene.chat(name, "mali", topic=topic)
    await scene.tell("a")
    assert await scene.store.chats.gone(address("1"), "kicked") == 3
    assert [each.to for each in await scene.claim()] == [address("2")]


async def test_a_topic_that_is_gone_leaves_its_group_alone(scene: Scene) -> None:
    for topic in ("", "7", "8"):
        await scene.chat("1", "mali", topic=topic)
    assert await scene.store.chats.gone(address("1", "7"), "topic closed") == 1
    assert await scene.store.chats.count() == 2


async def test_a_chat_let_in_again_is_alerted_again(scene: Scene) -> None:
    chat, topic = await scene.chat("1", "mali"), await scene.chat("1", "mali", topic="7")
    await scene.store.chats.gone(chat.address, "kicked")
    await scene.store.chats.back(chat.address)
    await scene.tell("a")
    assert {each.chat.id for each in await scene.claim()} == {chat.id, topic.id}


@pytest.mark.parametrize("times", [1, 2])
async def test_a_chat_that_was_paused_when_it_was_lost_is_paused_when_it_is_back(scene: Scene, times: int) -> None:
    chat, other = await scene.chat("1", "mali"), await scene.chat("1", "mali", topic="7")
    await scene.store.chats.set_state(chat.id, ChatState.PAUSED)
    for _ in range(times):
        await scene.store.chats.gone(chat.address, "kicked")
    lost = await scene.store.chats.find(chat.address)
    assert lost is not None
    assert (lost.state, await scene.store.chats.count()) == (ChatState.GONE, 0)
    await scene.store.chats.back(chat.address)
    kept = [await scene.store.chats.find(each.address) for each in (chat, other)]
    assert [each.state for each in kept if each] == [ChatState.PAUSED, ChatState.ACTIVE]


async def test_a_paused_chat_that_was_lost_stays_paused_when_somebody_writes_there(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    await scene.store.chats.set_state(chat.id, ChatState.PAUSED)
    await scene.store.chats.gone(chat.address, "blocked")
    assert (await scene.store.chats.seen(sighting("1"), NOW)).state is ChatState.PAUSED
    await scene.store.chats.set_state(chat.id, ChatState.ACTIVE)
    await scene.store.chats.gone(chat.address, "blocked")
    assert (await scene.store.chats.seen(sighting("1"), NOW)).state is ChatState.ACTIVE


async def test_a_group_whose_general_topic_is_closed_keeps_its_other_topics(scene: Scene) -> None:
    for topic in ("", "7", "8"):
        await scene.chat("1", "mali", topic=topic)
    assert await scene.store.chats.gone(address("1"), "topic closed", alone=True) == 1
    await scene.tell("a")
    assert {each.to.topic for each in await scene.claim()} == {"7", "8"}


async def test_coming_back_does_not_wake_a_chat_that_is_paused(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    await scene.store.chats.set_state(chat.id, ChatState.PAUSED)
    await scene.store.chats.back(chat.address)
    kept = await scene.store.chats.find(chat.address)
    assert kept is not None
    assert kept.state is ChatState.PAUSED


async def test_somebody_who_writes_in_a_gone_chat_brings_it_back(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    await scene.store.chats.gone(chat.address, "blocked")
    assert (await scene.store.chats.seen(sighting("1"), NOW)).state is ChatState.ACTIVE
    assert (await scene.tell("a")).deliveries == 1


async def test_a_group_that_moves_takes_topics_subscriptions_and_waiting_deliveries_along(scene: Scene) -> None:
    group, topic = await scene.chat("1", "mali"), await scene.chat("1", "mali", topic="7")
    await scene.tell("a")
    await scene.store.chats.moved(address("1"), address("-100"))
    assert await scene.store.chats.find(address("1")) is None
    assert {(each.to, each.chat.id) for each in await scene.claim()} == {
        (address("-100"), group.id),
        (address("-100", "7"), topic.id),
    }
    assert [each.canonical for each in await scene.store.subscriptions.of(topic.id)] == ["mali"]


async def test_a_group_that_moves_where_it_is_known_already_becomes_one_chat_with_both_ones_wishes(
    scene: Scene,
) -> None:
    old, new = await scene.chat("1", "mali", "sudan"), await scene.chat("-100", "mali", "niger")
    await scene.tell("shared")
    await scene.tell("old only", filters=("sudan",))
    await scene.store.chats.moved(old.address, new.address)
    assert await scene.store.chats.count() == 1
    follows = [each.canonical for each in await scene.store.subscriptions.of(new.id)]
    assert sorted(follows) == ["mali", "niger", "sudan"]
    assert await scene.store.subscriptions.of(old.id) == []
    assert await scene.store.outbox.counts() == {State.QUEUED: 2}
    titles = []
    while claimed := await scene.claim():
        titles += [each.story.title for each in claimed]
        await scene.store.outbox.record(claimed[0], sent("m"), NOW)
    assert titles == ["About shared", "About old only"]
    assert all(change.live for change in await scene.store.subscriptions.changes(0))


async def test_a_move_to_the_same_place_changes_nothing(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    await scene.store.chats.moved(chat.address, chat.address)
    assert await scene.store.chats.find(chat.address) == chat
    assert len(await scene.store.subscriptions.of(chat.id)) == 1


async def test_chats_that_merge_in_the_middle_of_a_send_never_have_two_under_way(scene: Scene) -> None:
    old = await scene.chat("1", "sudan")
    new = await scene.chat("-100", "mali")
    await scene.tell("first", filters=("sudan",))
    await scene.tell("second")
    waits, under_way = await scene.claim()
    assert [waits.to, under_way.to] == [old.address, new.address]
    await scene.store.outbox.release([waits])
    await scene.store.chats.moved(old.address, new.address)
    assert await scene.claim() == []
    await scene.store.outbox.record(under_way, sent("m"), NOW)
    assert [each.id for each in await scene.claim()] == [waits.id]


async def test_a_chat_that_moves_lanes_waits_in_its_new_lane(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    await scene.tell("a")
    await scene.store.chats.moved(chat.address, address("1", lane="telegram:2"))
    assert await scene.claim() == []
    assert len(await scene.claim(lane="telegram:2")) == 1
