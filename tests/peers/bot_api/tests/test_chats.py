from typing import Any

import pytest

from tests.peers.bot_api import ANONYMOUS, BotApi
from tests.peers.bot_api.tests.conftest import READER, Call

GROUP = -1001


async def refusal(call: Call, chat_id: int | str, **params: Any) -> str:
    answer = await call("sendMessage", chat_id=chat_id, text="a", **params)
    return str(answer.get("description"))


async def test_a_private_chat_refuses_for_its_own_reasons(api: BotApi, call: Call) -> None:
    api.add_private(43, "Never started", started=False)
    assert await refusal(call, 43) == "Forbidden: bot can't initiate conversation with a user"
    api.block(READER)
    assert await refusal(call, READER) == "Forbidden: bot was blocked by the user"
    api.unblock(READER)
    assert (await call("sendMessage", chat_id=READER, text="a"))["ok"]
    api.deactivate(READER)
    assert await refusal(call, READER) == "Forbidden: user is deactivated"


async def test_an_unknown_chat_is_not_found(call: Call) -> None:
    for chat_id in (999, -100999, "@nowhere", "abc"):
        assert await refusal(call, chat_id) == "Bad Request: chat not found"
    assert await refusal(call, "") == "Bad Request: chat_id is empty"


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_group_without_the_bot_refuses(api: BotApi, call: Call, kind: str) -> None:
    api.add_group(GROUP, "Team", kind=kind)
    assert (await call("sendMessage", chat_id=GROUP, text="a"))["ok"]
    api.member_update(GROUP, "kicked")
    assert await refusal(call, GROUP) == f"Forbidden: bot was kicked from the {kind} chat"
    api.member_update(GROUP, "left")
    assert await refusal(call, GROUP) == f"Forbidden: bot is not a member of the {kind} chat"
    api.member_update(GROUP, "restricted", rights={"can_send_messages": False})
    assert await refusal(call, GROUP) == "Bad Request: not enough rights to send text messages to the chat"


async def test_an_upgraded_group_names_its_supergroup(api: BotApi, call: Call) -> None:
    api.add_group(-55, "Team", kind="group")
    api.upgrade(-55, -10055)
    answer = await call("sendMessage", chat_id=-55, text="a")
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer["parameters"] == {"migrate_to_chat_id": -10055}
    assert (await call("sendMessage", chat_id=-10055, text="a"))["ok"]
    updates = (await call("getUpdates"))["result"]
    assert [update["message"].get("migrate_to_chat_id") for update in updates] == [-10055, None]


async def test_a_topic_must_exist_and_be_open_and_general_has_no_number(api: BotApi, call: Call) -> None:
    forum = api.add_group(GROUP, "Desk", topics={12: "Sahel"})
    sent = (await call("sendMessage", chat_id=GROUP, text="a", message_thread_id=12))["result"]
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (12, True)
    for thread in (1, 99):
        assert await refusal(call, GROUP, message_thread_id=thread) == "Bad Request: message thread not found"
    forum.topics[12].closed = True
    assert await refusal(call, GROUP, message_thread_id=12) == "Bad Request: TOPIC_CLOSED"
    assert await refusal(call, READER, message_thread_id=12) == "Bad Request: message thread not found"


async def test_a_closed_topic_takes_nothing_but_from_who_manages_topics_and_tells_of_it(
    api: BotApi, call: Call
) -> None:
    api.add_group(GROUP, "Desk", topics={12: "Sahel"})
    for topic in (12, None):
        where = {"message_thread_id": topic} if topic else {}
        api.close_topic(GROUP, topic)
        assert await refusal(call, GROUP, **where) == "Bad Request: TOPIC_CLOSED"
        api.set_member(GROUP, api.world.bot, "administrator")
        assert (await call("sendMessage", chat_id=GROUP, text="a", **where))["ok"]
        api.set_member(GROUP, api.world.bot)
        api.close_topic(GROUP, topic, closed=False)
        assert (await call("sendMessage", chat_id=GROUP, text="a", **where))["ok"]
    told = [update["message"] for update in (await call("getUpdates"))["result"]]
    assert [("forum_topic_closed" in each, each.get("message_thread_id")) for each in told] == [
        (True, 12),
        (False, 12),
        (True, None),
        (False, None),
    ]


