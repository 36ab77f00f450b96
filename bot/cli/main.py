"""`crisis-bot`: its commands, and how each ends."""

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Sequence

from bot import __version__, config_folder
from bot.cli import explain, match
from bot.cli.source_text import STDIN, read_lines
from bot.core.errors import Unusable
from bot.observe import configure_logging
from bot.settings import SECRETS, Settings, load

EXIT_FINE, EXIT_WRONG = 0, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the process's exit status. What cannot work is one sentence on standard error."""
    asked = _parser().parse_args(arguments)
    # python-telegram-bot warns about its older time type unless told that we know.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    try:
        settings = load()
        configure_logging(settings.log_level, secrets_of(settings))
        return _carry_out(asked, settings)
    except Unusable as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_WRONG
    except KeyboardInterrupt:
        return EXIT_FINE


def secrets_of(settings: Settings) -> list[str]:
    """Return every secret's text, for masking."""
    values = (getattr(settings, name) for name in SECRETS if name != "database_url")
    passwords = [settings.database_password] if settings.database_password else []
    return [value.get_secret_value() for value in values if value is not None] + passwords


def _carry_out(asked: argparse.Namespace, settings: Settings) -> int:
    if asked.command in ("explain", "match"):
        return _read(asked, settings)
    from bot.cli import serving  # databases and platforms take a second to load

    return asyncio.run(serving.carry_out(asked, settings))


def _read(asked: argparse.Namespace, settings: Settings) -> int:
    lexicon = config_folder.read_lexicon(settings.bot_config)
    gc.freeze()  # what is known by name stays: not to be looked through at each collection
    if asked.command == "match":
        return match.show(lexicon, asked.filter, asked.file)
    if asked.jsonl:
        explain.answer_lines(lexicon, read_lines(asked.file), sys.stdout)
    else:
        explain.show(lexicon, asked.file)
    return EXIT_FINE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("crisis-bot", description="Crisis alerts for Telegram and Slack.")
    parser.add_argument("--version", action="version", version=f"crisis-bot {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("run", help="everything in one process (the default)")
    commands.add_parser("web", help="the web server only: chat page, webhooks, /healthz, /metrics")
    commands.add_parser("worker", help="polling and sending only")
    commands.add_parser("migrate", help="bring the database to this version")
    again = commands.add_parser(
        "restored", help="after the database was put back from a backup: send nothing that waited in it"
    )
    again.add_argument("--yes", action="store_true", help="do it; without this, say what would be done")
    commands.add_parser("check", help="say what is set, what works and what is missing")
    actions = commands.add_parser("feeds", help="look at feeds").add_subparsers(dest="action", metavar="ACTION")
    actions.add_parser("list", help="the feeds and how their last visit went (the default)")
    actions.add_parser("poll", help="visit every feed now")
    preview = actions.add_parser("preview", help="show the stories a feed would give; keeps nothing")
    preview.add_argument("source", metavar="URL|FILE")
    preview.add_argument("--json", action="store_true", help="one JSON object a line")
    _add_outbox(commands)
    _add_reading(commands)
    return parser


def _add_outbox(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    looked_at = commands.add_parser("outbox", help="look at messages that may have arrived or were given up")
    actions = looked_at.add_subparsers(dest="action", metavar="ACTION")
    actions.add_parser("list", help="what waits for your word, and why (the default)")
    again = actions.add_parser("resend", help="send it again, marked as a possible repeat")
    drop = actions.add_parser("drop", help="give it up for good")
    for each in (again, drop):
        each.add_argument("id", metavar="ID", nargs="+", help="numbers that the list shows, or all")


def _add_reading(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    seen = commands.add_parser(
        "explain",
        help="show what the bot sees in a story",
        description="Show the places, actors and topics of a story with the words that say so, its claims, figures and "
        "summary. The first line of a text is its title.",
    )
    lines = "for many texts: read lines of {id, title, text, lang}, write lines of places, actors, topics and evidence"
    seen.add_argument("--jsonl", action="store_true", help=lines)
    asked = commands.add_parser(
        "match",
        help="say whether a filter wants a story, and why",
        description="Say whether a filter wants a story, and why. Exit status: 0 for yes, 1 for no, 2 for neither.",
        epilog="For example: crisis-bot match 'mali wagner -football' story.txt",
    )
    asked.add_argument("filter", metavar="FILTER", help="as people type it in a chat; in quotation marks for the shell")
    for each in (seen, asked):
        each.add_argument("file", metavar="FILE", nargs="?", default=STDIN, help="text or HTML; - is standard input")
