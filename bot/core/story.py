"""A piece of news: as a feed gave it (Entry), as its page shows it (Article), as we keep it (Story)."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import SplitResult, unquote, unquote_plus, urlsplit, urlunsplit

from bot.core.text import normalise

_TRACKING = re.compile(r"^(utm_.*|at_.*|traffic_source|fbclid|gclid|mc_cid|mc_eid|ns_.*|cmpid|ref_src)$", re.IGNORECASE)
_NODE = re.compile(r"^(?:.*/node/)?(\d+)(?: at (https?://\S+))?$")
_TYPE = re.compile(r"^[a-z][a-z-]{2,29}$")
_LANGUAGE_SEGMENT = re.compile(r"^(?:[a-z]{2}|zh-hans|zh-hant|pt-br)$")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_LONGEST_KEY = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as the feed gave it, in plain text. `link` is absolute http(s), or empty."""

    title: str
    link: str = ""
    guid: str = ""
    summary: str = ""
    published: datetime | None = None
    """Aware, in UTC; None where the feed gives none or one that cannot be."""
    language: str = ""
    places: tuple[str, ...] = ()
    """Country names or ISO codes from the feed's structured fields, as given there."""
    level: str = ""
    """An alert level the feed names (GDACS: Green, Orange, Red)."""


@dataclass(frozen=True, slots=True)
class Article:
    """What a story's own page adds. Any field may be empty; nothing of `text` is shown to anybody."""

    breadcrumb: tuple[str, ...] = ()
    """From the outside in, without Home and without the page itself: (West Africa, Mali)."""
    title: str = ""
    lead: str = ""
    """The first paragraphs, plain text."""
    text: str = ""
    """The whole text without share, membership and other boilerplate; for matching only."""
    language: str = ""
    published: datetime | None = None
    type: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why something was found: the words as written and where they stand (title, summary, text, breadcrumb, feed)."""

    words: str
    where: str


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place in a story. `about` is False where the story only names it."""

    code: str
    about: bool
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundSubject:
    """An actor or a topic in a story, by its code (`wagner`, `cholera`)."""

    code: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Hedge:
    """A sentence that says something is not certain: `words` are those that say so (“has not been verified”)."""

    words: str
    sentence: str
    where: str
    strength: str = "reported"
    """unverified, where the writer says that it is not verified; else reported, which is softer."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that matters, never without its sentence: 350,000 displaced, seven million in need, 84 killed."""

    kind: str
    """What is counted: displaced, in-need, killed, … as config/reading/figures.toml names it."""
    amount: str
    """As written, with what qualifies it: “Nearly 350,000”, “seven million”, “32%”."""
    value: float
    """The number itself; a share of 100 where `amount` is a percentage."""
    sentence: str
    source: str
    """Who says so, as the sentence names them (“the UN”), or empty."""
    where: str


@dataclass(frozen=True, slots=True)
class Story:
    """A piece of news as we keep it, before or after it has an id (0 until stored)."""

    keys: tuple[str, ...]
    """Identity keys, best first; two entries that share one are the same story."""
    title: str
    link: str
    summary: str
    source: str
    """The feed's name."""
    type: str
    language: str
    published: datetime
    fingerprint: str
    places: tuple[FoundPlace, ...] = ()
    actors: tuple[FoundSubject, ...] = ()
    topics: tuple[FoundSubject, ...] = ()
    hedges: tuple[Hedge, ...] = ()
    figures: tuple[Figure, ...] = ()
    id: int = 0
    revised_at: datetime | None = None
    """When its feed last changed what it says; None where it never did."""
    revised: str = ""
    """What changed then: headline, summary, figures, with commas between."""
    withdrawn_at: datetime | None = None
    """When its page was found to be taken away."""


def clean_link(link: str) -> str:
    """Return a link as it is, only without tracking parameters; the other parameters keep their very bytes."""
    parts = _split(link)
    return link if parts is None else urlunsplit(parts._replace(query=_untracked(parts.query)))


def normal_link(link: str) -> str:
    """Return a link without what only tracks or decorates: fragment, tracking parameters, default port, trailing slash.

    Scheme and host are lower-cased and http is taken for https; the path keeps its case, for paths are case-sensitive.
    A link that cannot be read stays as it is.
    """
    parts = _split(link)
    if parts is None:
        return link
    host = parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, ""))
    return urlunsplit(("https", host, parts.path.rstrip("/"), _untracked(parts.query), ""))


def identity(entry: Entry, feed_url: str) -> tuple[str, ...]:
    """Return an entry's identity keys: its normal link, its node id at its site, else its guid, else its words."""
    keys = [f"link:{normal_link(entry.link)}"] if _leads_somewhere(entry.link) else []
    if node := _NODE.match(entry.guid):
        keys.append(f"node:{_site(node[2] or entry.link or feed_url)}:{node[1]}")
    if not keys and entry.guid:
        keys.append(f"guid:{feed_url}:{entry.guid}")
    keys = keys or [f"words:{feed_url}:{fingerprint(entry.title, entry.summary)}"]
    return tuple(map(_bounded, keys))


def fingerprint(title: str, summary: str) -> str:
    """Return a digest of what a story says; case, accents, quotes and spacing do not change it."""
    return hashlib.sha256(f"{normalise(title)}\n{normalise(summary)}".encode()).hexdigest()[:32]


def type_of(link: str) -> str:
    """Return the story's type, the first segment of its path after a language (`news`, `opinion`), or empty."""
    parts = _split(link)
    segments = [s for s in unquote(parts.path if parts else "").split("/") if s]
    while segments and _LANGUAGE_SEGMENT.match(segments[0]):
        segments.pop(0)
    return segments[0] if len(segments) > 1 and _TYPE.match(segments[0]) else ""


def _leads_somewhere(link: str) -> bool:
    # A link to the site's front page names no story (some feeds put it in every entry).
    parts = _split(link)
    return parts is not None and parts.scheme in ("http", "https") and bool(parts.path.strip("/") or parts.query)


def _site(url: str) -> str:
    parts = _split(url)
    return parts.netloc.lower().removeprefix("www.") if parts else url


def _split(link: str) -> SplitResult | None:
    try:
        return urlsplit(link)
    except ValueError:  # an open bracket, a host that turns into another under NFKC
        return None


def _untracked(query: str) -> str:
    # Not parsed and written anew: that would change what other encodings than UTF-8 say.
    return "&".join(p for p in query.split("&") if p and not _TRACKING.match(unquote_plus(p.partition("=")[0])))


def _bounded(key: str) -> str:
    # A database's index refuses rows of a few kilobytes, and a refused row would cost the whole visit.
    if len(key) <= _LONGEST_KEY:
        return key
    return f"{key[:_LONGEST_KEY]}#{hashlib.sha256(key.encode(errors='replace')).hexdigest()[:32]}"
