"""Brings a database to the tables this version needs. Migrations only add, so older workers go on beside newer ones."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.store.database import Database, take_turn

_MIGRATIONS = Path(__file__).parent / "migrations"


async def upgrade(database: Database, revision: str = "head") -> None:
    """Run what is missing of the migrations, in one transaction; harmless when nothing is."""
    await database.write(lambda connection: _upgrade(connection, revision))


async def downgrade(database: Database, revision: str) -> None:
    """Take migrations back to a revision (`base` for none)."""
    await database.write(lambda connection: command.downgrade(config(connection), revision))


async def is_current(database: Database) -> bool:
    """Return whether the database has every migration of this version."""
    head = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
    return await database.read(lambda connection: _revision(connection) == head)


def config(connection: Connection) -> Config:
    """Return Alembic's configuration for one open connection."""
    made = Config()
    made.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def _upgrade(connection: Connection, revision: str) -> None:
    # Processes that start together must not make the same tables.
    take_turn(connection, "schema")
    command.upgrade(config(connection), revision)


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
