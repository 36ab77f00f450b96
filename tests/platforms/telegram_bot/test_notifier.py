import asyncio
import json
import logging
from datetime import UTC, datetime

import pytest

from bot.core.chat import Address
from bot.core.errors import (
    ChatGone,
    ChatMoved,
    ContentRefused,
    Permanent,
    SendError,
    Temporary,
    TokenRevoked,
    Uncertain,
)
from bot.core.message import Link, Message, Press, Span, line
from bot.platforms.telegram.answers import judge
from bot.platforms.telegram.hearing import address
from bot.platforms.telegram.notifier import TelegramNotifier
from bot.platforms.telegram.wire import Wire, introduce
from tests.peers.bot_api import TOKEN, BadGateway, BotApi, Close, Delay, Refuse

LANE = "telegram:110201543"
READER = address(LANE, 42)
HELLO = Message(Span("Hello", bold=True, link="https://news.example/a"), (line("words"),), ((Press("List", "list"),),))


@pytest.fixture(autouse=True)
def reader(api: BotApi) -> None:
    api.add_private(42, "Aminata")


async def test_a_message_arrives_with_its_buttons_and_returns_its_id(api: BotApi, notifier: TelegramNotifier) -> None:
    number = await notifier.send(READER, HELLO)
    shown = api.chat(42).messages[-1]
    assert (f"42:{shown.message_id}", shown.text) == (number, "Hello\nwords")
    assert [button["callback_data"] for button in shown.buttons] == ["list"]


async def test_a_topic_gets_what_is_for_the_topic(api: BotApi, notifier: TelegramNotifier) -> None:
    api.add_group(-1001, "Team", topics={7: "Sahel"})
    await notifier.send(address(LANE, -1001, 7), HELLO)
    assert api.sent[-1].topic == 7


async def refused(notifier: TelegramNotifier, to: Address = READER, message: Message = HELLO) -> SendError:
    with pytest.raises(SendError) as raised:
        await notifier.send(to, message)
    return raised.value


@pytest.mark.parametrize("happens", ["block", "deactivate"])
async def test_a_reader_who_left_is_gone(api: BotApi, notifier: TelegramNotifier, happens: str) -> None:
    getattr(api, happens)(42)
    assert isinstance(await refused(notifier), ChatGone)


async def test_a_stranger_and_one_who_never_began_are_gone(api: BotApi, notifier: TelegramNotifier) -> None:
    api.add_private(43, "Moussa", started=False)
    assert isinstance(await refused(notifier, address(LANE, 43)), ChatGone)
    assert isinstance(await refused(notifier, address(LANE, 44)), ChatGone)


@pytest.mark.parametrize("status", ["kicked", "left"])
async def test_a_group_without_us_is_gone(api: BotApi, notifier: TelegramNotifier, status: str) -> None:
    api.add_group(-1001, "Team", bot=status)
    assert isinstance(await refused(notifier, address(LANE, -1001)), ChatGone)


async def test_a_channel_where_we_may_not_post_is_gone(api: BotApi, notifier: TelegramNotifier) -> None:
    api.add_channel(-1002, "News", can_post=False)
    assert isinstance(await refused(notifier, address(LANE, -1002)), ChatGone)


async def test_a_group_that_grew_says_where_it_is_now(api: BotApi, notifier: TelegramNotifier) -> None:
    group = api.add_group(-500, "Team", kind="group")
    api.upgrade(group, -1001)
    error = await refused(notifier, address(LANE, -500))
    assert isinstance(error, ChatMoved)
    assert error.address == address(LANE, -1001)
    await notifier.send(error.address, HELLO)
    assert api.sent[-1].chat_id == -1001


@pytest.mark.parametrize("topic", [7, 8, None])
async def test_a_deleted_or_closed_topic_is_gone_and_its_group_is_not(
    api: BotApi, notifier: TelegramNotifier, topic: int | None
) -> None:
    group = api.add_group(-1001, "Team", topics={6: "Sahel"})
    api.add_topic(group, 8, "Archive", closed=True)
    group.general_closed = topic is None
    error = await refused(notifier, address(LANE, -1001, topic))
    assert isinstance(error, ChatGone)
    assert error.alone
    await notifier.send(address(LANE, -1001, 6), HELLO)


