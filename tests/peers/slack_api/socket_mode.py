"""Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode"""

import asyncio
import contextlib
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.peers.slack_api.calls import Desk
from tests.peers.slack_api.ledger import Arrival
from tests.peers.slack_api.shapes import Json
from tests.peers.slack_api.timing import Handed, Timing

MOST_SOCKETS = 10  # https://docs.slack.dev/apis/events-api/using-socket-mode#connections
_UNANSWERED: Json = {}


@dataclass(eq=False, slots=True)
class Socket:
    """One open connection and the envelopes it was given, in order."""

    number: int
    ws: web.WebSocketResponse
    envelopes: list[Json] = field(default_factory=list)
    waiting: dict[str, "asyncio.Future[Json]"] = field(default_factory=dict)


class Sockets:
    """The app's connections. Each envelope goes to one of them, in turn."""

    def __init__(self, desk: Desk, timing: Timing) -> None:
        self._desk, self.timing = desk, timing
        self.open: list[Socket] = []
        self.late_acks: list[str] = []
        """Envelope ids acked too late, twice, or never sent."""
        self._count = 0
        self._turn = 0

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Take a connection with a ticket of apps.connections.open; a ticket is good once."""
        _, wrong = self._desk.tickets.spend(request.query.get("ticket", ""))
        self._desk.ledger.note(Arrival(self._desk.world.clock(), "websocket", {}, error=wrong))
        if wrong:
            return web.Response(status=404)
        ws = web.WebSocketResponse(timeout=0.5)
        await ws.prepare(request)
        if len(self.open) >= MOST_SOCKETS:
            await self._say_goodbye(ws, "too_many_websockets")
            return ws
        await self._serve(ws)
        return ws

    async def deliver(self, kind: str, payload: Json, *, accepts: bool = False) -> Handed:
        """Hand one envelope over, again where it is not acked: events by the schedule, the rest once more at once."""
        started = asyncio.get_running_loop().time()
        waits = (0.0, *(self.timing.waits if kind == "events_api" else self.timing.waits[:1]))
        for attempt, wait in enumerate(waits):
            await asyncio.sleep(wait)
            if not self.open:
                continue
            answer = await self._hand_over(kind, payload, accepts, attempt)
            if answer is not _UNANSWERED:
                seconds = asyncio.get_running_loop().time() - started
                return Handed(True, attempt + 1, seconds, answer.get("payload"))
        seconds = asyncio.get_running_loop().time() - started
        error = "operation_timeout" if self.open else "dispatch_failed"
        return Handed(False, len(waits), seconds, error=error)

    async def disconnect(self, reason: str = "refresh_requested", grace: float | None = 0.05) -> None:
        """Tell the oldest connection that it ends, and end it `grace` seconds later (None: leave that to the app)."""
        # warning: about 10 seconds before the end; refresh_requested: the end is now.
        socket = self.open[0]
        await self._say_goodbye(socket.ws, reason, close=False)
        if grace is not None:
            await asyncio.sleep(grace)
            await socket.ws.close()

    async def drop(self) -> None:
        """End every connection without a warning."""
        for socket in list(self.open):
            await socket.ws.close(code=1001)

    async def _serve(self, ws: web.WebSocketResponse) -> None:
        socket = Socket(self._count, ws)
        self._count += 1
        self.open.append(socket)
        try:
            await ws.send_json(self._hello())
            self._desk.ledger.changed()
            async for frame in ws:
                if frame.type is WSMsgType.TEXT:
                    self._hear(socket, frame.data)
        finally:
            self.open.remove(socket)
            for future in socket.waiting.values():
                if not future.done():
                    future.set_result(_UNANSWERED)
            self._desk.ledger.changed()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.open),
            "connection_info": {"app_id": self._desk.world.app_id},
            "debug_info": {"host": "peer", "build_number": 1, "approximate_connection_time": 18060},
        }

    def _hear(self, socket: Socket, text: str) -> None:
        answer: Any = None
        with contextlib.suppress(ValueError):
            answer = json.loads(text)
        envelope = answer.get("envelope_id") if isinstance(answer, dict) else None
        future = socket.waiting.get(str(envelope))
        if future is None or future.done():
            self.late_acks.append(str(envelope))
            self._desk.ledger.note(Arrival(self._desk.world.clock(), "ack", {"text": text}, error="unknown_envelope"))
        else:
            future.set_result(answer)

    async def _hand_over(self, kind: str, payload: Json, accepts: bool, attempt: int) -> Json:
        socket = self.open[self._turn % len(self.open)]
        self._turn += 1
        name = str(uuid.uuid4())
        envelope = {
            "envelope_id": name,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": accepts,
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        socket.waiting[name] = future
        socket.envelopes.append(envelope)
        try:
            await socket.ws.send_json(envelope)
            return await asyncio.wait_for(future, self.timing.ack)
        except (TimeoutError, ConnectionError):
            return _UNANSWERED
        finally:
            del socket.waiting[name]

    async def _say_goodbye(self, ws: web.WebSocketResponse, reason: str, *, close: bool = True) -> None:
        await ws.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "peer"}})
        if close:
            await ws.close()
