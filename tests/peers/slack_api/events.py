"""Signed HTTP: what Slack posts to an app's own address."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

import aiohttp

from tests.peers.slack_api.shapes import Json
from tests.peers.slack_api.timing import Handed, Timing


class Signature(StrEnum):
    """How a request is signed."""

    RIGHT = "right"
    FORGED = "forged"
    """With another secret."""
    STALE = "stale"
    """Rightly, six minutes ago: https://docs.slack.dev/authentication/verifying-requests-from-slack allows five."""
    NON_NUMERIC = "non-numeric"
    """Rightly, over a timestamp that is no number."""
    MISSING = "missing"


@dataclass(slots=True)
class Delivery:
    """One request to the app and what came of it. `status` is 0 until an answer came; `error` is Slack's word."""

    kind: str
    url: str
    headers: dict[str, str]
    body: bytes
    status: int = 0
    answer: str = ""
    answer_headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    """How long the app took, also where it was later than Slack waits."""
    error: str = ""

    @property
    def ok(self) -> bool:
        return not self.error


def sign(secret: str, body: bytes, timestamp: str) -> dict[str, str]:
    """Return the two headers of a signed request."""
    # https://docs.slack.dev/authentication/verifying-requests-from-slack
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


class HttpDoor:
    """Posts to the app. `url` is where it listens; empty means it does not (Socket Mode)."""

    def __init__(self, secret: str, clock: Callable[[], float], timing: Timing) -> None:
        self._secret, self._clock, self.timing = secret, clock, timing
        self.url = ""
        self.deliveries: list[Delivery] = []
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Stop waiting for late answers."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def form(self, kind: str, fields: dict[str, str], signature: Signature = Signature.RIGHT) -> Handed:
        """Post a command or an interaction; it is not retried."""
        made = self._made(kind, urlencode(fields).encode(), "application/x-www-form-urlencoded", signature)
        await self._post(made)
        error = {"": "", "http_timeout": "operation_timeout"}.get(made.error, "dispatch_failed")
        return Handed(made.ok, 1, made.seconds, _read(made) if made.ok else None, error)

    async def event(self, payload: Json, signature: Signature = Signature.RIGHT) -> Handed:
        """Post an event, again and again by the schedule until the app takes it."""
        body, reason, seconds = json.dumps(payload).encode(), "", 0.0
        for attempt, wait in enumerate((0.0, *self.timing.waits)):
            await asyncio.sleep(wait)
            made = self._made("event", body, "application/json", signature)
            if attempt:
                made.headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
            await self._post(made)
            reason, seconds = made.error, seconds + made.seconds
            # https://docs.slack.dev/apis/events-api/#retries: an app may say that it wants no retry.
            if made.ok or made.answer_headers.get("X-Slack-No-Retry") == "1":
                break
        return Handed(made.ok, attempt + 1, seconds, _read(made), made.error)

    async def verify_url(self) -> bool:
        """Ask the app to prove that it listens: https://docs.slack.dev/reference/events/url_verification"""
        challenge = hashlib.sha256(str(self._clock()).encode()).hexdigest()
        body = json.dumps({"type": "url_verification", "token": "unused", "challenge": challenge}).encode()
        made = self._made("url_verification", body, "application/json", Signature.RIGHT)
        await self._post(made)
        answer = _read(made)
        return made.ok and challenge in (answer, answer.get("challenge") if isinstance(answer, dict) else None)

    async def replay(self, earlier: Delivery) -> Delivery:
        """Send the same bytes under the same headers once more, as somebody who overheard them would."""
        again = Delivery(earlier.kind, earlier.url, dict(earlier.headers), earlier.body)
        await self._post(again)
        return again

    def _made(self, kind: str, body: bytes, content_type: str, signature: Signature) -> Delivery:
        stamp = str(int(self._clock()) - (360 if signature is Signature.STALE else 0))
        if signature is Signature.NON_NUMERIC:
            stamp = "yesterday"
        secret = "another" if signature is Signature.FORGED else self._secret
        headers = {"Content-Type": content_type, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)"}
        if signature is not Signature.MISSING:
            headers |= sign(secret, body, stamp)
        return Delivery(kind, self.url, headers, body)

    async def _post(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        task = asyncio.create_task(self._exchange(delivery))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        done, _ = await asyncio.wait([task], timeout=self.timing.ack)
        if not done:
            # The answer may still come and is written down, but Slack no longer waits for it.
            delivery.error, delivery.seconds = "http_timeout", self.timing.ack

    async def _exchange(self, delivery: Delivery) -> None:
        self._session = self._session or aiohttp.ClientSession()
        started = asyncio.get_running_loop().time()
        error = ""
        try:
            # https://docs.slack.dev/apis/events-api/#errors: at most two redirects are followed.
            async with self._session.post(
                delivery.url, data=delivery.body, headers=delivery.headers, max_redirects=2
            ) as answer:
                delivery.answer = await answer.text()
                delivery.status, delivery.answer_headers = answer.status, dict(answer.headers)
                error = "" if 200 <= answer.status < 300 else "http_error"
        except aiohttp.TooManyRedirects:
            error = "too_many_redirects"
        except aiohttp.ClientError:
            error = "connection_failed"
        delivery.seconds = asyncio.get_running_loop().time() - started
        delivery.error = delivery.error or error


def _read(delivery: Delivery) -> Any:
    try:
        return json.loads(delivery.answer)
    except ValueError:
        return delivery.answer or None
