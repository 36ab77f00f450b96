"""What came in and what was accepted, and waiting for it."""
# ruff: noqa: ASYNC109 - a wait that fails says what came instead, which asyncio.timeout cannot

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.peers.slack_api.mrkdwn import Reading, read_message
from tests.peers.slack_api.shapes import Json

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Post:
    """A message as it was accepted. `via` is the method, `response_url` or `ack`; `at` is the peer's clock."""

    at: float
    team: str
    channel: str
    text: str
    blocks: list[Json]
    ts: str
    via: str
    ephemeral_to: str = ""
    thread_ts: str = ""
    args: Json = field(default_factory=dict)

    @property
    def reading(self) -> Reading:
        """Whom the message calls and what it links."""
        return read_message(self.text, self.blocks, link_names=self.args.get("link_names") in (True, "1", "true"))


@dataclass(slots=True)
class Arrival:
    """One raw request. `error` is empty where it was accepted; `reasons` says what was wrong with it."""

    at: float
    method: str
    args: Json
    team: str = ""
    status: int = 200
    error: str = ""
    reasons: list[str] = field(default_factory=list)
    fault: str = ""


class Ledger:
    """Lists that only grow."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.edits: list[Post] = []
        self.requests: list[Arrival] = []
        self.views: list[Json] = []
        self._change = asyncio.Event()

    def note(self, entry: Post | Arrival) -> None:
        """Keep a post or a request and wake who waits."""
        (self.posts if isinstance(entry, Post) else self.requests).append(entry)  # type: ignore[arg-type]
        self.changed()

    def changed(self) -> None:
        """Wake who waits."""
        self._change.set()
        self._change = asyncio.Event()

    async def until(self, find: Callable[[], T | None], timeout: float, what: str = "that") -> T:
        """Return what `find` returns once it is not None; AssertionError after `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                while (found := find()) is None:
                    await self._change.wait()
                return found
        except TimeoutError:
            raise AssertionError(f"{what} did not come in {timeout} s; so far:\n{self.summary()}") from None

    async def wait_for(self, wanted: "int | Callable[[Post], Any]", timeout: float = 5.0) -> Any:
        """Wait for a number of posts (returns them all) or for one a predicate likes (returns that one)."""
        if callable(wanted):
            return await self.until(lambda: next((p for p in self.posts if wanted(p)), None), timeout, "a wanted post")
        return await self.until(
            lambda: list(self.posts) if len(self.posts) >= wanted else None, timeout, f"post {wanted}"
        )

    def summary(self) -> str:
        """Say in a few lines what came so far, refusals included."""
        posts = [f"post in {p.channel} via {p.via}: {p.text[:80]!r}" for p in self.posts[-10:]]
        refused = [f"refused {a.method}: {a.error} {a.reasons[:2]}" for a in self.requests if a.error][-10:]
        return "\n".join(posts + refused) or "nothing"
