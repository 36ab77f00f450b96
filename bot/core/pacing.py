"""How long to wait before the next send. Sliding windows, with the monotonic time as an argument."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.core.chat import ChatKind, Platform

MARGIN = 0.005
"""Seconds added to each window: our clock and the platform's are read a moment apart."""


@dataclass(frozen=True, slots=True)
class Window:
    """At most `count` sends in any `seconds`."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """A lane's own windows and those of each of its chats."""

    lane: tuple[Window, ...]
    chat: tuple[Window, ...]
    group: tuple[Window, ...]


LIMITS = {
    # core.telegram.org/bots/faq: 30 messages a second, one a second in a chat, 20 a minute in a group.
    Platform.TELEGRAM: Limits((Window(30, 1),), (Window(1, 1),), (Window(1, 1), Window(20, 60))),
    # docs.slack.dev, rate limits: one message a second in a channel, several hundred a minute in a workspace.
    Platform.SLACK: Limits((Window(300, 60),), (Window(1, 1),), (Window(1, 1),)),
    Platform.WEBCHAT: Limits((Window(1000, 1),), (Window(100, 1),), (Window(100, 1),)),
}
_GROUPS = frozenset({ChatKind.GROUP, ChatKind.BROADCAST})


@dataclass(slots=True)
class Pacer:
    """Keeps one lane within its limits. Times are seconds of one monotonic clock."""

    limits: Limits
    _sends: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _halts: dict[str, float] = field(default_factory=dict)

    def ready_at(self, chat: str, kind: ChatKind, now: float) -> float:
        """Return the earliest time at which a send to the chat breaks no window and no halt."""
        windows = self.limits.group if kind in _GROUPS else self.limits.chat
        return max(now, self.lane_ready_at(now), self._halts.get(chat, 0.0), self._free(chat, windows, now))

    def lane_ready_at(self, now: float) -> float:
        """Return the earliest time at which the lane as a whole may send again."""
        return max(now, self._halts.get("", 0.0), self._free("", self.limits.lane, now))

    def sent(self, chat: str, now: float) -> None:
        """Count a send, at the moment it begins."""
        self._sends[""].append(now)
        self._sends[chat].append(now)

    def halt(self, until: float, chat: str = "") -> None:
        """Stop one chat, or the whole lane, until then; a later halt is never shortened."""
        self._halts[chat] = max(until, self._halts.get(chat, 0.0))

    def forget_idle(self, now: float) -> None:
        """Drop what no window can see any more, so that memory follows the traffic and not the history."""
        longest = max(w.seconds for w in (*self.limits.lane, *self.limits.chat, *self.limits.group)) + MARGIN
        idle = [chat for chat, times in self._sends.items() if not times or times[-1] < now - longest]
        for chat in idle:
            del self._sends[chat]
        self._halts = {chat: until for chat, until in self._halts.items() if until > now}

    def _free(self, chat: str, windows: Iterable[Window], now: float) -> float:
        times = self._sends.get(chat)
        if not times:
            return now
        most = max(w.count for w in windows)
        while len(times) > most:
            times.popleft()
        return max([now, *(times[-w.count] + w.seconds + MARGIN for w in windows if len(times) >= w.count)])
