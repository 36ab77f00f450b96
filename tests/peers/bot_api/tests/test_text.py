from typing import Any

import pytest

from tests.peers.bot_api import BotApi
from tests.peers.bot_api.tests.conftest import READER, Call


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({}, "message text is empty"),
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "a" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "a", "parse_mode": "rtf"}, "unsupported parse_mode"),
        (
            {"text": "a <b", "parse_mode": "HTML"},
            "can't parse entities: Unclosed start tag at byte offset 2",
        ),
        (
            {"text": "<b>a", "parse_mode": "html"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            {"text": "a.b", "parse_mode": "MarkdownV2"},
            "can't parse entities: Character '.' is reserved and must be escaped with the preceding '\\'",
        ),
    ],
)
async def test_a_text_the_server_would_refuse_is_refused(
    api: BotApi, call: Call, params: dict[str, Any], description: str
) -> None:
    answer = await call("sendMessage", chat_id=READER, **params)
    assert answer["description"] == f"Bad Request: {description}"
    assert api.sent == []


async def test_the_limit_counts_utf16_units_after_the_entities_are_parsed(call: Call) -> None:
    for text in ("a" * 4096, "😀" * 2048, f"<b>{'a' * 4096}</b>", f"{'&amp;' * 4096}"):
        assert (await call("sendMessage", chat_id=READER, text=text, parse_mode="HTML"))["ok"]


async def test_entities_have_the_offsets_telegram_shows(call: Call) -> None:
    text = ' 😀 <a href="https://a.org/x?a=1&amp;b=2">Mali</a> &lt;b&gt; <b>now</b> '
    sent = (await call("sendMessage", chat_id=READER, text=text, parse_mode="HTML"))["result"]
    assert sent["text"] == "😀 Mali <b> now"
    assert sent["entities"] == [
        {"type": "text_link", "offset": 3, "length": 4, "url": "https://a.org/x?a=1&b=2"},
        {"type": "bold", "offset": 12, "length": 3},
    ]


async def test_links_and_commands_are_found_in_plain_text_but_not_inside_code(call: Call) -> None:
    text = "/list https://a.org <code>/list</code>"
    sent = (await call("sendMessage", chat_id=READER, text=text, parse_mode="HTML"))["result"]
    assert [entity["type"] for entity in sent["entities"]] == ["bot_command", "url", "code"]


async def test_given_entities_are_kept_and_unknown_ones_refused(call: Call) -> None:
    bold = [{"type": "bold", "offset": 0, "length": 4}]
    assert (await call("sendMessage", chat_id=READER, text="Mali", entities=bold))["result"]["entities"] == bold
    wrong = [{"type": "huge", "offset": 0, "length": 4}]
    assert (await call("sendMessage", chat_id=READER, text="Mali", entities=wrong))["error_code"] == 400


async def test_a_reply_needs_its_message_unless_it_may_go_without(api: BotApi, call: Call) -> None:
    asked = api.say(READER, text="hello")
    answer = await call("sendMessage", chat_id=READER, text="a", reply_parameters={"message_id": asked.message_id})
    assert answer["result"]["reply_to_message"]["text"] == "hello"
    answer = await call("sendMessage", chat_id=READER, text="a", reply_parameters={"message_id": 999})
    assert answer["description"] == "Bad Request: message to be replied not found"
    lenient = {"message_id": 999, "allow_sending_without_reply": True}
    assert (await call("sendMessage", chat_id=READER, text="a", reply_parameters=lenient))["ok"]


async def test_link_preview_options_are_an_object_and_come_back(call: Call) -> None:
    off = {"is_disabled": True}
    answer = await call("sendMessage", chat_id=READER, text="https://a.org", link_preview_options=off)
    assert answer["result"]["link_preview_options"] == off
    assert (await call("sendMessage", chat_id=READER, text="a", link_preview_options=[1]))["error_code"] == 400
