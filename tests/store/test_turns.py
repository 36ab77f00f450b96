"""Promises about whose turn it is in a lane."""

import asyncio
import threading
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text, update

from bot.core.chat import Address, Platform
from bot.core.delivery import PATIENCE, State, Verdict, sent
from bot.store import claiming
from bot.store.claiming import _MORE
from bot.store.database import Database
from bot.store.tables import deliveries
from bot.store.turns import SLEEPING
from tests.store.scene import LANE, LEASE, NOW, SECOND, Scene, address

BIG = 60


async def _chats(scene: Scene, number: int, *canonicals: str, lane: str = LANE) -> None:
    for each in range(number):
        await scene.chat(f"{canonicals[0]} {each}", *canonicals, lane=lane)


async def _send(scene: Scene, number: int, after: float = 0.0) -> list[tuple[str, str]]:
    """Send so many; return the chats and what each was told."""
    told = []
    for delivery in await scene.claim(limit=number, after=after):
        assert await scene.store.outbox.record(delivery, sent("m"), NOW)
        told.append((delivery.to.chat, delivery.story.fingerprint))
    return told


async def test_a_story_for_few_is_not_kept_waiting_by_one_for_many(scene: Scene) -> None:
    await _chats(scene, BIG, "mali")
    await _chats(scene, 3, "niger")
    await scene.tell("big")
    await _send(scene, 10)
    await scene.tell("small", filters=("niger",))
    told = await _send(scene, 8)
    assert [name for _, name in told].count("small") == 3


async def test_two_stories_for_many_advance_alike(scene: Scene) -> None:
    await _chats(scene, 20, "mali")
    await _chats(scene, 20, "niger")
    await scene.tell("first")
    await scene.tell("second", filters=("niger",))
    told = [name for _, name in await _send(scene, 20)]
    assert abs(told.count("first") - told.count("second")) <= 2


async def test_a_chat_whose_turn_comes_gets_the_oldest_that_waits_for_it(scene: Scene) -> None:
    await _chats(scene, BIG, "mali")
    both = await scene.chat("mali 30", "niger")
    await scene.tell("big")
    await _send(scene, 5)
    await scene.tell("small", filters=("niger",))
    names: list[str] = []
    while "small" not in names:
        names += [name for chat, name in await _send(scene, 5) if chat == both.address.chat]
    assert names in (["big", "small"], ["small"])
    sent_before = (await scene.store.outbox.counts())[State.SENT]
    assert sent_before < BIG, "the chat's own story did not wait for the end of the other"
    assert names == ["big", "small"] or sent_before > 5


async def test_lanes_have_turns_of_their_own(scene: Scene) -> None:
    await _chats(scene, BIG, "mali")
    await _chats(scene, 5, "mali", lane="slack:T1")
    await scene.tell("big")
    assert len(await scene.claim(lane="slack:T1", limit=5)) == 5


async def test_a_chat_that_moves_to_another_lane_waits_at_its_front(scene: Scene) -> None:
    await _chats(scene, BIG, "mali")
    await _chats(scene, 5, "mali", lane="telegram:2")
    await scene.tell("a")
    there = Address(Platform.TELEGRAM, "telegram:2", "moved")
    await scene.store.chats.moved(address("mali 50"), there)
    assert there in [each.to for each in await scene.claim(lane="telegram:2", limit=2)]


@pytest.mark.parametrize("stories", [2, 5])
async def test_no_chat_is_always_among_the_last(sql_scene: Scene, stories: int) -> None:
    await _chats(sql_scene, BIG, "mali")
    first_of_all: set[str] = set()
    for number in range(stories):
        await sql_scene.tell(f"story {number}")
        first_of_all.add((await _send(sql_scene, 1))[0][0])
        while await _send(sql_scene, BIG):
            pass
    assert len(first_of_all) == stories


async def test_what_an_older_version_queued_goes_oldest_first(sql_scene: Scene, database: Database) -> None:
    await _chats(sql_scene, 5, "mali")
    await sql_scene.tell("a", "b")
    await database.write(lambda connection: connection.execute(update(deliveries).values(turn=0)).rowcount)
    assert {name for _, name in await _send(sql_scene, 5)} == {"a"}
    assert {name for _, name in await _send(sql_scene, 5)} == {"b"}


class Crowd:
    """A lane where far more cannot go than a claim looks at, in front of one that can."""

    def __init__(self, scene: Scene, database: Database) -> None:
        self.scene, self._database = scene, database

    async def of(self, chats: int, stories: int, *, also: str = "other") -> None:
        """Queue so many stories for so many chats, and then one more for another chat."""
        await _chats(self.scene, chats, "mali")
        await self.scene.chat(also, "niger")
        await self.scene.tell(*(f"story {number}" for number in range(stories)))
        await self.scene.tell("free", filters=("niger",))
        # The one that can go is behind all others.
        await self.set("chat_id = (SELECT id FROM chats WHERE chat = 'other')", turn=10_000)

    async def set(self, where: str, **values: Any) -> None:
        statement = update(deliveries).where(text(where)).values(values)
        await self._database.write(lambda connection: connection.execute(statement).rowcount)

    async def asleep(self) -> int:
        count = select(func.count()).where(deliveries.c.turn >= SLEEPING, deliveries.c.state == "queued")

        def work(connection: Connection) -> int:
            return int(connection.execute(count).scalar_one())

        return await self._database.read(work)


@pytest.fixture
def crowd(sql_scene: Scene, database: Database) -> Crowd:
    return Crowd(sql_scene, database)


