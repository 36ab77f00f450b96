"""How fast the store is, beside the loop one would write first: `python -m tests.bench.store_bench [--rows N]`.

PostgreSQL runs with its own settings: what it has committed is on the disk.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, insert, select, text

from bot.core.delivery import Delivery, State, sent
from bot.core.polling import Decision
from bot.core.stores import NewStory
from bot.pipeline.dispatch import FULL, GATHER
from bot.store import schema
from bot.store.database import Database
from bot.store.recording import Result
from bot.store.recording import record as record_together
from bot.store.tables import chats, deliveries, filters, subscriptions
from tests.fakes.clock import FakeClock
from tests.store.scene import LANE, LEASE, NOW, Scene, SqlStore, make_scene, story, why
from tests.store.server import postgres_server

IN_FLIGHT = 30
BATCH = 1_000
REACH = {
    ("fan-out", "sqlite"): 500_000,
    ("fan-out", "postgresql"): 150_000,
    ("claim + record, in batches", "sqlite"): 100_000,
    ("claim + record, each kept", "postgresql"): 3_000,
}
"""What the design asks for, in rows a second."""
_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table, in rows a second."""

    what: str
    database: str
    ours: float
    naive: float

    def __str__(self) -> str:
        reach = REACH.get((self.what, self.database))
        rates = f"{self.ours:12,.0f} {self.naive:12,.0f} {self.ours / self.naive:8.1f} x"
        return f"{self.what:28} {self.database:11} {rates} {f'{reach:,}' if reach else '-':>10}"


HEAD = f"{'rows a second':28} {'database':11} {'ours':>12} {'row by row':>12} {'ratio':>10} {'reach':>10}"


async def measure(url: str, rows: int) -> list[Figure]:
    """Return what one database does with `rows` chats that follow one filter."""
    database = Database(url)
    await schema.upgrade(database)
    scene = await make_scene(SqlStore(database, FakeClock()))
    await database.write(lambda connection: _fill(connection, rows))
    await _settle(database)
    name, sample = database.engine.dialect.name, min(rows // 4, 2_000)
    batched = min(rows // 2, 20_000)
    told = Figure("fan-out", name, await _fan_out(scene, rows), await _naive_fan_out(database, scene, sample))
    await _settle(database)
    in_batches, each_kept = await _in_batches(database, scene, batched), await _send(scene, sample)
    naive = await _naive_send(scene, sample // 4)
    await database.close()
    return [
        told,
        Figure("claim + record, in batches", name, in_batches, naive),
        Figure("claim + record, each kept", name, each_kept, naive),
    ]


def _fill(connection: Connection, rows: int) -> None:
    connection.execute(insert(filters).values(id=1, canonical="mali", live=True, seq=1))
    chat = {"platform": "telegram", "lane": LANE, "kind": "private", "state": "active", "created_at": NOW}
    for start in range(1, rows + 1, _CHUNK):
        ids = range(start, min(start + _CHUNK, rows + 1))
        connection.execute(insert(chats), [{"id": n, "chat": str(n), **chat} for n in ids])
        connection.execute(insert(subscriptions), [{"chat_id": n, "filter_id": 1, "created_at": NOW} for n in ids])


async def _settle(database: Database) -> None:
    """Let PostgreSQL learn what its tables hold, as it does by itself within a minute."""
    if not database.is_sqlite:
        await database.write(lambda connection: connection.execute(text("ANALYZE")) and None)


async def _fan_out(scene: Scene, rows: int) -> float:
    with _rate(rows) as rate:
        recorded = await scene.record(NewStory(story("ours"), {1: why("Mali")}))
    assert recorded.deliveries == rows
    return rate()


async def _naive_fan_out(database: Database, scene: Scene, sample: int) -> float:
    """Ask for the chats, then insert a row for each."""
    await scene.store.stories.record(Decision(scene.feed), [NewStory(story("naive"), {})], NOW)
    story_id = next(each.id for each in await scene.store.stories.recent(9) if each.fingerprint == "naive")

    def work(connection: Connection) -> None:
        for chat_id in connection.execute(select(chats.c.id).limit(sample)).scalars().all():
            row = {"story_id": story_id, "chat_id": chat_id, "lane": "naive", "due_at": NOW, "created_at": NOW}
            connection.execute(insert(deliveries).values(state=State.DEAD.value, **row))

    with _rate(sample) as rate:
        await database.write(work)
    return rate()


async def _in_batches(database: Database, scene: Scene, sample: int) -> float:
    """Claim a thousand, keep their results in one transaction."""
    done = 0

    def keep(connection: Connection, claimed: list[Delivery]) -> list[bool]:
        return record_together(connection, [Result(delivery, sent("m"), NOW) for delivery in claimed])

    with _rate(sample) as rate:
        while done < sample:
            claimed = await scene.store.outbox.claim(LANE, NOW, LEASE, min(BATCH, sample - done))
            assert all(await database.write(partial(keep, claimed=claimed)))
            done += len(claimed)
    return rate()


async def _send(scene: Scene, sample: int) -> float:
    """Claim as a lane's dispatch does: each result is kept before its place is used again."""
    sending: set[asyncio.Task[None]] = set()
    done = 0

    async def record(delivery: Delivery) -> None:
        assert await scene.store.outbox.record(delivery, sent("m"), NOW)

    with _rate(sample) as rate:
        while done < sample:
            if len(sending) > IN_FLIGHT * FULL:
                await asyncio.sleep(GATHER)
                sending = {task for task in sending if not task.done()}
            free = min(IN_FLIGHT - len(sending), sample - done)
            for delivery in await scene.store.outbox.claim(LANE, NOW, LEASE, free):
                sending.add(asyncio.create_task(record(delivery)))
                done += 1
            _, sending = await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.gather(*sending)
    return rate()


async def _naive_send(scene: Scene, sample: int) -> float:
    """Claim one, keep its result, claim the next."""
    with _rate(sample) as rate:
        for _ in range(sample):
            (delivery,) = await scene.store.outbox.claim(LANE, NOW, LEASE, 1)
            await scene.store.outbox.record(delivery, sent("m"), NOW)
    return rate()


@contextmanager
def _rate(rows: int) -> Iterator[Callable[[], float]]:
    started, ended = time.perf_counter(), 0.0
    yield lambda: rows / (ended - started)
    ended = time.perf_counter()


async def run(rows: int, show: Callable[[str], None]) -> list[Figure]:
    """Measure both databases, each empty and in a temporary folder."""
    show(f"{rows:,} chats follow one filter; up to {IN_FLIGHT} sends in flight, or batches of {BATCH:,}\n{HEAD}")
    with tempfile.TemporaryDirectory() as folder, postgres_server(careful=True) as server:
        figures = [*await measure(f"sqlite:///{folder}/bench.db", rows), *await measure(server.url(), rows)]
    for figure in figures:
        show(str(figure))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="chats that get one story")
    asyncio.run(run(parser.parse_args().rows, print))


if __name__ == "__main__":
    main()
