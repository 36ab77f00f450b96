"""One story for a million chats, on a virtual clock: `python -m tests.bench.simulation [--chats N]`.

No sockets and no database: the real pacer, and a queue that serves in the outbox's order. Replies go first. A story's
rows take their turns from the lowest that still waits, so that a later story shares the lane with an earlier one; a
chat is served at the lowest turn of its rows, its oldest row first. Beside it everything in one line, first come first
served. A second story for ten chats, which all still wait for the first, comes when half of the chats have that.
"""

import argparse
import heapq
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.core.chat import ChatKind, Platform
from bot.core.pacing import LIMITS, Limits, Pacer, Window
from tests.bench.match_bench import Reach
from tests.bench.queues import HOT, REPLY, SMALL, FairQueue, Line, Queue, Row

CHATS, SMALL_CHATS = 1_000_000, 10
RATES = (30, 1000)
ASKED_A_SECOND = 2
TIDY_EVERY = 60.0


@dataclass(slots=True)
class Outcome:
    """What came of a run, in seconds."""

    rate: int
    order: str
    chats: int
    last: float = 0.0
    small: list[float] = field(default_factory=list)
    replies: list[float] = field(default_factory=list)
    took: float = 0.0
    """On the real clock."""

    def __str__(self) -> str:
        waits = sorted(self.replies)
        p50, p99 = (waits[int((len(waits) - 1) * share)] for share in (0.5, 0.99))
        small = f"{_span(self.small[0]):>9} {_span(self.small[-1]):>9}"
        people = f"{_span(p50):>9} {_span(p99):>9} {_span(waits[-1]):>9}"
        return f"{self.rate:6,} {self.order:6} {_span(self.last):>9} {small} {people} {self.took:8.1f}"


HEAD = (
    f"{'rate/s':>6} {'order':6} {'last':>9} {'small 1st':>9} {'small last':>9} "
    f"{'reply p50':>9} {'p99':>9} {'longest':>9} {'took, s':>7}"
)


def _span(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.2f} s"
    return f"{seconds / 60:.1f} min" if seconds < 6000 else f"{seconds / 3600:.2f} h"


class Simulation:
    """One run. Chats of the stories are numbered from 0, who asks from the number of chats on."""

    def __init__(self, rate: int, chats: int, order: str) -> None:
        telegram = LIMITS[Platform.TELEGRAM]
        self._pacer = Pacer(Limits((Window(rate, 1),), telegram.chat, telegram.group))
        self._queue: Queue = FairQueue(chats) if order == "fair" else Line(chats)
        self._fair = order == "fair"
        self._dice = random.Random(rate)
        self._replies: deque[tuple[float, int]] = deque()
        self._asked: list[float] = []
        self._next_asked = 0.0
        self._held: list[tuple[float, Row]] = []
        self._begun = 0.0
        self._left = [chats, SMALL_CHATS]
        self.now = 0.0
        self.outcome = Outcome(rate, order, chats)

    def run(self) -> Outcome:
        """Send until nothing waits; nobody asks any more once the hot story is out."""
        began, tidied = time.perf_counter(), 0.0
        while sum(self._left) or len(self.outcome.replies) < len(self._asked):
            self._step()
            if self.now - tidied > TIDY_EVERY:
                tidied = self.now
                self._pacer.forget_idle(self.now)
        self.outcome.took = time.perf_counter() - began
        return self.outcome

    def _step(self) -> None:
        """Send a reply or an alert, or let time pass until one may go."""
        if self._left[HOT] and self._next_asked <= self.now:
            self._ask()
        if self._replies:
            self._reply()
            return
        ready = self._pacer.lane_ready_at(self.now)
        if self._left[HOT] and self._next_asked < ready:
            self.now = self._next_asked
        else:
            self.now = ready
            self._alert()

    def _ask(self) -> None:
        chat = self.outcome.chats + len(self._asked)
        self._asked.append(self._next_asked)
        if self._fair:
            self._replies.append((self._next_asked, chat))
        else:
            self._queue.add(REPLY, [chat])
        self._next_asked += self._dice.expovariate(ASKED_A_SECOND)

    def _reply(self) -> None:
        asked, chat = self._replies[0]
        ready = self._pacer.reserve(str(chat), ChatKind.PRIVATE, self.now)
        if ready > self.now:
            self.now = ready
            return
        self._replies.popleft()
        self._pacer.sent(str(chat), self.now)
        self.outcome.replies.append(self.now - asked)

    def _alert(self) -> None:
        while self._held and self._held[0][0] <= self.now:
            self._queue.push(heapq.heappop(self._held)[1])
        row = self._queue.pop()
        if row is None:
            self.now = max(self.now, self._held[0][0])
            return
        name = str(row[2])
        ready = self._pacer.ready_at(name, ChatKind.PRIVATE, self.now)
        if ready > self.now:
            heapq.heappush(self._held, (ready, row))
        else:
            self._pacer.sent(name, self.now)
            self._note(row)

    def _note(self, row: Row) -> None:
        _, what, chat = row
        if what == REPLY:
            self.outcome.replies.append(self.now - self._asked[chat - self.outcome.chats])
            return
        self._left[what] -= 1
        if what == SMALL:
            self.outcome.small.append(self.now - self._begun)
        elif self._left[HOT] == self.outcome.chats // 2:
            self._begun = self.now
            late = range(3 * self.outcome.chats // 4, self.outcome.chats)
            self._queue.add(SMALL, self._dice.sample(late, SMALL_CHATS))
        elif self._left[HOT] == 0:
            self.outcome.last = self.now


def reaches(found: Sequence[Outcome]) -> list[Reach]:
    """Return what is asked of the fair order."""
    asked = []
    for each in (each for each in found if each.order == "fair"):
        what = f"{each.chats:,} chats at {each.rate:,}/s: "
        share = 100 * (each.chats + len(each.replies)) / each.last / each.rate
        asked += [
            Reach(f"{what}of the rate used", share, "%", 99, at_least=True),
            Reach(f"{what}the small story's last chat", each.small[-1], "s", 5),
            Reach(f"{what}the longest wait for a reply", max(each.replies), "s", 1),
        ]
    return asked


def run(chats: int, show: Callable[[str], None]) -> tuple[list[Outcome], list[Reach]]:
    """Simulate each rate in both orders and show it."""
    show(f"A story for {chats:,} chats, {ASKED_A_SECOND} replies a second, amid it a story for {SMALL_CHATS} chats")
    show(HEAD)
    found = []
    for rate in RATES:
        for order in ("fair", "line"):
            found.append(Simulation(rate, chats, order).run())
            show(str(found[-1]))
    asked = reaches(found)
    for each in asked:
        show(str(each))
    return found, asked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=CHATS, help="chats that get the hot story")
    run(parser.parse_args().chats, print)


if __name__ == "__main__":
    main()
