import asyncio
import logging
import socket
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.chat import ChatKind
from bot.core.commands import CHANGES, MENU, Verb
from bot.core.message import Message, Press, Reply, Showing, line
from bot.platforms.telegram.wire import Wire
from tests.peers.bot_api import ANONYMOUS, BotApi, Chat, Close, Refuse
from tests.platforms.telegram_bot.conftest import CountedTurn, Ears, listening, settled

LANE = "telegram:110201543"
ADMIN, MEMBER = 1, 2


@pytest.fixture(autouse=True)
def people(api: BotApi) -> None:
    api.add_private(42, "Aminata", language="fr")
    api.add_user(ADMIN, "Ada")
    api.add_user(MEMBER, "Moussa")


@pytest.fixture
def team(api: BotApi) -> Chat:
    group = api.add_group(-1001, "Team", topics={7: "Sahel"}, bot="administrator")
    api.set_member(group, ADMIN, "administrator")
    api.set_member(group, MEMBER)
    return group


async def heard(api: BotApi, count: int = 1) -> None:
    await api.wait_for(count)


async def nothing_more(api: BotApi, ears: Ears) -> int:
    """How many commands were asked by the time a later one, in another chat, was answered."""
    api.say(42, text="/help")
    await api.wait_for(lambda sent: sent.chat_id == 42 and sent.text == "heard help")
    return len(ears.answerer.asked) - 1


async def test_a_reader_is_heard_and_answered(api: BotApi, ears: Ears) -> None:
    api.say(42, text="/follow mali")
    answer = await api.wait_for(1)
    assert (answer.chat_id, answer.text) == (42, "heard follow mali")
    command, where, asker = ears.answerer.asked[0]
    assert (command.verb, command.argument) == (Verb.FOLLOW, "mali")
    assert (str(where.address), where.kind, where.title, where.language) == (
        f"{LANE}/42",
        ChatKind.PRIVATE,
        "Aminata",
        "fr",
    )
    assert (asker.name, asker.may_change) == ("Aminata", True)


@pytest.mark.parametrize(
    ("text", "verb", "argument"),
    [
        ("/start mali", Verb.START, "mali"),
        ("/sub mali, niger", Verb.FOLLOW, "mali, niger"),
        ("/FOLLOW@Crisis_Test_Bot mali", Verb.FOLLOW, "mali"),
        ("just mali", Verb.SAY, "just mali"),
        ("/folow mali", Verb.UNKNOWN, "/folow"),
    ],
)
async def test_in_private_all_that_is_written_goes_through(
    api: BotApi, ears: Ears, text: str, verb: Verb, argument: str
) -> None:
    api.say(42, text=text)
    await heard(api)
    assert (ears.answerer.asked[0][0].verb, ears.answerer.asked[0][0].argument) == (verb, argument)


async def test_a_command_for_another_bot_is_not_ours(api: BotApi, ears: Ears, team: Chat) -> None:
    api.say(42, text="/follow@OtherBot mali")
    api.say(team, ADMIN, "/follow@OtherBot mali")
    assert await nothing_more(api, ears) == 0


async def test_in_a_group_talk_is_not_for_us_unless_it_answers_us(api: BotApi, ears: Ears, team: Chat) -> None:
    api.say(team, MEMBER, "mali is in the news")
    api.say(team, MEMBER, "/ban somebody")
    api.say(team, ADMIN, "/list")
    await heard(api)
    api.say(team, ADMIN, "niger", reply_to=team.messages[-1])
    await heard(api, 2)
    assert [command.verb for command, _, _ in ears.answerer.asked] == [Verb.LIST, Verb.SAY]
    assert await nothing_more(api, ears) == 2


@pytest.mark.parametrize(("person", "may"), [(ADMIN, True), (MEMBER, False), (ANONYMOUS, True)])
async def test_in_a_group_only_admins_may_change_what_it_follows(
    api: BotApi, ears: Ears, team: Chat, person: Any, may: bool
) -> None:
    api.say(team, person, "/follow mali")
    await heard(api)
    assert ears.answerer.asked[0][2].may_change is may
    assert ears.answerer.asked[0][1].kind is ChatKind.GROUP


async def test_plain_words_of_a_member_may_change_nothing_either(api: BotApi, ears: Ears, team: Chat) -> None:
    api.say(team, ADMIN, "/follow")
    await heard(api)
    api.say(team, MEMBER, "niger", reply_to=team.messages[-1])
    await heard(api, 2)
    assert ears.answerer.asked[1][2].may_change is False


