"""How often Slack lets an app call, and what it answers to one that calls more often."""

import math
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

# https://docs.slack.dev/apis/web-api/rate-limits: calls a minute for one method in one workspace.
# Tier 3 is 50, tier 4 is 100; auth.test has its own tier of hundreds a minute.
PER_MINUTE: Mapping[str, int] = MappingProxyType(
    {
        "auth.test": 300,
        "chat.update": 50,
        "chat.delete": 50,
        "chat.postEphemeral": 100,
        "conversations.info": 50,
        "conversations.join": 50,
        "conversations.history": 50,
        "conversations.replies": 50,
        "conversations.members": 100,
        "users.info": 100,
        "views.open": 100,
        "apps.connections.open": 50,
        "oauth.v2.access": 100,
        "team.info": 50,
        # https://docs.slack.dev/reference/methods/chat.postMessage: several hundred messages a minute and workspace.
        "chat.postMessage": 300,
    }
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How often is too often. `channel_burst` posts may come at once, then `channel_per_second`."""

    # https://docs.slack.dev/apis/web-api/rate-limits#posting-messages: 1 per second per channel, short bursts allowed.
    channel_per_second: float = 1.0
    channel_burst: int = 3
    per_minute: Mapping[str, int] = field(default_factory=lambda: PER_MINUTE)


STRICT = Limits()


class Buckets:
    """Counts calls. `limits` may be swapped at any time; None lets everything pass."""

    def __init__(self, limits: Limits | None) -> None:
        self.limits = limits
        self._calls: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._channels: dict[tuple[str, str], tuple[float, float]] = {}

    def take(self, team: str, method: str, channel: str, now: float) -> int:
        """Count one call and return 0, or return the whole seconds (1 or more) to wait, and count nothing."""
        if self.limits is None:
            return 0
        wait = self._minute_wait(team, method, now)
        tokens = self._tokens(team, channel, now) if method == "chat.postMessage" else math.inf
        if tokens < 1:
            wait = max(wait, (1 - tokens) / self.limits.channel_per_second)
        if wait > 0:
            # https://docs.slack.dev/apis/web-api/rate-limits: Retry-After is in whole seconds.
            return max(1, math.ceil(wait))
        self._calls[team, method].append(now)
        if method == "chat.postMessage":
            self._channels[team, channel] = (tokens - 1, now)
        return 0

    def _minute_wait(self, team: str, method: str, now: float) -> float:
        assert self.limits is not None
        calls = self._calls[team, method]
        while calls and calls[0] <= now - 60:
            calls.popleft()
        most = self.limits.per_minute.get(method, math.inf)
        return calls[0] + 60 - now if len(calls) >= most and calls else 0.0

    def _tokens(self, team: str, channel: str, now: float) -> float:
        assert self.limits is not None
        tokens, at = self._channels.get((team, channel), (float(self.limits.channel_burst), now))
        return min(self.limits.channel_burst, tokens + (now - at) * self.limits.channel_per_second)
