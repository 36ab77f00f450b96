from typing import Any

import aiohttp
import pytest

from tests.peers.bot_api import BotApi
from tests.peers.bot_api.tests.conftest import READER, Call

BUTTON = {"inline_keyboard": [[{"text": "Follow Mali", "callback_data": "f:ML"}]]}


class SettableClock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


async def test_an_edit_changes_what_the_chat_shows_and_drops_an_omitted_keyboard(api: BotApi, call: Call) -> None:
    sent = (await call("sendMessage", chat_id=READER, text="one", reply_markup=BUTTON))["result"]
    edited = (await call("editMessageText", chat_id=READER, message_id=sent["message_id"], text="two"))["result"]
    assert "edit_date" in edited
    assert [(message.text, message.buttons) for message in api.chat(READER).messages] == [("two", [])]
    assert [(edit.method, edit.text) for edit in api.edits] == [("editMessageText", "two")]


async def test_an_edit_that_changes_nothing_is_refused(call: Call) -> None:
    number = (await call("sendMessage", chat_id=READER, text="one", reply_markup=BUTTON))["result"]["message_id"]
    same: dict[str, Any] = {"chat_id": READER, "message_id": number, "reply_markup": BUTTON}
    for method in ("editMessageText", "editMessageReplyMarkup"):
        answer = await call(method, text="one", **same)
        assert answer["description"].startswith("Bad Request: message is not modified")


async def test_only_an_existing_message_of_the_bot_can_be_edited(api: BotApi, call: Call) -> None:
    theirs = api.say(READER, text="hello").message_id
    reasons = {99: "message to edit not found", theirs: "message can't be edited"}
    for number, reason in {0: "message identifier is not specified", **reasons}.items():
        answer = await call("editMessageText", chat_id=READER, message_id=number, text="b")
        assert answer["description"] == f"Bad Request: {reason}"


async def test_deleting_takes_the_message_away_once(api: BotApi, call: Call) -> None:
    number = (await call("sendMessage", chat_id=READER, text="one"))["result"]["message_id"]
    assert (await call("deleteMessage", chat_id=READER, message_id=number))["result"] is True
    assert api.chat(READER).messages == []
    again = await call("deleteMessage", chat_id=READER, message_id=number)
    assert again["description"] == "Bad Request: message to delete not found"


async def test_a_member_bot_cannot_delete_what_others_wrote_in_a_group(api: BotApi, call: Call) -> None:
    api.add_group(-1001, "Team")
    number = api.say(-1001, READER, "hello").message_id
    answer = await call("deleteMessage", chat_id=-1001, message_id=number)
    assert answer["description"] == "Bad Request: message can't be deleted"


async def test_a_press_arrives_with_its_data_and_is_answered_once(api: BotApi, call: Call) -> None:
    number = (await call("sendMessage", chat_id=READER, text="one", reply_markup=BUTTON))["result"]["message_id"]
    pressed = api.press(READER, number, "Follow Mali")
    query = (await call("getUpdates"))["result"][0]["callback_query"]
    assert (query["id"], query["data"], query["message"]["message_id"]) == (pressed.id, "f:ML", number)
    assert (await call("answerCallbackQuery", callback_query_id=query["id"], text="Done"))["ok"]
    assert pressed.answer == {"text": "Done", "show_alert": False, "url": ""}
    for gone in (query["id"], "12345"):
        answer = await call("answerCallbackQuery", callback_query_id=gone)
        assert answer["description"].startswith("Bad Request: query is too old and response timeout expired")


async def test_a_press_is_found_by_data_on_the_newest_message_and_a_missing_button_is_an_error(
    api: BotApi, call: Call
) -> None:
    for text in ("one", "two"):
        await call("sendMessage", chat_id=READER, text=text, reply_markup=BUTTON)
    api.press(READER, None, "f:ML")
    assert (await call("getUpdates"))["result"][0]["callback_query"]["message"]["text"] == "two"
    with pytest.raises(LookupError):
        api.press(READER, None, "Unfollow")


async def test_time_makes_a_press_too_old_to_answer_and_a_message_too_old_to_delete() -> None:
    clock = SettableClock()
    async with BotApi(limits=None, clock=clock) as api, aiohttp.ClientSession() as session:
        api.add_private(READER, "Aminata")
        base = f"{api.url}/bot{api.token}"
        params = {"chat_id": READER, "text": "a", "reply_markup": BUTTON}
        async with session.post(f"{base}/sendMessage", json=params) as answer:
            number = (await answer.json())["result"]["message_id"]
        pressed = api.press(READER, number, "f:ML")
        clock.now += 48 * 3600 + 1
        async with session.post(f"{base}/answerCallbackQuery", json={"callback_query_id": pressed.id}) as answer:
            assert "query is too old" in await answer.text()
        async with session.post(f"{base}/deleteMessage", json={"chat_id": READER, "message_id": number}) as answer:
            assert "can't be deleted for everyone" in await answer.text()


async def test_a_chat_action_must_be_one_telegram_knows(api: BotApi, call: Call) -> None:
    assert (await call("sendChatAction", chat_id=READER, action="typing"))["ok"]
    assert api.world.actions == [(READER, "typing")]
    assert (await call("sendChatAction", chat_id=READER, action="thinking"))["error_code"] == 400