async def test_who_speaks_as_some_channel_may_change_nothing(api: BotApi, ears: Ears, team: Chat) -> None:
    shape = group_message(team, "/follow mali") | {"sender_chat": {"id": -1009, "type": "channel", "title": "Other"}}
    await ears.listener.feed({"update_id": 1, "message": shape})
    await heard(api)
    assert ears.answerer.asked[0][2].may_change is False


async def test_a_channels_post_forwarded_to_its_group_is_not_heard_twice(api: BotApi, ears: Ears, team: Chat) -> None:
    shape = group_message(team, "/follow mali") | {"is_automatic_forward": True}
    await ears.listener.feed({"update_id": 1, "message": shape})
    assert await nothing_more(api, ears) == 0


async def test_who_is_admin_is_asked_once_a_minute(api: BotApi, ears: Ears, team: Chat) -> None:
    for count in (1, 2, 3):
        api.say(team, ADMIN, "/follow mali")
        await heard(api, count)
    assert sum(request.method == "getChatMember" for request in api.requests) == 1


async def test_an_admin_who_was_demoted_is_so_at_once(api: BotApi, ears: Ears, team: Chat) -> None:
    api.say(team, ADMIN, "/follow mali")
    await heard(api)
    api.set_member(team, ADMIN, "member")
    person = {"id": ADMIN, "is_bot": False, "first_name": "Ada"}
    change = {"chat": chat_shape(team), "from": person, "date": 1}
    change |= {"old_chat_member": {"user": person, "status": "member"}}
    change |= {"new_chat_member": {"user": person, "status": "member"}}
    await ears.listener.feed({"update_id": 1, "chat_member": change})
    api.say(team, ADMIN, "/follow mali")
    await heard(api, 2)
    assert [asker.may_change for _, _, asker in ears.answerer.asked] == [True, False]


async def test_a_topic_is_a_place_of_its_own(api: BotApi, ears: Ears, team: Chat) -> None:
    api.say(team, ADMIN, "/follow mali", topic=7)
    answer = await api.wait_for(1)
    assert answer.topic == 7
    assert str(ears.answerer.asked[0][1].address) == f"{LANE}/-1001/7"


async def test_a_chain_of_replies_is_no_topic(api: BotApi, ears: Ears) -> None:
    group = api.add_group(-1005, "Plain")
    shape = group_message(group, "/list") | {"message_thread_id": 77}
    await ears.listener.feed({"update_id": 1, "message": shape})
    await heard(api)
    assert str(ears.answerer.asked[0][1].address) == f"{LANE}/-1005"


async def test_a_command_posted_in_a_channel_is_its_admins(api: BotApi, ears: Ears) -> None:
    channel = api.add_channel(-1002, "News")
    api.post(channel, "Good morning")
    api.post(channel, "/follow mali")
    answer = await api.wait_for(1)
    _, where, asker = ears.answerer.asked[0]
    assert (answer.chat_id, where.kind, asker.may_change) == (-1002, ChatKind.BROADCAST, True)


async def test_what_is_edited_later_is_not_heard_again(api: BotApi, ears: Ears) -> None:
    shape = {"message_id": 1, "date": 1, "chat": {"id": 42, "type": "private", "first_name": "A"}, "text": "/list"}
    await ears.listener.feed({"update_id": 1, "edited_message": shape | {"edit_date": 2}})
    assert await nothing_more(api, ears) == 0


async def test_an_update_that_comes_twice_is_handled_once(api: BotApi, ears: Ears) -> None:
    shape = {"message_id": 1, "date": 1, "chat": {"id": 42, "type": "private", "first_name": "A"}, "text": "/list"}
    for _ in range(2):
        await ears.listener.feed({"update_id": 1, "message": shape})
    assert await nothing_more(api, ears) == 1


async def test_one_chats_commands_are_answered_in_order_and_another_does_not_wait(api: BotApi, ears: Ears) -> None:
    api.add_private(43, "Binta")
    gate = asyncio.Event()
    inner = ears.answerer

    async def slow(*asked: Any) -> Reply:
        if asked[1].address.chat == "42":
            await gate.wait()
        return await inner(*asked)

    ears.listener._execute = slow
    for number in range(5):
        api.say(42, text=f"/follow {number}")
    api.say(43, text="/list")
    assert (await api.wait_for(1)).chat_id == 43
    gate.set()
    await heard(api, 6)
    assert [sent.text for sent in api.sent[1:]] == [f"heard follow {number}" for number in range(5)]


