"""How long a claim takes however much waits: `python -m tests.bench.claim_bench [--waiting N] [--blocked N]`.

First beside deliveries that may all go, then behind some that may not: each in a chat whose oldest is put off, or all
in one chat that has one under way.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median

from sqlalchemy import Connection, case, insert, literal, select, text

from bot.core.delivery import sent
from bot.core.stores import NewStory
from bot.store import schema
from bot.store.database import Database
from bot.store.tables import Moment, chats, deliveries, filters, subscriptions
from tests.fakes.clock import FakeClock
from tests.store.scene import LANE, LEASE, NOW, Scene, SqlStore, make_scene, story, why
from tests.store.server import postgres_server

_LIMIT, _TIMES, _CHUNK = 30, 20, 5_000
_BUSY = 1_000_000_000
_LATER = 30_000_000
"""Microseconds by which what is put off is late."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table, in milliseconds a claim of thirty."""

    what: str
    database: str
    first: float
    then: float

    def __str__(self) -> str:
        return f"{self.what:36} {self.database:11} {self.first:10.1f} {self.then:10.1f}"


HEAD = f"{'milliseconds a claim of 30':36} {'database':11} {'first':>10} {'then':>10}"


async def measure(url: str, waiting: int, blocked: int) -> list[Figure]:
    """Return how long claims take on one database."""
    database = Database(url)
    await schema.upgrade(database)
    scene = await make_scene(SqlStore(database, FakeClock()))
    await database.write(lambda connection: _fill(connection, waiting))
    await scene.record(NewStory(story("all"), {1: why("Mali")}))
    if not database.is_sqlite:
        await database.write(lambda connection: connection.execute(text("ANALYZE")) and None)
    name = database.engine.dialect.name
    figures = [Figure(f"{waiting:,} wait", name, *await _claims(scene))]
    for what, block in ((f"{blocked:,} put off in front", _put_off), (f"{blocked:,} of a busy chat in front", _busy)):
        await database.write(partial(block, blocked=blocked))
        figures.append(Figure(what, name, *await _claims(scene)))
    await database.close()
    return figures


def _fill(connection: Connection, waiting: int) -> None:
    connection.execute(insert(filters).values(id=1, canonical="mali", live=True, seq=1))
    chat = {"platform": "telegram", "lane": LANE, "kind": "private", "state": "active", "created_at": NOW}
    for start in range(1, waiting + 1, _CHUNK):
        ids = range(start, min(start + _CHUNK, waiting + 1))
        connection.execute(insert(chats), [{"id": n, "chat": str(n), **chat} for n in ids])
        connection.execute(insert(subscriptions), [{"chat_id": n, "filter_id": 1, "created_at": NOW} for n in ids])


def _put_off(connection: Connection, blocked: int) -> None:
    front = "SELECT id FROM deliveries WHERE state IN ('queued', 'claimed') AND state = 'queued' ORDER BY turn LIMIT"
    later = f"UPDATE deliveries SET due_at = due_at + {_LATER} WHERE id IN ({front} {blocked})"
    connection.execute(text(later))


def _busy(connection: Connection, blocked: int) -> None:
    """Queue so many stories for one chat, before all others, of which one is under way."""
    chat = {"id": _BUSY, "platform": "telegram", "lane": LANE, "chat": "busy", "kind": "group", "state": "active"}
    connection.execute(insert(chats).values(created_at=NOW, **chat))
    wanted = select(
        -subscriptions.c.id,
        literal(_BUSY),
        literal(LANE),
        case((subscriptions.c.chat_id == 1, "claimed"), else_="queued"),
        *(literal(NOW, Moment), literal(NOW, Moment), literal(0)),
    ).where(subscriptions.c.chat_id <= blocked)
    columns = ["story_id", "chat_id", "lane", "state", "due_at", "created_at", "turn"]
    connection.execute(insert(deliveries).from_select(columns, wanted))


async def _claims(scene: Scene) -> tuple[float, float]:
    """Return how long the first claim took, and the middle one of the next."""
    took = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        claimed = await scene.store.outbox.claim(LANE, NOW, LEASE, _LIMIT)
        took.append((time.perf_counter() - began) * 1_000)
        assert len(claimed) == _LIMIT
        await asyncio.gather(*(scene.store.outbox.record(each, sent("m"), NOW) for each in claimed))
    return took[0], median(took[1:])


async def run(waiting: int, blocked: int, show: Callable[[str], None]) -> list[Figure]:
    """Measure both databases, each in a temporary folder."""
    show(HEAD)
    with tempfile.TemporaryDirectory() as folder, postgres_server(careful=True) as server:
        figures = [
            *await measure(f"sqlite:///{folder}/bench.db", waiting, blocked),
            *await measure(server.url(), waiting, blocked),
        ]
    for figure in figures:
        show(str(figure))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiting", type=int, default=1_000_000, help="deliveries that wait in one lane")
    parser.add_argument("--blocked", type=int, default=50_000, help="deliveries in front that cannot go")
    asked = parser.parse_args()
    asyncio.run(run(asked.waiting, asked.blocked, print))


if __name__ == "__main__":
    main()
