"""A URL we poll: what the operator said of it, and how its visits went."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class FeedSource:
    """A feed as the operator describes it."""

    name: str
    url: str
    fallbacks: tuple[str, ...] = ()
    """URLs to try in the same visit where the first fails."""
    interval: timedelta = timedelta(minutes=5)
    language: str = ""
    places_in: str = ""
    """Where the feed keeps its countries: `gdacs`, `reliefweb`, `category`, or nowhere."""
    only: str = ""
    """A filter, in the filter language, that a story must match to be kept at all."""
    levels: tuple[str, ...] = ()
    """Alert levels to keep; empty keeps all."""
    articles: bool = True
    """Whether a new story's page may be read for its breadcrumb."""
    trusted: bool = False
    """Whether private addresses are allowed: the operator's own network."""
    repeats: bool = False
    """Whether what it told before is news each time it comes: samples."""

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc.lower()

    def trusts(self, url: str) -> bool:
        """Return whether a page may live at a private address: only at the host that the operator named."""
        try:
            return self.trusted and urlsplit(url).hostname == urlsplit(self.url).hostname
        except ValueError:
            return False


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as we keep it. Validators belong to the URL they came from."""

    id: int
    source: FeedSource
    polled_before: bool = False
    """Whether the feed has ever been read: the first visit that succeeds sends nothing."""
    etag: str = ""
    last_modified: str = ""
    validators_of: str = ""
    body_hash: str = ""
    failures: int = 0
    failing_since: datetime | None = None
    moved_to: str = ""
    """Where permanent redirects lead; visited first once they have said so for long enough."""
    moved_times: int = 0
    """Identical permanent redirects; the one that makes them believed counts only when the time has passed."""
    moved_since: datetime | None = None
    next_poll_at: datetime | None = None
    off_because: str = ""
    """Why polling has stopped; empty while it goes on."""
    polled_at: datetime | None = None
    """The last visit that succeeded."""
    newest: datetime | None = None
    """The newest date of publication it has shown."""
    usual: tuple[int, ...] = ()
    """How many new stories its last visits with news brought."""
    claim: str = ""
    """The token of the visit under way; who bears another has lost the feed."""
    urls: tuple[str, ...] = field(init=False)
    """Where to look, in order: where it moved to for good, its URL, its fallbacks."""

    def __post_init__(self) -> None:
        settled = (self.moved_to,) if self.has_moved else ()
        urls = dict.fromkeys((*settled, self.source.url, *self.source.fallbacks))
        object.__setattr__(self, "urls", tuple(urls))

    @property
    def has_moved(self) -> bool:
        """Whether it moved for good: visits begin at its new URL."""
        return bool(self.moved_to) and self.moved_times >= MOVES_TO_BELIEVE


AFRESH = timedelta(days=14)
"""A feed that was off for longer begins as a new one does, silently: what it listed then may be forgotten."""
MOVES_TO_BELIEVE = 3
MOVE_SETTLES_AFTER = timedelta(hours=24)
"""Between the first redirect to a URL and the one that makes it believed, at least."""
