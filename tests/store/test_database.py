"""Promises about connections: how they are named, held, lost and found again."""

import asyncio
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, CursorResult, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from bot.core.delivery import State, sent
from bot.store.database import Database, make_engine
from tests.store.scene import NOW, Scene
from tests.store.server import PostgresServer

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("written", "host", "database"),
    [
        (f"postgres://u:{SECRET}@db.example:5433/bot", "db.example", "bot"),
        (f"postgresql://u:{SECRET}@db.example/bot?sslmode=require", "db.example", "bot"),
        (f"postgresql+psycopg://u:{SECRET}@db.example/bot", "db.example", "bot"),
        ("postgresql://u@/bot?host=/run/postgresql", None, "bot"),
    ],
)
def test_a_database_is_named_as_hosting_companies_name_it(written: str, host: str | None, database: str) -> None:
    engine = make_engine(written)
    assert engine.url.drivername == "postgresql+psycopg"
    assert (engine.url.host, engine.url.database) == (host, database)
    assert SECRET not in repr(engine)


def test_what_a_url_says_of_the_connection_wins() -> None:
    engine = make_engine("postgresql://u@h/d?connect_timeout=3&application_name=mine")
    arguments, named = engine.dialect.create_connect_args(engine.url)
    assert (named["connect_timeout"], named["application_name"], arguments) == ("3", "mine", [])


@pytest.mark.parametrize(
    "written",
    [SECRET, f"postgres://u:{SECRET}@h:port/d", f"postgres://u@h:{SECRET}/d", f"postgres:/u:{SECRET}@h", ""],
)
def test_a_url_that_cannot_be_read_is_refused_without_being_shown(written: str) -> None:
    with pytest.raises(ValueError, match="database URL") as refused:
        make_engine(written)
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_password_is_not_told_when_the_server_is_out_of_reach() -> None:
    engine = make_engine(f"postgresql://u:{SECRET}@127.0.0.1:1/d")
    with pytest.raises(OperationalError) as refused, engine.connect():
        pass
    assert SECRET not in str(refused.value)
    engine.dispose()


async def test_an_sqlite_file_in_a_folder_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'var' / 'deep' / 'bot.db'}")
    assert await database.read(lambda connection: connection.execute(text("SELECT 1")).scalar()) == 1
    modes = [await database.read(_pragma(name)) for name in ("journal_mode", "foreign_keys", "busy_timeout")]
    assert modes == ["wal", 1, 10_000]
    await database.close()


def _pragma(name: str) -> Callable[[Connection], object]:
    return lambda connection: connection.exec_driver_sql(f"PRAGMA {name}").scalar()


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_no_transaction_stays_open_after_a_call(sql_scene: Scene, server: PostgresServer) -> None:
    await sql_scene.chat("1", "mali")
    await sql_scene.tell("a")
    delivery = (await sql_scene.claim())[0]
    assert _transactions(server) == []
    await sql_scene.store.outbox.record(delivery, sent("m"), NOW)
    with pytest.raises(DBAPIError):
        await sql_scene.store.subscriptions.add(-1, "mali", NOW)
    assert _transactions(server) == []


def _transactions(server: PostgresServer) -> list[object]:
    ours = "application_name = 'crisis-bot' AND pid <> pg_backend_pid()"
    return server.run(f"SELECT state, query FROM pg_stat_activity WHERE {ours} AND state <> 'idle'")


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_a_connection_that_is_cut_is_replaced(sql_scene: Scene, server: PostgresServer) -> None:
    await sql_scene.chat("1", "mali")
    _cut_all(server)
    assert (await sql_scene.tell("a")).deliveries == 1
    _cut_all(server)
    assert len(await sql_scene.claim()) == 1


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_work_whose_connection_is_cut_in_the_middle_is_done_once(
    database: Database, server: PostgresServer, caplog: pytest.LogCaptureFixture
) -> None:
    cuts = iter([True, False])

    def work(connection: Connection) -> object:
        connection.execute(text("INSERT INTO counters VALUES ('cut', 0)"))
        if next(cuts):
            _cut_all(server)
        return connection.execute(text("SELECT count(*) FROM counters WHERE name = 'cut'")).scalar()

    with caplog.at_level(logging.WARNING):
        assert await database.write(work) == 1
    assert "trying again" in caplog.text


