"""How well a lane keeps and uses its limits: `python -m tests.bench.pacing_bench [--seconds N]`.

The real dispatch and pacer send to lanes that always have work, for three minutes of a virtual clock and for some
seconds of the real one. Beside them python-telegram-bot's own limiter, told the same limits, on the virtual clock. All
the while people ask something, two a second where 30 may be sent, and their answers share the lane.
"""

import argparse
import asyncio
import gc
import random
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

from telegram.ext import AIORateLimiter

from bot.core.chat import Address, ChatKind, Platform
from bot.core.message import Message
from bot.core.pacing import LIMITS, Pacer
from bot.pipeline.dispatch import Dispatch
from bot.pipeline.turns import Turns
from tests.bench.busy_outbox import BusyOutbox
from tests.bench.lanes import HEAD, Lane, Paced
from tests.bench.match_bench import Reach
from tests.bench.virtual_time import LoopClock, run_virtually
from tests.fakes.names import NAMES
from tests.fakes.observer import RecordingObserver

VIRTUAL_SECONDS, REAL_SECONDS = 180, 10
ANSWER_SECONDS = 0.05
"""What a platform takes to answer."""
LANES = (
    Lane("private", Platform.TELEGRAM, ChatKind.PRIVATE, 60),
    Lane("group", Platform.TELEGRAM, ChatKind.GROUP, 60),
    Lane("slack", Platform.SLACK, ChatKind.TEAM, 60),
)


@dataclass(slots=True)
class Platformlike:
    """A notifier that notes when it was asked to send, and takes a moment."""

    paced: Paced

    async def send(self, to: Address, message: Message, **_more: object) -> str:
        self.paced.sends[to.chat].append(asyncio.get_running_loop().time())
        await asyncio.sleep(ANSWER_SECONDS)
        return "1"


async def ours(lane: Lane, seconds: float, way: str) -> Paced:
    """Send with the real dispatch; answers wait for their turn as listeners do."""
    paced, clock, pacer = Paced(lane, way, seconds), LoopClock(), Pacer(LIMITS[lane.platform])
    notifier = Platformlike(paced)
    outbox = BusyOutbox(lane.platform, lane.kind, lane.chats)
    dispatch = Dispatch(lane.name, outbox, notifier, pacer, NAMES, clock, RecordingObserver())  # type: ignore[arg-type]
    turns = Turns(pacer, clock)

    async def answer(to: Address) -> None:
        await turns.wait(to, ChatKind.PRIVATE)
        await notifier.send(to, Message())

    await _for_a_while(seconds, dispatch.run(asyncio.Event()), _people(paced, answer))
    return paced


async def theirs(lane: Lane, seconds: float) -> Paced:
    """Send through python-telegram-bot's limiter as a broadcast would: everything is asked for at once."""
    paced, window = Paced(lane, "ptb's limiter", seconds), lane.window
    notifier = Platformlike(paced)
    of_groups = (20.0, 60.0) if lane.kind is ChatKind.GROUP else (0.0, 0.0)
    limiter = AIORateLimiter(window.count, window.seconds, *of_groups)

    async def send(to: Address) -> None:
        number = -int(to.chat) if lane.kind is ChatKind.GROUP and to.topic != "reply" else int(to.chat)
        call: Any = partial(notifier.send, to, Message())
        await limiter.process_request(call, (), {}, "sendMessage", {"chat_id": number}, None)

    async def broadcast() -> None:
        each = round(2 * window.count / window.seconds * seconds / lane.chats) + 1
        chats = [Address(lane.platform, lane.name, str(number)) for number in range(1, lane.chats + 1)]
        await asyncio.gather(*(send(to) for _ in range(each) for to in chats))

    await limiter.initialize()
    await _for_a_while(seconds, broadcast(), _people(paced, send))
    return paced


async def _people(paced: Paced, answer: Callable[[Address], Coroutine[Any, Any, None]]) -> None:
    """Let people ask, each in a chat of their own, and note how long their answers took to leave."""
    dice, numbers = random.Random(3), count(1_000_000)
    loop = asyncio.get_running_loop()

    async def ask(to: Address) -> None:
        began = loop.time()
        try:
            await answer(to)
        finally:
            left = paced.sends.get(to.chat)
            paced.waits.append((left[0] if left else loop.time()) - began)

    async with asyncio.TaskGroup() as asked:
        while True:
            await asyncio.sleep(dice.expovariate(paced.lane.asked))
            asked.create_task(ask(Address(paced.lane.platform, paced.lane.name, str(next(numbers)), "reply")))


async def _for_a_while(seconds: float, *work: Coroutine[Any, Any, None]) -> None:
    tasks = [asyncio.create_task(each) for each in work]
    await asyncio.sleep(seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def reaches(found: Iterable[Paced]) -> list[Reach]:
    """Return what is asked of each of our lanes: its rate, its windows, and that people do not wait."""
    asked = []
    for paced in found:
        window, what = paced.lane.window, f"{paced.lane.name} lane, {paced.way}: "
        asked += [
            Reach(f"{what}sends a second", paced.rate, "", 0.99 * paced.lane.allowed, at_least=True),
            Reach(f"{what}worst window of the lane", paced.worst(window.seconds), "", window.count),
            Reach(f"{what}longest wait for an answer", max(paced.waits), "s", 1),
        ]
        if paced.lane.kind is ChatKind.GROUP:
            asked.append(Reach(f"{what}worst minute of a group", paced.worst_of_a_chat(60), "", 20))
    return asked


def run(virtual: float, real: float, show: Callable[[str], None]) -> tuple[list[Paced], list[Reach]]:
    """Measure every lane and show it; with no seconds of the real clock, in virtual time alone."""
    show("Lanes with work for every chat, and people who ask; the worst of all windows; how long answers waited, in s")
    show(HEAD)
    found = [run_virtually(ours(lane, virtual, "ours")) for lane in LANES]
    found += asyncio.run(_really(real)) if real else []
    baseline = [run_virtually(theirs(lane, virtual)) for lane in LANES]
    asked = reaches(found)
    for each in (*found, *baseline, *asked):
        show(str(each))
    return [*found, *baseline], asked


async def _really(seconds: float) -> list[Paced]:
    # As the bot does at its start: a collection that looks through all that was imported would hold up sends.
    gc.collect()
    gc.freeze()
    return await asyncio.gather(*(ours(lane, seconds, "ours, real clock") for lane in LANES))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=REAL_SECONDS, help="how long on the real clock")
    run(VIRTUAL_SECONDS, parser.parse_args().seconds, print)


if __name__ == "__main__":
    main()
