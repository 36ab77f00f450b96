"""How long to wait before the next send. Sliding windows, with the monotonic time as an argument."""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.core.chat import ChatKind, Platform

MARGIN = 0.005
"""Seconds added to each window: our clock and the platform's are read a moment apart."""
GRACE = 0.5
"""Seconds that a reply's place is kept after its time, should nobody come for it."""
STEP, EARLY = 0.1, 0.02
"""A busy lane's alerts leave in steps of about so many seconds, and so much sooner than the rate would have it: a step
that comes a little late then costs nothing."""

REPLIES_OF_LANE, REPLIES_OF_CHAT = 0.1, 0.25
"""What part of a lane's and of a chat's windows is for replies, where other processes give those than send alerts."""


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
EDIT_LIMITS = {
    # docs.slack.dev, chat.update: tier 3, counted apart from messages.
    Platform.SLACK: Limits((Window(50, 60),), (Window(1, 1),), (Window(1, 1),)),
}
"""Where edits have limits of their own; elsewhere they count as messages."""
_GROUPS = frozenset({ChatKind.GROUP, ChatKind.BROADCAST})


@dataclass(slots=True)
class Pacer:
    """Keeps one lane within its limits. Times are seconds of one monotonic clock.

    Replies go before alerts: `reserve` keeps the lane's next place for one. So that this place is never far off, alerts
    of a busy lane are spread over its windows instead of leaving all at once.
    """

    limits: Limits
    _lane: deque[float] = field(init=False)
    _chats: OrderedDict[str, list[float]] = field(default_factory=OrderedDict)
    """By chat its last sends, as many as a window counts. The chat that has been idle longest comes first."""
    _halts: dict[str, float] = field(default_factory=dict)
    _reserved: dict[str, float] = field(default_factory=dict)
    """By chat until when a place is kept for its reply."""
    _longest: Window = field(init=False)
    """Of the lane's windows."""
    _step: Window = field(init=False)
    _most: int = field(init=False)
    _memory: float = field(init=False)

    def __post_init__(self) -> None:
        of_chats = (*self.limits.chat, *self.limits.group)
        self._lane = deque(maxlen=max(window.count for window in self.limits.lane))
        self._longest = max(self.limits.lane, key=lambda window: window.seconds)
        self._step = _step_of(self._longest)
        self._most = max(window.count for window in of_chats)
        self._memory = max(window.seconds for window in of_chats) + MARGIN

    def ready_at(self, chat: str, kind: ChatKind, now: float) -> float:
        """Return the earliest time at which an alert to the chat breaks no window and no halt, and delays no reply."""
        of_reply = self._reserved.get(chat, 0.0) if self._reserved else 0.0
        return max(self.lane_ready_at(now), self._chat_free(chat, kind, now), of_reply)

    def lane_ready_at(self, now: float) -> float:
        """Return the earliest time at which the lane as a whole may send an alert again."""
        return max(self._lane_free(now, self._places_kept(now)), self._next_step(now))

    def reserve(self, chat: str, kind: ChatKind, now: float) -> float:
        """Return the earliest time at which a reply to the chat may go, and let alerts step back for it until then.

        No place is kept for a reply that its own chat's limits hold back for longer than the lane's do.
        """
        own, lane = self._chat_free(chat, kind, now), self._lane_free(now)
        if now < lane >= own:
            self._reserved[chat] = lane + GRACE
        return max(own, lane)

    def sent(self, chat: str, now: float) -> None:
        """Count a send, at the moment it begins."""
        self._lane.append(now)
        self._reserved.pop(chat, None)
        if times := self._chats.get(chat):
            times.append(now)
            del times[: -self._most]
            self._chats.move_to_end(chat)
        else:
            self._chats[chat] = [now]
        self._forget(now, 2)

    def halt(self, until: float, chat: str = "") -> None:
        """Stop one chat, or the whole lane, until then; a later halt is never shortened."""
        self._halts[chat] = max(until, self._halts.get(chat, 0.0))

    def forget_idle(self, now: float) -> None:
        """Drop what no window can see any more, so that memory follows the traffic and not the history."""
        self._forget(now, len(self._chats))
        self._halts = {chat: until for chat, until in self._halts.items() if until > now}

    def _forget(self, now: float, most: int) -> None:
        # Two with each send, which adds one at most, keep up with the traffic, and nobody waits for a great tidying.
        for _ in range(most):
            if next(iter(self._chats.values()))[-1] >= now - self._memory:
                return
            self._chats.popitem(last=False)

    def _places_kept(self, now: float) -> int:
        if not self._reserved:
            return 0
        for chat in [chat for chat, until in self._reserved.items() if until <= now]:
            del self._reserved[chat]
        return len(self._reserved)

    def _lane_free(self, now: float, kept: int = 0) -> float:
        """Return when the lane's windows have a place beyond those that are kept."""
        ready = max(now, self._halts.get("", 0.0))
        for window in self.limits.lane:
            if kept >= window.count:  # all of the next places are for replies: look again one place later
                ready = max(ready, now + window.seconds / window.count)
            else:
                ready = _after(self._lane, window.count - kept, window.seconds + MARGIN, ready)
        return ready

    def _next_step(self, now: float) -> float:
        """Return when the next alerts may leave: at once until half of the lane's window is used, then spread evenly
        over the time until its oldest send leaves the window, so that there is always a place for a reply.
        """
        window, step, lane = self._longest, self._step, self._lane
        while lane and lane[0] + window.seconds + MARGIN <= now:
            lane.popleft()
        if len(lane) < max(window.count / 2, step.count):
            return now
        places, last = window.count - len(lane), lane[-step.count]
        evenly = (last * places + (lane[0] + window.seconds + MARGIN) * step.count) / (places + step.count)
        return max(now, last + step.seconds, evenly)

    def _chat_free(self, chat: str, kind: ChatKind, now: float) -> float:
        ready = max(now, self._halts.get(chat, 0.0))
        if times := self._chats.get(chat):
            for window in self.limits.group if kind in _GROUPS else self.limits.chat:
                ready = _after(times, window.count, window.seconds + MARGIN, ready)
        return ready


def _after(times: Sequence[float], count: int, seconds: float, ready: float) -> float:
    """Return `ready`, or when the last but `count` send is so many seconds past, whichever is later."""
    return max(ready, times[-count] + seconds) if len(times) >= count else ready


def _step_of(window: Window) -> Window:
    count = max(1, round(window.count / window.seconds * STEP))
    return Window(count, count * (window.seconds + MARGIN) / window.count - EARLY)


def apart(limits: Limits, webs: int) -> tuple[Limits, Limits]:
    """Return the limits of a worker and of each of so many web processes, which together keep to `limits`.

    A window too small to be shared, such as one message a second in a chat, is everybody's.
    """
    lane = [_apart(window, REPLIES_OF_LANE, webs) for window in limits.lane]
    chat = [_apart(window, REPLIES_OF_CHAT, webs) for window in limits.chat]
    group = [_apart(window, REPLIES_OF_CHAT, webs) for window in limits.group]
    worker, web = (Limits(*(tuple(each[part] for each in found) for found in (lane, chat, group))) for part in (0, 1))
    return worker, web


def _apart(window: Window, share: float, webs: int) -> tuple[Window, Window]:
    of_each = max(1, int(window.count * share) // webs)
    left = window.count - of_each * webs
    return (Window(left, window.seconds), Window(of_each, window.seconds)) if left > 0 else (window, window)