async def test_a_group_that_was_deleted_is_gone_with_its_topics(api: BotApi, notifier: TelegramNotifier) -> None:
    group = api.add_group(-1001, "Team", topics={7: "Sahel"})
    group.state = "deleted"
    error = await refused(notifier, address(LANE, -1001, 7))
    assert isinstance(error, ChatGone)
    assert not error.alone


async def test_a_group_where_we_may_not_write_is_gone(api: BotApi, notifier: TelegramNotifier) -> None:
    group = api.add_group(-1001, "Team")
    api.set_member(group, api.world.bot, "restricted", rights={"can_send_messages": False})
    assert isinstance(await refused(notifier, address(LANE, -1001)), ChatGone)


async def test_too_many_requests_halts_the_lane_for_as_long_as_telegram_says(
    api: BotApi, notifier: TelegramNotifier
) -> None:
    api.fault(Refuse(429, "Too Many Requests: retry after 7", {"retry_after": 7}))
    error = await refused(notifier)
    assert isinstance(error, Temporary)
    assert (error.retry_after, error.whole_lane) == (7.0, True)
    assert len(api.requests) == 1


async def test_a_revoked_token_stops_the_lane(api: BotApi, notifier: TelegramNotifier) -> None:
    api.revoke_token()
    assert isinstance(await refused(notifier), TokenRevoked)


@pytest.mark.parametrize("fault", [Close(), Close(applied=False), Delay(8.0), BadGateway()])
async def test_a_message_that_may_have_arrived_is_uncertain_and_written_once(
    api: BotApi, fault: Close | Delay | BadGateway
) -> None:
    api.fault(fault)
    hasty = Wire(TOKEN, api.url, read_seconds=0.2)
    try:
        assert isinstance(await refused(TelegramNotifier(hasty)), Uncertain)
    finally:
        await hasty.close()
    assert len(api.requests) == 1


async def test_a_server_that_is_not_there_is_temporary() -> None:
    nowhere = Wire(TOKEN, "http://127.0.0.1:9")
    try:
        assert isinstance(await refused(TelegramNotifier(nowhere)), Temporary)
    finally:
        await nowhere.close()


@pytest.mark.parametrize(
    "description",
    [
        'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 3',
        "Bad Request: CAN'T PARSE ENTITIES: case does not matter",
        "Bad Request: BUTTON_URL_INVALID",
        "Bad Request: message is too long",
    ],
)
async def test_text_that_cannot_be_read_is_sent_once_more_as_plain_text(
    api: BotApi, notifier: TelegramNotifier, description: str
) -> None:
    api.fault(Refuse(400, description))
    await notifier.send(READER, HELLO)
    assert len(api.requests) == 2
    assert api.sent[0].text == "Hello\nhttps://news.example/a\nwords"
    assert "parse_mode" not in api.sent[0].params


async def test_text_refused_twice_is_never_sent_again(api: BotApi, notifier: TelegramNotifier) -> None:
    api.fault(Refuse(400, "Bad Request: can't parse entities"), times=9)
    error = await refused(notifier)
    assert isinstance(error, Permanent)
    assert not isinstance(error, ChatGone)
    assert len(api.requests) == 2


async def test_a_poisoned_message_holds_up_no_other(api: BotApi, notifier: TelegramNotifier) -> None:
    poison = Message(Span("\ud800<b>" * 3000), (line("x" * 9000),), ((Link("\x00", "javascript:x"),),))
    await notifier.send(READER, poison)
    await notifier.send(READER, HELLO)
    assert api.sent[-1].text == "Hello\nwords"


