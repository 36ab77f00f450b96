"""What the Telegram tests share: the peer, a way to it, and a hand-made answerer behind a listener."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bot.core.chat import Address, Asker, ChatKind, Sighting
from bot.core.commands import Command
from bot.core.message import Message, Reply, line
from bot.core.ports import Turn
from bot.platforms.telegram.listener import TelegramListener
from bot.platforms.telegram.notifier import TelegramNotifier
from bot.platforms.telegram.webhook import Webhook
from bot.platforms.telegram.wire import Wire
from tests.peers.bot_api import BotApi

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Loopback = Callable[[Handler], Awaitable[str]]


@dataclass
class Answerer:
    """Stands for the pipeline: records what it is asked, answers what it is told to, or that it heard."""

    asked: list[tuple[Command, Sighting, Asker]] = field(default_factory=list)
    replies: dict[str, Reply] = field(default_factory=dict)
    fails: Exception | None = None

    async def __call__(self, command: Command, sighting: Sighting, asker: Asker) -> Reply:
        self.asked.append((command, sighting, asker))
        if self.fails:
            raise self.fails
        heard = f"heard {command.verb} {command.argument}".strip()
        return self.replies.get(command.verb) or Reply(Message(lines=(line(heard),)))


@dataclass
class Notes:
    """Stands for the pipeline's membership: keeps what it is told."""

    told: list[tuple[str, ...]] = field(default_factory=list)

    async def gone(self, address: Address, reason: str, *, alone: bool = False) -> None:
        self.told.append(("gone alone" if alone else "gone", str(address)))

    async def back(self, address: Address) -> None:
        self.told.append(("back", str(address)))

    async def moved(self, old: Address, new: Address) -> None:
        self.told.append(("moved", str(old), str(new)))


@dataclass
class Ears:
    """A listener with what stands behind it."""

    listener: TelegramListener
    answerer: Answerer
    notes: Notes


@dataclass
class CountedTurn:
    """A lane whose turn always comes at once: keeps whom it let pass and what was held."""

    passed: list[tuple[str, ChatKind]] = field(default_factory=list)
    halted: list[tuple[float, Address | None]] = field(default_factory=list)

    async def wait(self, to: Address, kind: ChatKind) -> None:
        self.passed.append((to.chat, kind))

    def halt(self, seconds: float, to: Address | None = None) -> None:
        self.halted.append((seconds, to))


@asynccontextmanager
async def listening(wire: Wire, webhook: Webhook | None = None, turn: Turn | None = None) -> AsyncIterator[Ears]:
    """A started listener; it is stopped in the end."""
    answerer, notes = Answerer(), Notes()
    listener = TelegramListener(wire, TelegramNotifier(wire), answerer, notes, webhook=webhook, turn=turn)
    await listener.start()
    try:
        yield Ears(listener, answerer, notes)
    finally:
        await listener.stop()


async def settled(api: BotApi) -> None:
    """Return when the start's own requests are over, so that what comes after is what the test does."""
    wanted = {"setMyCommands": 3, "getUpdates": 1}
    await api.wait_until(
        lambda: all(sum(each.method == method for each in api.requests) >= count for method, count in wanted.items())
    )


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(limits=None) as peer:
        yield peer


@pytest.fixture
async def wire(api: BotApi) -> AsyncIterator[Wire]:
    way = Wire(api.token, api.url, read_seconds=1.0)
    yield way
    await way.close()


@pytest.fixture
def notifier(wire: Wire) -> TelegramNotifier:
    return TelegramNotifier(wire)


@pytest.fixture
async def ears(api: BotApi, wire: Wire) -> AsyncIterator[Ears]:
    async with listening(wire) as heard:
        await settled(api)
        yield heard


@pytest.fixture
async def loopback() -> AsyncIterator[Loopback]:
    """Serves every path with a handler and returns the URL."""
    runners: list[web.AppRunner] = []

    async def serve(handler: Handler) -> str:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", handler)
        runners.append(runner := web.AppRunner(app, shutdown_timeout=0.1))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield serve
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def loopback_wire(loopback: Loopback) -> AsyncIterator[Wire]:
    """A way to a server that knows one thing: group -1001 belongs to channel -1002."""
    full = {"id": -1001, "type": "supergroup", "title": "Team", "linked_chat_id": -1002}

    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": full})

    way = Wire("110201543:" + "x" * 35, await loopback(answer))
    yield way
    await way.close()
