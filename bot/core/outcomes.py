"""How a visit to a feed can end. Nothing here is raised: an outcome is a value."""

from dataclasses import dataclass
from enum import StrEnum

from bot.core.story import Entry


class Fault(StrEnum):
    """Why a feed gave nothing."""

    GONE = "gone"
    """410: the feed is no more."""
    MISSING = "missing"
    """404: nothing is there, today."""
    REFUSED = "refused"
    """401, 403 and other 4xx."""
    BUSY = "busy"
    """429 and 503: the host asks us to wait."""
    BROKEN = "broken"
    """Other 5xx, a cut body, wrong framing."""
    UNREACHABLE = "unreachable"
    """No address, no connection, no answer in time."""
    TOO_LARGE = "too large"
    UNSAFE = "unsafe"
    """An address, scheme or port we do not visit for strangers."""
    REDIRECTS = "too many redirects"
    UNREADABLE = "unreadable"
    """Bytes came, no feed could be read in them."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Bytes, unpacked. `moved_to` is set when every hop of a redirect was permanent (301, 308)."""

    body: bytes
    url: str
    """Where the bytes came from in the end."""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    max_age: float | None = None
    """Seconds the host lets us keep the answer (Cache-Control), None where it does not say."""
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class NotModified:
    """304: nothing new since the validators we sent."""

    max_age: float | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """No entries this time. `reason` is one line, free of secrets (no query string of the URL)."""

    fault: Fault
    reason: str
    retry_after: float | None = None
    """Seconds the host asked for."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A feed's entries in the order given. `problem` says what was wrong with one that could be read all the same."""

    entries: tuple[Entry, ...]
    title: str = ""
    language: str = ""
    problem: str = ""


Fetch = Fetched | NotModified | Failed
Parse = Parsed | Failed
