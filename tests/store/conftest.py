"""Every promise is held by the fake, by SQLite and by PostgreSQL. A PostgreSQL that cannot start fails the tests."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.store import migrating
from bot.store.database import Database, make_engine
from bot.store.tables import metadata
from tests.fakes.clock import FakeClock
from tests.fakes.store import MemoryStore
from tests.store.scene import Scene, SqlStore, Store, make_scene
from tests.store.server import PostgresServer, postgres_server

BOTH = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """One PostgreSQL for the tests of this process."""
    with postgres_server() as started:
        yield started


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables and no rows."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_url(server: PostgresServer) -> str:
    """A PostgreSQL database with all tables; `url` empties it for each test."""
    url = server.url(server.create_database())
    _migrate(url)
    return url


@pytest.fixture
def empty_url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table, one for each of both."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("server")
    name = server.create_database()
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def url(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with all tables and no rows."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "store.db")
        return f"sqlite:///{tmp_path / 'store.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    """Which database; tests that take `store` or `scene` name the fake as well."""
    return str(request.param)


@pytest_asyncio.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """An open database with all tables and no rows."""
    opened = Database(url)
    if not opened.is_sqlite:
        await _empty(opened)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(params=("memory", *BOTH))
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """A store of each kind, empty."""
    if request.param == "memory":
        yield MemoryStore(FakeClock())
        return
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "store.db")
        opened = Database(f"sqlite:///{tmp_path / 'store.db'}")
    else:
        opened = Database(request.getfixturevalue("postgres_url"))
        await _empty(opened)
    yield SqlStore(opened, FakeClock())
    await opened.close()


@pytest_asyncio.fixture
async def scene(store: Store) -> Scene:
    """A store of each kind with one feed."""
    return await make_scene(store)


@pytest_asyncio.fixture
async def sql_scene(database: Database) -> Scene:
    """A real store with one feed."""
    return await make_scene(SqlStore(database, FakeClock()))


def _migrate(url: str) -> None:
    engine = make_engine(url)
    with engine.begin() as connection:
        migrating.upgrade(connection, "head")
    engine.dispose()


async def _empty(database: Database) -> None:
    tables = [table for table in reversed(metadata.sorted_tables) if table.name != "counters"]
    await database.write(lambda connection: [connection.execute(table.delete()) for table in tables] and None)
