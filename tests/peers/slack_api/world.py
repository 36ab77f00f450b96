"""Who and what exists: workspaces, people, channels, messages. Tests change these objects to script a state."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from tests.peers.slack_api.blocks import elements_of
from tests.peers.slack_api.mrkdwn import Reading, read_message
from tests.peers.slack_api.shapes import Json

# What config/ asks for and a little more. Without chat:write.public a bot posts only where it is a member:
# https://docs.slack.dev/reference/scopes/chat.write.public
SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:join",
        "channels:read",
        "chat:write",
        "commands",
        "groups:history",
        "groups:read",
        "im:history",
        "im:read",
        "im:write",
        "team:read",
        "users:read",
    }
)


@dataclass(slots=True)
class Person:
    """A member of a workspace."""

    id: str
    name: str
    team: str
    admin: bool = False
    owner: bool = False
    deleted: bool = False
    locale: str = "en-GB"


@dataclass(slots=True)
class Message:
    """A message as people see it now. `ephemeral_to` names the one person who does, else it is empty."""

    ts: str
    text: str
    blocks: list[Json]
    sender: str
    ephemeral_to: str = ""
    thread_ts: str = ""
    broadcast: bool = False
    """Whether a reply in a thread is shown in the channel as well."""
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    edits: int = 0

    @property
    def labels(self) -> list[str]:
        """What stands on the buttons and in the menus, in reading order."""
        return [label for element in self.elements for label in labels_of(element)]

    @property
    def elements(self) -> list[Json]:
        """Everything that can be pressed, in reading order; each knows its `block_id`."""
        return [{**e, "block_id": block["block_id"]} for block in self.blocks for e in elements_of(block)]

    @property
    def reading(self) -> Reading:
        """Whom the message calls and what it links."""
        return read_message(self.text, self.blocks)


def labels_of(element: Json) -> list[str]:
    """Return a button's words, or the words of a menu's options."""
    options = element.get("options") or [o for g in element.get("option_groups", []) for o in g["options"]]
    texts = [option["text"] for option in options] or [element.get("text", {})]
    return [text["text"] for text in texts if "text" in text]


@dataclass(slots=True)
class Channel:
    """A conversation. Change `member`, `archived` and `restricted` at any time; `messages` are in posting order."""

    id: str
    name: str
    team: str
    private: bool = False
    direct_with: str = ""
    member: bool = True
    """Whether the bot is in it."""
    archived: bool = False
    restricted: bool = False
    """Whether only some may post (restricted_action)."""
    people: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    ephemeral: list[Message] = field(default_factory=list)

    @property
    def visible_to_bot(self) -> bool:
        """Whether the bot may know that it exists."""
        return self.member or not (self.private or self.direct_with)

    def thread(self, ts: str) -> Message | None:
        """Return the message that a thread of this ts hangs on; a reply has no thread of its own."""
        return next((m for m in self.messages if m.ts == ts and not m.thread_ts), None)

    def find(self, ts: str) -> Message | None:
        """Return the message with this ts, shown to all or to one."""
        return next((m for m in [*self.messages, *self.ephemeral] if m.ts == ts), None)


@dataclass(slots=True)
class Workspace:
    """A team with its own bot. `token_error` (token_revoked, account_inactive, invalid_auth) answers every call."""

    id: str
    name: str
    bot_token: str = field(repr=False)
    bot_person: str
    bot_id: str
    scopes: frozenset[str] = SCOPES
    token_error: str = ""
    most_history: int = 1000
    """Messages that one look into the history shows at most."""
    edit_seconds: float = float("inf")
    """How long after it was posted a message may be changed."""
    channels: dict[str, Channel] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    @property
    def domain(self) -> str:
        return self.name.lower().replace(" ", "-")


class World:
    """All workspaces of one app. Ids and tokens look like Slack's and belong to nobody."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.app_id = "A0PEER00001"
        self.app_token = f"xapp-1-{self.app_id}-{secrets.token_hex(8)}"
        self.client_id, self.client_secret = "1000.2000", secrets.token_hex(16)
        self.signing_secret = secrets.token_hex(16)
        self.workspaces: dict[str, Workspace] = {}
        self._numbers = count(1)
        self._last_ts = 0

    def add_workspace(self, name: str) -> Workspace:
        """Make a workspace in which the app is installed."""
        n = next(self._numbers)
        made = Workspace(f"T{n:08d}", name, f"xoxb-{n}-{secrets.token_hex(12)}", f"U{n:07d}B", f"B{n:08d}")
        made.people[made.bot_person] = Person(made.bot_person, "crisisbot", made.id)
        self.workspaces[made.id] = made
        return made

    def add_person(
        self, team: Workspace, name: str, *, id: str = "", admin: bool = False, owner: bool = False
    ) -> Person:
        """Make a member of a workspace."""
        person = Person(id or f"U{next(self._numbers):08d}", name, team.id, admin=admin, owner=owner)
        team.people[person.id] = person
        return person

    def add_channel(
        self, team: Workspace, name: str, *, id: str = "", private: bool = False, member: bool = True
    ) -> Channel:
        """Make a channel; the bot is a member unless told otherwise."""
        channel = Channel(id or f"C{next(self._numbers):08d}", name.removeprefix("#"), team.id, private, member=member)
        team.channels[channel.id] = channel
        return channel

    def find_channel(self, team: Workspace, reference: str) -> Channel | None:
        """Return the channel of this id or name; a person's id stands for the direct conversation with them."""
        # https://docs.slack.dev/reference/methods/chat.postMessage#channels
        if reference in team.channels:
            return team.channels[reference]
        if reference in team.people and reference != team.bot_person:
            return self._direct(team, team.people[reference])
        name = reference.removeprefix("#")
        return next((c for c in team.channels.values() if c.name == name and not c.direct_with), None)

    def find_person(self, team: Workspace, reference: Person | str) -> Person:
        """Return the member of this id or name; LookupError where there is none."""
        for person in team.people.values():
            if reference in (person, person.id, person.name):
                return person
        raise LookupError(f"nobody called {reference} in {team.name}")

    def channel(self, reference: str) -> Channel:
        """Return the channel of this id or name in any workspace; LookupError where there is none."""
        for team in self.workspaces.values():
            if found := self.find_channel(team, reference):
                return found
        raise LookupError(f"no channel {reference}")

    def by_token(self, token: str) -> Workspace | None:
        """Return the workspace whose bot has this token."""
        return next((team for team in self.workspaces.values() if team.bot_token == token), None)

    def next_ts(self) -> str:
        """Return the time now as a message id; no two are the same."""
        self._last_ts = max(self._last_ts + 1, int(self.clock() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_id(self, letters: str) -> str:
        """Return a fresh id with these first letters."""
        return f"{letters}{next(self._numbers):08d}"

    def _direct(self, team: Workspace, person: Person) -> Channel:
        for channel in team.channels.values():
            if channel.direct_with == person.id:
                return channel
        opened = self.add_channel(team, f"direct-{person.name}", id=f"D{next(self._numbers):08d}")
        opened.direct_with, opened.people = person.id, [person.id]
        return opened
