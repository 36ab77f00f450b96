"""One bot's way to the Bot API: calls a method, returns its result, raises what `bot.core.errors` knows."""

from dataclasses import dataclass
from typing import Any

import aiohttp
from telegram import Bot
from yarl import URL

from bot.core.chat import Address
from bot.core.errors import SendError, Temporary, Uncertain
from bot.platforms.telegram.answers import judge
from bot.platforms.telegram.request import READ_SECONDS, AioRequest, Unanswered, Unwritten

API_URL = "https://api.telegram.org"


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is on Telegram."""

    id: int
    username: str
    name: str


class _NamelessBot(Bot):
    """The library's bot, whose repr would show the token."""

    def __repr__(self) -> str:
        return "Bot()"


class Wire:
    """A bot's token and session. The token shows in no text, repr or log line of ours."""

    def __init__(
        self,
        token: str,
        api_url: str = API_URL,
        session: aiohttp.ClientSession | None = None,
        *,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self.bot_id = token.partition(":")[0]
        self.lane = f"telegram:{self.bot_id}"
        self._request = AioRequest(session, read_seconds=read_seconds)
        self._base = URL(f"{api_url.rstrip('/')}/bot{token}/", encoded=True)
        self._urls: dict[str, URL] = {}
        self.bot: Bot = _NamelessBot(
            token, f"{api_url.rstrip('/')}/bot", request=self._request, get_updates_request=self._request
        )

    def __repr__(self) -> str:
        return f"Wire({self.lane})"

    async def call(
        self, method: str, fields: dict[str, Any] | None = None, to: Address | None = None, *, wait: float = 0.0
    ) -> Any:
        """Return a method's result; raises `SendError` and nothing else.

        `to` is the chat that it concerns, `wait` the seconds that the answer may take on top of the usual.
        """
        url = self._urls.get(method) or self._urls.setdefault(method, self._base / method)
        failure: SendError
        try:
            status, body = await self._request.post_json(url, fields or {}, wait)
        except Unwritten as error:
            failure = Temporary(error.message)
        except Unanswered as error:
            failure = Uncertain(error.message)
        else:
            return judge(status, body, to)
        raise failure

    async def close(self) -> None:
        """Close the session, unless it was given."""
        await self._request.shutdown()


async def introduce(wire: Wire) -> Me:
    """Return who the token belongs to; raises `TokenRevoked` for a wrong token, else as `Wire.call` does."""
    found = await wire.call("getMe")
    return Me(int(found["id"]), str(found.get("username", "")), str(found.get("first_name", "")))
