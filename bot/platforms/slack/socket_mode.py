"""Socket Mode: Slack's side of the conversation over a WebSocket that we open, so that no address of ours is needed.

https://docs.slack.dev/apis/events-api/using-socket-mode. This is our own because slack-sdk's client, once a connection
fails, tries the same used-up address again and again, and because here a new socket opens before the old one ends.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp

from bot.core.errors import SendError
from bot.platforms.slack.refusals import translated

Body = dict[str, Any]

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
PING_SECONDS = 15.0
DRAIN_SECONDS = 15.0
STEADY_SECONDS = 10.0
_CLOSING = aiohttp.ClientWSTimeout(ws_close=1.0)
_log = logging.getLogger(__name__)


class Socket:
    """Keeps one connection open and hands over what comes. `take` gets an envelope after it was acknowledged."""

    def __init__(
        self,
        address: Callable[[], Awaitable[str]],
        session: aiohttp.ClientSession,
        take: Callable[[str, Body], Awaitable[None]],
        *,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        self._address, self._session, self._take, self._first_pause = address, session, take, first_pause
        self._keeper: asyncio.Task[None] | None = None
        self._readers: set[asyncio.Task[None]] = set()
        self._greeted = asyncio.Event()

    async def start(self, patience: float) -> None:
        """Begin to connect; return once connected, or after `patience` seconds while it goes on trying."""
        self._keeper = asyncio.create_task(self._keep())
        try:
            await asyncio.wait_for(self._greeted.wait(), patience)
        except TimeoutError:
            _log.warning("slack: not connected yet, still trying")

    async def stop(self) -> None:
        """Close every connection at once; what Slack sends meanwhile it sends to the next one."""
        tasks = [*([self._keeper] if self._keeper else []), *self._readers]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep(self) -> None:
        pause, clock = self._first_pause, asyncio.get_running_loop().time
        while True:
            began = clock()
            asked = await self._hold()
            if clock() - began > STEADY_SECONDS:
                # Slack renews a socket every few hours: the next one is opened at once.
                pause = self._first_pause
                continue
            await asyncio.sleep(asked or pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _hold(self) -> float | None:
        """Hold one connection until it ends or says that it will; return the seconds Slack asks us to wait."""
        ended = asyncio.Event()
        try:
            # Every connection has an address of its own; one that failed is used up.
            socket = await self._connect()
        except SendError as error:
            _log.warning("slack: no socket, trying again: %s", error)
            return getattr(error, "retry_after", None)
        reader = asyncio.create_task(self._read(socket, ended))
        self._readers.add(reader)
        reader.add_done_callback(self._readers.discard)
        await ended.wait()
        return None

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        try:
            address = await self._address()
            return await self._session.ws_connect(address, heartbeat=PING_SECONDS, timeout=_CLOSING)
        except SendError:
            raise
        except Exception as error:
            raise translated(error) from None

    async def _read(self, socket: aiohttp.ClientWebSocketResponse, ended: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(None) as limit:
                async for frame in socket:
                    if frame.type is aiohttp.WSMsgType.TEXT and await self._handle(socket, frame.data):
                        # Announced: open the next one now, and drain this one for what is still under way.
                        ended.set()
                        limit.reschedule(asyncio.get_running_loop().time() + DRAIN_SECONDS)
        except (TimeoutError, OSError, aiohttp.ClientError):
            pass
        finally:
            ended.set()
            await socket.close()

    async def _handle(self, socket: aiohttp.ClientWebSocketResponse, text: str) -> bool:
        """Deal with one frame; return whether this connection is about to end."""
        told = _object(text)
        kind, envelope = told.get("type"), told.get("envelope_id")
        if kind == "hello":
            self._greeted.set()
        if envelope:
            # First of all: Slack waits three seconds, and repeats what it hears nothing of.
            await socket.send_str(json.dumps({"envelope_id": envelope}))
            await self._hand_over(str(kind), told.get("payload"))
        if kind == "disconnect":
            _log.info("slack: socket ends (%s)", told.get("reason"))
        return kind == "disconnect"

    async def _hand_over(self, kind: str, payload: Any) -> None:
        try:
            if isinstance(payload, dict):
                await self._take(kind, payload)
        except Exception:
            # One strange envelope must not cost the connection.
            _log.exception("slack: a %s envelope was not understood", kind)


def _object(text: str) -> Body:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
