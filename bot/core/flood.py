"""What a feed lists that is news, and what only looks new: old items, known ones under other ids, too many at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from statistics import median

from bot.core.feed import Feed
from bot.core.story import Entry, fingerprint
from bot.core.text import normalise, words

LATE = timedelta(hours=48)
"""A new entry may be so much older than the newest its feed has shown; one older still is no news."""
OLD = timedelta(days=14)
"""No entry that its feed may have listed before is news so long after its publication, known or forgotten."""
ALWAYS = 10
"""So many new entries at one visit are never too many."""
TIMES_USUAL = 5
TIMES_EXPECTED = 3
REMEMBERED = 1_000
"""The kept stories of a feed that its new entries are compared with: the latest."""
USUAL_VISITS = 20
WORTH_A_WORD = 3
"""So many entries that only look new are worth a word to the operator; one is an article whose address changed."""

_LONGEST_EXPECTED = timedelta(days=14)
_FEWEST_PACED = 5
_PACED = timedelta(days=30)
"""A feed's pace is that of so many last days, where they tell one."""
_OUTLIERS = 10
"""One in so many dates at either end tells nothing of the pace: an entry pinned for years, a date that is wrong."""
_SHORTEST_SPAN = timedelta(hours=1)
_MIDNIGHT = time()
_SENTENCE = 8
"""So many words together, title and summary, are not written twice."""

Keyed = tuple[tuple[str, ...], Entry]
"""An entry with its identity keys."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What is needed to know a kept story again; `key` is one of its identity keys."""

    key: str
    title: str
    fingerprint: str
    published: datetime


@dataclass(slots=True)
class Sifted:
    """A feed's fresh entries: `news`; `again`, which bear a kept story's words and now its key too; and `old` ones."""

    news: list[Keyed] = field(default_factory=list)
    again: list[Keyed] = field(default_factory=list)
    old: list[Keyed] = field(default_factory=list)


def sift(feed: Feed, fresh: Iterable[Keyed], traces: Sequence[Trace]) -> Sifted:
    """Return a visit's fresh entries, each where it belongs; `traces` are those of the feed's kept stories."""
    known = {sign: trace for trace in reversed(traces) for sign in _signs_of(trace)}
    borne = [(keys, entry, _bearer(entry, known)) for keys, entry in fresh]
    # A feed that gave its whole listing other ids may have given it other dates as well.
    renamed = sum(_about_when(entry, trace) for _, entry, trace in borne) >= WORTH_A_WORD
    sifted = Sifted()
    for keys, entry, trace in borne:
        if trace and (renamed or _about_when(entry, trace)):
            sifted.again.append(((*keys, trace.key) if trace.key else keys, entry))
        elif _is_old(feed, entry):
            sifted.old.append((keys, entry))
        else:
            sifted.news.append((keys, entry))
    return sifted


def too_many(feed: Feed, count: int, traces: Sequence[Trace], now: datetime) -> bool:
    """Return whether so many new entries at one visit are no news but a feed that was turned over.

    As many as five times the usual are let through, and three times what the feed's own pace lets expect since its
    newest entry: two days without a visit bring two days of news.
    """
    usual = median(feed.usual) if feed.usual else 0
    return count > max(ALWAYS, TIMES_USUAL * usual, TIMES_EXPECTED * _expected(feed, traces, now))


def remembered(feed: Feed, entries: Iterable[Entry], told: int) -> Feed:
    """Return a feed that knows what this visit showed: its newest entry, and how many were news."""
    dates = [entry.published for entry in entries if entry.published]
    newest = max([*dates, *([feed.newest] if feed.newest else [])], default=None)
    if newest and feed.polled_at:
        newest = min(newest, feed.polled_at)  # beside a date in the future all that is of today would be old
    usual = (*feed.usual, told)[-USUAL_VISITS:] if told else feed.usual
    return replace(feed, newest=newest, usual=usual)


def notice(feed: Feed, sifted: Sifted, *, turned_over: bool) -> str:
    """Return what to tell the operator of entries that were kept from the chats; empty where they are too few."""
    reasons = (
        (turned_over, len(sifted.news), "more at once than it ever publishes"),
        (len(sifted.again) >= WORTH_A_WORD, len(sifted.again), "known ones under other ids"),
        (len(sifted.old) >= WORTH_A_WORD, len(sifted.old), "old ones it never showed before"),
    )
    told = [f"{count} are {what}" for so, count, what in reasons if so]
    return f"{feed.source.name}: of its new entries, {', '.join(told)}; no chat was told of these" if told else ""


def _expected(feed: Feed, traces: Sequence[Trace], now: datetime) -> float:
    """Return how many entries the feed's pace lets expect since its newest."""
    since = feed.newest or feed.polled_at
    if since is None or len(traces) < _FEWEST_PACED:
        return 0.0
    dates = _paced([trace.published for trace in traces], since)
    span = max(dates[-1] - dates[0], _SHORTEST_SPAN)
    return (len(dates) - 1) * (min(max(now - since, timedelta(0)), _LONGEST_EXPECTED) / span)


def _paced(published: Sequence[datetime], since: datetime) -> list[datetime]:
    """Return the dates that tell a feed's pace, the oldest first: those of late, without outliers."""
    of_late = [date for date in published if date >= since - _PACED]
    dates = sorted(of_late if len(of_late) >= _FEWEST_PACED else published)
    outliers = max(1, len(dates) // _OUTLIERS)
    return dates[outliers:-outliers]


def _is_old(feed: Feed, entry: Entry) -> bool:
    # An event that was of no interest at first keeps its date when its level rises.
    if entry.published is None or feed.newest is None or feed.source.levels:
        return False
    if not feed.newest - LATE <= entry.published < feed.newest:
        # What is no older than all it has shown was never listed, however late a feed gives its dates.
        return entry.published < feed.newest
    return feed.polled_at is not None and entry.published < feed.polled_at - OLD


def _bearer(entry: Entry, known: Mapping[tuple[str, ...], Trace]) -> Trace | None:
    return next((known[sign] for sign in _signs(entry) if sign in known), None)


def _about_when(entry: Entry, trace: Trace | None) -> bool:
    """Return whether a kept story's words come again about when it appeared; later they are another issue's."""
    if trace is None or entry.published is None:
        return trace is not None
    return abs(entry.published - trace.published) <= LATE


def _signs(entry: Entry) -> Iterator[tuple[str, ...]]:
    """Yield what may tell that an entry was kept before, whatever its ids are now."""
    # A feed that gives days alone has several events of a kind on one.
    if entry.published and entry.published.time() != _MIDNIGHT:
        yield "date", normalise(entry.title), entry.published.isoformat()
    said = words(f"{entry.title} {entry.summary}")
    # A title alone, such as “Daily briefing”, comes again tomorrow and is another story.
    if len(said) >= _SENTENCE:
        yield "words", fingerprint(entry.title, entry.summary)


def _signs_of(trace: Trace) -> Iterator[tuple[str, ...]]:
    yield "words", trace.fingerprint
    yield "date", normalise(trace.title), trace.published.isoformat()
