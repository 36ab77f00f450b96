"""Rows into the core's dataclasses and back."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import RowMapping

from bot.core.chat import Address, Chat, ChatKind, ChatState, Platform
from bot.core.feed import Feed, FeedSource
from bot.core.story import Evidence, Figure, FoundPlace, FoundSubject, Hedge, Story

_T = TypeVar("_T", Hedge, Figure)
_FEED_STATE = (
    "polled_before",
    "etag",
    "last_modified",
    "validators_of",
    "body_hash",
    "failures",
    "failing_since",
    "moved_to",
    "moved_times",
    "moved_since",
    "next_poll_at",
    "off_because",
)
_STORY_TEXTS = ("title", "link", "summary", "source", "type", "language", "published", "fingerprint")


_LONGEST_KEY = 1000


def kept_key(key: str) -> str:
    """Return an identity key as it is kept: whole, or as a digest where PostgreSQL could not index it (2.7 KB)."""
    raw = key.encode(errors="surrogatepass")
    return key if len(raw) <= _LONGEST_KEY else f"sha256:{hashlib.sha256(raw).hexdigest()}"


def source_json(source: FeedSource) -> dict[str, Any]:
    """Return a feed's description as JSON; the interval in seconds."""
    return asdict(source) | {"interval": source.interval.total_seconds()}


def feed_of(row: RowMapping) -> Feed:
    """Return a row of `feeds` as a Feed."""
    kept = row["source"]
    source = FeedSource(
        **kept
        | {
            "interval": timedelta(seconds=kept["interval"]),
            "fallbacks": tuple(kept["fallbacks"]),
            "levels": tuple(kept["levels"]),
        }
    )
    return Feed(id=row["id"], source=source, **{name: row[name] for name in _FEED_STATE})


def feed_state(feed: Feed) -> dict[str, Any]:
    """Return what changes of a feed from visit to visit, by column."""
    return {name: getattr(feed, name) for name in _FEED_STATE}


def story_values(story: Story) -> dict[str, Any]:
    """Return a story's own columns."""
    places = [[p.code, p.about, evidence_json(p.evidence)] for p in story.places]
    says = {
        "actors": _subjects_json(story.actors),
        "topics": _subjects_json(story.topics),
        "hedges": [asdict(each) for each in story.hedges],
        "figures": [asdict(each) for each in story.figures],
    }
    return {name: getattr(story, name) for name in _STORY_TEXTS} | {"places": places, "says": says}


def story_of(row: Mapping[Any, Any]) -> Story:
    """Return a row of `stories`; its identity keys are not read back."""
    places = tuple(FoundPlace(code, about, evidence_of(found)) for code, about, found in row["places"])
    says = row["says"] or {}  # nothing where the story was kept before there was anything to say
    return Story(
        keys=(),
        id=row["id"],
        places=places,
        actors=_subjects_of(says.get("actors", ())),
        topics=_subjects_of(says.get("topics", ())),
        hedges=tuple(_made(Hedge, each) for each in says.get("hedges", ())),
        figures=tuple(_made(Figure, each) for each in says.get("figures", ())),
        **{name: row[name] for name in _STORY_TEXTS},
    )


def _made(kind: type[_T], kept: Mapping[str, Any]) -> _T:
    """Return a dataclass of what was kept of one; a newer version beside this one may have kept more."""
    known = {each.name for each in fields(kind)}
    return kind(**{name: value for name, value in kept.items() if name in known})


def _subjects_json(subjects: Iterable[FoundSubject]) -> list[Any]:
    return [[each.code, evidence_json(each.evidence)] for each in subjects]


def _subjects_of(rows: Iterable[Any]) -> tuple[FoundSubject, ...]:
    return tuple(FoundSubject(code, evidence_of(evidence)) for code, evidence in rows)


def evidence_json(evidence: tuple[Evidence, ...]) -> list[list[str]]:
    """Return evidence as pairs of words and where."""
    return [[each.words, each.where] for each in evidence]


def evidence_of(found: list[list[str]]) -> tuple[Evidence, ...]:
    """Return pairs of words and where as evidence."""
    return tuple(Evidence(words, where) for words, where in found)


def chat_of(row: RowMapping) -> Chat:
    """Return a row of `chats` as a Chat."""
    return Chat(
        id=row["id"],
        address=Address(Platform(row["platform"]), row["lane"], row["chat"], row["topic"]),
        kind=ChatKind(row["kind"]),
        title=row["title"],
        language=row["language"],
        state=ChatState(row["state"]),
        link_preview=row["link_preview"],
        asked=row["asked"],
        created_at=row["created_at"],
    )
