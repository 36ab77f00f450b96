import asyncio
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from aiohttp import web
from telegram.error import NetworkError, TimedOut
from yarl import URL

from bot.platforms.telegram.request import AioRequest, Unanswered, Unwritten
from bot.platforms.telegram.wire import Wire
from tests.peers.bot_api import TOKEN, BotApi, Close, Delay, SlowBytes
from tests.platforms.telegram_bot.conftest import Loopback

SECRET = TOKEN.partition(":")[2]


@pytest.fixture
async def request_() -> AsyncIterator[AioRequest]:
    request = AioRequest(connect_seconds=0.3, read_seconds=0.3)
    yield request
    await request.shutdown()


def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


async def test_the_librarys_bot_works_over_our_request(api: BotApi, wire: Wire) -> None:
    api.add_private(42, "Aminata")
    async with wire.bot as bot:
        sent = await bot.send_message(42, "<b>hello</b>", parse_mode="HTML")
    assert (sent.text, sent.chat.id) == ("hello", 42)


async def test_a_refused_connection_was_never_written(request_: AioRequest) -> None:
    with pytest.raises(Unwritten):
        await request_.post_json(URL(f"http://127.0.0.1:{closed_port()}/bot{TOKEN}/getMe"), {})


async def test_a_name_that_leads_nowhere_was_never_written(request_: AioRequest) -> None:
    with pytest.raises(Unwritten):
        await request_.post_json(URL(f"http://no-such-host.invalid/bot{TOKEN}/getMe"), {})


@pytest.mark.parametrize("fault", [Close(), Close(applied=False), Delay(2.0), SlowBytes(0.1)])
async def test_a_request_that_was_written_and_not_answered_is_ambiguous(
    api: BotApi, request_: AioRequest, fault: Close | Delay | SlowBytes
) -> None:
    api.add_private(42, "Aminata")
    api.fault(fault)
    url = URL(f"{api.url}/bot{TOKEN}/sendMessage")
    begun = asyncio.get_running_loop().time()
    with pytest.raises(Unanswered):
        await request_.post_json(url, {"chat_id": 42, "text": "x" * 400})
    assert asyncio.get_running_loop().time() - begun < 1.0


async def test_a_stalled_handshake_ends_as_never_written(request_: AioRequest) -> None:
    # A listener whose backlog is full takes no connection and refuses none.
    with socket.socket() as deaf, socket.socket() as first, socket.socket() as second:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for each in (first, second):
            each.setblocking(False)
            each.connect_ex(deaf.getsockname())
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        with pytest.raises(Unwritten):
            await request_.do_request(url, "POST", connect_timeout=0.2)


async def test_the_library_takes_our_errors_for_its_own(request_: AioRequest) -> None:
    with pytest.raises(NetworkError):
        await request_.post(f"http://127.0.0.1:{closed_port()}/bot{TOKEN}/getMe")
    assert issubclass(Unanswered, TimedOut)


async def test_a_redirect_is_not_followed_with_the_token(loopback: Loopback, request_: AioRequest) -> None:
    seen: list[str] = []

    async def away(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response(status=307, headers={"Location": "/stolen"})

    url = await loopback(away)
    status, _ = await request_.post_json(URL(f"{url}/bot{TOKEN}/getMe"), {})
    assert (status, len(seen)) == (307, 1)


@pytest.mark.parametrize(
    "make",
    [
        lambda url: f"http://127.0.0.1:{closed_port()}",
        lambda url: "http://no-such-host.invalid",
        lambda url: "http://[broken",
        lambda url: "ftp://127.0.0.1",
        lambda url: url,
    ],
)
async def test_no_error_and_no_log_line_shows_the_token(
    api: BotApi, request_: AioRequest, caplog: pytest.LogCaptureFixture, make: Callable[[str], str]
) -> None:
    caplog.set_level(logging.DEBUG)
    api.fault(Close(), method="getMe")
    try:
        await request_.do_request(f"{make(api.url)}/bot{TOKEN}/getMe", "POST")
    except Exception as error:
        shown = "".join(traceback.format_exception(error)) + repr(error) + repr(error.__context__)
        assert SECRET not in shown
    else:
        pytest.fail("nothing was raised")
    assert SECRET not in caplog.text


async def test_a_session_that_was_given_stays_open_and_our_own_is_closed() -> None:
    async with aiohttp.ClientSession() as session:
        await AioRequest(session).shutdown()
        assert not session.closed


def test_a_wire_shows_its_lane_and_not_its_token() -> None:
    wire = Wire(TOKEN)
    assert repr(wire) == f"Wire({wire.lane})"
    assert wire.lane == "telegram:110201543"
