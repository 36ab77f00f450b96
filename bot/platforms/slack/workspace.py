"""A Slack workspace the app is installed in, and the connection to it."""

import logging
from dataclasses import dataclass, field

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.refusals import translated

API_URL = "https://slack.com/api/"
CONNECT_SECONDS, ANSWER_SECONDS = 10.0, 30.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a bot token speaks as."""

    team: str
    team_name: str
    bot: str
    """The bot as a member of the workspace (U…)."""
    bot_name: str
    bot_id: str = ""
    """The bot as the author of messages (B…)."""

    @property
    def lane(self) -> str:
        return f"slack:{self.team}"


@dataclass(frozen=True, slots=True)
class Workspace:
    """An identity and the client that speaks as it."""

    identity: Identity
    client: AsyncWebClient = field(repr=False)

    @property
    def lane(self) -> str:
        return self.identity.lane


def open_session(answer_seconds: float = ANSWER_SECONDS) -> aiohttp.ClientSession:
    """Return the one session for all calls to Slack; whoever opens it closes it.

    slack-sdk ignores a client's own timeout where it is given a session, so the session's holds.
    """
    timeout = aiohttp.ClientTimeout(total=answer_seconds, connect=CONNECT_SECONDS, sock_connect=CONNECT_SECONDS)
    return aiohttp.ClientSession(timeout=timeout)


def web_client(token: str, api_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Return a client that sends each request once: slack-sdk would repeat a post whose answer got lost."""
    return AsyncWebClient(token, base_url=api_url, session=session, retry_handlers=[], logger=quiet(_log))


async def open_workspace(token: str, api_url: str, session: aiohttp.ClientSession) -> Workspace:
    """Return the workspace a token belongs to; raises `bot.core.errors.SendError`."""
    client = web_client(token, api_url, session)
    try:
        told = await client.auth_test()
    except Exception as error:
        raise translated(error) from None
    identity = Identity(told["team_id"], told["team"], told["user_id"], told["user"], told.get("bot_id") or "")
    return Workspace(identity, client)


async def socket_address(client: AsyncWebClient, app_token: str) -> str:
    """Return where Socket Mode may connect, once; raises `bot.core.errors.SendError`."""
    try:
        opened = await client.apps_connections_open(app_token=app_token)
    except Exception as error:
        raise translated(error) from None
    return str(opened["url"])


async def identify(token: str, api_url: str = API_URL) -> Identity:
    """Return who a token speaks as, over a session of its own; raises `bot.core.errors.SendError`."""
    async with open_session() as session:
        return (await open_workspace(token, api_url, session)).identity


def quiet(parent: logging.Logger, level: int = logging.WARNING) -> logging.Logger:
    """Return a logger for a library: nothing under a level, the rest as its parent logs.

    slack-sdk and Bolt look at a logger's own level only; an unset one makes them write every request out as debug.
    """
    logger = logging.Logger(f"{parent.name}.library", level)
    logger.parent = parent
    return logger
