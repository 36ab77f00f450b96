"""Promises about results kept together: nobody is told before it stands in the store, and nobody waits for others."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import DataError, OperationalError

from bot.core.delivery import State, Verdict, sent
from bot.store.database import Database
from bot.store.together import Together
from tests.store.scene import NOW, Scene

_T = TypeVar("_T")


class Writer:
    """Writes when it is let, and knows what it was given at a time."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.may_end = asyncio.Event()
        self.fails: Callable[[list[int]], Exception | None] = lambda _: None

    async def write(self, group: list[int]) -> list[int]:
        self.groups.append(group)
        await self.may_end.wait()
        if error := self.fails(group):
            raise error
        return [each * 10 for each in group]


@pytest.fixture
async def writer() -> Writer:
    return Writer()


async def _begin(together: Together[int, int], *numbers: int) -> list[asyncio.Task[int]]:
    begun = [asyncio.create_task(together.add(each)) for each in numbers]
    for _ in range(3):
        await asyncio.sleep(0)
    return begun


async def test_the_first_is_written_at_once_and_the_rest_together_after_it(writer: Writer) -> None:
    together = Together(writer.write)
    begun = await _begin(together, 1)
    begun += await _begin(together, 2, 3, 4)
    assert writer.groups == [[1]]
    writer.may_end.set()
    assert await asyncio.gather(*begun) == [10, 20, 30, 40]
    assert writer.groups == [[1], [2, 3, 4]]


async def test_nobody_is_told_before_it_is_written(writer: Writer) -> None:
    together = Together(writer.write)
    begun = await _begin(together, 1, 2)
    assert not any(each.done() for each in begun)
    writer.may_end.set()
    await asyncio.gather(*begun)


async def test_one_that_is_refused_does_not_take_the_others_along(writer: Writer) -> None:
    together = Together(writer.write)
    writer.fails = lambda group: DataError("x", {}, Exception()) if 3 in group else None
    writer.may_end.set()
    results = await asyncio.gather(*(together.add(each) for each in (1, 2, 3, 4)), return_exceptions=True)
    assert [each for each in results if not isinstance(each, DataError)] == [10, 20, 40]


async def test_while_the_store_is_away_each_is_told_so_and_none_is_tried_by_itself(writer: Writer) -> None:
    together = Together(writer.write)
    writer.fails = lambda _: OperationalError("x", {}, Exception())
    writer.may_end.set()
    results = await asyncio.gather(*(together.add(each) for each in (1, 2, 3)), return_exceptions=True)
    assert all(isinstance(each, OperationalError) for each in results)
    assert len(writer.groups) < 3
    writer.fails = lambda _: None
    assert await together.add(5) == 50


async def test_who_gives_up_waiting_leaves_the_others_theirs(writer: Writer) -> None:
    together = Together(writer.write)
    first, second = await _begin(together, 1, 2)
    first.cancel()
    writer.may_end.set()
    assert await second == 20
    assert first.cancelled()


class Commits:
    """Counts a database's commits, and what was told by then."""

    def __init__(self, database: Database) -> None:
        self.number = 0
        event.listen(database.engine, "commit", self._count)

    def _count(self, _: Any) -> None:
        self.number += 1


async def test_a_result_stands_in_the_store_when_its_sender_is_told(sql_scene: Scene, database: Database) -> None:
    for number in range(40):
        await sql_scene.chat(str(number), "mali")
    await sql_scene.tell("a")
    claimed = await sql_scene.claim()

    def sent_so_far(connection: Connection) -> int:
        found = connection.exec_driver_sql("SELECT count(*) FROM deliveries WHERE state = 'sent'")
        return int(found.scalar_one())

    commits = Commits(database)
    sending = [sql_scene.store.outbox.record(each, sent("m"), NOW) for each in claimed]
    for told, record in enumerate(asyncio.as_completed(sending), 1):
        assert await record is True
        assert await database.read(sent_so_far) >= told
    assert commits.number < 2 * len(claimed), "they were kept together"
    assert (await sql_scene.store.outbox.counts()) == {State.SENT: 40}


async def test_a_chat_that_is_gone_among_many_results_loses_what_waits_and_nobody_else_does(sql_scene: Scene) -> None:
    for number in range(10):
        await sql_scene.chat(str(number), "mali")
    await sql_scene.tell("a", "b")
    claimed = await sql_scene.claim()
    gone = Verdict(State.CANCELLED, error="blocked", chat_gone=True)
    verdicts = [gone if number == 3 else sent("m") for number in range(10)]
    record = sql_scene.store.outbox.record
    kept = await asyncio.gather(*(record(*pair, NOW) for pair in zip(claimed, verdicts, strict=True)))
    assert all(kept)
    assert await sql_scene.store.outbox.counts() == {State.SENT: 9, State.CANCELLED: 2, State.QUEUED: 9}