async def test_who_asks_too_much_is_not_answered_and_others_are(api: BotApi, ears: Ears) -> None:
    for number in range(300):
        api.say(42, text=f"/follow {number}")
    api.add_private(43, "Binta")
    api.say(43, text="/list")
    await api.wait_for(lambda sent: sent.chat_id == 43)
    await asyncio.sleep(0.1)
    assert sum(sent.chat_id == 42 for sent in api.sent) == 20


async def test_a_failure_of_ours_is_excused_and_logged_without_its_words(
    api: BotApi, ears: Ears, caplog: pytest.LogCaptureFixture
) -> None:
    ears.answerer.fails = RuntimeError("password=hunter2")
    api.say(42, text="/list")
    assert (await api.wait_for(1)).text.startswith("Something went wrong on my side")
    assert "RuntimeError" in caplog.text
    assert "hunter2" not in caplog.text
    ears.answerer.fails = None
    api.say(42, text="/list")
    assert (await api.wait_for(2)).text == "heard list"


# --- buttons -----------------------------------------------------------------------------------------------------


async def with_button(api: BotApi, ears: Ears, chat: Chat, command: str, person: int | None = None) -> None:
    ears.answerer.replies["list"] = Reply(Message(lines=(line("tap"),), rows=((Press("Tap", command),),)))
    api.say(chat, person, "/list")
    await api.wait_for(lambda sent: sent.text == "tap")


async def test_a_pressed_button_is_answered_at_once_and_gives_its_command(api: BotApi, ears: Ears) -> None:
    await with_button(api, ears, api.chat(42), "follow mali")
    callback = api.press(42, None, "Tap")
    await heard(api, 2)
    assert callback.answer == {"text": "", "show_alert": False, "url": ""}
    assert ears.answerer.asked[1][0].argument == "mali"


async def test_a_reply_takes_the_place_of_the_message_whose_button_was_pressed(api: BotApi, ears: Ears) -> None:
    await with_button(api, ears, api.chat(42), "unfollow mali")
    ears.answerer.replies["unfollow"] = Reply(Message(lines=(line("done"),)), Showing.REPLACE)
    api.press(42, None, "Tap")
    await api.wait_until(lambda: bool(api.world.edits))
    shown = api.chat(42).messages[-1]
    assert (shown.text, shown.buttons, len(api.sent)) == ("done", [], 1)


async def test_opening_the_share_menu_changes_only_the_buttons(api: BotApi, ears: Ears) -> None:
    await with_button(api, ears, api.chat(42), "share 12")
    ears.answerer.replies["share"] = Reply(Message(rows=((Press("Back", "share 12 close"),),)), Showing.BUTTONS)
    api.press(42, None, "Tap")
    await api.wait_until(lambda: bool(api.world.edits))
    shown = api.chat(42).messages[-1]
    assert (shown.text, [button["text"] for button in shown.buttons]) == ("tap", ["Back"])


async def test_a_reply_to_a_message_that_was_deleted_comes_as_a_new_one(api: BotApi, ears: Ears) -> None:
    await with_button(api, ears, api.chat(42), "unfollow mali")
    ears.answerer.replies["unfollow"] = Reply(Message(lines=(line("done"),)), Showing.REPLACE)
    api.fault(Refuse(400, "Bad Request: message to edit not found"), method="editMessageText")
    api.press(42, None, "Tap")
    assert (await api.wait_for(2)).text == "done"


async def test_buttons_of_a_message_that_was_deleted_come_nowhere_else(api: BotApi, ears: Ears) -> None:
    await with_button(api, ears, api.chat(42), "share 12")
    ears.answerer.replies["share"] = Reply(Message(rows=((Press("Back", "share 12 close"),),)), Showing.BUTTONS)
    api.fault(Refuse(400, "Bad Request: message to edit not found"), method="editMessageReplyMarkup")
    api.press(42, None, "Tap")
    api.say(42, text="/help")
    assert (await api.wait_for(2)).text == "heard help"


async def test_a_members_press_changes_nothing_in_a_group_and_only_the_member_is_told(
    api: BotApi, ears: Ears, team: Chat
) -> None:
    await with_button(api, ears, team, "unfollow mali", ADMIN)
    callback = api.press(team, None, "Tap", MEMBER)
    await api.wait_until(lambda: callback.answer is not None)
    assert callback.answer is not None
    assert callback.answer["show_alert"]
    assert callback.answer["text"].startswith("Only admins")
    assert len(ears.answerer.asked) == 1
    assert len(api.sent) == 1
    api.press(team, None, "Tap", ADMIN)
    await heard(api, 2)
    assert ears.answerer.asked[1][0].verb is Verb.UNFOLLOW


