import asyncio
import itertools
from dataclasses import dataclass, field

from tests.peers.bot_api.limits import Clock, Limits, Pacer
from tests.peers.bot_api.refusal import Json


@dataclass(slots=True)
class User:
    """A person or a bot."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False


# Messages of anonymous admins come from this bot, with the group as sender_chat (docs, Message.from and sender_chat)
ANONYMOUS = User(1087968824, "Group", "GroupAnonymousBot", is_bot=True)


@dataclass(slots=True)
class Member:
    """Somebody's standing in a chat: creator, administrator, member, restricted, left or kicked."""

    user: User
    status: str = "member"
    rights: dict[str, bool] = field(default_factory=dict)
    is_anonymous: bool = False


@dataclass(slots=True)
class Topic:
    """A forum topic; its id is that of the message which created it."""

    id: int
    name: str
    closed: bool = False


@dataclass(slots=True)
class Callback:
    """A pressed button that waits for answerCallbackQuery."""

    id: str
    at: float
    by: User
    data: str
    answer: Json | None = None


@dataclass(slots=True, eq=False)
class Chat:
    """A chat and what is visible in it. `state` is active, and for private chats not_started, blocked or
    deactivated, for groups upgraded or deleted; whether the bot is in a group says its own `Member`."""

    id: int
    kind: str
    title: str
    username: str | None = None
    is_forum: bool = False
    state: str = "active"
    upgraded_to: int | None = None
    topics: dict[int, Topic] = field(default_factory=dict)
    general_closed: bool = False
    members: dict[int, Member] = field(default_factory=dict)
    history: dict[int, "Message"] = field(default_factory=dict)
    next_message_id: int = 1

    @property
    def messages(self) -> list["Message"]:
        """What a person sees now, oldest first, after edits and without what was deleted."""
        return list(self.history.values())

    def take_message_id(self) -> int:
        """The next id; ids are unique in one chat only, as in supergroups and channels."""
        taken, self.next_message_id = self.next_message_id, self.next_message_id + 1
        return taken

    def status_of(self, user_id: int) -> str:
        member = self.members.get(user_id)
        return member.status if member else "left"


@dataclass(slots=True, eq=False)
class Message:
    """A message as it stands now."""

    chat: Chat
    message_id: int
    date: float
    text: str
    entities: list[Json]
    by: User | None = None
    sender_chat: Chat | None = None
    reply_markup: Json | None = None
    topic: Topic | None = None
    reply_to: "Message | None" = None
    edit_date: float | None = None
    link_preview_options: Json | None = None

    @property
    def buttons(self) -> list[Json]:
        """The inline buttons in reading order."""
        rows = (self.reply_markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]


@dataclass(frozen=True, slots=True)
class Sent:
    """An accepted sendMessage or edit: when (Unix seconds), the text after parsing, the parameters as they came."""

    method: str
    at: float
    chat_id: int
    message_id: int
    text: str
    entities: list[Json]
    reply_markup: Json | None
    topic: int | None
    silent: bool
    params: dict[str, str]

    @property
    def buttons(self) -> list[Json]:
        """The inline buttons in reading order."""
        rows = (self.reply_markup or {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]


@dataclass(slots=True)
class Request:
    """One HTTP request as it came; `reason` is the refusal's description, None while accepted."""

    at: float
    method: str
    params: dict[str, str]
    status: int = 0
    reason: str | None = None


class World:
    """All that the peer knows: people, chats, what was said. `callback_seconds` is how long a press can be answered."""

    def __init__(self, bot: User, clock: Clock, limits: Limits | None, callback_seconds: float) -> None:
        self.bot = bot
        self.clock = clock
        self.pacer = Pacer(limits)
        self.callback_seconds = callback_seconds
        self.can_read_all = False
        self.users: dict[int, User] = {bot.id: bot, ANONYMOUS.id: ANONYMOUS}
        self.chats: dict[int, Chat] = {}
        self.callbacks: dict[str, Callback] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.texts: dict[tuple[str, str], str] = {}
        self.sent: list[Sent] = []
        self.edits: list[Sent] = []
        self.actions: list[tuple[int, str]] = []
        self.ids = itertools.count(1)
        self.changed = asyncio.Event()

    def touch(self) -> None:
        """Wake whoever waits for a change."""
        woken, self.changed = self.changed, asyncio.Event()
        woken.set()
