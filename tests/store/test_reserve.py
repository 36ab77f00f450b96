"""Promises about a full disk: what the ends of sends need was set aside."""

from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.core.errors import StoreFull
from bot.store.database import Database
from bot.store.reserve import Reserve

_SIZE = 64 * 1024
_ROW = "INSERT INTO transcript (chat, body, said_at) VALUES ('a', hex(randomblob(2000)), 0)"


def test_room_is_set_aside_once_and_given_up_once(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "bot.db", _SIZE)
    assert [reserve.keep(), reserve.keep()] == [True, True]
    assert [path.stat().st_size for path in tmp_path.iterdir()] == [_SIZE]
    assert [reserve.spend(), reserve.spend()] == [True, False]
    assert list(tmp_path.iterdir()) == []


def test_room_that_is_not_there_is_not_set_aside_in_part(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "bot.db", 1 << 60)
    assert reserve.keep() is False
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_a_full_disk_takes_the_reserve_and_then_says_so(database: Database) -> None:
    assert await database.has_room() is True
    assert database.path is not None
    reserve = database.path.with_name(f"{database.path.name}.reserve")
    assert reserve.exists()
    with pytest.raises(StoreFull):
        await database.write(_fill)
    assert not reserve.exists()
    assert await database.has_room() is True


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_what_found_no_room_changed_nothing(database: Database) -> None:
    with pytest.raises(StoreFull):
        await database.write(_fill)
    assert await database.read(lambda connection: connection.exec_driver_sql(_COUNT).scalar()) == 0


_COUNT = "SELECT count(*) FROM transcript"


def _fill(connection: Connection) -> None:
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    try:
        for _ in range(100):
            connection.exec_driver_sql(_ROW)
    finally:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
