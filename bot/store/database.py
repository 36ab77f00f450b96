"""The database: an engine, and two ways to work with it. The only place that knows which database it is.

A transaction is a plain function that runs in a thread from beginning to end. It cannot await, so none is ever
open across a network call or a sleep, and the event loop never waits for a disk.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Insert, Table, create_engine, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")
_BUSY_MS = 10_000
_TRIES = 10
"""With the pauses between them about 20 s: time for a PostgreSQL to restart, well within a lease."""
_POSTGRES_THREADS = 8
_SQLITE_READERS = 2
_POSTGRES_ARGS = {
    # A peer that vanished without a word is noticed within half a minute.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "connect_timeout": 10,
    "application_name": "crisis-bot",
    "options": "-c idle_in_transaction_session_timeout=30000",
}


# Serialization failure, deadlock, too many connections, and a server on its way down or up.
# A broken foreign key too: what it leads to was merged into another a moment ago.
_PASSING = ("23503", "40001", "40P01", "53300", "57P01", "57P02", "57P03")
_SQLITE_BUSY = (5, 6)


class Database:
    """Connections to SQLite or PostgreSQL, by URL. `read` and `write` may be called from any task."""

    def __init__(self, url: str) -> None:
        self.engine = make_engine(url)
        if self.is_sqlite:
            # SQLite has one writer at a time; one thread makes that a queue instead of a fight for the lock.
            self._writers = ThreadPoolExecutor(1, "sqlite-writer")
            self._readers = ThreadPoolExecutor(_SQLITE_READERS, "sqlite-reader")
        else:
            self._writers = self._readers = ThreadPoolExecutor(_POSTGRES_THREADS, "postgresql")

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    async def read(self, work: Callable[[Connection], _T]) -> _T:
        """Run `work` in a transaction that writes nothing."""
        return await self._run(self._readers, lambda: self._once(work, writes=False))

    async def write(self, work: Callable[[Connection], _T]) -> _T:
        """Run `work` in one transaction, committed when it returns. It runs again when the connection is lost, and
        when PostgreSQL broke it off because it stood in another's way."""
        return await self._run(self._writers, lambda: self._once(work, writes=True))

    async def close(self) -> None:
        """Wait for work under way, then close every connection."""
        await asyncio.to_thread(self._writers.shutdown)
        await asyncio.to_thread(self._readers.shutdown)
        self.engine.dispose()

    async def _run(self, threads: ThreadPoolExecutor, once: Callable[[], _T]) -> _T:
        loop = asyncio.get_running_loop()
        for attempt in range(_TRIES):
            try:
                return await loop.run_in_executor(threads, once)
            except DBAPIError as error:
                if not _passes(error) or attempt == _TRIES - 1:
                    raise
                _LOG.warning("database out of reach (%s), trying again", type(error.orig).__name__)
            await asyncio.sleep(min(0.1 * 2**attempt, 5.0) * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret
        raise AssertionError("unreachable")

    def _once(self, work: Callable[[Connection], _T], *, writes: bool) -> _T:
        with self.engine.connect().execution_options(writes=writes) as connection, connection.begin():
            return work(connection)


def _passes(error: DBAPIError) -> bool:
    """Return whether the same work may succeed in a moment."""
    if error.connection_invalidated:
        return True
    if getattr(error.orig, "sqlite_errorcode", None) in _SQLITE_BUSY:
        return True
    state = getattr(error.orig, "sqlstate", "")
    if state is None:  # psycopg has no state for a connection that could not be made
        return isinstance(error, OperationalError)
    return state in _PASSING


def make_engine(url: str) -> Engine:
    """Return an engine for a database URL; `postgres://` and driverless URLs are taken as people write them.

    Raises ValueError, free of the URL, where it cannot be read.
    """
    parsed = _parse(url)
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed.render_as_string(hide_password=False), parsed.database)
    # The server's own values win over ours where the URL names them.
    args = {key: value for key, value in _POSTGRES_ARGS.items() if key not in parsed.query}
    return create_engine(parsed, pool_pre_ping=True, pool_size=_POSTGRES_THREADS, connect_args=args)


def _parse(url: str) -> URL:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # What could not be read may be a piece of a password with a / or @ in it.
        raise ValueError("the database URL cannot be read; a password's special characters must be %-encoded") from None


def _sqlite(url: str, path: str | None) -> Engine:
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": _BUSY_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come too late and upgrade a read to a write
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={_BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def take_turn(connection: Connection, what: str) -> None:
    """Let no other transaction take the same turn until this one ends, so that their rows become visible in order.

    SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(what))))


def count_inserted(connection: Connection, statement: Insert) -> int:
    """Run an INSERT and return how many rows it made; without being asked to, SQLAlchemy tells -1 for PostgreSQL."""
    return int(connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount)


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that knows ON CONFLICT, which SQLAlchemy spells per database."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
