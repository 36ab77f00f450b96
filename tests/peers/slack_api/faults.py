"""What a network and a tired server do, scripted per request."""

import asyncio
from collections import deque
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Fault:
    """One request's misfortune; made by the functions below. An `accepted` request has its effect all the same."""

    kind: str
    accepted: bool
    seconds: float = 0.0
    status: int = 200
    error: str = ""


def accept_then_delay(seconds: float) -> Fault:
    """The call has its effect; the answer comes late."""
    return Fault("accept then delay", True, seconds)


def accept_then_close() -> Fault:
    """The call has its effect; the connection closes without an answer."""
    return Fault("accept then close", True)


def close() -> Fault:
    """The connection closes and nothing happened."""
    return Fault("close", False)


def status(code: int) -> Fault:
    """A bare error status, no JSON; nothing happened."""
    return Fault("status", False, status=code)


def bad_gateway() -> Fault:
    """502 with a proxy's HTML page; nothing happened."""
    return Fault("html", False, status=502)


def slow(seconds: float) -> Fault:
    """The call has its effect; the answer's bytes trickle over this time."""
    return Fault("slow", True, seconds)


def refuse(error: str) -> Fault:
    """200 with ok:false and this error (`internal_error`, `fatal_error`, …); nothing happened."""
    return Fault("refuse", False, error=error)


def rate_limited(seconds: int) -> Fault:
    """429 with this Retry-After; nothing happened."""
    return Fault("rate limited", False, seconds, status=429)


class Faults:
    """The misfortunes to come, each for the next calls of its method (`*` for any), in order."""

    def __init__(self) -> None:
        self._coming: deque[tuple[str, str, Fault]] = deque()

    def script(self, fault: Fault, method: str = "chat.postMessage", times: int = 1, channel: str = "") -> None:
        """Let the next `times` calls of a method (into one channel, where named) meet this fault."""
        self._coming.extend([(method, channel, fault)] * times)

    def take(self, method: str, channel: str) -> Fault | None:
        """Return the next fault for this call and strike it off."""
        for entry in self._coming:
            if entry[0] in ("*", method) and entry[1] in ("", channel):
                self._coming.remove(entry)
                return entry[2]
        return None


async def befall(fault: Fault, request: web.Request, answer: web.Response) -> web.StreamResponse:
    """Answer a request as the fault says; `answer` is what a healthy peer would have said."""
    if fault.kind in ("close", "accept then close"):
        assert request.transport is not None
        request.transport.abort()
        return answer
    if fault.kind == "accept then delay":
        await asyncio.sleep(fault.seconds)
        return answer
    if fault.kind == "slow":
        return await _trickle(request, answer, fault.seconds)
    if fault.kind == "refuse":
        return web.json_response({"ok": False, "error": fault.error})
    if fault.kind == "rate limited":
        return too_many(int(fault.seconds))
    page = "<html><body><h1>502 Bad Gateway</h1></body></html>" if fault.kind == "html" else ""
    return web.Response(status=fault.status, text=page, content_type="text/html" if page else "text/plain")


def too_many(seconds: int) -> web.Response:
    """Return a 429 as Slack sends it: https://docs.slack.dev/apis/web-api/rate-limits."""
    body = {"ok": False, "error": "ratelimited"}
    return web.json_response(body, status=429, headers={"Retry-After": str(seconds)})


async def _trickle(request: web.Request, answer: web.Response, seconds: float) -> web.StreamResponse:
    body = answer.body if isinstance(answer.body, bytes) else b""
    stream = web.StreamResponse(status=answer.status, headers={"Content-Type": "application/json"})
    stream.content_length = len(body)
    await stream.prepare(request)
    pause = seconds / max(len(body), 1)
    for position in range(len(body)):
        await asyncio.sleep(pause)
        await stream.write(body[position : position + 1])
    await stream.write_eof()
    return stream