def _cut_all(server: PostgresServer) -> None:
    server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname <> ''")


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_a_database_server_that_crashes_is_waited_for(sql_scene: Scene, server: PostgresServer) -> None:
    await sql_scene.chat("1", "mali")
    await sql_scene.tell("a", "b")
    crash = asyncio.create_task(asyncio.to_thread(server.crash))
    while not crash.done():
        for delivery in await sql_scene.claim():
            await sql_scene.store.outbox.record(delivery, sent("m"), NOW)
    await crash
    await sql_scene.store.outbox.recover(NOW.replace(hour=23))
    while claimed := await sql_scene.claim():
        await sql_scene.store.outbox.record(claimed[0], sent("m"), NOW)
    assert await sql_scene.store.outbox.counts() == {State.SENT: 2}


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_two_transactions_in_each_others_way_both_get_through(sql_scene: Scene, database: Database) -> None:
    for name in ("1", "2"):
        await sql_scene.chat(name)
    steps = {("1", "2"), ("2", "1")}

    def cross(*names: str) -> Callable[[Connection], None]:
        def work(connection: Connection) -> None:
            for name in names:
                connection.execute(text("UPDATE chats SET title = 'x' WHERE chat = :chat"), {"chat": name})
                time.sleep(0.1)

        return work

    await asyncio.gather(*(database.write(cross(*step)) for step in steps))


async def test_an_error_of_our_own_is_not_tried_again(database: Database) -> None:
    tries: list[int] = []

    def work(connection: Connection) -> CursorResult[Any]:
        tries.append(1)
        return connection.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(DBAPIError):
        await database.write(work)
    assert len(tries) == 1


async def test_work_that_points_at_nothing_is_tried_again_for_less_than_a_second(sql_scene: Scene) -> None:
    began = time.monotonic()
    with pytest.raises(IntegrityError):
        await sql_scene.store.subscriptions.add(-1, "mali", NOW)
    assert time.monotonic() - began < 1.0


@pytest.mark.parametrize("kind", ["postgresql"])
async def test_work_that_pointed_at_what_is_there_a_moment_later_is_done(database: Database) -> None:
    tries: list[int] = []

    def work(connection: Connection) -> int:
        tries.append(1)
        if len(tries) < 2:
            connection.execute(text("INSERT INTO story_keys (key, story_id) VALUES ('k', -1)"))
        return len(tries)

    assert await database.write(work) == 2


async def test_what_is_written_through_is_there(database: Database) -> None:
    put = "INSERT INTO transcript (chat, said_at) VALUES ('a', 0)"
    await database.write_through(lambda connection: connection.exec_driver_sql(put) and None)
    await database.write(lambda connection: connection.exec_driver_sql(put) and None)
    count = lambda connection: connection.exec_driver_sql("SELECT count(*) FROM transcript").scalar()  # noqa: E731
    assert await database.read(count) == 2


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_only_what_is_written_through_waits_for_the_disk(database: Database) -> None:
    modes = []
    for way in (database.write, database.write_through, database.write):
        modes.append(await way(_pragma("synchronous")))
    assert modes == [1, 2, 1]


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_an_sqlite_that_another_process_is_writing_to_is_waited_for(
    sql_scene: Scene, url: str, tmp_path: Path
) -> None:
    program = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
connection.execute("INSERT INTO counters VALUES ('other', 7)")
print("busy", flush=True)
time.sleep(0.4)
connection.execute("COMMIT")
connection.close()
"""
    path = url.removeprefix("sqlite:///")
    command = (sys.executable, "-c", program, path)
    other = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert other.stdout is not None
    assert await other.stdout.readline() == b"busy\n"
    started = time.monotonic()
    assert await sql_scene.store.chats.count() == 0
    assert time.monotonic() - started < 0.3, "readers do not wait for a writer"
    await sql_scene.chat("1", "mali")
    assert await other.wait() == 0
    assert await sql_scene.store.chats.count() == 1


async def test_the_event_loop_goes_on_while_the_database_works(database: Database) -> None:
    slow = asyncio.create_task(database.read(lambda _connection: time.sleep(0.15)))
    turns = 0
    while not slow.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert turns >= 5


async def test_closing_waits_for_work_under_way(url: str) -> None:
    database = Database(url)

    def work(_connection: Connection) -> str:
        time.sleep(0.1)
        return "done"

    writing = asyncio.create_task(database.write(work))
    await asyncio.sleep(0.02)
    await database.close()
    assert await writing == "done"