@pytest.mark.parametrize(
    ("status", "description", "kind"),
    [
        (403, "Forbidden: bot was blocked by the user", ChatGone),
        (403, "Forbidden: Bot Was Kicked from the supergroup chat", ChatGone),
        (403, "Forbidden: user is deactivated", ChatGone),
        (403, "Forbidden: bot is not a member of the channel chat", ChatGone),
        (403, "Forbidden: the group chat was deleted", ChatGone),
        (403, "Forbidden: bot can't initiate conversation with a user", ChatGone),
        (403, "Forbidden: bot can't send messages to bots", ChatGone),
        (400, "Bad Request: chat not found", ChatGone),
        (400, "Bad Request: PEER_ID_INVALID", ChatGone),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN", ChatGone),
        (400, "Bad Request: not enough rights to send text messages to the chat", ChatGone),
        (400, "Bad Request: message thread not found", ChatGone),
        (400, "Bad Request: TOPIC_CLOSED", ChatGone),
        (400, "Bad Request: message to edit not found", Permanent),
        (400, "Bad Request: message can't be edited", Permanent),
        (400, "Bad Request: something nobody has seen yet", Permanent),
        (400, "Bad Request: strings must be encoded in UTF-8", ContentRefused),
        (401, "Unauthorized", TokenRevoked),
        (404, "Not Found", TokenRevoked),
        (409, "Conflict: terminated by other getUpdates request", Temporary),
        (500, "Internal Server Error", Temporary),
        (503, "Service Unavailable", Temporary),
        (502, "Bad Gateway", Uncertain),
    ],
)
def test_each_refusal_says_what_to_do_next(status: int, description: str, kind: type[SendError]) -> None:
    with pytest.raises(SendError) as raised:
        judge(status, json.dumps({"ok": False, "error_code": status, "description": description}).encode(), READER)
    assert type(raised.value) is kind


@pytest.mark.parametrize(
    ("status", "kind"), [(200, Uncertain), (302, Temporary), (403, Temporary), (500, Temporary), (504, Uncertain)]
)
@pytest.mark.parametrize("body", [b"<html>chat not found</html>", b"", b"[]", b"\xff\xfe"])
def test_a_page_of_a_proxy_is_no_answer_of_telegram(status: int, kind: type[SendError], body: bytes) -> None:
    with pytest.raises(SendError) as raised:
        judge(status, body, READER)
    assert type(raised.value) is kind


async def test_a_message_is_put_in_place_of_another_and_the_same_one_twice_is_no_error(
    api: BotApi, notifier: TelegramNotifier
) -> None:
    number = await notifier.send(READER, HELLO)
    changed = Message(lines=(line("changed"),))
    await notifier.edit(READER, number, changed)
    await notifier.edit(READER, number, changed)
    shown = api.chat(42).messages[-1]
    assert (shown.text, shown.buttons) == ("changed", [])


async def test_only_the_buttons_change_where_only_they_are_meant(api: BotApi, notifier: TelegramNotifier) -> None:
    number = await notifier.send(READER, HELLO)
    for _ in range(2):
        await notifier.edit_buttons(READER, number, ((Press("Back", "share 1 close"),),))
    shown = api.chat(42).messages[-1]
    assert (shown.text, [button["text"] for button in shown.buttons]) == ("Hello\nwords", ["Back"])


async def test_a_message_that_is_gone_or_another_s_cannot_be_changed(api: BotApi, notifier: TelegramNotifier) -> None:
    theirs = api.say(42, text="hello").message_id
    for number in (999, theirs):
        with pytest.raises(Permanent) as raised:
            await notifier.edit(READER, f"42:{number}", HELLO)
        assert not isinstance(raised.value, ChatGone)


async def test_what_was_sent_before_a_group_grew_is_neither_changed_nor_answered(
    api: BotApi, notifier: TelegramNotifier
) -> None:
    group = api.add_group(-500, "Team", kind="group")
    before = await notifier.send(address(LANE, -500), HELLO)
    api.upgrade(group, -1001)
    here = address(LANE, -1001)
    # In its new home the number belongs to a message of its own.
    while f"-1001:{api.sent[-1].message_id}" != before.replace("-500", "-1001"):
        await notifier.send(here, Message(lines=(line(f"after {len(api.sent)}"),)))
    for change in (notifier.edit(here, before, HELLO), notifier.edit_buttons(here, before, ())):
        with pytest.raises(Permanent):
            await change
    await notifier.send(here, HELLO, reply_to=before)
    assert api.edits == []
    assert "reply_parameters" not in api.sent[-1].params


