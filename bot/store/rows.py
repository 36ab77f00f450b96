"""Rows into the core's dataclasses and back."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import RowMapping

from bot.core.chat import Address, Chat, ChatKind, ChatState, Platform
from bot.core.feed import Feed, FeedSource
from bot.core.rhythm import Rhythm
from bot.core.story import Evidence, Figure, FoundPlace, FoundSubject, Hedge, Story

_T = TypeVar("_T", Hedge, Figure, FeedSource)
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
    "polled_at",
    "newest",
)
_STORY_FATE = ("revised_at", "revised", "withdrawn_at")
_STORY_TEXTS = ("title", "link", "summary", "source", "type", "language", "published", "fingerprint")


_LONGEST_KEY = 1000
GONE_PAUSED = "gone, paused"
"""The state kept of a chat that was paused when it was lost; to everybody else it is gone."""


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
    source = _made(
        FeedSource,
        kept
        | {
            "interval": timedelta(seconds=kept["interval"]),
            "fallbacks": tuple(kept["fallbacks"]),
            "levels": tuple(kept["levels"]),
        },
    )
    return Feed(
        id=row["id"],
        source=source,
        claim=row["claim"],
        usual=tuple(row["usual"] or ()),
        **{name: row[name] for name in _FEED_STATE},
    )


def feed_state(feed: Feed) -> dict[str, Any]:
    """Return what changes of a feed from visit to visit, by column."""
    return {name: getattr(feed, name) for name in _FEED_STATE} | {"usual": list(feed.usual)}


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
        **{name: row[name] for name in (*_STORY_TEXTS, *_STORY_FATE)},
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


CHAT_COLUMNS = (
    "id",
    "platform",
    "lane",
    "chat",
    "topic",
    "kind",
    "title",
    "language",
    "state",
    "link_preview",
    "asked",
    "created_at",
    "zone",
    "threads",
    "rhythm",
)
"""What is read of a chat, in the order that `chat_from` takes it in."""
_STATES = {each.value: each for each in ChatState} | {GONE_PAUSED: ChatState.GONE}
_KINDS = {each.value: each for each in ChatKind}
_PLATFORMS = {each.value: each for each in Platform}
_AT_ONCE = Rhythm.from_json(None)


def chat_of(row: RowMapping) -> Chat:
    """Return a row of `chats` as a Chat."""
    return chat_from([row[name] for name in CHAT_COLUMNS])


def chat_from(values: Sequence[Any]) -> Chat:
    """Return a Chat of the values of its columns."""
    number, platform, lane, name, topic, kind, title, language, state, preview, asked, created_at, *hours = values
    zone, threads, rhythm = hours
    return Chat(
        number,
        Address(_PLATFORMS[platform], lane, name, topic),
        _KINDS[kind],
        title,
        language,
        _STATES[state],
        preview,
        asked,
        created_at,
        zone,
        threads,
        _AT_ONCE if rhythm is None else Rhythm.from_json(rhythm),
    )
