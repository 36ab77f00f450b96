"""How large the database grows in a year: `python -m tests.bench.year_bench [--days N] [--stories N] [--chats N]`.

Time is virtual, the database is a real SQLite file, stories are recorded and pruned as the bot does it. Every chat gets
an alert a day; what was sent is marked so at the end of its day.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, insert, update

from bot.core.delivery import State
from bot.core.polling import Decision
from bot.core.stores import NewStory
from bot.pipeline.prune import Prune
from bot.store import schema
from bot.store.database import Database
from bot.store.pruning import PruneTable
from bot.store.tables import chats, deliveries, filters, subscriptions
from tests.fakes.clock import FakeClock
from tests.store.scene import LANE, NOW, Scene, SqlStore, make_scene, story, why

KEEP = timedelta(days=30)
MONTH = 30
WORDS = "What the town lost when the river came up over its banks, and what it asks for now that the camps are full. "


async def simulate(path: Path, days: int, stories: int, people: int, show: Callable[[str], None]) -> list[float]:
    """Return the size of the database in megabytes at the end of every thirty days."""
    database, clock = Database(f"sqlite:///{path}"), FakeClock()
    await schema.upgrade(database)
    scene = await make_scene(SqlStore(database, clock))
    await database.write(lambda connection: _settle(connection, people, stories))
    prune, sizes = Prune(PruneTable(database), clock, KEEP, _no_rest), []
    for day in range(1, days + 1):
        await _news(scene, clock, day, stories)
        clock.advance(24 * 3600)
        removed = await prune.round()
        if day % MONTH == 0:
            sizes.append(_size(path))
            show(f"day {day:4}  {sizes[-1]:7.1f} MB  {'▒' * round(sizes[-1] / 4)}  (removed that day: {removed:,})")
    await database.close()
    return sizes


def _settle(connection: Connection, people: int, groups: int) -> None:
    """Make chats in as many groups as there are stories a day; each group follows a filter of its own."""
    rows = [{"id": n, "canonical": f"word{n}", "live": True, "seq": n} for n in range(1, groups + 1)]
    connection.execute(insert(filters), rows)
    chat = {"platform": "telegram", "lane": LANE, "kind": "private", "state": "active", "created_at": NOW}
    connection.execute(insert(chats), [{"id": n, "chat": str(n), **chat} for n in range(1, people + 1)])
    follows = [{"chat_id": n, "filter_id": n % groups + 1, "created_at": NOW} for n in range(1, people + 1)]
    connection.execute(insert(subscriptions), follows)


async def _news(scene: Scene, clock: FakeClock, day: int, stories: int) -> None:
    for number in range(1, stories + 1):
        told = replace(story(f"{day}-{number}"), summary=WORDS * 3, published=clock.now())
        new = NewStory(told, {number: why("word")})
        await scene.store.stories.record(Decision(scene.feed), [new], clock.now())
    done = update(deliveries).where(deliveries.c.state == State.QUEUED.value)
    ended = done.values(state=State.SENT.value, message_id="1234567", done_at=clock.now())
    await scene.store.database.write(lambda c: c.execute(ended).rowcount)  # type: ignore[attr-defined]


async def _no_rest(_seconds: float) -> None:
    """The bot leaves others time between two steps; here is nobody."""


def _size(path: Path) -> float:
    return sum(each.stat().st_size for each in path.parent.glob(f"{path.name}*")) / 1e6


async def run(days: int, stories: int, people: int, show: Callable[[str], None]) -> list[float]:
    show(f"{stories} stories a day, {people:,} chats that get one alert a day each, kept for {KEEP.days} days")
    with tempfile.TemporaryDirectory() as folder:
        return await simulate(Path(folder) / "year.db", days, stories, people, show)


def main(days: int = 360) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=days)
    parser.add_argument("--stories", type=int, default=200, help="a day")
    parser.add_argument("--chats", type=int, default=10_000)
    asked = parser.parse_args()
    asyncio.run(run(asked.days, asked.stories, asked.chats, lambda line: print(line, flush=True)))


if __name__ == "__main__":
    main()
