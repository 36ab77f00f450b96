"""The web as the pipeline sees it: feeds and pages by URL, with a list of who asked for what."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from bot.core.outcomes import Failed, Fault, Fetch, Fetched, NotModified, Parse, Parsed
from bot.core.story import Article, Entry


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for a feed."""

    url: str
    etag: str = ""
    last_modified: str = ""
    trusted: bool = False


@dataclass(slots=True)
class FakeWeb:
    """Fulfils `Fetcher`, `Parser` and `Articles` of `bot.core.ports`. What was not put there cannot be reached.

    A feed with an ETag answers a request that bears it with 304, as a good host does.
    """

    answers: dict[str, Fetch] = field(default_factory=dict)
    pages: dict[str, Article] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    read_pages: list[str] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)
    """Pages that were asked whether they are still there."""
    missing: set[str] = field(default_factory=set)
    unreachable: set[str] = field(default_factory=set)
    parses: int = 0
    slow: dict[str, asyncio.Event] = field(default_factory=dict)
    """Requests for these URLs wait until the event is set."""
    _entries: dict[bytes, tuple[Entry, ...]] = field(default_factory=dict)

    def serve(self, url: str, *entries: Entry, etag: str = "", last_modified: str = "", at: str = "") -> None:
        """Answer a URL with a feed of these entries, newest first; `at` is where a redirect leads."""
        body = repr(entries).encode()
        self._entries[body] = entries
        self.answers[url] = Fetched(body, at or url, etag=etag, last_modified=last_modified)

    def fail(self, url: str, fault: Fault, reason: str = "no luck", retry_after: float | None = None) -> None:
        """Answer a URL with a failure."""
        self.answers[url] = Failed(fault, reason, retry_after)

    async def fetch(self, url: str, *, etag: str = "", last_modified: str = "", trusted: bool = False) -> Fetch:
        self.asked.append(Asked(url, etag, last_modified, trusted))
        if waiting := self.slow.get(url):
            await waiting.wait()
        answer = self.answers.get(url) or Failed(Fault.UNREACHABLE, "no such host")
        if isinstance(answer, Fetched) and etag and etag == answer.etag:
            return NotModified()
        return answer

    async def parse(
        self, fetched: Fetched, *, language: str = "", places_in: str = "", now: datetime | None = None
    ) -> Parse:
        self.parses += 1
        entries = self._entries.get(fetched.body)
        return Failed(Fault.UNREADABLE, "no feed") if entries is None else Parsed(entries)

    async def is_missing(self, url: str, *, trusted: bool = False) -> bool | None:
        self.looked.append(url)
        return None if url in self.unreachable else url in self.missing

    async def read(self, url: str, *, trusted: bool = False) -> Article | None:
        self.read_pages.append(url)
        return self.pages.get(url)
