from typing import Any

import pytest

from tests.peers.bot_api import BotApi
from tests.peers.bot_api.tests.conftest import READER, Call


def keyboard(*buttons: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button] for button in buttons]}


@pytest.mark.parametrize(
    "button",
    [
        {"text": "Read", "url": "https://a.org/x"},
        {"text": "Read", "url": "http://127.0.0.1:8080/x"},
        {"text": "Share", "url": "https://t.me/share/url?url=https%3A%2F%2Fa.org&text=a%20b"},
        {"text": "Share", "url": "tg://msg_url?url=https%3A%2F%2Fa.org"},
        {"text": "Follow", "callback_data": "é" * 32},
        {"text": "Copy", "copy_text": {"text": "a" * 256}},
        {"text": "App", "web_app": {"url": "https://a.org"}},
    ],
)
async def test_a_right_button_is_accepted(call: Call, button: dict[str, Any]) -> None:
    answer = await call("sendMessage", chat_id=READER, text="a", reply_markup=keyboard(button))
    assert answer["ok"], answer


@pytest.mark.parametrize(
    ("button", "part"),
    [
        ("Read", "Expected an Object"),
        ({"url": "https://a.org"}, 'find field "text"'),
        ({"text": "", "url": "https://a.org"}, "button text must be non-empty"),
        ({"text": "Read"}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "Read", "callback_data": ""}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "Read", "callback_data": "a", "url": "https://a.org"}, "Exactly one action"),
        ({"text": "Read", "callback_data": "a" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "Read", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "Read", "url": "javascript:alert(1)"}, "BUTTON_URL_INVALID"),
        ({"text": "Read", "url": "mailto:?subject=a"}, "BUTTON_URL_INVALID"),
        ({"text": "Read", "url": "mailto:a@b.org"}, "BUTTON_URL_INVALID"),
        ({"text": "Read", "url": "whatsapp://send?text=a"}, "BUTTON_URL_INVALID"),
        ({"text": "Read", "url": "http://localhost:8080"}, "BUTTON_URL_INVALID"),
        ({"text": "Read", "url": "https://a b.org"}, "BUTTON_URL_INVALID"),
        ({"text": "Read", "url": "/story/1"}, "BUTTON_URL_INVALID"),
        ({"text": "Copy", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "Copy", "copy_text": {"text": "a" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "App", "web_app": {"url": "http://a.org"}}, "Only HTTPS links are allowed"),
        ({"text": "Pay", "pay": True}, "BUTTON_TYPE_INVALID"),
    ],
)
async def test_a_wrong_button_is_refused(api: BotApi, call: Call, button: Any, part: str) -> None:
    answer = await call("sendMessage", chat_id=READER, text="a", reply_markup=keyboard(button))
    assert answer["error_code"] == 400
    assert part.lower() in answer["description"].lower()
    assert api.sent == []


@pytest.mark.parametrize(("rows", "accepted"), [([8] * 12, True), ([1] * 100, True), ([1] * 101, False), ([9], False)])
async def test_at_most_100_buttons_and_8_in_a_row(call: Call, rows: list[int], accepted: bool) -> None:
    button = {"text": "a", "callback_data": "a"}
    markup = {"inline_keyboard": [[button] * length for length in rows]}
    assert (await call("sendMessage", chat_id=READER, text="a", reply_markup=markup))["ok"] is accepted


@pytest.mark.parametrize(
    ("markup", "accepted"),
    [
        ({"force_reply": True, "selective": True, "input_field_placeholder": "a country"}, True),
        ({"force_reply": False}, False),
        ({"force_reply": True, "input_field_placeholder": "a" * 65}, False),
        ({"remove_keyboard": True}, True),
        ({"remove_keyboard": 1}, False),
        ({"keyboard": [["Mali", {"text": "Niger"}]]}, True),
        ({"keyboard": [[""]]}, False),
        ({"keyboard": ["Mali"]}, False),
        ({"inline_keyboard": [{"text": "a", "callback_data": "a"}]}, False),
        ({"inline_keyboard": []}, True),
        ([], False),
        ("not json", False),
    ],
)
async def test_other_markups_keep_their_shapes(call: Call, markup: Any, accepted: bool) -> None:
    assert (await call("sendMessage", chat_id=READER, text="a", reply_markup=markup))["ok"] is accepted


async def test_a_channel_takes_inline_keyboards_only(api: BotApi, call: Call) -> None:
    api.add_channel(-1005, "Alerts", username="alerts")
    for chat in (-1005, "@Alerts"):
        answer = await call("sendMessage", chat_id=chat, text="a", reply_markup={"force_reply": True})
        assert answer["description"] == "Bad Request: inline keyboard expected"
