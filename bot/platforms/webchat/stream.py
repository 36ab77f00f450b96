"""A chat as a stream of server-sent events: what was said since an id, then what is being said."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator

from aiohttp import web

from bot.core.stores import Said, Transcript
from bot.platforms.webchat.bell import Bell

PAGE_SIZE = 200
WRITE_SECONDS = 20.0
"""A reader that takes nothing for this long is let go; its browser comes back and asks for the rest."""

_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",  # nginx would keep events back
    "X-Content-Type-Options": "nosniff",
}
_CAUGHT_UP = "event: caught-up\ndata:\n\n"
_BEAT = "event: beat\ndata:\n\n"
_RESET = "id: 0\nevent: reset\ndata:\n\n"


class Streams:
    """Serves streams. `poll` and `beat` are in seconds: how often to look for other processes' messages, and
    after how long a silence to send a sign of life."""

    def __init__(self, transcript: Transcript, bell: Bell, *, poll: float, beat: float, most: int) -> None:
        self._transcript, self._bell = transcript, bell
        self._poll, self._beat, self._most = poll, beat, most
        self._open = 0
        self._closing = False

    def close(self) -> None:
        """Let every reader go."""
        self._closing = True
        self._bell.ring_all()

    async def serve(self, request: web.Request, chat: str, last: int) -> web.StreamResponse:
        """Write the chat's messages above id `last` and go on until the reader leaves; 503 where too many read."""
        if self._open >= self._most or self._closing:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "5"})
        self._open += 1
        try:
            return await self._write(request, chat, last)
        finally:
            self._open -= 1

    async def _write(self, request: web.Request, chat: str, last: int) -> web.StreamResponse:
        response = web.StreamResponse(headers=_HEADERS)
        try:
            await response.prepare(request)
            async with contextlib.aclosing(self._events(request, chat, last)) as events:
                async for text in events:
                    async with asyncio.timeout(WRITE_SECONDS):
                        await response.write(text.encode("ascii"))
        except (ConnectionError, TimeoutError):
            pass  # the reader left; what it has not seen waits in the transcript
        return response

    async def _events(self, request: web.Request, chat: str, last: int) -> AsyncGenerator[str, None]:
        yield "retry: 1000\n\n"
        if last and not await self._transcript.since(chat, last - 1, 1):
            last = 0  # a transcript that began anew: the reader's ids mean nothing in it
            yield _RESET
        caught_up, quiet = False, 0.0
        with self._bell.listening(chat) as ear:
            while not self._closing and request.transport and not request.transport.is_closing():
                ear.clear()
                news = await self._transcript.since(chat, last, PAGE_SIZE)
                for said in news:
                    last = said.id
                    yield _as_event(said)
                if not caught_up and len(news) < PAGE_SIZE:
                    caught_up = True
                    yield _CAUGHT_UP
                if news:
                    quiet = 0.0
                elif await self._is_silent(ear):
                    quiet += self._poll
                if quiet >= self._beat:
                    quiet = 0.0
                    yield _BEAT

    async def _is_silent(self, ear: asyncio.Event) -> bool:
        try:
            async with asyncio.timeout(self._poll):
                await ear.wait()
        except TimeoutError:
            return True
        return False


def _as_event(said: Said) -> str:
    head = {"id": said.id, "mine": said.mine, "at": said.at.isoformat(), "replaces": said.replaces}
    return f'id: {said.id}\ndata: {json.dumps(head)[:-1]}, "body": {said.body}}}\n\n'
