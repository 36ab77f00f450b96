from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import pytest

from tests.peers.bot_api import BotApi

Call = Callable[..., Coroutine[Any, Any, dict[str, Any]]]
READER = 42


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """A peer without flood limits and one reader who has started the bot."""
    async with BotApi(limits=None) as peer:
        peer.add_private(READER, "Aminata", "fr")
        yield peer


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as opened:
        yield opened


@pytest.fixture
def call(api: BotApi, session: aiohttp.ClientSession) -> Call:
    """call("sendMessage", chat_id=1, ...): the answer's JSON, its HTTP status checked against error_code."""

    async def post(method: str, **params: Any) -> dict[str, Any]:
        async with session.post(f"{api.url}/bot{api.token}/{method}", json=params) as answer:
            body: dict[str, Any] = await answer.json()
            assert answer.status == body.get("error_code", 200)
            return body

    return post