async def test_a_follow_up_answers_the_message_before_it(api: BotApi, notifier: TelegramNotifier) -> None:
    first = await notifier.send(READER, HELLO)
    await notifier.send(READER, Message(lines=(line("more"),)), reply_to=first)
    answered = api.chat(42).messages[-1].reply_to
    assert answered is not None
    assert answered.text == "Hello\nwords"


async def test_a_follow_up_on_a_message_that_was_deleted_stands_alone(api: BotApi, notifier: TelegramNotifier) -> None:
    first = await notifier.send(READER, HELLO)
    del api.chat(42).history[int(first.partition(":")[2])]
    await notifier.send(READER, HELLO, reply_to=first)
    assert api.chat(42).messages[-1].reply_to is None
    assert len(api.requests) == 2


@pytest.mark.parametrize(
    "description", ["Bad Request: message to be replied not found", "Bad Request: REPLY_MESSAGE_ID_INVALID"]
)
async def test_a_message_that_cannot_be_answered_costs_the_follow_up_nothing(
    api: BotApi, notifier: TelegramNotifier, description: str
) -> None:
    first = await notifier.send(READER, HELLO)
    api.fault(Refuse(400, description))
    await notifier.send(READER, HELLO, reply_to=first)
    assert len(api.sent) == 2
    api.fault(Refuse(400, "Bad Request: something else"))
    with pytest.raises(Permanent):
        await notifier.send(READER, HELLO, reply_to=first)
    api.fault(Refuse(403, "Forbidden: bot was blocked by the user"))
    with pytest.raises(ChatGone):
        await notifier.send(READER, HELLO, reply_to=first)


async def test_what_is_paid_for_says_so_with_each_message_and_with_no_edit(api: BotApi, wire: Wire) -> None:
    paying = TelegramNotifier(wire, paid=True)
    await paying.edit(READER, await paying.send(READER, HELLO), Message(lines=(line("changed"),)))
    assert api.sent[0].params["allow_paid_broadcast"] == "true"
    assert "allow_paid_broadcast" not in api.edits[0].params


async def test_without_paying_nothing_is_paid_for(api: BotApi, notifier: TelegramNotifier) -> None:
    await notifier.send(READER, HELLO)
    assert "allow_paid_broadcast" not in api.sent[0].params


async def test_telegram_cannot_tell_what_has_arrived(api: BotApi, notifier: TelegramNotifier) -> None:
    with pytest.raises(Permanent):
        await notifier.find(READER, "delivery-1", datetime.now(UTC))
    assert api.requests == []


async def test_a_cancelled_send_is_cancelled_and_nothing_else(api: BotApi, notifier: TelegramNotifier) -> None:
    api.fault(Delay(0.5))
    task = asyncio.create_task(notifier.send(READER, HELLO))
    await api.wait_until(lambda: bool(api.requests))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_bot_learns_its_name_and_a_wrong_token_is_told_apart(api: BotApi, wire: Wire) -> None:
    me = await introduce(wire)
    assert (me.id, me.username, me.name) == (110201543, "crisis_test_bot", "Crisis Bot")
    for wrong in ("110201543:" + "x" * 35, "nonsense"):
        stranger = Wire(wrong, api.url)
        with pytest.raises(TokenRevoked) as raised:
            await introduce(stranger)
        await stranger.close()
        assert wrong not in str(raised.value)


async def test_the_token_is_in_no_log_line_of_sends_that_fail(
    api: BotApi, notifier: TelegramNotifier, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for fault in (Close(), BadGateway(), Refuse(400, "Bad Request: no")):
        api.fault(fault)
        await refused(notifier)
    assert TOKEN.partition(":")[2] not in caplog.text
