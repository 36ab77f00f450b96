"""Updates that Telegram posts to us."""

import hmac
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.platforms.telegram.polling import WANTED
from bot.platforms.telegram.wire import Wire

PATH = "/telegram/webhook"
"""Where Telegram posts, below the public URL; the token is no part of it."""

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(frozen=True, slots=True)
class Webhook:
    """The public https URL of our web server, and the secret that proves a post comes from Telegram."""

    public_url: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _SECRET.fullmatch(self.secret):
            raise ValueError("a webhook secret has 1 to 256 of A-Z, a-z, 0-9, _ and -")


def webhook_route(webhook: Webhook, feed: Callable[[dict[str, Any]], Awaitable[None]]) -> web.RouteDef:
    """Return the route that takes updates: 401 without the secret, 400 for what is no update, else 200 at once."""
    secret = webhook.secret.encode()

    async def receive(request: web.Request) -> web.Response:
        if not hmac.compare_digest(request.headers.get(_HEADER, "").encode("utf-8", "replace"), secret):
            return web.Response(status=401)
        try:
            update = json.loads(await request.read())
        except ValueError:
            update = None
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            return web.Response(status=400)
        await feed(update)
        return web.Response()

    return web.post(PATH, receive)


async def announce(wire: Wire, webhook: Webhook) -> None:
    """Tell Telegram where to post; raises as `Wire.call` does."""
    url = f"{webhook.public_url.rstrip('/')}{PATH}"
    await wire.call("setWebhook", {"url": url, "secret_token": webhook.secret, "allowed_updates": WANTED})
