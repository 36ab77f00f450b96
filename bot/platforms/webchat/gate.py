"""Who may speak to the page's routes: the right host, the page itself, in moderate size and number."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
"""The names a server bound to loopback answers to; any other is a stranger's name pointed at it (DNS rebinding)."""

BODY_BYTES = 16_384
BODY_SECONDS = 10.0
_MOST_KEYS = 1000


class Rate:
    """At most `most` passes in any `seconds`, for each key by itself."""

    def __init__(self, most: int, seconds: float, monotonic: Callable[[], float]) -> None:
        self._most, self._seconds, self._monotonic = most, seconds, monotonic
        self._passed: dict[str, deque[float]] = {}

    def wait(self, key: str) -> float:
        """Return 0 and count a pass, or the seconds until the next may pass."""
        now = self._monotonic()
        if len(self._passed) >= _MOST_KEYS:
            self._passed = {k: times for k, times in self._passed.items() if times[-1] > now - self._seconds}
        times = self._passed.setdefault(key, deque())
        while times and times[0] <= now - self._seconds:
            times.popleft()
        if len(times) >= self._most:
            return times[0] + self._seconds - now
        times.append(now)
        return 0.0


class Gate:
    """Refuses by raising aiohttp's own answers. With no `allowed_hosts` any Host header passes."""

    def __init__(self, allowed_hosts: frozenset[str], monotonic: Callable[[], float]) -> None:
        self._hosts = allowed_hosts
        self._per_chat = Rate(20, 10.0, monotonic)
        self._per_caller = Rate(120, 10.0, monotonic)

    def check_host(self, request: web.Request) -> None:
        """Refuse a request that was sent to a name not ours."""
        if self._hosts and _hostname(f"//{request.host}") not in self._hosts:
            raise web.HTTPForbidden(text="This address is not served here.\n")

    def check_origin(self, request: web.Request) -> None:
        """Refuse what another site's page sends. A program that is no browser sends neither header and passes."""
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if site not in (None, "same-origin") or (origin is not None and _netloc(origin) != request.host.lower()):
            raise web.HTTPForbidden(text="Only the chat page itself may do this.\n")

    def check_rate(self, request: web.Request, chat: str) -> None:
        """Refuse with 429 what comes too quickly, from one caller or for one chat."""
        if wait := self._per_caller.wait(request.remote or "") or self._per_chat.wait(chat):
            raise web.HTTPTooManyRequests(headers={"Retry-After": str(int(wait) + 1)})


async def read_object(request: web.Request) -> dict[str, Any]:
    """Return the request's JSON object; refuses other types (415), sizes (413), slowness (408) and shapes (400)."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.content.iter_any():
                body += piece
                if len(body) > BODY_BYTES:
                    raise web.HTTPRequestEntityTooLarge(BODY_BYTES, len(body))
        found = json.loads(body)
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest from None
    if not isinstance(found, dict):
        raise web.HTTPBadRequest
    return found


def _hostname(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
