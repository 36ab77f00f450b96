"""What is held for chats' hours, on every store."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete

from bot.core.chat import Chat, ChatState
from bot.core.delivery import State, sent
from bot.core.releases import Bundle, Held, Ruling, backlog
from bot.core.rhythm import Every, Rhythm
from bot.store.database import Database
from bot.store.tables import chats
from tests.store.scene import NOW, Scene, address

DIGEST = Rhythm(every=Every.DAILY, at=8 * 60)
MINUTE, LATER = timedelta(minutes=1), NOW + timedelta(hours=1)


async def held_chat(scene: Scene, *names: str, chat: str = "100", rhythm: Rhythm = DIGEST) -> Chat:
    """Return a chat with hours of its own for which these stories are held."""
    made = await scene.chat(chat, "mali")
    await scene.store.chats.set_hours(made.id, rhythm, "Africa/Bamako", NOW)
    await scene.tell(*names)
    return made


async def due(scene: Scene, now: datetime = NOW) -> dict[str, tuple[Held, ...]]:
    """Return what is due, by chat."""
    return {each.chat.address.chat: each.due for each in await scene.store.holding.due(now, 100)}


async def ids(scene: Scene, now: datetime = NOW, chat: str = "100") -> tuple[int, ...]:
    return tuple(row.id for row in (await due(scene, now)).get(chat, ()))


async def hold(scene: Scene, until: datetime = LATER, reason: str = "daily") -> int:
    rows = tuple(row for rows in (await due(scene)).values() for row in rows)
    ruling = Ruling(rows, hold={(until, reason): tuple(row.id for row in rows)})
    return await scene.store.holding.keep(ruling, NOW)


async def bundle(scene: Scene, heading: str = "daily", now: datetime = NOW) -> int:
    rows = (await due(scene, now))["100"]
    return await scene.store.holding.keep(Ruling(rows, bundles=(Bundle(tuple(r.id for r in rows), heading),)), now)


async def counts(scene: Scene) -> dict[State, int]:
    return {state: number for state, number in (await scene.store.outbox.counts()).items() if number}


async def told(scene: Scene) -> list[list[str]]:
    """Send all that can be sent; return the titles that each message told."""
    messages = []
    while claimed := await scene.claim(after=10**7):
        for each in claimed:
            messages.append([each.story.title, *(other.title for other in each.others)])
            await scene.store.outbox.record(each, sent("m"), NOW)
    return messages


# Hours


async def test_a_chats_hours_are_kept(scene: Scene) -> None:
    chat = await scene.chat()
    rhythm = Rhythm(Every.WEEKLY, 9 * 60, 3, (22 * 60, 7 * 60), LATER, 10, 20)
    await scene.store.chats.set_hours(chat.id, rhythm, "Asia/Kathmandu", NOW)
    await scene.store.chats.set_threads(chat.id, False)
    kept = await scene.store.chats.find(address())
    assert kept is not None
    assert (kept.rhythm, kept.zone, kept.threads) == (rhythm, "Asia/Kathmandu", False)
    await scene.store.chats.set_hours(chat.id, Rhythm(), "", NOW)
    kept = await scene.store.chats.find(address())
    assert kept is not None
    assert (kept.rhythm, kept.zone) == (Rhythm(), "")


async def test_a_change_of_hours_tells_how_many_stories_it_decides_anew(scene: Scene) -> None:
    chat = await scene.chat("100", "mali")
    await scene.chat("200", "mali")
    assert await scene.store.chats.set_hours(chat.id, DIGEST, "", NOW) == 0
    await scene.tell("one", "two")
    assert await scene.store.chats.set_hours(chat.id, Rhythm(), "", NOW) == 2


async def test_a_story_for_a_chat_with_hours_is_held_and_for_another_it_is_queued(scene: Scene) -> None:
    await held_chat(scene)
    await scene.chat("200", "mali")
    await scene.tell("one")
    assert [each.chat.address.chat for each in await scene.claim()] == ["200"]
    assert list(await due(scene)) == ["100"]


async def test_what_waits_to_be_sent_is_decided_anew_when_hours_change(scene: Scene) -> None:
    chat = await scene.chat("100", "mali")
    await scene.tell("one", "two")
    (under_way,) = await scene.claim(limit=1)
    await scene.store.chats.set_hours(chat.id, DIGEST, "", NOW)
    assert await scene.claim() == []
    assert len(await ids(scene)) == 1
    assert await scene.store.outbox.record(under_way, sent("m"), NOW)


async def test_what_is_held_is_due_when_hours_change(scene: Scene) -> None:
    chat = await held_chat(scene, "one")
    await hold(scene)
    assert await due(scene) == {}
    await scene.store.chats.set_hours(chat.id, Rhythm(), "", NOW + MINUTE)
    ((row,),) = (await due(scene, NOW + MINUTE)).values()
    assert (row.heading, row.created_at) == ("daily", NOW)


async def test_a_decision_about_what_changed_meanwhile_changes_nothing(scene: Scene) -> None:
    chat = await held_chat(scene, "one")
    stale = (await due(scene))["100"]
    await scene.store.chats.set_hours(chat.id, Rhythm(), "", NOW + MINUTE)
    ruling = Ruling(stale, hold={(LATER, "daily"): (stale[0].id,)})
    assert await scene.store.holding.keep(ruling, NOW + MINUTE) == 0
    assert len(await ids(scene, NOW + MINUTE)) == 1


# What is due


async def test_what_is_held_until_later_is_not_due_before(scene: Scene) -> None:
    await held_chat(scene, "one", "two")
    assert await hold(scene) == 2
    assert await due(scene, LATER - MINUTE) == {}
    rows = (await due(scene, LATER))["100"]
    assert [(row.heading, row.due_at, row.created_at) for row in rows] == [("daily", LATER, NOW)] * 2


async def test_the_next_of_the_others_is_told_with_what_is_due(scene: Scene) -> None:
    await held_chat(scene, "one")
    await hold(scene)
    await scene.tell("two")
    (found,) = await scene.store.holding.due(NOW, 10)
    assert (len(found.due), found.later) == (1, LATER)
    (found,) = await scene.store.holding.due(LATER, 10)
    assert (len(found.due), found.later) == (2, None)


async def test_only_so_many_chats_are_told_the_longest_due_first(scene: Scene) -> None:
    for name in ("100", "200", "300"):
        await held_chat(scene, chat=name)
    await scene.tell("one", "two")
    found = await scene.store.holding.due(NOW, 2)
    assert [(each.chat.address.chat, len(each.due)) for each in found] == [("100", 2), ("200", 2)]


async def test_a_story_is_loud_where_a_loud_filter_of_the_chat_wants_it(scene: Scene) -> None:
    chat = await held_chat(scene)
    await scene.chat("200", "niger")
    await scene.store.subscriptions.add(chat.id, "niger", NOW)
    await scene.store.subscriptions.set_loud(chat.id, ["niger", "unknown"], True, NOW)
    await scene.tell("quiet")
    await scene.tell("loud", filters=["niger"])
    await scene.tell("both", filters=["mali", "niger"])
    assert [row.loud for row in (await due(scene))["100"]] == [False, True, True]
    assert [(each.canonical, each.loud) for each in await scene.store.subscriptions.of(chat.id)] == [
        ("mali", False),
        ("niger", True),
    ]


async def test_what_is_held_is_due_when_a_filter_becomes_loud(scene: Scene) -> None:
    chat = await held_chat(scene, "one")
    await hold(scene)
    await scene.store.subscriptions.set_loud(chat.id, ["mali"], True, NOW + MINUTE)
    ((row,),) = (await due(scene, NOW + MINUTE)).values()
    assert row.loud
    await scene.store.subscriptions.set_loud(chat.id, ["mali"], False, NOW + MINUTE)
    assert [row.loud for row in (await due(scene, NOW + MINUTE))["100"]] == [False]


async def test_what_is_held_for_a_chat_that_is_no_more_keeps_nobody_else_waiting(
    sql_scene: Scene, database: Database
) -> None:
    lost = await held_chat(sql_scene, "one")
    await held_chat(sql_scene, "two", chat="200")
    await database.write(lambda connection: connection.execute(delete(chats).where(chats.c.id == lost.id)).rowcount)
    found = await sql_scene.store.holding.due(NOW, 1)
    assert [each.chat.address.chat for each in found] == ["200"]


async def test_what_a_clock_that_ran_ahead_had_held_for_months_is_due(scene: Scene) -> None:
    await held_chat(scene, "one", "two")
    await hold(scene, NOW + timedelta(days=200))
    assert await scene.store.holding.bring_forward(NOW) == 2
    assert len(await ids(scene)) == 2
    await hold(scene, NOW + timedelta(days=30))
    assert await scene.store.holding.bring_forward(NOW) == 0


# What becomes of it


async def test_what_is_freed_is_an_alert_of_its_own_each(scene: Scene) -> None:
    await held_chat(scene, "one", "two")
    rows = (await due(scene))["100"]
    assert await scene.store.holding.keep(Ruling(rows, free=tuple(row.id for row in rows)), NOW) == 2
    assert await told(scene) == [["About one"], ["About two"]]


async def test_a_bundle_is_one_message_and_ends_as_one(scene: Scene) -> None:
    await held_chat(scene, "one", "two", "three")
    assert await bundle(scene, "daily 1/2") == 3
    assert await counts(scene) == {State.QUEUED: 1, State.BUNDLED: 2}
    (claimed,) = await scene.claim()
    assert claimed.heading == "daily 1/2"
    assert [claimed.story.title, *(each.title for each in claimed.others)] == ["About one", "About two", "About three"]
    await scene.store.outbox.record(claimed, sent("m"), NOW)
    assert await counts(scene) == {State.SENT: 3}


async def test_a_bundle_goes_before_what_comes_later(scene: Scene) -> None:
    await held_chat(scene, "one", "two")
    await bundle(scene)
    await scene.tell("three")
    rows = (await due(scene))["100"]
    await scene.store.holding.keep(Ruling(rows, free=(rows[0].id,)), NOW)
    assert await told(scene) == [["About one", "About two"], ["About three"]]


async def test_a_bundle_of_which_one_is_left_is_an_alert(scene: Scene) -> None:
    chat = await held_chat(scene, "one")
    await scene.store.subscriptions.add(chat.id, "niger", NOW)
    await scene.tell("two", filters=["niger"])
    rows = (await due(scene))["100"]
    await scene.store.subscriptions.remove(chat.id, ["mali"])
    await scene.store.holding.keep(Ruling(rows, bundles=(Bundle(tuple(row.id for row in rows), "daily"),)), NOW)
    (claimed,) = await scene.claim()
    assert (claimed.story.title, claimed.heading, claimed.others) == ("About two", "", ())


async def test_what_nobody_decided_stays_held(scene: Scene) -> None:
    await held_chat(scene, "one", "two")
    rows = (await due(scene))["100"]
    await scene.store.holding.keep(Ruling(rows[:1], free=(rows[0].id, rows[1].id)), NOW)
    assert await counts(scene) == {State.QUEUED: 1, State.HELD: 1}


async def test_two_that_decide_at_once_tell_everything_once(scene: Scene) -> None:
    await held_chat(scene, *(f"story {number}" for number in range(6)))
    rows = (await due(scene))["100"]
    numbers = tuple(row.id for row in rows)
    rulings = [
        Ruling(rows, bundles=(Bundle(numbers, "daily"),)),
        Ruling(rows[:4], bundles=(Bundle(numbers[:4], "daily"),)),
        Ruling(rows, free=numbers),
        Ruling(rows, hold={(LATER, "daily"): numbers}),
    ]
    await asyncio.gather(*(scene.store.holding.keep(ruling, NOW) for ruling in rulings))
    rest = (await due(scene, LATER)).get("100", ())
    await scene.store.holding.keep(Ruling(rest, free=tuple(row.id for row in rest)), LATER)
    titles = [title for message in await told(scene) for title in message]
    assert sorted(titles) == [f"About story {number}" for number in range(6)]


# What ends it


async def test_a_pause_ends_all_that_is_held_or_told_together(scene: Scene) -> None:
    chat = await held_chat(scene, "one", "two")
    await bundle(scene)
    await scene.tell("three")
    await scene.store.chats.set_state(chat.id, ChatState.PAUSED)
    assert await counts(scene) == {State.CANCELLED: 3}


async def test_what_is_under_way_in_a_pause_ends_as_one(scene: Scene) -> None:
    chat = await held_chat(scene, "one", "two")
    await bundle(scene)
    (claimed,) = await scene.claim()
    await scene.store.chats.set_state(chat.id, ChatState.PAUSED)
    await scene.store.outbox.record(claimed, sent("m"), NOW)
    assert await counts(scene) == {State.SENT: 2}


async def test_a_chat_that_is_gone_gets_nothing_of_what_was_held(scene: Scene) -> None:
    await held_chat(scene, "one", "two")
    await bundle(scene)
    await scene.tell("three")
    await scene.store.chats.gone(address(), "blocked")
    assert await counts(scene) == {State.CANCELLED: 3}


async def test_what_is_no_longer_followed_leaves_its_bundle(scene: Scene) -> None:
    chat = await held_chat(scene, "one")
    await scene.store.subscriptions.add(chat.id, "niger", NOW)
    await scene.tell("two", "three", filters=["niger"])
    await bundle(scene, "daily 1/2")
    await scene.store.subscriptions.remove(chat.id, ["mali"])
    assert await counts(scene) == {State.CANCELLED: 1, State.HELD: 2}
    rows = (await due(scene))["100"]
    assert [row.heading for row in rows] == ["daily", "daily"]
    await bundle(scene)
    assert await told(scene) == [["About two", "About three"]]


async def test_what_is_held_moves_with_its_chat(scene: Scene) -> None:
    await held_chat(scene, "one", "two")
    await scene.store.chats.moved(address(), address("-100200", lane="telegram:2"))
    rows = (await due(scene))["-100200"]
    await scene.store.holding.keep(Ruling(rows, free=tuple(row.id for row in rows)), NOW)
    (claimed,) = await scene.claim(lane="telegram:2")
    assert claimed.to == address("-100200", lane="telegram:2")


async def test_what_was_to_be_told_together_is_not_lost_where_two_chats_become_one(scene: Scene) -> None:
    await held_chat(scene, "one", "two", "three")
    await bundle(scene)
    await scene.chat("200", "mali")
    await scene.tell("four")
    await scene.store.chats.moved(address(), address("200"))
    rows = (await due(scene))["200"]
    await scene.store.holding.keep(Ruling(rows, free=tuple(row.id for row in rows)), NOW)
    titles = sorted(title for message in await told(scene) for title in message)
    assert titles == ["About four", "About one", "About three", "About two"]


async def test_what_waits_for_chats_with_hours_can_be_held_again(scene: Scene) -> None:
    await scene.chat("300", "mali")
    chat = await held_chat(scene, "one", "two", "three")
    await scene.store.subscriptions.add(chat.id, "niger", NOW)
    await scene.store.subscriptions.set_loud(chat.id, ["niger"], True, NOW)
    await scene.tell("loud", filters=["niger"])
    assert await scene.store.holding.waiting_with_hours(0, 10) == []
    rows = (await due(scene))["100"]
    one, *together, loud = (row.id for row in rows)
    await scene.store.holding.keep(Ruling(rows, free=(one, loud), bundles=(Bundle(tuple(together), "daily"),)), NOW)
    (found,) = await scene.store.holding.waiting_with_hours(0, 10)
    assert found.id == chat.id
    assert await scene.store.holding.waiting_with_hours(found.id, 10) == []
    assert await scene.store.holding.recall([chat.id], NOW) == 1
    assert [row.id for row in (await due(scene))["100"]] == [one, *together]


async def test_a_chat_whose_hours_are_as_usual_again_gets_its_stories_at_once(scene: Scene) -> None:
    chat = await held_chat(scene)
    await scene.store.chats.set_hours(chat.id, Rhythm(), "", NOW)
    await scene.tell("one")
    assert len(await scene.claim()) == 1


# Queues


async def shorten(scene: Scene, most: int, before: datetime = NOW, limit: int = 10) -> tuple[int, int]:
    return await scene.store.holding.shorten(most, before, limit, NOW, backlog)


async def test_a_chat_with_more_waiting_than_it_may_is_told_together(scene: Scene) -> None:
    await scene.chat("100", "mali")
    await scene.chat("200", "mali", "niger")
    await scene.tell("one", "two")
    assert await shorten(scene, 2) == (0, 0)
    await scene.tell("three", filters=["niger"])
    assert await shorten(scene, 2) == (3, 1)
    assert await shorten(scene, 2) == (0, 0)
    messages = await told(scene)
    assert sorted(messages) == [["About one"], ["About one", "About two", "About three"], ["About two"]]


async def test_several_that_wait_too_long_are_told_together_and_one_is_not(scene: Scene) -> None:
    await scene.chat("100", "mali")
    await scene.chat("200", "niger")
    await scene.chat("300", "mali", "niger")
    await scene.tell("one")
    await scene.tell("two", filters=["niger"])
    assert await shorten(scene, 9, NOW + MINUTE) == (2, 1)


async def test_only_so_many_chats_are_looked_at(scene: Scene) -> None:
    for name in ("100", "200", "300"):
        await scene.chat(name, "mali")
    await scene.tell("one", "two")
    assert await shorten(scene, 1, limit=2) == (4, 2)
    assert await shorten(scene, 1, limit=2) == (2, 1)


async def test_what_is_under_way_is_in_no_backlog(scene: Scene) -> None:
    await scene.chat("100", "mali")
    await scene.tell("one", "two", "three")
    await scene.claim()
    assert await shorten(scene, 1) == (2, 1)
    assert await counts(scene) == {State.CLAIMED: 1, State.QUEUED: 1, State.BUNDLED: 1}


async def test_a_backlog_that_still_waits_is_divided_anew_with_what_came_since(scene: Scene) -> None:
    await scene.chat("100", "mali")
    await scene.tell(*(f"story {number}" for number in range(10)))
    assert await shorten(scene, 5) == (10, 2)
    await scene.tell(*(f"later {number}" for number in range(20)))
    assert await shorten(scene, 5) == (30, 2)
    messages = await told(scene)
    assert [len(each) for each in messages] == [15, 15]
    assert sorted({title for each in messages for title in each}) == sorted(
        [*(f"About story {number}" for number in range(10)), *(f"About later {number}" for number in range(20))]
    )
    assert await counts(scene) == {State.SENT: 30}


async def test_a_backlog_that_is_under_way_is_left_as_it_is(scene: Scene) -> None:
    await scene.chat("100", "mali")
    await scene.tell("one", "two", "three")
    assert await shorten(scene, 1) == (3, 1)
    (claimed,) = await scene.claim()
    await scene.tell("four", "five")
    assert await shorten(scene, 1) == (2, 1)
    await scene.store.outbox.record(claimed, sent("m"), NOW)
    assert await told(scene) == [["About four", "About five"]]
    assert await counts(scene) == {State.SENT: 5}


async def test_processes_that_shorten_queues_at_once_tell_everything_once(scene: Scene) -> None:
    chat = await scene.chat("100", "mali", "niger")
    await scene.tell(*(f"story {number}" for number in range(12)))
    await asyncio.gather(shorten(scene, 3), shorten(scene, 5), scene.store.subscriptions.remove(chat.id, ["niger"]))
    await scene.tell(*(f"later {number}" for number in range(4)))
    await asyncio.gather(shorten(scene, 3), shorten(scene, 1))
    for _ in range(2):
        rows = (await due(scene)).get("100", ())
        await scene.store.holding.keep(Ruling(rows, free=tuple(row.id for row in rows)), NOW)
    titles = [title for message in await told(scene) for title in message]
    assert len(titles) == len(set(titles)) == 16


async def test_the_oldest_of_each_lane_is_known(scene: Scene) -> None:
    assert await scene.store.holding.oldest() == {}
    await scene.chat("100", "mali")
    await scene.chat("200", "mali", lane="telegram:2")
    await scene.tell("one")
    assert await scene.store.holding.oldest() == {"telegram:1": NOW, "telegram:2": NOW}
    await told(scene)
    assert await scene.store.holding.oldest() == {"telegram:2": NOW}


async def test_messages_of_a_day_are_counted_and_not_their_stories(scene: Scene) -> None:
    chat = await held_chat(scene, "one", "two", "three")
    await bundle(scene)
    await told(scene)
    await scene.tell("four", "five")
    rows = (await due(scene))["100"]
    await scene.store.holding.keep(Ruling(rows, free=(rows[0].id,)), NOW)
    count = scene.store.holding.told_since
    assert await count(chat.id, NOW) == 2  # the bundle, and one on its way; one is held
    assert await count(chat.id, NOW + MINUTE) == 1
    assert await count(chat.id + 10**6, NOW) == 0


@pytest.mark.parametrize("number", [0, 1])
async def test_nothing_decided_changes_nothing(scene: Scene, number: int) -> None:
    await held_chat(scene, *["one"][:number])
    assert await scene.store.holding.keep(Ruling(), NOW) == 0
