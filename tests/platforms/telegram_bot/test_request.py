import asyncio
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from aiohttp import web
from telegram.error import NetworkError, TelegramError, TimedOut
from yarl import URL

from bot.core.errors import SendError
from bot.platforms.telegram.request import AioRequest, Unanswered, Unwritten
from bot.platforms.telegram.wire import Wire
from tests.peers.bot_api import TOKEN, BadGateway, BotApi, Close, Delay, Fault, Refuse, SlowBytes
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


_BROKEN = (Close(), Close(applied=False), Delay(2.0), BadGateway(), Refuse(500), Refuse(503))


# The library still gives the wait as a number, which it means to change.
@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2:DeprecationWarning")
@pytest.mark.parametrize("fault", [*_BROKEN, Refuse(429, "Too Many Requests: retry after 1", {"retry_after": 1})])
async def test_neither_the_library_nor_the_client_below_it_says_anything_twice(api: BotApi, fault: Fault) -> None:
    chat = api.add_private(42, "Aminata")
    hasty = Wire(TOKEN, api.url, read_seconds=0.3)
    try:
        # Over a connection that has worked before, which a client may take for one that ended while it was idle.
        for method, ask in (
            ("getChat", lambda: hasty.bot.get_chat(42)),
            ("sendMessage", lambda: hasty.bot.send_message(42, "once")),
            ("answerCallbackQuery", lambda: hasty.bot.answer_callback_query("1")),
            ("sendMessage", lambda: hasty.call("sendMessage", {"chat_id": 42, "text": "once"})),
        ):
            await hasty.call("getMe")
            api.requests.clear()
            api.fault(fault, method=method)
            with pytest.raises((TelegramError, SendError)):
                await ask()
            assert [each.method for each in api.requests] == [method]
    finally:
        await hasty.close()
    assert len(chat.messages) in (0, 2)


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
