"""`crisis-bot`: its commands, and how each ends."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence

from bot import __version__
from bot.app.foundation import StartError, lay_foundation, used
from bot.app.root import Role, run
from bot.cli import check, feeds
from bot.config_folder import ConfigError
from bot.observe import configure_logging
from bot.settings import SECRETS, Settings, SettingsError, load
from bot.store import schema

EXIT_FINE, EXIT_WRONG = 0, 2

_ROLES = {"run": Role.WEB | Role.WORKER, "web": Role.WEB, "worker": Role.WORKER}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the process's exit status. What cannot work is one sentence on standard error."""
    asked = _parser().parse_args(arguments)
    # python-telegram-bot warns about its older time type unless told that we know.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    try:
        settings = load()
        configure_logging(settings.log_level, secrets_of(settings))
        return asyncio.run(_carry_out(asked, settings))
    except (SettingsError, ConfigError, StartError) as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_WRONG
    except KeyboardInterrupt:
        return EXIT_FINE


def secrets_of(settings: Settings) -> list[str]:
    """Return every secret's text, for masking."""
    values = (getattr(settings, name) for name in SECRETS if name != "database_url")
    passwords = [settings.database_password] if settings.database_password else []
    return [value.get_secret_value() for value in values if value is not None] + passwords


async def _carry_out(asked: argparse.Namespace, settings: Settings) -> int:
    match asked.command:
        case "check":
            return await check.run(settings)
        case "migrate":
            await _migrate(settings)
        case "feeds":
            return await _feeds(asked, settings)
        case command:
            await run(settings, _ROLES[command or "run"])
    return EXIT_FINE


async def _feeds(asked: argparse.Namespace, settings: Settings) -> int:
    match asked.action:
        case "preview":
            return await feeds.preview(settings, asked.source, as_json=asked.json)
        case "poll":
            return await feeds.poll(settings)
    return await feeds.listing(settings)


async def _migrate(settings: Settings) -> None:
    database = lay_foundation(settings).store.database
    try:
        await used(database, schema.upgrade(database))
    finally:
        await database.close()
    print("The database is up to date.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("crisis-bot", description="Crisis alerts for Telegram and Slack.")
    parser.add_argument("--version", action="version", version=f"crisis-bot {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("run", help="everything in one process (the default)")
    commands.add_parser("web", help="the web server only: chat page, webhooks, /healthz, /metrics")
    commands.add_parser("worker", help="polling and sending only")
    commands.add_parser("migrate", help="bring the database to this version")
    commands.add_parser("check", help="say what is set, what works and what is missing")
    actions = commands.add_parser("feeds", help="look at feeds").add_subparsers(dest="action", metavar="ACTION")
    actions.add_parser("list", help="the feeds and how their last visit went (the default)")
    actions.add_parser("poll", help="visit every feed now")
    preview = actions.add_parser("preview", help="show the stories a feed would give; keeps nothing")
    preview.add_argument("source", metavar="URL|FILE")
    preview.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser
