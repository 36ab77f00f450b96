"""Promises about a PostgreSQL that answers no more on a connection that looks open."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import Connection, text

from bot.store import silence
from bot.store.database import Database
from tests.faults.proxy import Proxy, proxy
from tests.store.server import PostgresServer

_SILENCE = 0.5


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silence, "LONGEST_SILENCE", _SILENCE)
    monkeypatch.setattr(silence, "LONGEST_ASKING", 1.0)


@pytest.fixture
async def way(server: PostgresServer) -> AsyncIterator[Proxy]:
    async with proxy(server.socket) as made:
        yield made


@pytest.fixture
async def far(way: Proxy) -> AsyncIterator[Database]:
    """A database behind a way that can be cut."""
    database = Database(f"postgres://postgres@127.0.0.1:{way.port}/postgres?connect_timeout=2")
    yield database
    way.mend()
    await database.close()


async def test_work_on_a_connection_that_went_dead_is_done_again_on_another(far: Database, way: Proxy) -> None:
    assert await far.write(_one) == 1
    way.cut()
    way.mend()
    began = time.monotonic()
    assert await far.write(_one) == 1
    assert _SILENCE <= time.monotonic() - began < 5


async def test_a_database_out_of_reach_is_waited_for(far: Database, way: Proxy) -> None:
    assert await far.read(_one) == 1
    way.cut()
    waiting = [asyncio.create_task(far.write(_one)) for _ in range(3)]
    await asyncio.sleep(2 * _SILENCE)
    way.mend()
    assert await asyncio.gather(*waiting) == [1, 1, 1]


async def test_a_process_that_ends_waits_for_no_dead_connection(
    far: Database, way: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(far._silence, "_longest", 60.0)
    assert await far.write(_one) == 1
    way.cut()
    way.mend()
    waiting = asyncio.create_task(far.write(_one))
    await asyncio.sleep(0.1)
    far.hurry()
    async with asyncio.timeout(10):
        assert await waiting == 1


async def test_a_statement_that_takes_long_is_left_alone(far: Database) -> None:
    tries: list[int] = []

    def work(connection: Connection) -> int:
        tries.append(1)
        connection.execute(text("SELECT pg_sleep(2)"))
        return len(tries)

    assert await far.write(work) == 1


async def test_work_that_takes_long_by_itself_is_left_alone(far: Database) -> None:
    tries: list[int] = []

    def work(connection: Connection) -> int:
        tries.append(1)
        connection.execute(text("SELECT 1"))
        time.sleep(3 * _SILENCE)
        connection.execute(text("SELECT 1"))
        return len(tries)

    assert await far.write(work) == 1


def _one(connection: Connection) -> int:
    return int(connection.execute(text("SELECT 1")).scalar_one())
