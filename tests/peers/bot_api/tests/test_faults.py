import time

import aiohttp
import pytest

from tests.peers.bot_api import BadGateway, BotApi, Close, Delay, Refuse, SlowBytes
from tests.peers.bot_api.tests.conftest import READER, Call


async def test_a_delayed_answer_belongs_to_an_accepted_message(api: BotApi, call: Call) -> None:
    api.fault(Delay(0.1))
    began = time.monotonic()
    assert (await call("sendMessage", chat_id=READER, text="a"))["ok"]
    assert time.monotonic() - began >= 0.1
    assert len(api.sent) == 1


@pytest.mark.parametrize(("applied", "kept"), [(True, 1), (False, 0)])
async def test_a_closed_connection_may_or_may_not_have_sent_the_message(
    api: BotApi, call: Call, applied: bool, kept: int
) -> None:
    api.fault(Close(applied=applied))
    with pytest.raises(aiohttp.ClientError):
        await call("sendMessage", chat_id=READER, text="a")
    assert len(api.sent) == kept
    assert (await call("sendMessage", chat_id=READER, text="a"))["ok"]


async def test_a_bad_gateway_answers_html_and_sends_nothing(api: BotApi, session: aiohttp.ClientSession) -> None:
    api.fault(BadGateway())
    params = {"chat_id": str(READER), "text": "a"}
    async with session.get(f"{api.url}/bot{api.token}/sendMessage", params=params) as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
    assert api.sent == []
    assert api.refused[0].reason == "fault: BadGateway"


async def test_any_refusal_can_be_scripted_for_some_requests_some_times(api: BotApi, call: Call) -> None:
    wait = Refuse(429, "Too Many Requests: retry after 7", {"retry_after": 7})
    api.fault(wait, when=lambda request: request.params["text"] == "b", times=2)
    seen = [(await call("sendMessage", chat_id=READER, text=text)).get("error_code") for text in "abbb"]
    assert seen == [None, 429, 429, None]
    api.fault(Refuse(), method="")
    assert (await call("getMe"))["description"] == "Internal Server Error"


async def test_slow_bytes_end_in_the_right_answer(api: BotApi, call: Call) -> None:
    api.fault(SlowBytes(0.0001))
    assert (await call("sendMessage", chat_id=READER, text="a"))["result"]["text"] == "a"


async def test_waiting_in_vain_says_what_was_sent_instead(api: BotApi, call: Call) -> None:
    await call("sendMessage", chat_id=READER, text="Niger")
    assert (await api.wait_for(1)).text == "Niger"
    with pytest.raises(TimeoutError, match="Niger"):
        await api.wait_for(lambda sent: "Mali" in sent.text, timeout=0.05)