async def test_a_press_too_old_to_be_answered_still_does_its_work(api: BotApi, ears: Ears) -> None:
    await with_button(api, ears, api.chat(42), "latest mali")
    api.fault(Refuse(400, "Bad Request: query is too old"), method="answerCallbackQuery")
    api.press(42, None, "Tap")
    assert (await api.wait_for(2)).text == "heard latest mali"


# --- chats that change -------------------------------------------------------------------------------------------


async def test_blocking_and_unblocking_are_told(api: BotApi, ears: Ears) -> None:
    api.block(42)
    api.unblock(42)
    await until(lambda: len(ears.notes.told) == 2)
    assert ears.notes.told == [("gone", f"{LANE}/42"), ("back", f"{LANE}/42")]


async def test_being_removed_from_a_group_and_let_in_again_are_told(api: BotApi, ears: Ears, team: Chat) -> None:
    api.member_update(team, "kicked", ADMIN)
    api.member_update(team, "member", ADMIN)
    api.member_update(team, "administrator", ADMIN)
    await until(lambda: len(ears.notes.told) == 2)
    assert ears.notes.told == [("gone", f"{LANE}/-1001"), ("back", f"{LANE}/-1001")]


async def test_a_topic_that_is_closed_rests_alone_until_it_is_opened_again(api: BotApi, ears: Ears) -> None:
    api.add_group(-1001, "Team", topics={7: "Sahel"})
    for topic, place in ((7, f"{LANE}/-1001/7"), (None, f"{LANE}/-1001")):
        ears.notes.told.clear()
        api.close_topic(-1001, topic)
        api.say(-1001, ADMIN, "/list", topic=topic)
        await until(lambda: bool(ears.notes.told))
        api.close_topic(-1001, topic, closed=False)
        await until(lambda: len(ears.notes.told) == 2)
        assert ears.notes.told == [("gone alone", place), ("back", place)]
    assert api.sent == []


async def test_a_group_that_grew_is_told_once_or_twice_and_always_the_same(api: BotApi, ears: Ears) -> None:
    api.upgrade(api.add_group(-500, "Team", kind="group"), -1001)
    await until(lambda: bool(ears.notes.told))
    assert set(ears.notes.told) == {("moved", f"{LANE}/-500", f"{LANE}/-1001")}


async def test_a_reply_follows_a_group_that_grew(api: BotApi, ears: Ears) -> None:
    group = api.add_group(-500, "Team", kind="group")
    shape = group_message(group, "/list")
    api.add_group(-1001, "Team")
    group.state, group.upgraded_to = "upgraded", -1001
    await ears.listener.feed({"update_id": 1, "message": shape})
    assert (await api.wait_for(1)).chat_id == -1001
    assert ears.notes.told == [("moved", f"{LANE}/-500", f"{LANE}/-1001")]


async def test_a_group_that_grew_and_has_no_place_for_us_is_gone_at_its_new_address(api: BotApi, ears: Ears) -> None:
    group = api.add_group(-500, "Team", kind="group")
    shape = group_message(group, "/list")
    api.add_group(-1001, "Team", bot="left")
    group.state, group.upgraded_to = "upgraded", -1001
    await ears.listener.feed({"update_id": 1, "message": shape})
    await until(lambda: len(ears.notes.told) == 2)
    assert ears.notes.told == [("moved", f"{LANE}/-500", f"{LANE}/-1001"), ("gone", f"{LANE}/-1001")]


async def test_every_answer_takes_a_turn_of_the_lane_be_it_a_message_or_an_edit(api: BotApi, wire: Wire) -> None:
    turn = CountedTurn()
    async with listening(wire, turn=turn) as ears:
        await settled(api)
        await with_button(api, ears, api.chat(42), "follow mali")
        ears.answerer.replies["follow"] = Reply(Message(lines=(line("changed"),)), Showing.REPLACE)
        api.press(42, None, "Tap")
        await api.wait_until(lambda: bool(api.edits))
        api.fault(Refuse(429, "Too Many Requests: retry after 0.1", {"retry_after": 0.1}))
        api.say(42, text="/help")
        await api.wait_for(lambda sent: sent.text == "heard help")
    assert turn.passed == [("42", ChatKind.PRIVATE)] * 4
    assert turn.halted == [(0.1, None)]


async def test_a_reply_waits_out_a_flood_limit(api: BotApi, ears: Ears) -> None:
    api.fault(Refuse(429, "Too Many Requests: retry after 0.1", {"retry_after": 0.1}))
    api.say(42, text="/list")
    assert (await api.wait_for(1)).text == "heard list"


