"""A Slack, a workspace in it, and a pipeline faked by hand."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp import web

from bot.core.chat import Address, Asker, ChatKind, Platform, Sighting
from bot.core.commands import Command
from bot.core.message import Message, Press, Reply, line
from bot.core.ports import Turn
from bot.platforms.slack.listener import EVENTS_PATH, SlackListener
from bot.platforms.slack.workspace import Workspace, open_session, open_workspace
from tests.peers.slack_api import SlackApi


@dataclass
class Watch:
    """A clock that is true until `ahead` moves it on."""

    ahead: float = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead


@dataclass
class Pipeline:
    """Notes what it is asked and answers what the test wants (`answer`), after `seconds`."""

    answer: Callable[[Command], Reply]
    asked: list[tuple[Command, Sighting, Asker]] = field(default_factory=list)
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    _change: asyncio.Event = field(default_factory=asyncio.Event)

    async def execute(self, command: Command, sighting: Sighting, asker: Asker) -> Reply:
        self.asked.append((command, sighting, asker))
        await asyncio.sleep(self.seconds.get(command.argument, 0))
        self.done.append(command.argument)
        self._changed()
        return self.answer(command)

    async def gone(self, address: Address, reason: str, *, alone: bool = False) -> None:
        self._note("gone", address.chat, reason)

    async def back(self, address: Address) -> None:
        self._note("back", address.chat)

    async def moved(self, old: Address, new: Address) -> None:
        self._note("moved", old.chat, new.chat)

    async def lane_lost(self, lane: str, reason: str) -> None:
        self._note("lost", lane, reason)

    async def noted(self, count: int) -> list[tuple[str, str, str]]:
        """Return the first notes once they are there."""
        await self._until(lambda: len(self.notes) >= count)
        return self.notes[:count]

    async def finished(self, count: int) -> list[str]:
        """Return the arguments of the commands done, once there are so many."""
        await self._until(lambda: len(self.done) >= count)
        return self.done

    async def _until(self, enough: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not enough():
                await self._change.wait()

    def _changed(self) -> None:
        self._change.set()
        self._change = asyncio.Event()

    def _note(self, what: str, where: str, more: str = "") -> None:
        self.notes.append((what, where, more))
        self._changed()


@dataclass
class CountedTurn:
    """A lane whose turn always comes at once: keeps whom it let pass and what was held."""

    passed: list[tuple[str, ChatKind]] = field(default_factory=list)
    halted: list[tuple[float, Address | None]] = field(default_factory=list)

    async def wait(self, to: Address, kind: ChatKind) -> None:
        self.passed.append((to.chat, kind))

    def halt(self, seconds: float, to: Address | None = None) -> None:
        self.halted.append((seconds, to))


def told(command: Command) -> Reply:
    """Repeat a command in words, with a button; what changes the chat is for all."""
    words = f"{command.verb}: {command.argument}"
    return Reply(Message(lines=(line(words),), rows=((Press("Again", "list"),),)), public=command.verb == "follow")


@pytest.fixture
async def slack() -> AsyncIterator[SlackApi]:
    async with SlackApi(limits=None) as peer:
        yield peer


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as opened:
        yield opened


@pytest.fixture
async def workspace(slack: SlackApi, session: aiohttp.ClientSession) -> Workspace:
    return await open_workspace(slack.bot_token, slack.url, session)


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline(told)


@pytest.fixture
def watch() -> Watch:
    return Watch()


Listening = Callable[..., Awaitable[SlackListener]]


@pytest.fixture
async def listening(
    slack: SlackApi, session: aiohttp.ClientSession, workspace: Workspace, pipeline: Pipeline, watch: Watch
) -> AsyncIterator[Listening]:
    """Start listeners, by Socket Mode or (`http=True`) behind a web server the peer posts to."""
    async with AsyncExitStack() as stack:

        async def start(
            *, http: bool = False, workspaces: tuple[Workspace, ...] = (), turn: Turn | None = None
        ) -> SlackListener:
            listener = SlackListener(
                workspaces or (workspace,),
                pipeline.execute,
                pipeline,
                session,
                watch,
                app_token="" if http else slack.app_token,
                signing_secret=slack.signing_secret,
                lane_lost=pipeline.lane_lost,
                turns={workspace.lane: turn} if turn else None,
                first_pause=0.05,
            )
            await listener.start()
            stack.push_async_callback(listener.stop)
            if http:
                slack.http.url = await _serve(listener, stack) + EVENTS_PATH
            return listener

        yield start


async def _serve(listener: SlackListener, stack: AsyncExitStack) -> str:
    app = web.Application()
    app.add_routes(listener.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return f"http://127.0.0.1:{runner.addresses[0][1]}"


def to(workspace: Workspace, chat: str) -> Address:
    """Return a channel's address."""
    return Address(Platform.SLACK, workspace.lane, chat)
