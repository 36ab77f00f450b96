"""Lanes to be paced, and what they were seen to send."""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field

from bot.core.chat import ChatKind, Platform
from bot.core.pacing import LIMITS, Window

ASKED_SHARE = 1 / 15
"""Of what a lane may send, so many answers."""
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane with work for all of its chats. Groups are so few that their own limits hold them back."""

    name: str
    platform: Platform
    kind: ChatKind
    chats: int

    @property
    def window(self) -> Window:
        return LIMITS[self.platform].lane[0]

    @property
    def allowed(self) -> float:
        """Sends a second."""
        of_lane = self.window.count / self.window.seconds
        return min(of_lane, self.chats * 20 / 60) if self.kind is ChatKind.GROUP else of_lane

    @property
    def asked(self) -> float:
        """Questions a second."""
        return self.window.count / self.window.seconds * ASKED_SHARE


@dataclass(slots=True)
class Paced:
    """What a lane sent: by chat, when; and how long answers to people waited."""

    lane: Lane
    way: str
    seconds: float
    sends: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    waits: list[float] = field(default_factory=list)

    @property
    def all(self) -> list[float]:
        return sorted(at for times in self.sends.values() for at in times)

    @property
    def rate(self) -> float:
        return len(self.all) / self.seconds

    def worst(self, seconds: float) -> int:
        """Return the most sends of the lane in any window of this length."""
        return most_in(self.all, seconds)

    def worst_of_a_chat(self, seconds: float) -> int:
        return max(most_in(times, seconds) for times in self.sends.values())

    def __str__(self) -> str:
        worst = f"{self.worst(1):6} {self.worst(60):7} {self.worst_of_a_chat(1):7} {self.worst_of_a_chat(60):8}"
        waits = sorted(self.waits)
        asked = f"{waits[len(waits) // 2]:9.3f} {waits[-1]:9.3f}"
        return f"{self.lane.name:8} {self.way:20} {self.seconds:7.0f} {self.rate:9.2f} {worst} {asked}"


HEAD = (
    f"{'lane':8} {'way':20} {'seconds':>7} {'sends/s':>9} {'1 s':>6} {'60 s':>7} {'chat 1s':>7} {'chat 60s':>8} "
    f"{'reply p50':>9} {'longest':>9}"
)


def most_in(times: list[float], seconds: float) -> int:
    """Return the most of these moments, which are in order, that any window of this length holds."""
    return max((n + 1 - bisect_left(times, at - seconds + _ROUNDING) for n, at in enumerate(times)), default=0)
