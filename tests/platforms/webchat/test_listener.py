import asyncio
import logging

import pytest

from bot.core.chat import Address, Asker, ChatKind, Platform, Sighting
from bot.core.commands import Command, Verb
from bot.core.message import Message, Press, Reply, Showing, line
from tests.platforms.webchat.conftest import Web

BUTTONS = Message(lines=(line("words"),), rows=((Press("Back", "share 1 close"),),))


async def test_what_is_typed_is_kept_carried_out_and_answered(chat: Web) -> None:
    assert await chat.post({"text": "/follow mali"}) == 200
    typed, answered = chat.transcript.rows["trial"]
    assert (typed.mine, answered.mine) == (True, False)
    assert chat.bodies()[0] == {"text": "/follow mali"}
    assert chat.bodies()[1]["lines"][0]["spans"][0]["text"] == "follow: mali"


async def test_the_chat_is_seen_as_a_trial_chat_in_the_language_of_the_browser(chat: Web) -> None:
    await chat.post({"text": "hello"}, "my-chat", **{"Accept-Language": "fr-CH,fr;q=0.9"})
    _, sighting, asker = chat.script.asked[0]
    assert sighting == Sighting(Address(Platform.WEBCHAT, "webchat", "my-chat"), ChatKind.TRIAL, language="fr-CH")
    assert asker == Asker(may_change=True)


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("follow mali", Command(Verb.FOLLOW, "mali")),
        ("/follow mali", Command(Verb.FOLLOW, "mali")),
        ("mali", Command(Verb.SAY, "mali")),
        ("  list ", Command(Verb.LIST)),
        ("fol\x00low mali\ud800", Command(Verb.FOLLOW, "mali")),
    ],
)
async def test_commands_need_no_slash(chat: Web, typed: str, command: Command) -> None:
    await chat.post({"text": typed})
    assert chat.script.asked[0][0] == command


async def test_a_press_gives_its_command_and_is_not_shown_as_typed(chat: Web) -> None:
    said = await chat.alert("pick one")
    assert await chat.post({"press": "unfollow mali", "message": said}) == 200
    assert chat.script.asked[0][0] == Command(Verb.UNFOLLOW, "mali")
    assert [each.mine for each in chat.transcript.rows["trial"]] == [False, False]


async def test_a_reply_that_replaces_stands_in_for_the_pressed_message(chat: Web) -> None:
    said = await chat.alert("pick one")
    chat.script.reply = Reply(Message(lines=(line("done"),)), Showing.REPLACE)
    await chat.post({"press": "list", "message": said})
    assert chat.transcript.rows["trial"][-1].replaces == said


async def test_a_reply_that_replaces_is_new_where_nothing_was_pressed(chat: Web) -> None:
    chat.script.reply = Reply(Message(lines=(line("done"),)), Showing.REPLACE)
    await chat.post({"text": "list"})
    assert chat.transcript.rows["trial"][-1].replaces == 0


async def test_a_reply_of_buttons_leaves_the_words(chat: Web) -> None:
    said = await chat.alert("words")
    chat.script.reply = Reply(BUTTONS, Showing.BUTTONS)
    await chat.post({"press": "share 1", "message": said})
    assert chat.bodies()[-1]["only"] == "buttons"
    assert chat.transcript.rows["trial"][-1].replaces == said


async def test_trouble_inside_is_answered_with_a_sentence(chat: Web, caplog: pytest.LogCaptureFixture) -> None:
    chat.script.trouble = RuntimeError("database down")
    with caplog.at_level(logging.CRITICAL):
        assert await chat.post({"text": "list"}) == 200
    assert "went wrong on my side" in chat.bodies()[-1]["lines"][0]["spans"][0]["text"]


async def test_one_chats_commands_run_in_order_and_hold_up_no_other_chat(chat: Web) -> None:
    chat.script.slow["mali"] = gate = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(chat.post({"text": "follow mali"}, "a"))
        await asyncio.sleep(0.05)
        tasks.create_task(chat.post({"text": "follow sudan"}, "a"))
        assert await chat.post({"text": "follow niger"}, "b") == 200
        gate.set()
    assert [command.argument for command, _, _ in chat.script.asked] == ["niger", "mali", "sudan"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "text",
        {"text": ""},
        {"text": "   "},
        {"text": 1},
        {"text": "x" * 2001},
        {"press": "list"},
        {"press": "list", "message": 0},
        {"press": "list", "message": -1},
        {"press": "list", "message": 2**60},
        {"press": "", "message": 1},
    ],
)
async def test_a_request_of_the_wrong_shape_is_refused_and_leaves_no_trace(chat: Web, body: object) -> None:
    assert await chat.post(body) == 400
    assert chat.transcript.rows == {}


@pytest.mark.parametrize("name", ["Trial", "a_b", "ä", "x" * 41, "a.b", "a%20b"])
async def test_a_name_no_chat_can_have_gets_a_kind_page(chat: Web, name: str) -> None:
    for path in (f"/?chat={name}", f"/chat/{name}/stream"):
        async with chat.http.get(chat.url + path) as answer:
            assert answer.status == 404
            assert "Nothing is here" in await answer.text()
    assert await chat.post({"text": "list"}, name) == 404


async def test_a_new_chat_has_a_name_nobody_guesses(chat: Web) -> None:
    names = set()
    for _ in range(3):
        async with chat.http.get(f"{chat.url}/new", allow_redirects=False) as answer:
            assert answer.status == 303
            names.add(answer.headers["Location"].removeprefix("/?chat="))
    assert len(names) == 3
    assert all(len(name) == 32 for name in names)
