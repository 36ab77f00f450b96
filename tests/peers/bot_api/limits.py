import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.peers.bot_api.refusal import flood

Clock = Callable[[], float]

TEXT_UNITS = 4096  # sendMessage: "1-4096 characters after entities parsing"; counted in UTF-16 units like offsets
ENTITIES = 100  # the server keeps the first 100 entities of a message
CALLBACK_DATA_BYTES = 64  # InlineKeyboardButton.callback_data: 1-64 bytes
COPY_TEXT_CHARACTERS = 256  # CopyTextButton.text: 1-256 characters
INLINE_BUTTONS = 100  # more than 100 inline buttons: REPLY_MARKUP_TOO_LONG
BUTTONS_A_ROW = 8  # apps and server allow 8 buttons in a row
PLACEHOLDER_CHARACTERS = 64  # ForceReply.input_field_placeholder: 1-64 characters
COMMANDS = 100  # setMyCommands: "At most 100 commands can be specified"
COMMAND_CHARACTERS = 32  # BotCommand.command: 1-32 of a-z, 0-9 and underscore
COMMAND_DESCRIPTION_CHARACTERS = 256  # BotCommand.description: 1-256 characters
DESCRIPTION_CHARACTERS = 512  # setMyDescription: 0-512 characters
SHORT_DESCRIPTION_CHARACTERS = 120  # setMyShortDescription: 0-120 characters
NAME_CHARACTERS = 64  # setMyName: 0-64 characters
UPDATES_A_CALL = 100  # getUpdates.limit: 1-100, default 100
POLL_SECONDS = 50  # Client.cpp cuts getUpdates.timeout to LONG_POLL_MAX_TIMEOUT = 50 s
SECRET_CHARACTERS = 256  # setWebhook.secret_token: 1-256 of A-Z a-z 0-9 _ -
DELETE_SECONDS = 48 * 3600  # deleteMessage: "if it was sent less than 48 hours ago"
UPDATE_SECONDS = 24 * 3600  # "updates will not be kept longer than 24 hours"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be sent; counts a window, seconds. Source: Bots FAQ, "My bot is hitting limits".

    `jitter` shortens each window, for what the loopback adds between the sender's clock and ours; `chat_burst`
    is the "short burst" the FAQ grants in one chat (1 grants none).
    """

    overall: int = 30
    paid: int = 1000
    chat_burst: int = 1
    group: int = 20
    group_seconds: float = 60.0
    jitter: float = 0.02


@dataclass(slots=True)
class Window:
    """A sliding window of `count` in `seconds`; once it refused, it stays shut for the whole wait it named."""

    count: int
    seconds: float
    jitter: float
    taken: deque[float] = field(default_factory=deque)
    shut_until: float = -math.inf

    def wait(self, now: float) -> float:
        """Seconds until one more is allowed; 0 when it is allowed now."""
        while self.taken and now - self.taken[0] >= self.seconds - self.jitter:
            self.taken.popleft()
        full = self.taken[0] + self.seconds - now if len(self.taken) >= self.count else 0.0
        return max(full, self.shut_until - now, 0.0)


class Pacer:
    """Counts messages per token, per chat and per group; raises the 429 that a sender has to obey."""

    def __init__(self, limits: Limits | None) -> None:
        self.limits = limits
        self.reset()

    def reset(self) -> None:
        """Forget all that was counted."""
        self._windows: dict[tuple[str, int], Window] = {}
        self.refused: dict[int, int] = defaultdict(int)

    def take(self, now: float, chat_id: int, paid: bool) -> None:
        """Count one message, or refuse it and count nothing."""
        if self.limits is None:
            return
        windows = self._of(self.limits, chat_id, paid)
        waits = [(window.wait(now), window) for window in windows]
        if longest := max(wait for wait, _ in waits):
            self._refuse(now, chat_id, longest, [window for wait, window in waits if wait > 0])
        for window in windows:
            window.taken.append(now)

    def _refuse(self, now: float, chat_id: int, wait: float, windows: list[Window]) -> None:
        seconds = max(1, math.ceil(wait - 1e-9))
        for window in windows:
            window.shut_until = max(window.shut_until, now + seconds - window.jitter)
        self.refused[chat_id] += 1
        raise flood(seconds)

    def _of(self, limits: Limits, chat_id: int, paid: bool) -> list[Window]:
        overall = limits.paid if paid else limits.overall
        wanted = [(("paid" if paid else "overall", 0), overall, 1.0)]
        wanted.append((("chat", chat_id), limits.chat_burst, float(limits.chat_burst)))
        if chat_id < 0:  # groups, supergroups and channels have negative ids
            wanted.append((("group", chat_id), limits.group, limits.group_seconds))
        make = self._windows.setdefault
        return [make(key, Window(count, seconds, limits.jitter)) for key, count, seconds in wanted]
