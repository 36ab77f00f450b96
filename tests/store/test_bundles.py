"""Promises about messages of several alerts: whatever comes between, each of them is told once, or ends as one."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import event

from bot.core.chat import Chat, ChatState
from bot.core.delivery import Delivery, State, Verdict, sent
from bot.core.releases import Bundle, Ruling
from bot.core.rhythm import Every, Rhythm
from bot.store.database import Database
from tests.fakes.clock import FakeClock
from tests.store.scene import NOW, SECOND, Scene, SqlStore

HOURLY, DAILY = Rhythm(every=Every.HOURLY), Rhythm(every=Every.DAILY, at=480)
NO_ANSWER = Verdict(State.QUEUED, due_at=NOW, error="no answer", repeat=True)
ITS_TURN = Verdict(State.QUEUED, due_at=NOW, error="waits for its turn", counts=False)


async def _bundled(scene: Scene, *names: str, chat: str = "1", follows: tuple[str, ...] = ("mali", "niger")) -> Chat:
    """Return a chat to which these stories are to be told in one message."""
    made = await scene.chat(chat, *follows)
    await scene.store.chats.set_hours(made.id, HOURLY, "", NOW)
    await scene.tell(*names)
    for held in await scene.store.holding.due(NOW, 10):
        parts = (Bundle(tuple(row.id for row in held.due), "hourly"),)
        await scene.store.holding.keep(Ruling(held.due, bundles=parts), NOW)
    return made


async def _carrier(scene: Scene, verdict: Verdict | None = None) -> Delivery:
    """Claim the message and let its send end so."""
    (claimed,) = await scene.claim()
    if verdict:
        await scene.store.outbox.record(claimed, verdict, NOW)
    return claimed


def _titles(delivery: Delivery) -> list[str]:
    return [each.fingerprint for each in (delivery.story, *delivery.others)]


async def _tell_the_rest(scene: Scene) -> list[str]:
    """Free what is held and send all that waits; return what was told."""
    titles: list[str] = []
    for held in await scene.store.holding.due(NOW, 10):
        await scene.store.holding.keep(Ruling(held.due, free=tuple(row.id for row in held.due)), NOW)
    while claimed := await scene.claim():
        for each in claimed:
            titles += _titles(each)
            assert await scene.store.outbox.record(each, sent("m"), NOW)
    return titles


async def _counts(scene: Scene) -> dict[State, int]:
    return {state: number for state, number in (await scene.store.outbox.counts()).items() if number}


# What may have arrived


async def test_a_message_that_may_have_arrived_is_not_taken_apart_by_new_hours(scene: Scene) -> None:
    chat = await _bundled(scene, "a", "b", "c")
    first = await _carrier(scene, NO_ANSWER)
    await scene.store.chats.set_hours(chat.id, DAILY, "", NOW)
    await scene.store.holding.recall([chat.id], NOW)
    assert await scene.store.holding.due(NOW, 10) == []
    again = await _carrier(scene)
    assert (again.key, again.repeat, _titles(again)) == (first.key, True, ["a", "b", "c"])


async def test_a_message_that_may_have_arrived_is_not_taken_apart_by_an_unfollow(scene: Scene) -> None:
    chat = await _bundled(scene, "a", "b")
    await _carrier(scene, NO_ANSWER)
    await scene.store.subscriptions.remove(chat.id, ["niger"])
    assert await _counts(scene) == {State.QUEUED: 1, State.BUNDLED: 1}
    await scene.store.subscriptions.remove(chat.id, ["mali"])
    assert await _tell_the_rest(scene) == ["a", "b"]
    assert await _counts(scene) == {State.SENT: 2}


async def test_a_message_that_may_have_arrived_is_not_taken_apart_where_one_of_its_stories_is_withdrawn(
    scene: Scene,
) -> None:
    await _bundled(scene, "a", "b")
    first = await _carrier(scene, NO_ANSWER)
    await scene.store.withdrawals.withdraw(first.story.id, NOW, edit=False)
    again = await _carrier(scene)
    assert (again.key, _titles(again)) == (first.key, ["a", "b"])


async def test_a_message_that_was_refused_for_certain_is_decided_anew(scene: Scene) -> None:
    chat = await _bundled(scene, "a", "b")
    await _carrier(scene, Verdict(State.QUEUED, due_at=NOW, error="HTTP 500"))
    await scene.store.chats.set_hours(chat.id, DAILY, "", NOW)
    (held,) = await scene.store.holding.due(NOW, 10)
    assert len(held.due) == 2


async def test_a_pause_ends_a_message_that_may_have_arrived_with_all_that_it_tells(scene: Scene) -> None:
    chat = await _bundled(scene, "a", "b")
    await _carrier(scene, NO_ANSWER)
    await scene.store.chats.set_state(chat.id, ChatState.PAUSED)
    assert await _counts(scene) == {State.CANCELLED: 2}


# What comes back to a chat that wants nothing any more


@pytest.mark.parametrize("verdict", [NO_ANSWER, ITS_TURN])
async def test_a_message_that_comes_back_to_a_paused_chat_ends_with_all_that_it_tells(
    scene: Scene, verdict: Verdict
) -> None:
    chat = await _bundled(scene, "a", "b", "c")
    claimed = await _carrier(scene)
    await scene.store.chats.set_state(chat.id, ChatState.PAUSED)
    await scene.store.outbox.record(claimed, verdict, NOW)
    assert await scene.claim() == []
    await scene.store.chats.set_state(chat.id, ChatState.ACTIVE)
    assert await _tell_the_rest(scene) == []
    assert await _counts(scene) == {State.CANCELLED: 3}


# Chats that become one


async def _two_chats(scene: Scene, *names: str) -> tuple[Chat, Chat]:
    """Return two chats: to one, “a” and these stories are to be told in one message, the other has got “a”."""
    old, new = await scene.chat("1", "mali"), await scene.chat("2", "niger")
    await scene.store.chats.set_hours(old.id, HOURLY, "", NOW)
    await scene.tell("a", filters=("mali", "niger"))
    (theirs,) = await scene.claim()
    assert theirs.chat.id == new.id
    await scene.store.outbox.record(theirs, sent("m"), NOW)
    await _bundled(scene, *names, follows=("mali",))
    return old, new


@pytest.mark.parametrize("verdict", [None, NO_ANSWER, ITS_TURN])
async def test_what_a_message_was_to_tell_is_told_where_its_chat_becomes_another_that_has_the_first_of_it(
    scene: Scene, verdict: Verdict | None
) -> None:
    old, new = await _two_chats(scene, "b", "c")
    claimed = await _carrier(scene, verdict)
    assert _titles(claimed) == ["a", "b", "c"]
    await scene.store.chats.moved(old.address, new.address)
    await scene.store.outbox.record(claimed, ITS_TURN, NOW)
    assert sorted(await _tell_the_rest(scene)) == ["b", "c"]
    assert await _counts(scene) == {State.SENT: 3}


async def test_a_message_that_may_have_arrived_stays_one_where_its_chat_becomes_another(scene: Scene) -> None:
    new = await scene.chat("2", "niger")
    old = await _bundled(scene, "a", "b", follows=("mali",))
    first = await _carrier(scene, NO_ANSWER)
    await scene.store.chats.moved(old.address, new.address)
    again = await _carrier(scene)
    assert (again.key, again.chat.id, _titles(again)) == (first.key, new.id, ["a", "b"])


async def test_what_may_have_arrived_with_a_message_that_is_no_more_is_said_to_be_a_repeat(scene: Scene) -> None:
    old, new = await _two_chats(scene, "b")
    await _carrier(scene, NO_ANSWER)
    await scene.store.chats.moved(old.address, new.address)
    (held,) = await scene.store.holding.due(NOW, 10)
    await scene.store.holding.keep(Ruling(held.due, free=(held.due[0].id,)), NOW)
    assert [(each.story.fingerprint, each.repeat) for each in await scene.claim()] == [("b", True)]


async def test_a_story_told_in_a_message_of_a_chat_that_is_no_more_can_still_be_revised(scene: Scene) -> None:
    old, new = await _two_chats(scene, "b")
    claimed = await _carrier(scene, sent("n"))
    await scene.store.chats.moved(old.address, new.address)
    assert await scene.store.withdrawals.withdraw(claimed.others[0].id, NOW, edit=True) == 1


# Claims that come in between, on the database that lets them


class Between:
    """Lets another process claim after one statement of a transaction."""

    def __init__(self, database: Database, other: Scene, at: int) -> None:
        self._loop, self._other, self._left = asyncio.get_running_loop(), other, at
        self.claimed: list[Delivery] = []
        event.listen(database.engine, "after_cursor_execute", self._claim)

    def _claim(self, *_: Any) -> None:
        self._left -= 1
        if self._left == 0:
            claim = asyncio.run_coroutine_threadsafe(self._other.claim(), self._loop)
            self.claimed = claim.result(timeout=10)


@pytest_asyncio.fixture
async def other(url: str, sql_scene: Scene) -> AsyncIterator[Scene]:
    """The same store as another process sees it."""
    opened = Database(url)
    yield Scene(SqlStore(opened, FakeClock()), sql_scene.feed)
    await opened.close()


@pytest.mark.parametrize("kind", ["postgresql"])
@pytest.mark.parametrize("at", range(1, 8))
async def test_a_message_claimed_while_it_is_taken_apart_is_told_once(
    sql_scene: Scene, database: Database, other: Scene, at: int
) -> None:
    chat = await _bundled(sql_scene, "a", "b", "c")
    between = Between(database, other, at)
    await sql_scene.store.chats.set_hours(chat.id, HOURLY, "", NOW)
    told = [title for each in between.claimed for title in _titles(each)]
    for each in between.claimed:
        assert await other.store.outbox.record(each, sent("m"), NOW)
    assert sorted(told + await _tell_the_rest(sql_scene)) == ["a", "b", "c"]
    assert await _counts(sql_scene) == {State.SENT: 3}


@pytest.mark.parametrize("kind", ["postgresql"])
@pytest.mark.parametrize("at", range(1, 8))
async def test_a_message_claimed_during_a_pause_is_told_or_cancelled_as_a_whole(
    sql_scene: Scene, database: Database, other: Scene, at: int
) -> None:
    chat = await _bundled(sql_scene, "a", "b", "c")
    between = Between(database, other, at)
    await sql_scene.store.chats.set_state(chat.id, ChatState.PAUSED)
    for each in between.claimed:
        assert await other.store.outbox.record(each, sent("m"), NOW + SECOND)
    assert await _counts(sql_scene) == {State.SENT if between.claimed else State.CANCELLED: 3}