async def test_a_message_answers_another_only_while_that_exists(call: Call) -> None:
    first = (await call("sendMessage", chat_id=READER, text="first"))["result"]["message_id"]
    reply: dict[str, Any] = {"message_id": first}
    answer = await call("sendMessage", chat_id=READER, text="second", reply_parameters=reply)
    assert answer["result"]["reply_to_message"]["message_id"] == first
    await call("deleteMessage", chat_id=READER, message_id=first)
    assert await refusal(call, READER, reply_parameters=reply) == "Bad Request: message to be replied not found"
    reply["allow_sending_without_reply"] = True
    alone = await call("sendMessage", chat_id=READER, text="a", reply_parameters=reply)
    assert "reply_to_message" not in alone["result"]


async def test_a_channel_wants_an_administrator_who_may_post(api: BotApi, call: Call) -> None:
    api.add_channel(-1005, "Alerts", username="alerts")
    posted = (await call("sendMessage", chat_id="@ALERTS", text="a"))["result"]
    assert posted["sender_chat"]["id"] == -1005
    assert "from" not in posted
    api.member_update(-1005, "administrator", rights={"can_post_messages": False})
    assert await refusal(call, -1005) == "Bad Request: need administrator rights in the channel chat"
    api.member_update(-1005, "left")
    assert await refusal(call, -1005) == "Forbidden: bot is not a member of the channel chat"


async def test_members_are_shown_with_their_status(api: BotApi, call: Call) -> None:
    api.add_group(GROUP, "Team")
    owner, boss, guest = (api.add_user(number, f"Person {number}") for number in (1, 2, 3))
    api.set_member(GROUP, owner, "creator")
    api.set_member(GROUP, boss, "administrator", anonymous=True)
    api.set_member(GROUP, guest)
    found = [await call("getChatMember", chat_id=GROUP, user_id=user) for user in (1, 2, 3, READER)]
    seen = [answer["result"]["status"] for answer in found]
    assert seen == ["creator", "administrator", "member", "left"]
    admins = (await call("getChatAdministrators", chat_id=GROUP))["result"]
    assert [(admin["user"]["id"], admin["is_anonymous"]) for admin in admins] == [(1, False), (2, True)]
    stranger = await call("getChatMember", chat_id=GROUP, user_id=77)
    assert stranger["description"] == "Bad Request: PARTICIPANT_ID_INVALID"
    assert (await call("getChatAdministrators", chat_id=READER))["error_code"] == 400


async def test_the_bot_leaves_and_is_gone(api: BotApi, call: Call) -> None:
    api.add_group(GROUP, "Team")
    assert (await call("getChat", chat_id=GROUP))["result"]["title"] == "Team"
    assert (await call("leaveChat", chat_id=GROUP))["ok"]
    assert (await call("getChat", chat_id=GROUP))["error_code"] == 403
    assert (await call("leaveChat", chat_id=READER))["error_code"] == 400


async def test_in_privacy_mode_a_member_bot_hears_only_what_is_meant_for_it(api: BotApi, call: Call) -> None:
    api.add_group(GROUP, "Team")
    asked = (await call("sendMessage", chat_id=GROUP, text="Which country?"))["result"]
    for text in ("chatter", "/list", "/list@crisis_test_bot", "/list@other_bot"):
        api.say(GROUP, READER, text)
    api.say(GROUP, READER, "Mali", reply_to=asked["message_id"])
    heard = [update["message"]["text"] for update in (await call("getUpdates"))["result"]]
    assert heard == ["/list", "/list@crisis_test_bot", "Mali"]


async def test_an_anonymous_admin_and_a_channel_post_have_their_true_senders(api: BotApi, call: Call) -> None:
    api.add_group(GROUP, "Team")
    api.add_channel(-1005, "Alerts")
    api.say(GROUP, ANONYMOUS, "/list")
    api.post(-1005, "/list")
    written, posted = (await call("getUpdates"))["result"]
    assert (written["message"]["from"]["id"], written["message"]["sender_chat"]["id"]) == (1087968824, GROUP)
    assert posted["channel_post"]["sender_chat"]["id"] == -1005
    assert "from" not in posted["channel_post"]
