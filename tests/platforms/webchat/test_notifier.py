import json
from datetime import UTC, datetime

import pytest

from bot.core.chat import Address, Platform
from bot.core.errors import ChatGone, Permanent, SendError, Temporary, Uncertain
from bot.core.message import Message, line
from bot.platforms.webchat.bell import LANE, Bell
from bot.platforms.webchat.notifier import WebchatNotifier
from tests.platforms.webchat.memory import MemoryTranscript

TRIAL = Address(Platform.WEBCHAT, LANE, "trial")
HELLO = Message(lines=(line("Hello"),))


async def test_a_message_is_kept_and_its_id_returned() -> None:
    transcript = MemoryTranscript()
    sent = await WebchatNotifier(transcript, Bell()).send(TRIAL, HELLO)
    (said,) = await transcript.since("trial", 0)
    assert (str(said.id), said.mine, json.loads(said.body)["lines"][0]["spans"][0]["text"]) == (sent, False, "Hello")


async def test_whoever_listens_is_woken() -> None:
    bell = Bell()
    with bell.listening("trial") as here, bell.listening("other") as elsewhere:
        await WebchatNotifier(MemoryTranscript(), bell).send(TRIAL, HELLO)
        assert here.is_set()
        assert not elsewhere.is_set()


async def test_the_terminal_gets_the_words_without_terminal_codes() -> None:
    echoed: list[str] = []
    notifier = WebchatNotifier(MemoryTranscript(), Bell(), echoed.append)
    await notifier.send(TRIAL, Message(lines=(line("a\x1b[31mred"), line("b"))))
    assert echoed == ["a [31mred\nb"]


async def test_a_closed_terminal_does_not_make_a_message_look_unsent() -> None:
    def closed(text: str) -> None:
        raise BrokenPipeError

    transcript = MemoryTranscript()
    assert await WebchatNotifier(transcript, Bell(), closed).send(TRIAL, HELLO) == "1"


@pytest.mark.parametrize(
    ("broken", "expected"),
    [(TimeoutError(), Uncertain), (ConnectionResetError(), Uncertain), (OSError("locked by secret"), Temporary)],
)
async def test_an_error_of_the_store_says_what_to_do_next(broken: Exception, expected: type[SendError]) -> None:
    transcript = MemoryTranscript()
    transcript.broken = broken
    with pytest.raises(expected) as caught:
        await WebchatNotifier(transcript, Bell()).send(TRIAL, HELLO)
    assert "secret" not in str(caught.value)


async def test_a_follow_up_names_the_message_it_follows_on() -> None:
    transcript = MemoryTranscript()
    notifier = WebchatNotifier(transcript, Bell())
    first = await notifier.send(TRIAL, HELLO)
    await notifier.send(TRIAL, HELLO, reply_to=first, key="delivery-2")
    said = await transcript.since("trial", 0)
    assert [json.loads(each.body).get("follows") for each in said] == [None, 1]


async def test_a_change_stands_in_for_the_message_and_says_that_it_is_no_new_one() -> None:
    transcript, bell = MemoryTranscript(), Bell()
    notifier = WebchatNotifier(transcript, bell)
    first = await notifier.send(TRIAL, HELLO)
    with bell.listening("trial") as here:
        await notifier.edit(TRIAL, first, Message(lines=(line("Changed"),)))
        assert here.is_set()
    said = (await transcript.since("trial", 0))[1]
    body = json.loads(said.body)
    assert (said.replaces, body["changed"], body["lines"][0]["spans"][0]["text"]) == (1, True, "Changed")


async def test_what_is_no_message_of_a_web_chat_cannot_be_changed() -> None:
    notifier = WebchatNotifier(MemoryTranscript(), Bell())
    for chat, message_id in (("trial", ""), ("trial", "x"), ("No Such", "1")):
        with pytest.raises(Permanent):
            await notifier.edit(Address(Platform.WEBCHAT, LANE, chat), message_id, HELLO)


async def test_a_web_chat_cannot_tell_what_has_arrived() -> None:
    with pytest.raises(Permanent):
        await WebchatNotifier(MemoryTranscript(), Bell()).find(TRIAL, "delivery-1", datetime.now(UTC))


async def test_a_chat_that_cannot_be_is_gone() -> None:
    with pytest.raises(ChatGone):
        await WebchatNotifier(MemoryTranscript(), Bell()).send(Address(Platform.WEBCHAT, LANE, "No Such"), HELLO)
