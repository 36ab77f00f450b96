"""The bot's database as an operator sees it, from outside; and the hands of its clocks."""

import asyncio
import time
from typing import Any

from sqlalchemy import text

from bot.store.database import make_engine

_WAITING = "state IN ('queued', 'claimed')"


class Rows:
    """Reads and changes rows of a running bot's database, SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        self._engine = make_engine(url)

    def close(self) -> None:
        self._engine.dispose()

    def run(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """Run one statement in a transaction of its own; return its rows."""
        with self._engine.begin() as connection:
            result = connection.execute(text(statement), values)
            return [tuple(row) for row in result] if result.returns_rows else []

    def one(self, statement: str, **values: Any) -> Any:
        """Return the first value of the first row."""
        return self.run(statement, **values)[0][0]

    def states(self) -> dict[str, int]:
        """Count the deliveries by state."""
        return dict(self.run("SELECT state, count(*) FROM deliveries GROUP BY state"))

    def waiting(self) -> int:
        return int(self.one(f"SELECT count(*) FROM deliveries WHERE {_WAITING}"))

    def make_feeds_due(self) -> None:
        """Let the time for the next visit have come."""
        self.run("UPDATE feeds SET next_poll_at = 0")

    def end_leases(self) -> None:
        """Let the time of every claim, of deliveries, feeds and lanes, have passed."""
        self.run("UPDATE deliveries SET lease_until = 0 WHERE state = 'claimed'")
        self.run("UPDATE feeds SET claimed_until = 0 WHERE claim <> ''")
        self.run("UPDATE leases SET until = 0")

    def make_deliveries_due(self) -> None:
        """Let the time for the next attempts have come."""
        self.run("UPDATE deliveries SET due_at = 0, turn = 0 WHERE state = 'queued'")

    async def visited(self, timeout: float = 15.0) -> None:  # noqa: ASYNC109 - says what stood there instead
        """Wait until every feed's visit is over and kept."""
        # A new feed is due at the moment it is made known, which may be just after we looked at the clock.
        kept = "sum(CASE WHEN claim = '' AND next_poll_at > :now + 1000000 THEN 1 ELSE 0 END)"
        await self.until(f"SELECT coalesce({kept} = count(*), 1 = 0) FROM feeds WHERE enabled", timeout)

    async def delivered(self, timeout: float = 15.0) -> None:  # noqa: ASYNC109 - says what stood there instead
        """Wait until no delivery waits any more."""
        await self.until(f"SELECT count(*) = 0 FROM deliveries WHERE {_WAITING}", timeout)

    async def until(self, question: str, timeout: float = 15.0, **values: Any) -> None:  # noqa: ASYNC109
        """Wait until a question is answered with yes."""
        end = time.monotonic() + timeout
        asked = {"now": int(time.time() * 1_000_000)} if ":now" in question else {}
        while not self.one(question, **asked, **values):
            if time.monotonic() > end:
                feeds = self.run("SELECT name, failures, next_poll_at FROM feeds")
                raise AssertionError(f"not within {timeout} s: {question}; {self.states()}; {feeds}")
            await asyncio.sleep(0.03)
            asked = {"now": int(time.time() * 1_000_000)} if ":now" in question else {}
