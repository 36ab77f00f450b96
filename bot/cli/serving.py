"""The commands that need the store: running the bot, its database, its feeds, its outbox."""

import argparse

from bot.app.foundation import lay_foundation, used
from bot.app.root import Role, run
from bot.cli import check, feeds, outbox, restored
from bot.settings import Settings
from bot.store import schema

_FINE = 0
_ROLES = {"run": Role.WEB | Role.WORKER, "web": Role.WEB, "worker": Role.WORKER}


async def carry_out(asked: argparse.Namespace, settings: Settings) -> int:
    """Run a command that needs the store; return the process's exit status."""
    match asked.command:
        case "check":
            return await check.run(settings)
        case "migrate":
            await _migrate(settings)
        case "restored":
            await restored.carry_out(settings, sure=asked.yes)
        case "feeds":
            return await _feeds(asked, settings)
        case "outbox":
            return await _outbox(asked, settings)
        case command:
            await run(settings, _ROLES[command or "run"])
    return _FINE


async def _feeds(asked: argparse.Namespace, settings: Settings) -> int:
    match asked.action:
        case "preview":
            return await feeds.preview(settings, asked.source, as_json=asked.json)
        case "poll":
            return await feeds.poll(settings)
    return await feeds.listing(settings)


async def _outbox(asked: argparse.Namespace, settings: Settings) -> int:
    if asked.action in ("resend", "drop"):
        return await outbox.decide(settings, asked.id, resend=asked.action == "resend")
    return await outbox.listing(settings)


async def _migrate(settings: Settings) -> None:
    database = lay_foundation(settings).store.database
    try:
        await used(database, schema.upgrade(database))
    finally:
        await database.close()
    print("The database is up to date.")
