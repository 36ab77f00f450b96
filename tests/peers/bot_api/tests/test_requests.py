from typing import Any

import aiohttp
import pytest

from tests.peers.bot_api import BotApi
from tests.peers.bot_api.tests.conftest import READER, Call


@pytest.mark.parametrize(
    ("token", "status", "description"),
    [
        ("110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaww", 401, "Unauthorized"),
        ("nonsense", 404, "Not Found"),
        ("110201543:short", 404, "Not Found"),
    ],
)
async def test_a_wrong_token_is_refused_as_the_real_server_does(
    api: BotApi, session: aiohttp.ClientSession, token: str, status: int, description: str
) -> None:
    async with session.get(f"{api.url}/bot{token}/getMe") as answer:
        assert answer.status == status
        assert await answer.json() == {"ok": False, "error_code": status, "description": description}


async def test_an_unknown_method_and_another_path_are_not_found(
    api: BotApi, session: aiohttp.ClientSession, call: Call
) -> None:
    assert (await call("sendStory"))["description"] == "Not Found: method not found"
    async with session.get(f"{api.url}/file/x") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("way", ["json", "form", "multipart", "query", "get"])
async def test_parameters_come_as_json_form_multipart_or_query(
    api: BotApi, session: aiohttp.ClientSession, way: str
) -> None:
    params: dict[str, Any] = {"chat_id": str(READER), "text": "Ségou – 30 %", "disable_notification": "true"}
    url = f"{api.url}/bot{api.token}/SENDmessage"
    multipart = aiohttp.FormData(default_to_multipart=True)
    for name, value in params.items():
        multipart.add_field(name, value)
    typed = {**params, "chat_id": READER, "disable_notification": True}
    sent: dict[str, dict[str, Any]] = {
        "json": {"json": typed},
        "form": {"data": params},
        "multipart": {"data": multipart},
        "query": {"params": params},
        "get": {"params": params},
    }
    async with session.request("GET" if way == "get" else "POST", url, **sent[way]) as answer:
        assert (await answer.json())["ok"] is True
    assert (api.sent[0].text, api.sent[0].silent) == ("Ségou – 30 %", True)


async def test_a_body_that_is_not_json_is_refused_and_an_unknown_parameter_is_not(
    api: BotApi, session: aiohttp.ClientSession, call: Call
) -> None:
    headers = {"Content-Type": "application/json"}
    async with session.post(f"{api.url}/bot{api.token}/sendMessage", data="{", headers=headers) as answer:
        assert answer.status == 400
    assert (await call("sendMessage", chat_id=READER, text="a", business_of_nobody=1))["ok"]


async def test_every_request_is_kept_with_the_reason_of_its_refusal(api: BotApi, call: Call) -> None:
    await call("getMe")
    await call("sendMessage", chat_id=7, text="a")
    assert [(one.method, one.reason) for one in api.requests] == [
        ("getMe", None),
        ("sendMessage", "Bad Request: chat not found"),
    ]
    assert api.refused == api.requests[1:]


async def test_a_revoked_token_is_unauthorised_until_it_is_restored(api: BotApi, call: Call) -> None:
    api.revoke_token()
    assert (await call("getMe"))["error_code"] == 401
    api.restore_token()
    assert (await call("getMe"))["result"]["username"] == "crisis_test_bot"
