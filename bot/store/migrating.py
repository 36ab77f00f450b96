"""Runs migrations; imported only when there are some to run, for Alembic takes a tenth of an idle bot's memory."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection, revision: str) -> None:
    """Run migrations up to a revision, within the caller's transaction."""
    command.upgrade(config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Take migrations back to a revision, within the caller's transaction."""
    command.downgrade(config(connection), revision)


def config(connection: Connection) -> Config:
    """Return Alembic's configuration for one open connection."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made
