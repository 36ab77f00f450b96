"""What people and Slack itself do to an app: commands, presses, submissions, events."""
# ruff: noqa: ASYNC109 - a wait that fails says what came instead, which asyncio.timeout cannot

import json
from dataclasses import dataclass
from typing import Any

from tests.peers.slack_api import payloads
from tests.peers.slack_api.calls import Desk
from tests.peers.slack_api.composing import Refused
from tests.peers.slack_api.events import HttpDoor, Signature
from tests.peers.slack_api.ledger import Arrival, Ledger, Post
from tests.peers.slack_api.replies import ReplyUrl, ReplyUrls
from tests.peers.slack_api.shapes import Json
from tests.peers.slack_api.socket_mode import Sockets
from tests.peers.slack_api.timing import Handed
from tests.peers.slack_api.world import Channel, Message, Person, Workspace


@dataclass(frozen=True, slots=True)
class Answer:
    """What an app made of a command or a press: its ack, and what it showed, now and later."""

    handed: Handed
    reply: ReplyUrl
    ledger: Ledger
    error: str = ""
    """What the person is shown instead of an answer: operation_timeout, dispatch_failed, invalid_command_response."""

    @property
    def acked(self) -> bool:
        return self.handed.acked

    @property
    def posts(self) -> list[Post]:
        """What was shown so far through the ack and the response_url."""
        return self.reply.posts

    async def wait_for(self, count: int = 1, timeout: float = 5.0) -> list[Post]:
        """Return the first `count` answers once they are there."""
        enough = lambda: self.posts[:count] if len(self.posts) >= count else None  # noqa: E731
        return await self.ledger.until(enough, timeout, f"answer {count}")


class Acting:
    """Everything somebody can do. What it does goes to the app by socket or HTTP, whichever is connected."""

    def __init__(self, desk: Desk, sockets: Sockets, http: HttpDoor) -> None:
        self._desk, self.sockets, self.http = desk, sockets, http
        self.world, self.ledger = desk.world, desk.ledger
        self.replies = ReplyUrls(desk)
        self.workspace = self.world.add_workspace("Relief Desk")

    async def command(
        self,
        channel: Channel | str,
        person: Person | str,
        command: str,
        text: str = "",
        signature: Signature = Signature.RIGHT,
    ) -> Answer:
        """Let somebody type a command. Returns when the app acked it or Slack gave up; more may follow in `posts`."""
        where, who = self._place(channel, person)
        reply = self.replies.issue("commands", where, who)
        fields = payloads.slash_command(self.world, where, who, command, text)
        fields |= {"response_url": reply.url, "trigger_id": self._desk.triggers.issue(who.id)}
        if self._by_socket():
            handed = await self.sockets.deliver("slash_commands", dict(fields), accepts=True)
        else:
            handed = await self.http.form("command", fields, signature)
        return Answer(handed, reply, self.ledger, handed.error or self._show_ack(reply, handed.payload))

    async def press(
        self,
        channel: Channel | str,
        message: Message | str,
        wanted: str,
        person: Person | str,
        signature: Signature = Signature.RIGHT,
    ) -> Answer:
        """Let somebody press a button or choose from a menu, by action_id or label; a link button tells the app too."""
        where, who = self._place(channel, person)
        found = message if isinstance(message, Message) else where.find(message)
        if found is None:
            raise LookupError(f"no message {message} in {where.id}")
        action = payloads.action_on(found, wanted, self.world.next_ts())
        reply = self.replies.issue("actions", where, who, found)
        payload = payloads.block_action(self.world, where, who, found, action)
        payload |= {"response_url": reply.url, "trigger_id": self._desk.triggers.issue(who.id)}
        handed = await self._interact(payload, signature)
        # The body of a block action's ack is not shown to anybody.
        return Answer(handed, reply, self.ledger, handed.error)

    async def submit(
        self,
        view: Json,
        values: Json,
        person: Person | str,
        workspace: Workspace | None = None,
        signature: Signature = Signature.RIGHT,
    ) -> Handed:
        """Let somebody submit a modal of `ledger.views`; `values` is block_id to action_id to state."""
        team = workspace or self.workspace
        who = self.world.find_person(team, person)
        return await self._interact(payloads.view_submission(self.world, team, who, view, values), signature)

    async def event(
        self, event: Json, workspace: Workspace | None = None, signature: Signature = Signature.RIGHT
    ) -> Handed:
        """Tell the app of an event. Returns when it took it or the last retry failed."""
        return await self.redeliver(payloads.event_callback(self.world, workspace or self.workspace, event), signature)

    async def redeliver(self, payload: Json, signature: Signature = Signature.RIGHT) -> Handed:
        """Tell the app of an event whose envelope is given, with the event_id it already has."""
        if self._by_socket():
            return await self.sockets.deliver("events_api", payload)
        return await self.http.event(payload, signature)

    async def uninstall(self, workspace: Workspace | None = None) -> list[Handed]:
        """Remove the app from a workspace: its token is revoked and two events say so."""
        team = workspace or self.workspace
        team.token_error = "token_revoked"
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [team.bot_person]}}
        return [await self.event(revoked, team), await self.event({"type": "app_uninstalled"}, team)]

    async def _interact(self, payload: Json, signature: Signature) -> Handed:
        if self._by_socket():
            return await self.sockets.deliver("interactive", payload, accepts=payload["type"] == "view_submission")
        return await self.http.form("interaction", {"payload": json.dumps(payload)}, signature)

    def _by_socket(self) -> bool:
        # An app has either of the two: https://docs.slack.dev/apis/events-api/using-socket-mode
        if not self.sockets.open and not self.http.url:
            raise AssertionError("the app is not connected: neither a socket is open nor http.url is set")
        return bool(self.sockets.open)

    def _place(self, channel: Channel | str, person: Person | str) -> tuple[Channel, Person]:
        where = channel if isinstance(channel, Channel) else self.world.channel(channel)
        return where, self.world.find_person(self.world.workspaces[where.team], person)

    def _show_ack(self, reply: ReplyUrl, payload: Any) -> str:
        # https://docs.slack.dev/interactivity/implementing-slash-commands: a message in the ack is shown at once.
        if not payload:
            return ""
        try:
            self.replies.speak(reply, payload if isinstance(payload, dict) else {"text": str(payload)}, "ack")
        except Refused as refused:
            self.ledger.note(
                Arrival(self.world.clock(), "ack", {"payload": payload}, error=refused.error, reasons=refused.messages)
            )
            return "invalid_command_response"
        return ""
