import asyncio
import re
from contextlib import suppress
from urllib.parse import urlsplit

import aiohttp

from tests.peers.bot_api import limits
from tests.peers.bot_api.params import Params
from tests.peers.bot_api.refusal import Json, bad_request
from tests.peers.bot_api.updates import Updates

PORTS = {443, 80, 88, 8443}  # docs, setWebhook: "Ports currently supported for webhooks"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Webhook:
    """setWebhook and its worker: POSTs each update in order and again after `redeliver_after` seconds until 2xx."""

    def __init__(self, updates: Updates, redeliver_after: float) -> None:
        self.updates = updates
        self.redeliver_after = redeliver_after
        self.url = ""
        self.attempts: list[tuple[int, int]] = []  # (update_id, HTTP status; 0 for no answer)
        self._secret = ""
        self._connections = 40  # docs, setWebhook.max_connections: "Defaults to 40"
        self._error: tuple[float, str] | None = None
        self._worker: asyncio.Task[None] | None = None

    async def set(self, params: Params) -> bool:
        """setWebhook; an empty url removes it. Source: docs, setWebhook; Client::process_set_webhook_query."""
        url = params.text("url").strip()
        if url:
            self._check(url, params)
        await self.stop()
        if params.flag("drop_pending_updates"):
            self.updates.drop()
        self.updates.allow(params)
        self.url = self.updates.webhook_url = url
        self._secret, self._error = params.text("secret_token"), None
        if url:
            self.updates.end_poll("terminated by setWebhook request")
            self._connections = params.number("max_connections", 40)
            self._worker = asyncio.create_task(self._work())
        return True

    async def delete(self, params: Params) -> bool:
        """deleteWebhook."""
        drop = params.raw.get("drop_pending_updates", "")
        return await self.set(Params({"drop_pending_updates": drop}))

    def _check(self, url: str, params: Params) -> None:
        parts = urlsplit(url)
        if parts.hostname not in LOOPBACK:  # the peer's one leniency: plain HTTP and any port on this machine
            if parts.scheme != "https":
                raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
            if (parts.port or 443) not in PORTS:
                raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        secret = params.text("secret_token")
        if len(secret) > limits.SECRET_CHARACTERS:
            raise bad_request("Secret token is too long")
        if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
            raise bad_request("Secret token contains unallowed characters")

    def info(self) -> Json:
        """docs, WebhookInfo."""
        shape: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.updates.pending),
        }
        if self.url:
            shape["max_connections"] = self._connections
        if self._error:
            shape |= {"last_error_date": int(self._error[0]), "last_error_message": self._error[1]}
        return shape | ({"allowed_updates": self.updates.allowed} if self.updates.allowed else {})

    async def _work(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
            while True:
                await self._wait_for_update()
                update = self.updates.pending[0]
                if await self._deliver(session, update):
                    self.updates.done(update["update_id"])
                else:
                    await asyncio.sleep(self.redeliver_after)

    async def _wait_for_update(self) -> None:
        while not self.updates.pending:
            self.updates.arrived.clear()
            await self.updates.arrived.wait()

    async def _deliver(self, session: aiohttp.ClientSession, update: Json) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._secret} if self._secret else {}
        status, reason = 0, "Connection failed"
        with suppress(aiohttp.ClientError, TimeoutError):
            async with session.post(self.url, json=update, headers=headers, allow_redirects=False) as answer:
                status, reason = answer.status, f"{answer.status} {answer.reason}"
        self.attempts.append((update["update_id"], status))
        if 200 <= status < 300:
            return True
        self._error = (self.updates.clock(), f"Wrong response from the webhook: {reason}")
        return False

    async def stop(self) -> None:
        """End the worker."""
        if self._worker:
            self._worker.cancel()
            with suppress(asyncio.CancelledError):
                await self._worker
        self._worker = None
