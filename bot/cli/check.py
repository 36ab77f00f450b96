"""`crisis-bot check`: says for each part whether it works, and what to do where it does not."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot import config_folder
from bot.app.foundation import Foundation, lay_foundation, unusable
from bot.core.errors import SendError, TokenRevoked
from bot.core.filters.grammar import read_filters
from bot.core.filters.tree import FilterError
from bot.core.sentences import Speaker
from bot.settings import Settings, secret_text
from bot.store import schema


@dataclass(frozen=True, slots=True)
class Finding:
    """One part's state. `well` is None for a part that is simply off."""

    part: str
    well: bool | None
    text: str


async def run(settings: Settings) -> int:
    """Print a line for each part; return 0 when nothing that is on is broken."""
    foundation = lay_foundation(settings)
    broken = False
    try:
        async for finding in _findings(foundation):
            mark = {True: "ok  ", False: "FAIL", None: "off "}[finding.well]
            print(f"{mark} {finding.part:9} {finding.text}")
            broken = broken or finding.well is False
    finally:
        await foundation.store.database.close()
    return 1 if broken else 0


async def _findings(foundation: Foundation) -> AsyncIterator[Finding]:
    yield Finding(
        "settings", True, "every setting can be used" + (" (trial mode)" if foundation.settings.trial else "")
    )
    yield _feeds(foundation)
    yield await _database(foundation)
    yield await _telegram(foundation.settings)
    yield await _slack(foundation.settings)
    shown = f"on http://{foundation.settings.host}:{foundation.settings.port}"
    yield Finding(
        "webchat",
        True if foundation.settings.has_webchat else None,
        shown if foundation.settings.has_webchat else "set WEBCHAT=true for the chat page",
    )


def _feeds(foundation: Foundation) -> Finding:
    folder = foundation.settings.bot_config
    try:
        sources = config_folder.read_feeds(folder, trusted=foundation.settings.allow_private_addresses)
        for source in sources:
            if source.only:
                read_filters(source.only, foundation.lexicon)
    except FilterError as error:
        sentence = Speaker().fill(error.sentence, error.values).text
        return Finding("feeds", False, f"{folder / 'feeds.toml'}: {source.name}: only is “{source.only}”. {sentence}")
    if not sources:
        return Finding("feeds", False, f"no feed is on; set on = true for one in {folder / 'feeds.toml'}")
    return Finding("feeds", True, f"{len(sources)} on: {', '.join(source.name for source in sources)}")


async def _database(foundation: Foundation) -> Finding:
    database = foundation.store.database
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    try:
        current = await schema.is_current(database)
    except Exception as error:  # whatever keeps us from it is what the operator wants to read
        return Finding("database", False, unusable(database, error))
    if current:
        return Finding("database", True, f"{kind}, up to date")
    if database.is_sqlite:
        return Finding("database", True, f"{kind}, its tables are made at the first start")
    return Finding("database", False, f"{kind}, reached, but its tables are not this version's: run crisis-bot migrate")


async def _telegram(settings: Settings) -> Finding:
    if settings.telegram_bot_token is None:
        return Finding("telegram", None, "set TELEGRAM_BOT_TOKEN to the token @BotFather gives")
    from bot.platforms.telegram.wire import Wire, introduce

    wire = Wire(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url)
    try:
        me = await introduce(wire)
    except TokenRevoked:
        return Finding("telegram", False, "Telegram does not accept the token; get a new one from @BotFather (/token)")
    except SendError as error:
        return Finding("telegram", False, f"{settings.telegram_api_url} cannot be reached: {error}")
    finally:
        await wire.close()
    return Finding("telegram", True, f"speaks as @{me.username}, hears by {settings.telegram_mode.value}")


async def _slack(settings: Settings) -> Finding:
    if settings.slack_bot_token is None:
        return Finding(
            "slack", None, "set SLACK_BOT_TOKEN and SLACK_APP_TOKEN of the app that slack-manifest.yaml makes"
        )
    from bot.platforms.slack.workspace import identify

    try:
        who = await identify(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    except TokenRevoked as error:
        return Finding(
            "slack", False, f"Slack does not accept SLACK_BOT_TOKEN ({error}); reinstall the app for another"
        )
    except SendError as error:
        return Finding("slack", False, f"{settings.slack_api_url} cannot be reached: {error}")
    if settings.slack_app_token and (refused := await _app_token_refused(settings)):
        return Finding("slack", False, f"Slack does not accept SLACK_APP_TOKEN ({refused}); generate another")
    return Finding("slack", True, f"speaks as {who.bot_name} in {who.team_name}, hears by {settings.slack_mode.value}")


async def _app_token_refused(settings: Settings) -> str:
    """Return why Socket Mode would not open, or nothing where it would."""
    from bot.platforms.slack.workspace import open_session, socket_address, web_client

    async with open_session() as session:
        client = web_client(secret_text(settings.slack_bot_token), settings.slack_api_url, session)
        try:
            await socket_address(client, secret_text(settings.slack_app_token))
        except SendError as error:
            return str(error)
    return ""
