"""Updates that Telegram tells several processes, or one process before and after a restart."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot.core.message import Reply
from bot.core.stores import Seen
from bot.platforms.telegram.listener import TelegramListener
from bot.platforms.telegram.notifier import TelegramNotifier
from bot.platforms.telegram.webhook import Webhook
from bot.platforms.telegram.wire import Wire
from tests.fakes.store import MemoryStore
from tests.fakes.waiting import until
from tests.peers.bot_api import BotApi
from tests.platforms.telegram_bot.conftest import Answerer, Notes

UPDATE = {
    "update_id": 7,
    "message": {
        "message_id": 1,
        "date": 1,
        "chat": {"id": 42, "type": "private", "first_name": "A"},
        "text": "/list",
    },
}
Process = Callable[[Seen], Awaitable[TelegramListener]]


class Away:
    """A store that cannot be reached."""

    async def first(self, key: str) -> bool:
        raise ConnectionError(f"nobody knows of {key}")

    known = first


@pytest.fixture
def answerer() -> Answerer:
    return Answerer()


@pytest.fixture
async def process(api: BotApi, wire: Wire, answerer: Answerer) -> AsyncIterator[Process]:
    """Start listeners of one bot, each as in a process of its own."""
    api.add_private(42, "Aminata")
    begun: list[TelegramListener] = []

    async def start(seen: Seen) -> TelegramListener:
        webhook = Webhook("https://bot.example", "secret")
        listener = TelegramListener(wire, TelegramNotifier(wire), answerer, Notes(), webhook=webhook, seen=seen)
        await listener.start()
        begun.append(listener)
        return listener

    yield start
    for listener in begun:
        await listener.stop()


async def test_an_update_told_to_two_processes_is_handled_by_one(
    api: BotApi, process: Process, answerer: Answerer
) -> None:
    seen = MemoryStore().seen
    for listener in [await process(seen) for _ in range(3)]:
        await listener.feed(UPDATE)
    await listener.feed(UPDATE | {"update_id": 8})
    await api.wait_for(2)
    assert len(answerer.asked) == 2


async def test_an_update_is_handled_when_nobody_can_tell_whether_it_was_heard_before(
    process: Process, answerer: Answerer, caplog: pytest.LogCaptureFixture
) -> None:
    await (await process(Away())).feed(UPDATE)
    await until(lambda: answerer.asked)
    assert "is not known (ConnectionError)" in caplog.text
    assert ":7" not in caplog.text


async def test_a_polled_command_whose_process_was_killed_before_it_was_done_is_done_by_the_next(
    api: BotApi, wire: Wire, answerer: Answerer
) -> None:
    seen, stuck = MemoryStore().seen, asyncio.Event()

    async def killed(*_: object) -> Reply:
        stuck.set()
        await asyncio.Event().wait()
        raise AssertionError("unreachable")

    api.add_private(42, "Aminata")
    first = TelegramListener(wire, TelegramNotifier(wire), killed, Notes(), seen=seen)
    await first.start()
    api.say(42, None, "/list")
    await stuck.wait()
    await first.stop()
    for _ in range(2):  # the second start finds that it is done
        again = TelegramListener(wire, TelegramNotifier(wire), answerer, Notes(), seen=seen)
        await again.start()
        await api.wait_for(1)
        await again.stop()
    assert [command.verb for command, _, _ in answerer.asked] == ["list"]
