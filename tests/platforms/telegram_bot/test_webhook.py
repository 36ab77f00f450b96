import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.platforms.telegram.webhook import PATH, Webhook, webhook_route
from bot.platforms.telegram.wire import Wire
from tests.peers.bot_api import BotApi
from tests.platforms.telegram_bot.conftest import Ears, listening

SECRET = "kqYw_Jt5-made-up-for-the-test"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def trusted() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(headers={HEADER: SECRET})


@pytest.fixture
async def hooked(api: BotApi, wire: Wire) -> AsyncIterator[tuple[Ears, str]]:
    """A listener behind a web server of its own."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    webhook = Webhook(url, SECRET)
    api.add_private(42, "Aminata")
    async with listening(wire, webhook) as ears:
        app = web.Application()
        app.router.add_routes([webhook_route(webhook, ears.listener.feed)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await api.wait_until(lambda: bool(api.webhook.url))
        yield ears, url
        await api.webhook.stop()
        await runner.cleanup()


async def test_telegram_posts_what_is_written_and_we_answer(api: BotApi, hooked: tuple[Ears, str]) -> None:
    api.say(42, text="/follow mali")
    assert (await api.wait_for(1)).text == "heard follow mali"
    assert [status for _, status in api.webhook.attempts] == [200]
    assert not any(request.method == "getUpdates" for request in api.requests)


async def test_the_address_telegram_is_told_has_no_token_in_it(api: BotApi, hooked: tuple[Ears, str]) -> None:
    assert api.webhook.url == hooked[1] + PATH
    assert api.token.partition(":")[2] not in api.webhook.url


UPDATE = {
    "update_id": 7,
    "message": {"message_id": 1, "date": 1, "chat": {"id": 42, "type": "private", "first_name": "A"}, "text": "/list"},
}


@pytest.mark.parametrize(
    "headers", [{}, {HEADER: ""}, {HEADER: "wrong"}, {HEADER: SECRET + "x"}, {HEADER: SECRET[:-1]}, {HEADER: "é"}]
)
async def test_a_post_without_the_secret_is_turned_away(hooked: tuple[Ears, str], headers: dict[str, str]) -> None:
    async with aiohttp.ClientSession() as session, session.post(hooked[1] + PATH, json=UPDATE, headers=headers) as got:
        assert got.status == 401
    assert not hooked[0].answerer.asked


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"{}", b'{"update_id": "7"}', b"\xff"])
async def test_what_is_no_update_is_refused_and_harms_nothing(hooked: tuple[Ears, str], body: bytes) -> None:
    async with trusted() as session, session.post(hooked[1] + PATH, data=body) as got:
        assert got.status == 400


@pytest.mark.parametrize(
    "update", [{"update_id": 7}, {"update_id": 7, "message": 5}, {"update_id": 7, "message": {"message_id": "x"}}]
)
async def test_an_update_nobody_can_read_is_taken_and_forgotten(
    api: BotApi, hooked: tuple[Ears, str], update: dict[str, object]
) -> None:
    async with trusted() as session, session.post(hooked[1] + PATH, json=update) as got:
        assert got.status == 200
    api.say(42, text="/list")
    assert (await api.wait_for(1)).text == "heard list"


async def test_an_update_posted_twice_is_handled_once(api: BotApi, hooked: tuple[Ears, str]) -> None:
    async with trusted() as session:
        for _ in range(3):
            async with session.post(hooked[1] + PATH, json=UPDATE) as got:
                assert got.status == 200
    api.say(42, text="/help")
    await api.wait_for(lambda sent: sent.text == "heard help")
    assert len(hooked[0].answerer.asked) == 2


@pytest.mark.parametrize("secret", ["", "with space", "ü", "x" * 257, "a\n"])
def test_a_secret_telegram_would_refuse_is_refused_here(secret: str) -> None:
    with pytest.raises(ValueError, match="1 to 256"):
        Webhook("https://bot.example", secret)


def test_a_webhook_does_not_show_its_secret() -> None:
    assert SECRET not in repr(Webhook("https://bot.example", SECRET))
