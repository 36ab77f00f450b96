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
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import (
    URL,
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Insert,
    Table,
    create_engine,
    event,
    func,
    literal_column,
    make_url,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from bot.core.errors import StoreFull
from bot.store.line import Line
from bot.store.reserve import Reserve

if TYPE_CHECKING:
    from bot.store.silence import Silence

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")
_BUSY_MS = 10_000
_TRIES = 10
"""With the pauses between them about 20 s: time for a PostgreSQL to restart, well within a lease."""
_TRIES_OF_WHAT_BROKE_A_KEY = 3
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
    # The server, too, must notice that we vanished: until it does, our locks stand.
    "options": "-c idle_in_transaction_session_timeout=5000 -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5"
    " -c tcp_keepalives_count=3 -c tcp_user_timeout=20000",
}


# Serialization failure, deadlock, too many connections, and a server on its way down or up.
_PASSING = ("40001", "40P01", "53300", "57P01", "57P02", "57P03")
# What it leads to may have been merged into another a moment ago; done again, the work finds the other.
_BROKEN_KEY = "23503"
_DISK_FULL = "53100"
_SQLITE_BUSY = (5, 6)
# SQLITE_FULL, and the extended codes of a write and of a shared memory that may grow no more.
_SQLITE_FULL = (13, 10 | 3 << 8, 10 | 19 << 8)


