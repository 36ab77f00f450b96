"""A web chat on loopback, with a client that speaks raw HTTP to it."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.core.chat import Address, Asker, Platform, Sighting
from bot.core.commands import Command
from bot.core.message import Message, Reply, line
from bot.core.sentences import Speaker
from bot.platforms.webchat.bell import LANE, Bell
from bot.platforms.webchat.listener import WebchatListener
from bot.platforms.webchat.notifier import WebchatNotifier
from tests.platforms.webchat.memory import MemoryTranscript


@dataclass
class Script:
    """A bot that answers what it is told to and remembers what it was asked."""

    asked: list[tuple[Command, Sighting, Asker]] = field(default_factory=list)
    reply: Reply | None = None
    trouble: Exception | None = None
    slow: dict[str, asyncio.Event] = field(default_factory=dict)

    async def execute(self, command: Command, sighting: Sighting, asker: Asker) -> Reply:
        if wait := self.slow.get(command.argument):
            await wait.wait()
        self.asked.append((command, sighting, asker))
        if self.trouble:
            raise self.trouble
        return self.reply or Reply(Message(lines=(line(f"{command.verb}: {command.argument}"),)))


@dataclass
class Event:
    """One server-sent event."""

    id: int | None
    name: str
    data: Any


class Reader:
    """Reads one stream, event by event."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response

    async def next(self) -> Event:
        async with asyncio.timeout(5):
            fields: dict[str, str] = {}
            while raw := (await self.response.content.readline()).decode():
                if raw != "\n":
                    name, _, value = raw.rstrip("\n").partition(":")
                    fields[name] = value.strip()
                elif "data" in fields:
                    data = json.loads(fields["data"]) if fields["data"] else None
                    return Event(int(fields["id"]) if "id" in fields else None, fields.get("event", "message"), data)
        raise EOFError

    async def until(self, name: str) -> list[Event]:
        """Return the events before the next of that name."""
        found: list[Event] = []
        while (event := await self.next()).name != name:
            found.append(event)
        return found


@dataclass
class Web:
    """The server under test and what a test needs around it."""

    http: aiohttp.ClientSession
    runner: web.AppRunner
    transcript: MemoryTranscript
    notifier: WebchatNotifier
    listener: WebchatListener
    script: Script
    echoed: list[str]
    tick: list[float]
    readers: list[Reader] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.runner.addresses[0][1]}"

    async def post(self, body: Any, chat: str = "trial", **headers: str) -> int:
        async with self.http.post(f"{self.url}/chat/{chat}", json=body, headers=headers) as answer:
            return answer.status

    async def stream(self, chat: str = "trial", after: str = "0", **headers: str) -> Reader:
        kept = {name.replace("_", "-"): value for name, value in headers.items()}
        reader = Reader(await self.http.get(f"{self.url}/chat/{chat}/stream?after={after}", headers=kept))
        self.readers.append(reader)
        return reader

    async def alert(self, words: str, chat: str = "trial") -> int:
        address = Address(Platform.WEBCHAT, LANE, chat)
        return int(await self.notifier.send(address, Message(lines=(line(words),))))

    def bodies(self, chat: str = "trial") -> list[Any]:
        return [json.loads(said.body) for said in self.transcript.rows.get(chat, [])]


@pytest.fixture
async def chat() -> AsyncIterator[Web]:
    transcript, bell, script, tick, echoed = MemoryTranscript(), Bell(), Script(), [0.0], list[str]()
    speaker = Speaker(Platform.WEBCHAT)
    listener = WebchatListener(
        transcript, script.execute, bell, speaker, monotonic=lambda: tick[0], poll=0.02, beat=0.1
    )
    app = web.Application()
    app.add_routes(listener.routes())
    app.on_shutdown.append(listener.close)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as http:
        notifier = WebchatNotifier(transcript, bell, echoed.append)
        scene = Web(http, runner, transcript, notifier, listener, script, echoed, tick)
        yield scene
        for reader in scene.readers:
            reader.response.close()
    await runner.cleanup()
