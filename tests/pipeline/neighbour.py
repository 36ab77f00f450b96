"""Another process that works on the same database: `python -m tests.pipeline.neighbour URL`.

It follows and unfollows as the lines on its standard input say (`add "drought"`), and answers each when it is kept.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.store.chats import ChatTable
from bot.store.database import Database
from bot.store.subscriptions import SubscriptionTable
from tests.store.scene import NOW, sighting

_ROOT = Path(__file__).parents[2]
_KEPT = b"kept\n"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The process as its parent sees it."""

    process: Process

    async def does(self, verb: str, canonical: str) -> None:
        """Have it follow or unfollow a filter; return when it has."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{verb} {canonical}\n".encode())
        assert await self.process.stdout.readline() == _KEPT


@asynccontextmanager
async def neighbour(url: str) -> AsyncIterator[Neighbour]:
    """Start one, and end it."""
    command = (sys.executable, "-m", "tests.pipeline.neighbour", url)
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, cwd=_ROOT)
    try:
        yield Neighbour(process)
    finally:
        assert process.stdin
        process.stdin.close()  # the end of its input is its own
        await asyncio.wait_for(process.wait(), 10)
    assert process.returncode == 0


async def _main(url: str) -> None:
    database = Database(url)
    chat = await ChatTable(database).seen(sighting(), NOW)
    subscriptions = SubscriptionTable(database)
    while said := (await asyncio.to_thread(sys.stdin.readline)).strip():
        verb, _, canonical = said.partition(" ")
        if verb == "add":
            await subscriptions.add(chat.id, canonical, NOW)
        else:
            await subscriptions.remove(chat.id, [canonical])
        sys.stdout.buffer.write(_KEPT)
        sys.stdout.buffer.flush()
    await database.close()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
