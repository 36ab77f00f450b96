"""Promises about migrations: every revision, both ways, on both databases, with rows in the tables."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, func, inspect, select

from bot.store import schema
from bot.store.database import Database
from bot.store.tables import metadata

VERSIONS = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
REVISIONS = [each.revision for each in VERSIONS.walk_revisions()][::-1]
STEPS = list(zip(["base", *REVISIONS], REVISIONS, strict=False))


@pytest_asyncio.fixture
async def empty(empty_url: str) -> AsyncIterator[Database]:
    """A database without any table."""
    database = Database(empty_url)
    yield database
    await database.close()


async def test_an_empty_database_goes_to_the_newest_revision_and_back(empty: Database) -> None:
    assert await schema.is_current(empty) is False
    await schema.upgrade(empty)
    assert await schema.is_current(empty) is True
    assert set(metadata.tables) <= set(await empty.read(_tables))
    await schema.upgrade(empty)
    await schema.downgrade(empty, "base")
    assert await schema.is_current(empty) is False
    assert await empty.read(_tables) == ["alembic_version"]
    await schema.upgrade(empty)
    assert await schema.is_current(empty) is True


async def test_the_newest_revision_makes_exactly_the_tables_the_store_works_with(empty: Database) -> None:
    await schema.upgrade(empty)
    assert await empty.read(_difference) == []


async def test_a_database_of_a_later_version_is_left_as_it_is_and_serves(empty: Database) -> None:
    await schema.upgrade(empty)
    later = f"UPDATE alembic_version SET version_num = '{int(REVISIONS[-1]) + 1:04}'"
    await empty.write(lambda connection: connection.exec_driver_sql(later) and None)
    assert await schema.is_current(empty) is True
    await schema.upgrade(empty)
    assert await schema.is_current(empty) is True


@pytest.mark.parametrize("revision", REVISIONS[:-1])
async def test_a_database_of_an_earlier_version_is_not_current(empty: Database, revision: str) -> None:
    await schema.upgrade(empty, revision)
    assert await schema.is_current(empty) is False


def test_revisions_form_one_line() -> None:
    assert len(VERSIONS.get_heads()) == 1
    assert all(not each.is_merge_point for each in VERSIONS.walk_revisions())


@pytest.mark.parametrize(("before", "after"), STEPS)
async def test_rows_survive_each_step_forth_and_back(empty: Database, before: str, after: str) -> None:
    await schema.upgrade(empty, before) if before != "base" else None
    await empty.write(_fill)
    rows = await empty.read(_rows)
    await schema.upgrade(empty, after)
    assert rows.items() <= (await empty.read(_rows)).items()
    await schema.downgrade(empty, before)
    assert await empty.read(_rows) == rows


@pytest.mark.parametrize("revision", REVISIONS)
async def test_rows_of_any_revision_survive_on_the_way_to_the_newest(empty: Database, revision: str) -> None:
    await schema.upgrade(empty, revision)
    await empty.write(_fill)
    rows = await empty.read(_rows)
    assert rows
    await schema.upgrade(empty)
    assert rows.items() <= (await empty.read(_rows)).items()


async def test_a_migration_that_fails_leaves_the_tables_as_they_were(empty: Database) -> None:
    await empty.write(lambda connection: connection.exec_driver_sql("CREATE TABLE story_keys (key int)"))
    with pytest.raises(Exception, match="story_keys"):
        await schema.upgrade(empty)
    assert await empty.read(_tables) == ["story_keys"]


def _tables(connection: Connection) -> list[str]:
    return sorted(inspect(connection).get_table_names())


def _difference(connection: Connection) -> list[Any]:
    # SQLite gives defaults back in another spelling than they were written in.
    precise = connection.dialect.name == "postgresql"
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": precise})
    return list(compare_metadata(context, metadata))


def _reflected(connection: Connection) -> list[Table]:
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name not in ("alembic_version", "counters")]


def _fill(connection: Connection) -> None:
    """Put a row into every table there is, by what its columns ask for."""
    for table in _reflected(connection):
        connection.execute(table.insert().values({column.name: _sample(column) for column in table.columns}))


def _sample(column: Any) -> Any:
    kind = column.type.python_type
    if kind is dict:
        return {}
    return {int: 1, bool: True}.get(kind, "[]" if column.name in ("source", "places", "evidence", "says") else "a")


def _rows(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has; the tables before a first revision are none."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in _reflected(connection)
    }