async def test_a_chat_with_a_long_queue_is_in_nobodys_way_while_one_of_it_is_sent(crowd: Crowd) -> None:
    await crowd.of(1, 3 * _MORE)
    (busy,) = await crowd.scene.claim(limit=1)
    assert [each.story.fingerprint for each in await crowd.scene.claim(limit=1)] == ["free"]
    assert await crowd.asleep() >= _MORE
    names = [busy.story.fingerprint]
    for _ in range(3 * _MORE - 1):
        assert await crowd.scene.store.outbox.record(busy, sent("m"), NOW)
        (busy,) = await crowd.scene.claim(limit=1)
        names.append(busy.story.fingerprint)
    assert names == [f"story {number}" for number in range(3 * _MORE)]


async def test_a_result_that_comes_while_its_chat_is_put_out_of_the_way_is_not_missed(
    crowd: Crowd, database: Database
) -> None:
    await crowd.of(1, _MORE + 2)  # one under way, and exactly as many as a claim looks at
    (busy,) = await crowd.scene.claim(limit=1)
    has_claimed, may_end = threading.Event(), threading.Event()

    def claim_slowly(connection: Connection) -> None:
        claiming.claim(connection, LANE, NOW, LEASE, 1)
        has_claimed.set()
        may_end.wait(5)

    slow = asyncio.create_task(database.write(claim_slowly))
    await asyncio.to_thread(has_claimed.wait, 5)
    ending = asyncio.create_task(crowd.scene.store.outbox.record(busy, sent("m"), NOW))
    await asyncio.wait([ending], timeout=0.3)
    may_end.set()
    assert await ending
    await slow
    assert [each.story.fingerprint for each in await crowd.scene.claim(limit=1)] == ["story 1"]


async def test_more_in_the_way_than_one_transaction_looks_at_is_passed_by_one_claim(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claiming, "_MOST_TURNS", 20)
    await crowd.of(1, 5 * _MORE)
    await crowd.scene.claim(limit=1)
    assert [each.story.fingerprint for each in await crowd.scene.claim(limit=1)] == ["free"]
    assert await crowd.scene.claim(limit=1) == []


async def test_chats_that_wait_for_their_oldest_are_in_nobodys_way_and_go_when_it_is_due(crowd: Crowd) -> None:
    await crowd.of(3 * _MORE, 2)
    oldest = "id IN (SELECT min(id) FROM deliveries GROUP BY chat_id) AND turn < 10000"
    await crowd.set(oldest, due_at=NOW + 30 * SECOND)
    assert [each.story.fingerprint for each in await crowd.scene.claim(limit=3)] == ["free"]
    assert await crowd.asleep() >= 3 * _MORE
    assert await crowd.scene.claim(after=29) == []
    claimed = await crowd.scene.claim(after=30)
    assert {each.story.fingerprint for each in claimed} == {"story 0"}
    assert len(claimed) == 3 * _MORE


async def test_what_sleeps_is_awake_again_after_a_lease_whatever_became_of_the_one_in_front(crowd: Crowd) -> None:
    await crowd.of(1, 3 * _MORE)
    (busy,) = await crowd.scene.claim(limit=1)
    await crowd.scene.claim(limit=1)
    await crowd.set(f"id = {busy.id}", state="cancelled")  # by somebody who wakes nobody
    after = LEASE.total_seconds() + 1
    assert [each.chat.id for each in await crowd.scene.claim(limit=1, after=after)] == [busy.chat.id]


async def test_a_delivery_that_is_put_off_is_due_at_its_time_and_not_before(crowd: Crowd) -> None:
    await crowd.of(1, 2)
    (first,) = await crowd.scene.claim(limit=1)
    await crowd.scene.store.outbox.record(first, Verdict(State.QUEUED, due_at=NOW + 5 * SECOND, error="busy"), NOW)
    assert [each.story.fingerprint for each in await crowd.scene.claim(after=4.9)] == ["free"]
    assert [each.id for each in await crowd.scene.claim(after=5)] == [first.id]


async def test_one_that_keeps_failing_sleeps_alone(crowd: Crowd) -> None:
    await crowd.of(1, 2)
    (first,) = await crowd.scene.claim(limit=1)
    await crowd.set(f"id = {first.id}", attempts=PATIENCE, state="queued", due_at=NOW + 60 * SECOND)
    assert {each.story.fingerprint for each in await crowd.scene.claim()} == {"story 1", "free"}


async def test_what_a_clock_that_ran_ahead_put_to_sleep_is_brought_forward(crowd: Crowd) -> None:
    await crowd.of(1, 2)
    await crowd.set("turn < 10000", turn=SLEEPING + 2**60)
    assert [each.story.fingerprint for each in await crowd.scene.claim()] == ["free"]
    await crowd.scene.store.outbox.bring_forward(NOW)
    assert [each.story.fingerprint for each in await crowd.scene.claim()] == ["story 0"]


async def test_what_has_no_chat_any_more_ends_and_stands_in_nobodys_way(sql_scene: Scene, database: Database) -> None:
    await _chats(sql_scene, 2, "mali")
    await sql_scene.tell("a")
    removed = text("DELETE FROM chats WHERE chat = 'mali 0'")
    await database.write(lambda connection: connection.execute(removed).rowcount)
    assert [each.to.chat for each in await sql_scene.claim()] == ["mali 1"]
    assert await sql_scene.store.outbox.counts() == {State.CANCELLED: 1, State.CLAIMED: 1}
