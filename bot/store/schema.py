"""Brings a database to the tables this version needs. Migrations only add, so older workers go on beside newer ones."""

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from bot.store.database import Database, take_turn

_HEAD = max(path.name.partition("_")[0] for path in (Path(__file__).parent / "migrations/versions").glob("[0-9]*_*.py"))
_KEPT = table("alembic_version", column("version_num"))


async def upgrade(database: Database, revision: str = "head") -> None:
    """Run what is missing of the migrations, in one transaction; harmless when nothing is."""
    if not await is_current(database):
        await database.write(lambda connection: _upgrade(connection, revision))


async def downgrade(database: Database, revision: str) -> None:
    """Take migrations back to a revision (`base` for none)."""
    from bot.store import migrating

    await database.write(lambda connection: migrating.downgrade(connection, revision))


async def is_current(database: Database) -> bool:
    """Return whether the database has every migration of this version; those of a later one may have been added."""
    return await database.read(_is_current)


def _upgrade(connection: Connection, revision: str) -> None:
    from bot.store import migrating

    # Processes that start together must not make the same tables.
    take_turn(connection, "schema")
    if not _is_current(connection):
        migrating.upgrade(connection, revision)


def _is_current(connection: Connection) -> bool:
    """Return whether this version of the bot, or one that came after it, has been here. Revisions are numbered."""
    if not inspect(connection).has_table(_KEPT.name):
        return False
    revision = connection.execute(select(_KEPT.c.version_num)).scalar()
    return revision is not None and revision.isdigit() and int(revision) >= int(_HEAD)
