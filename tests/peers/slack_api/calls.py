"""One call of a Web API method, and what each method asks of its caller."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.peers.slack_api.composing import Refused
from tests.peers.slack_api.ledger import Ledger
from tests.peers.slack_api.passes import Passes
from tests.peers.slack_api.shapes import Json
from tests.peers.slack_api.world import Channel, Message, Person, Workspace, World


@dataclass(slots=True)
class Desk:
    """What the methods work on."""

    world: World
    ledger: Ledger
    triggers: Passes[str]
    """Stand for a person's id; https://docs.slack.dev/interactivity/handling-user-interaction: once, 3 seconds."""
    tickets: Passes[str]
    """Stand for a Socket Mode connection."""
    codes: Passes[str]
    """Stand for a workspace's id; https://docs.slack.dev/authentication/installing-with-oauth: once, 10 minutes."""
    socket_url: Callable[[str], str]
    """The address of a ticket."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call by a known bot."""

    desk: Desk
    team: Workspace
    args: Json

    def required(self, name: str) -> str:
        """Return an argument that must be there."""
        value = self.args.get(name)
        if value in (None, ""):
            message = f"[ERROR] missing required field: {name} [json-pointer:/]"
            raise Refused("invalid_arguments", [message])
        return str(value)

    def channel(self) -> Channel:
        """Return the channel the arguments name, if the bot may know of it."""
        found = self.desk.world.find_channel(self.team, str(self.args.get("channel") or ""))
        if found is None or not found.visible_to_bot:
            raise Refused("channel_not_found")
        return found

    def open_channel(self) -> Channel:
        """Return the channel the arguments name, if the bot may speak there."""
        # Errors: https://docs.slack.dev/reference/methods/chat.postMessage
        channel = self.channel()
        if channel.archived:
            raise Refused("is_archived")
        if not channel.member and "chat:write.public" not in self.team.scopes:
            raise Refused("not_in_channel")
        if channel.restricted:
            raise Refused("restricted_action")
        return channel

    def message(self, channel: Channel) -> Message:
        """Return the message whose `ts` the arguments name; an ephemeral one cannot be reached by methods."""
        ts = self.required("ts")
        found = next((m for m in channel.messages if m.ts == ts), None)
        if found is None:
            raise Refused("message_not_found")
        return found

    def person(self) -> Person:
        """Return the person the arguments name."""
        found = self.team.people.get(str(self.args.get("user") or ""))
        if found is None:
            raise Refused("user_not_found")
        return found

    def number(self, name: str, default: int, most: int) -> int:
        """Return a whole number argument between 1 and `most`."""
        try:
            value = int(self.args.get(name) or default)
        except ValueError:
            raise Refused("invalid_arguments") from None
        if not 1 <= value <= most:
            raise Refused("invalid_limit")
        return value

    def flag(self, name: str) -> bool:
        """Return a yes or no argument."""
        return self.args.get(name) in (True, 1, "1", "true")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a method asks: scopes (one of them suffices), kind of token, JSON bodies or not, POST only or not."""

    run: Callable[[Call], Json]
    scopes: tuple[str, ...] = ()
    token: str = "xoxb"
    json: bool = False
    """https://docs.slack.dev/apis/web-api/#post-bodies: reading methods take forms only."""
    post: bool = False
