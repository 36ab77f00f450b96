"""The web chat's routes: a page, a stream of what is said, and a place to say something."""

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakValueDictionary

from aiohttp import web

from bot.core.chat import Address, Asker, ChatKind, Platform, Sighting
from bot.core.commands import parse
from bot.core.message import Message, Reply, Showing
from bot.core.ports import Execute
from bot.core.sentences import Speaker
from bot.core.stores import Transcript
from bot.platforms.webchat.bell import LANE, Bell, is_chat_name
from bot.platforms.webchat.files import Files
from bot.platforms.webchat.gate import LOOPBACK_HOSTS, Gate, read_object
from bot.platforms.webchat.render import buttons_body, message_body, typed_body
from bot.platforms.webchat.stream import Streams

TEXT_CHARS = 2000
FIRST_CHAT = "trial"
_MOST_STREAMS = 200
_LARGEST_ID = 2**53
_UNTYPEABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class WebchatListener:
    """Receives what people write on the page. `routes` go into the web server; `close` belongs in its `on_shutdown`.

    `poll` and `beat` are in seconds. With no `allowed_hosts` any Host header is answered.
    """

    def __init__(
        self,
        transcript: Transcript,
        execute: Execute,
        bell: Bell,
        speaker: Speaker,
        *,
        monotonic: Callable[[], float],
        allowed_hosts: frozenset[str] = LOOPBACK_HOSTS,
        poll: float = 0.5,
        beat: float = 15.0,
    ) -> None:
        self._transcript, self._execute, self._bell, self._speaker = transcript, execute, bell, speaker
        self._gate = Gate(allowed_hosts, monotonic)
        self._files = Files(speaker)
        self._streams = Streams(transcript, bell, poll=poll, beat=beat, most=_MOST_STREAMS)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def routes(self) -> list[web.RouteDef]:
        """Return the page's routes, every one behind the Host check."""
        return [
            web.get("/", self._guarded(self._show_page)),
            web.get("/new", self._guarded(self._new_chat)),
            web.get("/static/{file}", self._guarded(self._show_file)),
            web.get("/chat/{name}/stream", self._guarded(self._stream), allow_head=False),
            web.post("/chat/{name}", self._guarded(self._hear)),
        ]

    async def close(self, _app: web.Application | None = None) -> None:
        """End every open stream, so that the server can stop."""
        self._streams.close()

    async def _show_page(self, request: web.Request) -> web.StreamResponse:
        name = request.query.get("chat", FIRST_CHAT)
        return self._files.chat(name) if is_chat_name(name) else self._files.missing()

    async def _new_chat(self, _request: web.Request) -> web.StreamResponse:
        headers = {"Location": f"/?chat={secrets.token_hex(16)}", "Cache-Control": "no-store"}
        return web.Response(status=303, headers=headers)

    async def _show_file(self, request: web.Request) -> web.StreamResponse:
        return self._files.static(request.match_info["file"])

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if not is_chat_name(name):
            return self._files.missing()
        last = request.headers.get("Last-Event-ID") or request.query.get("after", "")
        return await self._streams.serve(request, name, _as_id(last))

    async def _hear(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if not is_chat_name(name):
            return self._files.missing()
        self._gate.check_origin(request)
        self._gate.check_rate(request, name)
        spoken = await read_object(request)
        text, pressed = _read(spoken)
        async with self._turns.setdefault(name, asyncio.Lock()):
            if not pressed:
                await self._say(name, typed_body(text), mine=True)
            reply = await self._answer(text, _sighting(request, name))
            await self._show(name, reply, pressed)
        return web.json_response({}, headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"})

    async def _answer(self, text: str, sighting: Sighting) -> Reply:
        try:
            return await self._execute(parse(text, bare=True), sighting, Asker())
        except Exception:
            _log.exception("a web chat's command failed")
            return Reply(Message(lines=(self._speaker.line("trouble"),)))

    async def _show(self, name: str, reply: Reply, pressed: int) -> None:
        match reply.showing:
            case Showing.BUTTONS if pressed:
                await self._say(name, buttons_body(reply.message), replaces=pressed)
            case Showing.REPLACE:
                await self._say(name, message_body(reply.message), replaces=pressed)
            case _:
                await self._say(name, message_body(reply.message))

    async def _say(self, name: str, body: str, *, mine: bool = False, replaces: int = 0) -> None:
        await self._transcript.add(name, mine, body, replaces)
        self._bell.ring(name)

    def _guarded(self, handler: Handler) -> Handler:
        async def checked(request: web.Request) -> web.StreamResponse:
            self._gate.check_host(request)
            return await handler(request)

        return checked


def _read(spoken: dict[str, Any]) -> tuple[str, int]:
    """Return the text typed and 0, or the command pressed and the id of the message whose button it was."""
    match spoken:
        case {"text": str(text)} if len(text) <= TEXT_CHARS and _UNTYPEABLE.sub("", text).strip():
            return _UNTYPEABLE.sub("", text).strip(), 0
        case {"press": str(command), "message": int(pressed)} if command.strip() and 0 < pressed < _LARGEST_ID:
            return _UNTYPEABLE.sub("", command[:TEXT_CHARS]).strip(), pressed
    raise web.HTTPBadRequest


def _sighting(request: web.Request, name: str) -> Sighting:
    wished = request.headers.get("Accept-Language", "").split(",")[0].split(";")[0].strip()
    language = wished if _LANGUAGE.fullmatch(wished) else ""
    return Sighting(Address(Platform.WEBCHAT, LANE, name), ChatKind.TRIAL, language=language)


def _as_id(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 17 else 0
