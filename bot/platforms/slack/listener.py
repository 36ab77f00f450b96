"""Receives what people do in Slack: `/crisis …`, buttons, mentions, direct messages; and where the bot comes and goes.

Everybody in a channel may change what it follows, as is usual for a team's own channel; guests are not told apart.
"""

import logging
import re
from collections.abc import Mapping, Sequence

import aiohttp
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.core.chat import Platform
from bot.core.message import Message, Reply
from bot.core.ports import Clock, Execute, Membership, Turn
from bot.core.sentences import Speaker
from bot.core.stores import Seen as AllSeen
from bot.platforms.slack import heard as hearing
from bot.platforms.slack.answers import Answers, notice
from bot.platforms.slack.authorise import Installed
from bot.platforms.slack.comings import Comings, LaneLost
from bot.platforms.slack.heard import Body, Heard
from bot.platforms.slack.presence import is_outside
from bot.platforms.slack.signatures import Signatures
from bot.platforms.slack.socket_mode import Socket
from bot.platforms.slack.turns import Seen, Turns
from bot.platforms.slack.workspace import Workspace, quiet, socket_address

EVENTS_PATH = "/slack/events"
_ANYTHING = re.compile(".*", re.DOTALL)
_log = logging.getLogger(__name__)


class SlackListener:
    """Carries out what people ask in Slack. With an `app_token` it opens Socket Mode itself; else `routes` go into the
    web server, and requests signed with `signing_secret` are answered there.

    `session` is the one the workspaces' clients use; `lane_lost` hears when a workspace removed the app; `turns` are
    the lanes', by their names; `seen` knows what any process was told.
    """

    def __init__(
        self,
        workspaces: Sequence[Workspace],
        execute: Execute,
        membership: Membership,
        session: aiohttp.ClientSession,
        clock: Clock,
        *,
        app_token: str = "",
        signing_secret: str = "",
        lane_lost: LaneLost | None = None,
        turns: Mapping[str, Turn] | None = None,
        seen: AllSeen | None = None,
        connect_patience: float = 3.0,
        first_pause: float = 0.5,
    ) -> None:
        self._workspaces = {workspace.identity.team: workspace for workspace in workspaces}
        self._execute, self._speaker = execute, Speaker(Platform.SLACK)
        self._answers, self._turns, self._seen = Answers(session, turns), Turns(), Seen(clock.monotonic)
        self._all_seen = seen
        self._comings = Comings(membership, lane_lost)
        self._signatures = Signatures(signing_secret, clock.now)
        self._app_token, self._patience = app_token, connect_patience
        self._app = self._routed()
        self._socket = Socket(self._socket_address, session, self._take, first_pause=first_pause) if app_token else None

    @property
    def lane(self) -> str:
        """The first workspace's lane."""
        return next(workspace.lane for workspace in self._workspaces.values())

    def routes(self) -> list[web.RouteDef]:
        """Return the route for signed HTTP; in Socket Mode there is none."""
        return [] if self._app_token else [web.post(EVENTS_PATH, self.on_request)]

    async def start(self) -> None:
        """Begin to listen. Returns within a few seconds even where Slack cannot be reached; it is tried again then."""
        if self._socket:
            await self._socket.start(self._patience)

    async def stop(self) -> None:
        """Stop listening and finish what is under way, in less than five seconds."""
        if self._socket:
            await self._socket.stop()
        await self._turns.finish(3.0)

    async def on_request(self, request: web.Request) -> web.Response:
        """Answer one signed request: 401 where it is not Slack's, else at once, before the work is done."""
        body = await request.read()
        if not self._signatures.accepts(request.headers, body):
            return web.Response(status=401)
        try:
            asked = AsyncBoltRequest(body=body.decode(), headers=dict(request.headers))
        except ValueError:
            return web.Response(status=400)
        answer = await self._app.async_dispatch(asked)
        # Bolt says 404 to what nobody listens to, and Slack would send that again and again.
        return web.Response() if answer.status == 404 else await to_aiohttp_response(answer)

    async def _take(self, _kind: str, payload: Body) -> None:
        await self._app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=payload))

    async def _socket_address(self) -> str:
        return await socket_address(next(iter(self._workspaces.values())).client, self._app_token)

    def _routed(self) -> AsyncApp:
        # Signatures are checked before Bolt, which would accept replays and fail on a timestamp that is no number.
        app = AsyncApp(
            name="crisis-bot",
            # It warns of a SLACK_BOT_TOKEN it finds in the environment, and of each request that nobody listens to.
            logger=quiet(_log, logging.ERROR),
            signing_secret="",
            request_verification_enabled=False,
            authorize=Installed(self._workspace),  # type: ignore[arg-type] # its annotation forgets None
        )
        app.command(_ANYTHING)(self._on_command)
        app.action(_ANYTHING)(self._on_press)
        app.event("app_mention")(self._on_mention)
        app.event("message")(self._on_message)
        app.event(_ANYTHING)(self._on_coming)
        return app

    async def _on_command(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        if workspace := self._workspace(body.get("team_id", "")):
            self._hear(hearing.slash_command(body, workspace.identity.team), workspace)

    async def _on_press(self, ack: AsyncAck, body: Body) -> None:
        await ack()
        if workspace := self._workspace((body.get("team") or {}).get("id", "")):
            self._hear(hearing.press(body, workspace.identity.team), workspace)

    async def _on_mention(self, body: Body) -> None:
        if workspace := self._workspace(body.get("team_id", "")):
            self._hear(hearing.mention(body, workspace.identity.team, workspace.identity.bot), workspace)

    async def _on_message(self, body: Body) -> None:
        if workspace := self._workspace(body.get("team_id", "")):
            self._hear(hearing.direct_message(body, workspace.identity.team), workspace)

    async def _on_coming(self, body: Body) -> None:
        workspace = self._workspace(body.get("team_id", ""))
        if workspace and self._seen.is_new(body.get("event_id", "")):
            self._turns.add(workspace.lane, self._note(body, workspace))

    def _hear(self, heard: Heard | None, workspace: Workspace) -> None:
        if heard is not None and self._seen.is_new(heard.key):
            self._turns.add(str(heard.sighting.address), self._carry_out(heard, workspace))

    async def _note(self, body: Body, workspace: Workspace) -> None:
        if not await self._heard_before(body.get("event_id", ""), workspace):
            await self._comings.note(body["event"], workspace.identity)

    async def _heard_before(self, key: str, workspace: Workspace) -> bool:
        """Return whether another process was told the same, or this one before it was started anew."""
        if not key or self._all_seen is None:
            return False
        try:
            return not await self._all_seen.first(f"{workspace.lane}:{key}")
        except Exception as error:  # better twice than not at all
            _log.warning("slack: whether an event was heard before is not known (%s)", type(error).__name__)
            return False

    async def _carry_out(self, heard: Heard, workspace: Workspace) -> None:
        if await self._heard_before(heard.key, workspace):
            return
        try:
            reply = await self._reply(heard, workspace)
        except Exception:
            _log.exception("a command in %s failed", heard.sighting.address)
            reply = self._say("trouble")
        await self._answers.give(reply, heard, workspace.client)

    async def _reply(self, heard: Heard, workspace: Workspace) -> Reply:
        if sentence := await is_outside(heard, workspace.client):
            return self._say(sentence, bot=f"@{workspace.identity.bot_name}")
        return await self._execute(heard.command, heard.sighting, heard.asker)

    def _say(self, sentence: str, bot: str = "") -> Reply:
        return notice(Message(lines=(self._speaker.line(sentence, bot=bot),)))

    def _workspace(self, team: str) -> Workspace | None:
        # In a shared channel Slack may name the team of whoever acts; with one workspace there is no doubt.
        alone = next(iter(self._workspaces.values())) if len(self._workspaces) == 1 else None
        return self._workspaces.get(team) or alone