# --- starting, going on, stopping --------------------------------------------------------------------------------


async def test_the_command_menu_is_whole_for_readers_and_admins_and_short_for_members(api: BotApi, ears: Ears) -> None:
    def names(scope: str) -> list[str]:
        return [
            each["command"] for each in api.world.commands[next(key for key in api.world.commands if scope in key[0])]
        ]

    assert names("default") == [verb.value for verb in MENU]
    assert names("all_chat_administrators") == [verb.value for verb in MENU]
    assert names("all_group_chats") == [verb.value for verb in MENU if verb not in CHANGES]


async def test_a_menu_that_cannot_be_set_stops_nothing(
    api: BotApi, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    api.fault(Refuse(500, "Internal Server Error"), method="setMyCommands")
    async with listening(wire):
        api.say(42, text="/list")
        assert (await api.wait_for(1)).text == "heard list"
    assert "menu is not set" in caplog.text


@pytest.mark.parametrize("fault", [Close(), Refuse(500, "Internal Server Error"), Refuse(502, "Bad Gateway")])
async def test_polling_goes_on_after_what_goes_wrong(api: BotApi, ears: Ears, fault: Close | Refuse) -> None:
    api.say(42, text="/list")
    await heard(api)
    api.fault(fault, method="getUpdates")
    api.say(42, text="/list")
    assert (await api.wait_for(2)).text == "heard list"


async def test_a_second_process_with_our_token_is_named_in_one_line(
    api: BotApi, ears: Ears, caplog: pytest.LogCaptureFixture
) -> None:
    conflict = Refuse(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance")
    api.fault(conflict, method="getUpdates", times=2)
    api.say(42, text="/list")
    await heard(api)
    await api.wait_until(lambda: sum(r.method == "getUpdates" for r in api.requests) >= 3)
    api.say(42, text="/list")
    await api.wait_for(2)
    said = [record.getMessage() for record in caplog.records if "another process polls" in record.getMessage()]
    assert len(said) == 1


async def test_a_start_without_a_network_waits_for_one(api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    wire = Wire(api.token, f"http://127.0.0.1:{port}")
    async with listening(wire):
        await until(lambda: "no connection" in caplog.text)
        async with BotApi(port=port) as late:
            late.add_private(42, "Aminata")
            late.say(42, text="/list")
            assert (await late.wait_for(1)).text == "heard list"
    await wire.close()


async def test_a_network_lost_in_the_midst_of_a_poll_is_survived(caplog: pytest.LogCaptureFixture) -> None:
    async with BotApi() as first:
        port = int(first.url.rpartition(":")[2])
        wire = Wire(first.token, first.url)
        listener = listening(wire)
        await listener.__aenter__()
        await settled(first)
    async with BotApi(port=port) as second:
        second.add_private(42, "Aminata")
        second.say(42, text="/list")
        assert (await second.wait_for(1)).text == "heard list"
        await listener.__aexit__(None, None, None)
    await wire.close()


async def test_a_revoked_token_is_tried_about_once_a_minute(api: BotApi, ears: Ears) -> None:
    api.revoke_token()
    await asyncio.sleep(0.3)
    assert sum(request.reason == "Unauthorized" for request in api.requests) <= 2


async def test_stopping_in_the_midst_of_a_poll_takes_no_time(api: BotApi, wire: Wire) -> None:
    async with listening(wire) as ears:
        await settled(api)
        begun = datetime.now(UTC)
        await ears.listener.stop()
        assert (datetime.now(UTC) - begun).total_seconds() < 1.0


async def test_the_token_is_in_no_log_line(api: BotApi, wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with listening(wire):
        api.fault(Close(), method="getUpdates")
        api.say(42, text="/list")
        await heard(api)
        api.fault(Close())
        api.say(42, text="/list")
        await api.wait_until(lambda: sum(request.method == "sendMessage" for request in api.requests) == 2)
        await asyncio.sleep(0.05)
    assert api.token.partition(":")[2] not in caplog.text


def chat_shape(chat: Chat) -> dict[str, Any]:
    return {"id": chat.id, "type": chat.kind, "title": chat.title}


def group_message(chat: Chat, text: str) -> dict[str, Any]:
    person = {"id": MEMBER, "is_bot": False, "first_name": "Moussa"}
    return {"message_id": 900, "date": 1, "chat": chat_shape(chat), "from": person, "text": text}


async def until(holds: Any, seconds: float = 3.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.005)
