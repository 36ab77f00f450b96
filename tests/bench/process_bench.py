"""The real process between peers on loopback: `python -m tests.bench.process_bench [--stories N]`.

How long a story takes from its publication to the chat, where its feed is visited at once and nothing else waits: what
the bot adds to the poll interval. And how much memory the process holds when it has nothing to do, beside a process
that has only imported the same libraries.
"""

import argparse
import asyncio
import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench.match_bench import Reach
from tests.end_to_end.crowd import settle_crowd
from tests.end_to_end.stage import Stage, stage

STORIES = 40
CHAT_REST = 1.1
"""Seconds between two alerts for one chat, so that its own limit makes none wait."""
SETTLE = 3.0
_LIBRARIES = "aiohttp, apscheduler, prometheus_client, pydantic_settings, slack_bolt, slack_sdk, sqlalchemy, telegram"
_BARE = f"import {_LIBRARIES}; import sys; print(flush=True); sys.stdin.read()"


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds from publication to chat, in order; megabytes of the idle process, of its children, of bare imports."""

    waits: list[float]
    idle: float
    children: float
    bare: float

    def lines(self) -> list[str]:
        """Return the table."""
        p50, p99 = _share(self.waits, 0.5), _share(self.waits, 0.99)
        return [
            f"publication to chat, {len(self.waits)} stories: p50 {p50:.2f} s, p99 {p99:.2f} s, "
            f"longest {self.waits[-1]:.2f} s",
            f"idle memory: {self.idle:.0f} MB, its parser's process {self.children:.0f} MB while it lasts; "
            f"the libraries alone {self.bare:.0f} MB",
        ]

    def reaches(self) -> list[Reach]:
        return [
            Reach("publication to chat beyond the interval, p99", _share(self.waits, 0.99), "s", 1),
            Reach("idle memory of the whole bot on SQLite", self.idle, "MB", 120),
        ]


def _share(waits: Sequence[float], share: float) -> float:
    return waits[min(int(len(waits) * share), len(waits) - 1)]


async def measure(stories: int) -> Measured:
    """Start the bot with every platform, let it rest, then publish."""
    async with stage() as scene:
        await settle_crowd(scene, 1)
        process = await scene.bot()
        await asyncio.sleep(SETTLE)
        idle, children = resident(process.pid), sum(map(resident, _children(process.pid)))
        dice = random.Random(4)
        waits = sorted([await _publish(scene, number, dice) for number in range(stories)])
        await process.stop()
    return Measured(waits, idle, children, bare_libraries())


async def _publish(scene: Stage, number: int, dice: random.Random) -> float:
    await asyncio.sleep(CHAT_REST + dice.random())
    title = f"Mali, part {number}"
    began = time.perf_counter()
    scene.news.publish(title)
    scene.rows.make_feeds_due()
    await scene.telegram.wait_until(lambda: any(title in sent.text for sent in scene.telegram.sent[-3:]), 15)
    return time.perf_counter() - began


def bare_libraries() -> float:
    """Return the megabytes of a process that imports what the bot is built on and nothing of the bot."""
    command = (sys.executable, "-c", _BARE)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()
        size = resident(child.pid)
        child.stdin.close()
    return size


def resident(pid: int) -> float:
    """Return the megabytes that a process has in memory."""
    with open(f"/proc/{pid}/status") as status:
        return next((int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS")), 0.0)


def _children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as children:
        return [int(child) for child in children.read().split()]


def run(stories: int, show: Callable[[str], None]) -> tuple[Measured, list[Reach]]:
    """Measure and show."""
    show("the real process, with Telegram, Slack and SQLite")
    measured = asyncio.run(measure(stories))
    asked = measured.reaches()
    for each in (*measured.lines(), *asked):
        show(str(each))
    return measured, asked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=STORIES)
    run(parser.parse_args().stories, print)


if __name__ == "__main__":
    main()
