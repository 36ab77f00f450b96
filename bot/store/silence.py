"""Hangs up on a PostgreSQL that has forgotten a statement it was sent, so that the work can be done again elsewhere.

A cut on the way is noticed by the kernel, through keepalives and `tcp_user_timeout`. One behind a proxy or a load
balancer is not: what stands between goes on acknowledging. A slow statement is told from a lost one by asking the
server, on a new connection, what it is doing.
"""

import asyncio
import socket
from collections.abc import Awaitable
from typing import Any, TypeVar

import psycopg
from psycopg.pq import TransactionStatus

from bot.store.line import Line

_T = TypeVar("_T")
LONGEST_SILENCE = 10.0
"""Seconds without an answer after which the server is asked."""
LONGEST_ASKING = 5.0
HURRIED = 1.0
"""The same for a process that was told to stop."""
# What lies between two statements of a transaction at work is short.
_AT_WORK = """
SELECT state = 'active' OR state_change > clock_timestamp() - make_interval(secs => %s)
FROM pg_stat_activity WHERE pid = %s
"""


class Silence:
    """Watches transactions of one server. `arguments` are psycopg's for a new connection."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        self._arguments = {**arguments, "connect_timeout": int(LONGEST_ASKING)}
        self._longest, self._asking = LONGEST_SILENCE, LONGEST_ASKING
        self._tasks: set[asyncio.Task[None]] = set()
        self._lines: set[Line] = set()

    async def watched(self, work: Awaitable[_T], line: Line) -> _T:
        """Return what comes of work on a line, watching it until then."""
        watch = asyncio.get_running_loop().call_later(self._longest, self._begin, line)
        self._lines.add(line)
        try:
            return await work
        finally:
            self._lines.discard(line)
            watch.cancel()

    def hurry(self) -> None:
        """Be patient no longer, with what is under way either: the process ends."""
        self._longest = self._asking = HURRIED
        for line in self._lines:
            self._begin(line)

    def _begin(self, line: Line) -> None:
        task = asyncio.create_task(self._listen(line))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _listen(self, line: Line) -> None:
        while not line.over:
            raw = line.raw
            forgotten = raw is not None and _waits(line) and not await self._works_on(raw.pgconn.backend_pid)
            if forgotten and line.raw is raw and _waits(line):
                _hang_up(line)
            await asyncio.sleep(self._longest / 2)

    async def _works_on(self, pid: int) -> bool:
        try:
            async with asyncio.timeout(self._asking):
                async with await psycopg.AsyncConnection.connect(**self._arguments) as connection:
                    row = await (await connection.execute(_AT_WORK, [self._longest / 2, pid])).fetchone()
        except (psycopg.Error, TimeoutError, OSError):
            return False
        return row is not None and bool(row[0])


def _waits(line: Line) -> bool:
    """Return whether a statement was sent and no answer has come yet."""
    return line.raw is not None and line.raw.pgconn.transaction_status == TransactionStatus.ACTIVE


def _hang_up(line: Line) -> None:
    """Break the connection off; whoever waits on it hears of it at once."""
    if line.raw is None:
        return
    with socket.fromfd(line.raw.pgconn.socket, socket.AF_INET, socket.SOCK_STREAM) as ours:
        ours.shutdown(socket.SHUT_RDWR)
