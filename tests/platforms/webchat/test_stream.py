import asyncio
import time

import pytest

from tests.platforms.webchat.conftest import Event, Web


def ids(events: list[Event]) -> list[int | None]:
    return [event.id for event in events if event.name == "message"]


async def test_a_stream_begins_with_what_was_said_and_says_when_it_has_caught_up(chat: Web) -> None:
    said = [await chat.alert(f"story {number}") for number in range(450)]
    reader = await chat.stream()
    assert ids(await reader.until("caught-up")) == said


async def test_an_alert_arrives_while_one_looks_on(chat: Web) -> None:
    reader = await chat.stream()
    await reader.until("caught-up")
    said = await chat.alert("now")
    event = await reader.next()
    assert (event.id, event.data["mine"], event.data["replaces"]) == (said, False, 0)
    assert event.data["body"]["lines"][0]["spans"][0]["text"] == "now"


async def test_a_message_of_another_process_arrives_without_a_bell(chat: Web) -> None:
    reader = await chat.stream()
    await reader.until("caught-up")
    said = await chat.transcript.add("trial", False, '{"lines":[]}')
    assert (await reader.next()).id == said


async def test_the_last_id_a_browser_names_wins_over_the_address(chat: Web) -> None:
    said = [await chat.alert(str(number)) for number in range(5)]
    reader = await chat.stream(after="0", Last_Event_ID=str(said[2]))
    assert ids(await reader.until("caught-up")) == said[3:]


async def test_nothing_is_lost_or_doubled_over_many_reconnects(chat: Web) -> None:
    sent: list[int] = []

    async def talk() -> None:
        for number in range(60):
            sent.append(await chat.alert(str(number)))
            await asyncio.sleep(0.004)

    got: list[int] = []
    async with asyncio.TaskGroup() as tasks:
        talking = tasks.create_task(talk())
        while not talking.done() or got[-1:] != sent[-1:]:
            reader = await chat.stream(after=str(got[-1] if got else 0))
            for _ in range(7):
                event = await reader.next()
                if event.id:
                    got.append(event.id)
            reader.response.close()
    assert got == sent


async def test_a_transcript_that_began_anew_is_read_from_the_start(chat: Web) -> None:
    said = await chat.alert("first")
    reader = await chat.stream(after="900")
    assert (await reader.next()).name == "reset"
    assert ids(await reader.until("caught-up")) == [said]


@pytest.mark.parametrize("after", ["", "-1", "x", "1e3", "9" * 40, "٣"])
async def test_a_last_id_that_is_none_means_from_the_start(chat: Web, after: str) -> None:
    said = await chat.alert("first")
    reader = await chat.stream(after=after)
    assert ids(await reader.until("caught-up")) == [said]


async def test_a_silent_stream_shows_signs_of_life(chat: Web) -> None:
    reader = await chat.stream()
    assert await reader.until("beat")
    assert await reader.until("beat") == []


async def test_a_chat_hears_nothing_of_another(chat: Web) -> None:
    reader = await chat.stream("mine")
    await reader.until("caught-up")
    await chat.alert("secret", "yours")
    said = await chat.alert("hello", "mine")
    assert ids(await reader.until("beat")) == [said]


async def test_a_stopping_server_lets_its_readers_go(chat: Web) -> None:
    readers = [await chat.stream() for _ in range(3)]
    for reader in readers:
        await reader.until("caught-up")
    began = time.monotonic()
    await chat.runner.cleanup()
    assert time.monotonic() - began < 2
    for reader in readers:
        with pytest.raises((EOFError, ConnectionError)):
            await reader.until("never")


async def test_a_reader_who_leaves_takes_no_room(chat: Web) -> None:
    for _ in range(30):
        reader = await chat.stream()
        await reader.until("caught-up")
        reader.response.close()
    for _ in range(100):
        await asyncio.sleep(0.02 if chat.listener._streams._open else 0)
    assert chat.listener._streams._open == 0


async def test_too_many_readers_are_asked_to_come_back(chat: Web) -> None:
    chat.listener._streams._most = 1
    await chat.stream()
    async with chat.http.get(f"{chat.url}/chat/trial/stream") as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
