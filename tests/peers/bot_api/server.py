import asyncio
import re
import time
from collections.abc import Callable
from typing import Any, Self

from aiohttp import web

from tests.peers.bot_api.faults import Fault, Faults
from tests.peers.bot_api.limits import Clock, Limits
from tests.peers.bot_api.methods import SENDING
from tests.peers.bot_api.methods_chat import CHATS
from tests.peers.bot_api.methods_profile import PROFILE
from tests.peers.bot_api.params import Params, read_params
from tests.peers.bot_api.people import People
from tests.peers.bot_api.refusal import Json, Refusal, not_found
from tests.peers.bot_api.state import Request, Sent, User, World
from tests.peers.bot_api.updates import Updates
from tests.peers.bot_api.webhook import Webhook

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawx"  # made up, in the shape of the docs' example
_METHODS = {**SENDING, **CHATS, **PROFILE}


def wall_clock() -> Clock:
    """Unix seconds that never step back."""
    offset = time.time() - time.monotonic()
    return lambda: time.monotonic() + offset


class BotApi(People):
    """A strict Bot API on 127.0.0.1. `limits=None` switches the flood limits off; `clock` gives Unix seconds."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "crisis_test_bot",
        limits: Limits | None = Limits(),  # noqa: B008 -- frozen
        clock: Clock | None = None,
        callback_seconds: float = 60.0,
        redeliver_after: float = 0.05,
        port: int = 0,
    ) -> None:
        self.token = token
        self.clock = clock or wall_clock()
        bot = User(int(token.partition(":")[0]), "Crisis Bot", username, is_bot=True)
        self.world = World(bot, self.clock, limits, callback_seconds)
        self.updates = Updates(self.clock)
        self.webhook = Webhook(self.updates, redeliver_after)
        self.faults = Faults()
        self.requests: list[Request] = []
        self.app = web.Application(client_max_size=16 * 2**20)
        self.url = ""
        self._port = port
        self._revoked = False
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=0.2)
        # methods that wait or belong to the queue
        self._own: dict[str, Callable[[Params], Any]] = {
            "getupdates": self.updates.poll,
            "setwebhook": self.webhook.set,
            "deletewebhook": self.webhook.delete,
        }

    async def __aenter__(self) -> Self:
        self.app.router.add_route("*", "/bot{token}/{method}", self._serve)
        self.app.router.add_route("*", "/{tail:.*}", self._lost)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.webhook.stop()
        self.updates.stop()
        await self._runner.cleanup()

    # --- what a test looks at ------------------------------------------------------------------------------------

    @property
    def sent(self) -> list[Sent]:
        """The accepted sendMessage calls, oldest first."""
        return self.world.sent

    @property
    def edits(self) -> list[Sent]:
        """The accepted edits, oldest first."""
        return self.world.edits

    @property
    def refused(self) -> list[Request]:
        """The requests that were answered with an error."""
        return [request for request in self.requests if request.reason is not None]

    async def wait_for(self, wanted: Callable[[Sent], bool] | int, timeout: float = 5.0) -> Sent:  # noqa: ASYNC109
        """The first message that fits, or the n-th; TimeoutError says what was sent instead."""

        def found() -> Sent | None:
            if isinstance(wanted, int):
                return self.sent[wanted - 1] if len(self.sent) >= wanted else None
            return next(filter(wanted, self.sent), None)

        await self.wait_until(lambda: found() is not None, timeout)
        result = found()
        assert result is not None
        return result

    async def wait_until(self, holds: Callable[[], bool], timeout: float = 5.0) -> None:  # noqa: ASYNC109
        """Return as soon as `holds()`, looked at after every request."""
        try:
            async with asyncio.timeout(timeout):
                while not holds():
                    await self.world.changed.wait()
        except TimeoutError:
            seen = [(sent.chat_id, sent.text[:60]) for sent in self.sent[-5:]]
            raise TimeoutError(f"not within {timeout} s; last sent {seen}, refused {self.refused[-3:]}") from None

    # --- what a test arranges ------------------------------------------------------------------------------------

    def fault(
        self,
        fault: Fault,
        method: str = "sendMessage",
        when: Callable[[Request], bool] = lambda request: True,
        times: int = 1,
    ) -> None:
        """Let the next `times` requests of `method` ("" is any) that fit `when` go wrong."""
        self.faults.add(fault, method, when, times)

    def revoke_token(self) -> None:
        """From now on every request is unauthorised, as after /revoke at BotFather."""
        self._revoked = True
        self.updates.stop()

    def restore_token(self) -> None:
        """The token works again."""
        self._revoked = False

    def control(self, routes: list[web.RouteDef]) -> None:
        """Add routes beside the Bot API's own, before the start."""
        self.app.router.add_routes(routes)

    # --- HTTP ----------------------------------------------------------------------------------------------------

    async def _lost(self, request: web.Request) -> web.StreamResponse:
        return self._refuse(not_found())

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        record = Request(self.clock(), request.match_info["method"], {})
        self.requests.append(record)
        self.world.touch()
        try:
            self._check_token(request)
            params = await read_params(request)
            record.params = params.raw
            fault = self.faults.take(record)
            if fault:
                return await self._go_wrong(request, fault, record, params)
            return web.json_response(await self._call(record, params))
        except Refusal as refusal:
            record.status, record.reason = refusal.code, refusal.description
            return self._refuse(refusal)
        finally:
            self.world.touch()

    def _check_token(self, request: web.Request) -> None:
        token = request.match_info["token"]
        if request.method not in {"GET", "POST"}:
            raise not_found()
        if not re.fullmatch(r"[1-9]\d*:[A-Za-z0-9_-]{35}", token):  # api.telegram.org does not route such a path
            raise not_found()
        if token != self.token or self._revoked:
            raise Refusal(401, "Unauthorized")

    async def _call(self, record: Request, params: Params) -> Json:
        name = record.method.lower()  # docs: "All methods in the Bot API are case-insensitive"
        if name in self._own:
            result = await self._own[name](params)
        elif name == "getwebhookinfo":
            result = self.webhook.info()
        elif name in _METHODS:
            result = _METHODS[name](self.world, params)
        else:
            raise not_found("method not found")
        if self._revoked:  # while a poll waited
            raise Refusal(401, "Unauthorized")
        record.status = 200
        return {"ok": True, "result": result}

    async def _go_wrong(
        self, request: web.Request, fault: Fault, record: Request, params: Params
    ) -> web.StreamResponse:
        body: Json = {"ok": True, "result": True}
        if fault.applied:
            body = await self._call(record, params)
            self.world.touch()
        else:
            record.reason = f"fault: {type(fault).__name__}"
        return await fault.answer(request, body, record.status)

    def _refuse(self, refusal: Refusal) -> web.Response:
        wait = refusal.parameters.get("retry_after")
        headers = {"Retry-After": str(wait)} if wait else {}  # HttpConnection.cpp sets it beside the parameter
        return web.json_response(refusal.body(), status=refusal.code, headers=headers)
