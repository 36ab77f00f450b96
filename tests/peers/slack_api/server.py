"""The peer as tests hold it."""
# ruff: noqa: ASYNC109 - a wait that fails says what came instead, which asyncio.timeout cannot

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from yarl import URL

from tests.peers.slack_api.acting import Acting
from tests.peers.slack_api.calls import Desk
from tests.peers.slack_api.events import Delivery, HttpDoor
from tests.peers.slack_api.faults import Fault, Faults
from tests.peers.slack_api.ledger import Arrival, Ledger, Post
from tests.peers.slack_api.limits import STRICT, Buckets, Limits
from tests.peers.slack_api.methods import WebApi
from tests.peers.slack_api.passes import Passes
from tests.peers.slack_api.socket_mode import Sockets
from tests.peers.slack_api.timing import Timing
from tests.peers.slack_api.world import Channel, Person, Workspace, World


class SlackApi(Acting):
    """A Slack with one app and one or more workspaces, on loopback. Use it as `async with SlackApi() as slack`.

    `limits=None` switches rate limits off; `clock` gives seconds since 1970 to limits, ids, signatures and expiries.
    An app that listens for signed HTTP is named in `http.url`; one in Socket Mode connects by itself.
    """

    def __init__(
        self,
        *,
        limits: Limits | None = STRICT,
        clock: Callable[[], float] = time.time,
        timing: Timing | None = None,
        port: int = 0,
    ) -> None:
        timing = timing or Timing()
        self.port = port
        world = World(clock)
        triggers, tickets, codes = (Passes[str](clock, seconds) for seconds in (3.0, 30.0, 600.0))
        desk = Desk(world, Ledger(), triggers, tickets, codes, self._socket_url)
        super().__init__(desk, Sockets(desk, timing), HttpDoor(world.signing_secret, clock, timing))
        self.buckets, self._faults = Buckets(limits), Faults()
        self.web_api = WebApi(desk, self.buckets, self._faults)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, *extra: web.AbstractRouteDef) -> None:
        """Listen on 127.0.0.1, on `port` or any free one."""
        app = web.Application(client_max_size=8 * 1024**2)
        app.add_routes([web.route("*", "/api/{method}", self.web_api.handle), web.get("/link/", self.sockets.handle)])
        app.add_routes([web.post(f"/{kind}/{{tail:.+}}", self.replies.handle) for kind in ("commands", "actions")])
        app.add_routes([web.get("/oauth/v2/authorize", self._authorise), *extra])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]
        self.replies.base = f"http://127.0.0.1:{self.port}"

    async def stop(self) -> None:
        """Close every connection and stop listening."""
        await self.http.close()
        await self.sockets.drop()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """What goes into SLACK_API_URL; ends in /api/."""
        return f"http://127.0.0.1:{self.port}/api/"

    @property
    def bot_token(self) -> str:
        return self.workspace.bot_token

    @property
    def app_token(self) -> str:
        return self.world.app_token

    @property
    def signing_secret(self) -> str:
        return self.world.signing_secret

    @property
    def posts(self) -> list[Post]:
        """Every message accepted, in order, whichever way it came (`via`)."""
        return self.ledger.posts

    @property
    def requests(self) -> list[Arrival]:
        """Every request, refused ones with the reason."""
        return self.ledger.requests

    @property
    def deliveries(self) -> list[Delivery]:
        """Everything posted to the app's own address, with its answers."""
        return self.http.deliveries

    def add_workspace(self, name: str) -> Workspace:
        """Make another workspace in which the app is installed."""
        return self.world.add_workspace(name)

    def add_channel(self, name: str, *, id: str = "", workspace: Workspace | None = None, **state: Any) -> Channel:
        """Make a channel. `state` sets its fields: private, member, archived, restricted, people."""
        made = self.world.add_channel(workspace or self.workspace, name, id=id)
        for field, value in state.items():
            setattr(made, field, value)
        return made

    def add_person(
        self, name: str, *, id: str = "", workspace: Workspace | None = None, admin: bool = False, owner: bool = False
    ) -> Person:
        """Make a member of a workspace."""
        return self.world.add_person(workspace or self.workspace, name, id=id, admin=admin, owner=owner)

    def channel(self, reference: str) -> Channel:
        """Return a channel by id or name, as people see it now."""
        return self.world.channel(reference)

    def fault(self, fault: Fault, method: str = "chat.postMessage", *, times: int = 1, channel: str = "") -> None:
        """Let the next calls of a method meet a fault (see `faults`)."""
        self._faults.script(fault, method, times, channel)

    def set_limits(self, limits: Limits | None) -> None:
        """Change the rate limits from now on; None switches them off."""
        self.buckets.limits = limits

    async def wait_for(self, wanted: int | Callable[[Post], Any], timeout: float = 5.0) -> Any:
        """Wait for a number of posts (returns the list) or for one a predicate likes (returns the post)."""
        return await self.ledger.wait_for(wanted, timeout)

    async def connected(self, count: int = 1, timeout: float = 5.0) -> None:
        """Wait until the app has `count` sockets open."""
        await self.ledger.until(lambda: True if len(self.sockets.open) >= count else None, timeout, f"socket {count}")

    def authorise(self, workspace: Workspace | None = None) -> str:
        """Let an admin approve the app; returns the code for oauth.v2.access."""
        return self._desk.codes.issue((workspace or self.workspace).id)

    async def _authorise(self, request: web.Request) -> web.Response:
        # https://docs.slack.dev/authentication/installing-with-oauth: back to the app with a code and the same state.
        if not request.query.get("redirect_uri"):
            return web.Response(status=400, text="bad_redirect_uri")
        team = self.world.workspaces.get(request.query.get("team", ""), self.workspace)
        back = URL(request.query["redirect_uri"])
        raise web.HTTPFound(back.update_query(code=self.authorise(team), state=request.query.get("state", "")))

    def _socket_url(self, ticket: str) -> str:
        return f"ws://127.0.0.1:{self.port}/link/?ticket={ticket}&app_id={self.world.app_id}"
