import pytest

from bot.core.chat import ChatKind
from bot.core.commands import Verb
from bot.core.message import Message, Press, Reply, Span, line
from tests.peers.bot_api import BotApi, Chat
from tests.platforms.telegram_bot.conftest import Ears


@pytest.fixture
def channel(api: BotApi) -> Chat:
    api.add_private(42, "Aminata")
    chat = api.add_channel(-1001234567, "Sahel news", username="sahelnews")
    api.set_member(chat, 42, "creator")
    return chat


@pytest.mark.parametrize("name", ["@sahelnews", "@SahelNews", "-1001234567"])
async def test_an_admin_sets_up_a_channel_from_a_private_chat(
    api: BotApi, ears: Ears, channel: Chat, name: str
) -> None:
    api.say(42, text=f"/follow {name} mali, niger")
    answer = await api.wait_for(1)
    assert (answer.chat_id, answer.text) == (42, f"For {name}:\nheard follow mali, niger")
    command, where, asker = ears.answerer.asked[0]
    assert (command.argument, where.address.chat, where.kind, asker.may_change) == (
        "mali, niger",
        "-1001234567",
        ChatKind.BROADCAST,
        True,
    )


@pytest.mark.parametrize(
    "text",
    [
        "/list @sahelnews",
        "/unfollow @sahelnews mali",
        "/pause @sahelnews",
        "/settings @sahelnews",
        "/digest @sahelnews daily 8:00",
        "/timezone @sahelnews",
        "/mute @sahelnews 3h",
        "/loud @sahelnews 1",
    ],
)
async def test_the_other_commands_can_be_given_for_a_channel_too(
    api: BotApi, ears: Ears, channel: Chat, text: str
) -> None:
    api.say(42, text=text)
    await api.wait_for(1)
    assert ears.answerer.asked[0][1].address.chat == "-1001234567"


async def test_who_is_no_admin_of_a_channel_is_told_so(api: BotApi, ears: Ears, channel: Chat) -> None:
    api.add_private(43, "Binta")
    api.say(43, text="/follow @sahelnews mali")
    assert (await api.wait_for(1)).text == "Only an admin of @sahelnews can set up its alerts."
    assert not ears.answerer.asked


async def test_a_channel_we_cannot_see_or_not_post_in_is_said_to_be_so(api: BotApi, ears: Ears, channel: Chat) -> None:
    api.add_channel(-1009, "Shut", username="shutnews", can_post=False)
    for count, name in enumerate(("@nobodyhere", "@shutnews"), 1):
        api.say(42, text=f"/follow {name} mali")
        assert (await api.wait_for(count)).text.startswith(f"I cannot see {name}.")
    assert not ears.answerer.asked


async def test_buttons_under_a_channels_reply_act_on_the_channel(api: BotApi, ears: Ears, channel: Chat) -> None:
    rows = ((Press("Undo", "unfollow mali"), Press("Share", "share 1"), Press("Long", "follow " + "x" * 57)),)
    ears.answerer.replies["follow"] = Reply(Message(Span("Done", bold=True), (line("words"),), rows))
    api.say(42, text="/follow @sahelnews mali")
    shown = await api.wait_for(1)
    assert shown.text == "For @sahelnews:\nDone\nwords"
    assert [button["callback_data"] for button in shown.buttons] == ["unfollow @sahelnews mali", "share 1"]
    api.press(42, None, "Undo")
    assert (await api.wait_for(2)).text == "For @sahelnews:\nheard unfollow mali"
    command, where, _ = ears.answerer.asked[1]
    assert (command.verb, command.argument, where.address.chat) == (Verb.UNFOLLOW, "mali", "-1001234567")


async def test_commands_to_type_in_a_channels_reply_name_the_channel(api: BotApi, ears: Ears, channel: Chat) -> None:
    words = line("Write ", Span("/timezone Bamako", code=True), " or ", Span("/help", code=True))
    ears.answerer.replies["digest"] = Reply(Message(None, (words,)))
    api.say(42, text="/digest @sahelnews daily 8:00")
    assert (await api.wait_for(1)).text == "For @sahelnews:\nWrite /timezone @sahelnews Bamako or /help"


async def test_in_a_group_a_channels_name_is_an_argument_like_any_other(api: BotApi, ears: Ears, channel: Chat) -> None:
    group = api.add_group(-1005, "Team")
    api.set_member(group, 42, "administrator")
    api.say(group, 42, "/follow @sahelnews mali")
    await api.wait_for(1)
    command, where, _ = ears.answerer.asked[0]
    assert (command.argument, where.address.chat) == ("@sahelnews mali", "-1005")