class Database:
    """Connections to SQLite or PostgreSQL, by URL. `read` and `write` may be called from any task."""

    def __init__(self, url: str) -> None:
        # A lost connection shows by itself, and the work is done again: no need to ask before each transaction.
        self.engine = make_engine(url, ask_first=False)
        self._silence: Silence | None = None
        self._reserve: Reserve | None = None
        self._short = False
        if self.is_sqlite:
            # SQLite has one writer at a time; one thread makes that a queue instead of a fight for the lock.
            self._writers = ThreadPoolExecutor(1, "sqlite-writer")
            self._readers = ThreadPoolExecutor(_SQLITE_READERS, "sqlite-reader")
            self._reserve = Reserve(self.path) if self.path else None
        else:
            from bot.store import silence  # with the driver, which SQLite need not have in memory

            self._silence = silence.Silence(_connect_arguments(self.engine))
            self._writers = self._readers = ThreadPoolExecutor(_POSTGRES_THREADS, "postgresql")

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database; None for what is not in a file here."""
        name = self.engine.url.database if self.is_sqlite else None
        return Path(name) if name and name != ":memory:" else None

    async def read(self, work: Callable[[Connection], _T]) -> _T:
        """Run `work` in a transaction that writes nothing."""
        return await self._run(self._readers, lambda line: self._once(work, line, writes=False))

    async def write(self, work: Callable[[Connection], _T]) -> _T:
        """Run `work` in one transaction, committed when it returns. It runs again when the connection is lost, and
        when PostgreSQL broke it off because it stood in another's way. Raises StoreFull where the disk is."""
        return await self._run(self._writers, lambda line: self._once(work, line, writes=True))

    async def write_through(self, work: Callable[[Connection], _T]) -> _T:
        """Do the same, and return when it stands on the disk, with all that was written before: not even a machine
        that loses its power loses it."""
        return await self._run(self._writers, lambda line: self._once(work, line, writes=True, through=True))

    async def has_room(self) -> bool:
        """Return whether there is room for news; keeps some in reserve for the ends of sends, where it can."""
        # How much room a server has it does not tell: the next attempt does.
        self._short = self._reserve is not None and not await asyncio.to_thread(self._reserve.keep)
        return not self._short

    def short_of_room(self) -> bool:
        """Return whether the disk was found full, and no room since then."""
        return self._short

    async def _gain_room(self) -> bool:
        """Give up what was set aside; return whether there was any."""
        self._short = True
        return self._reserve is not None and await asyncio.to_thread(self._reserve.spend)

    def hurry(self) -> None:
        """Give up dead connections soon: the process was told to stop."""
        if self._silence:
            self._silence.hurry()

    async def close(self) -> None:
        """Wait for work under way, then close every connection."""
        await asyncio.to_thread(self._writers.shutdown)
        await asyncio.to_thread(self._readers.shutdown)
        self.engine.dispose()

    async def _run(self, threads: ThreadPoolExecutor, once: Callable[[Line], _T]) -> _T:
        for attempt in range(_TRIES):
            try:
                return await self._watched(threads, once)
            except DBAPIError as error:
                if _is_full(error):
                    if await self._gain_room():
                        continue
                    raise StoreFull from error
                if attempt + 1 >= _tries(error):
                    raise
                _LOG.warning("database out of reach (%s), trying again", type(error.orig).__name__)
            await asyncio.sleep(min(0.1 * 2**attempt, 5.0) * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret
        raise AssertionError("unreachable")

    async def _watched(self, threads: ThreadPoolExecutor, once: Callable[[Line], _T]) -> _T:
        line = Line()
        work = asyncio.get_running_loop().run_in_executor(threads, once, line)
        return await (self._silence.watched(work, line) if self._silence else work)

    def _once(self, work: Callable[[Connection], _T], line: Line, *, writes: bool, through: bool = False) -> _T:
        try:
            with self.engine.connect().execution_options(writes=writes, through=through) as connection:
                line.raw = None if self._silence is None else connection.connection.driver_connection
                with connection.begin():
                    return work(connection)
        finally:
            line.raw, line.over = None, True


def _tries(error: DBAPIError) -> int:
    """Return how often in all the same work is worth trying."""
    if getattr(error.orig, "sqlstate", "") == _BROKEN_KEY:
        return _TRIES_OF_WHAT_BROKE_A_KEY
    return _TRIES if _passes(error) else 1


def _is_full(error: DBAPIError) -> bool:
    if getattr(error.orig, "sqlstate", "") == _DISK_FULL:
        return True
    return getattr(error.orig, "sqlite_errorcode", None) in _SQLITE_FULL


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


def make_engine(url: str, *, ask_first: bool = True) -> Engine:
    """Return an engine for a database URL; `postgres://` and driverless URLs are taken as people write them.

    With `ask_first` a kept connection is tried before each use. Raises ValueError, free of the URL, where that cannot
    be read.
    """
    parsed = _parse(url)
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed.render_as_string(hide_password=False), parsed.database)
    # The server's own values win over ours where the URL names them.
    args = {key: value for key, value in _POSTGRES_ARGS.items() if key not in parsed.query}
    return create_engine(parsed, pool_pre_ping=ask_first, pool_size=_POSTGRES_THREADS, connect_args=args)


def _connect_arguments(engine: Engine) -> dict[str, Any]:
    """Return what psycopg needs to connect to a PostgreSQL by itself."""
    _, named = engine.dialect.create_connect_args(engine.url)
    return {**{key: value for key, value in _POSTGRES_ARGS.items() if key not in named}, **named}


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
    options = connection.get_execution_options()
    through = options.get("through", False)
    if connection.info.setdefault("through", False) is not through:
        connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if through else 'NORMAL'}")
        connection.info["through"] = through
    connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", True) else "BEGIN")


def take_turn(connection: Connection, what: str) -> None:
    """Let no other transaction take the same turn until this one ends, so that their rows become visible in order.

    SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(what))))


def server_time(connection: Connection) -> ColumnElement[int]:
    """Return the database's own time, which is one for all processes however their clocks differ, in microseconds.

    Within a transaction it moves on.
    """
    if connection.dialect.name == "sqlite":
        return literal_column("CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER)", BigInteger)
    return literal_column("CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)", BigInteger)


def count_inserted(connection: Connection, statement: Insert) -> int:
    """Run an INSERT and return how many rows it made; without being asked to, SQLAlchemy tells -1 for PostgreSQL."""
    return int(connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount)


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that knows ON CONFLICT, which SQLAlchemy spells per database."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)
