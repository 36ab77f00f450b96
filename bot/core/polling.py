"""Decides what a visit to a feed means for the next one. `now` and the jitter are arguments."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.core.feed import MOVE_SETTLES_AFTER, MOVES_TO_BELIEVE, Feed
from bot.core.outcomes import Failed, Fault, Fetched, NotModified

LONGEST_MAX_AGE = timedelta(hours=1)
LONGEST_BACKOFF = timedelta(hours=6)
SHORTEST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=24)
CLOCKS_APART = timedelta(minutes=1)
"""How far the clocks of two machines may differ without anybody concluding anything."""
AWAY = LONGEST_MAX_AGE + timedelta(minutes=30)
"""A feed that was not read for longer than this, and than three of its intervals, was out of reach for us: hosts may
ask for an hour between two visits anyway."""
JITTER = 0.1
"""A visit is up to this share of its interval early or late, so that feeds do not fall into step."""

_WEEK = timedelta(days=7)
_PATIENCE = {
    Fault.MISSING: _WEEK,
    Fault.REFUSED: _WEEK,
    Fault.UNREADABLE: _WEEK,
    Fault.UNSAFE: timedelta(days=1),
}
_LONGEST_PATIENCE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Decision:
    """A feed after a visit; `host_waits_until` holds for every feed of its host; `notice` is for the operator."""

    feed: Feed
    host_waits_until: datetime | None = None
    notice: str = ""


def after_visit(
    feed: Feed,
    outcome: Fetched | NotModified | Failed,
    *,
    body_hash: str,
    now: datetime,
    jitter: float,
    asked: str = "",
) -> Decision:
    """Return what to keep of a visit that ended so.

    `jitter` is in -1..1; `body_hash` is that of Fetched bytes; `asked` is which of the feed's URLs was asked for them,
    where the caller does not say the likeliest.
    """
    if isinstance(outcome, Failed):
        return _after_failure(feed, outcome, now, jitter)
    healthy = replace(
        feed,
        failures=0,
        failing_since=None,
        off_because="",
        next_poll_at=_next(feed, outcome.max_age, now, jitter),
        polled_at=now,
    )
    if isinstance(outcome, NotModified):
        return Decision(healthy)
    asked = asked or (outcome.url if outcome.url in feed.urls and not outcome.moved_to else feed.urls[0])
    fresh = replace(
        healthy,
        polled_before=True,
        etag=outcome.etag,
        last_modified=outcome.last_modified,
        validators_of=asked,
        body_hash=body_hash,
    )
    return Decision(_remember_move(fresh, asked, outcome.moved_to, now))


def strays(feeds: Sequence[Feed], now: datetime) -> list[Feed]:
    """Return the feeds whose next visit was set by a clock that ran ahead: one set back while nobody looked."""
    waits: dict[str, datetime] = {}
    for feed in feeds:
        if feed.failures and feed.next_poll_at and not _from_ahead(feed, now):
            waits[feed.source.host] = max(feed.next_poll_at, waits.get(feed.source.host, now))
    return [feed for feed in feeds if _from_ahead(feed, now) or _too_far(feed, now, waits.get(feed.source.host, now))]


def _from_ahead(feed: Feed, now: datetime) -> bool:
    return max(feed.polled_at or now, feed.failing_since or now) > now + CLOCKS_APART


def _too_far(feed: Feed, now: datetime, host_waits: datetime) -> bool:
    """Return whether neither the feed's own pace nor what its host asked for explains the wait."""
    furthest = max(now + max(feed.source.interval * (1 + JITTER), LONGEST_MAX_AGE), host_waits)
    return not feed.failures and feed.next_poll_at is not None and feed.next_poll_at > furthest


def in_gap(feed: Feed, published: datetime, now: datetime) -> bool:
    """Return whether a new story appeared while its feed was out of reach: longer ago than a visit usually takes."""
    if feed.polled_at is None or now - feed.polled_at <= max(AWAY, 3 * feed.source.interval):
        return False
    return published < now - feed.source.interval


def _next(feed: Feed, max_age: float | None, now: datetime, jitter: float) -> datetime:
    kept = min(_seconds(max_age or 0), LONGEST_MAX_AGE)
    return now + max(feed.source.interval * (1 + JITTER * jitter), kept)


def _remember_move(feed: Feed, asked: str, moved_to: str, now: datetime) -> Feed:
    # Only the feed's own URL tells where it moved: a fallback's redirect is not the feed's, and from a new URL a
    # redirect is simply followed each time, for the old one to fall back to may be gone.
    if asked != feed.source.url:
        return feed
    if not moved_to or moved_to == feed.source.url:
        return replace(feed, moved_to="", moved_times=0, moved_since=None)
    if moved_to != feed.moved_to or feed.moved_since is None:
        return replace(feed, moved_to=moved_to, moved_times=1, moved_since=now)
    long_enough = feed.has_moved or now - feed.moved_since >= MOVE_SETTLES_AFTER
    most = feed.moved_times + 1 if long_enough else MOVES_TO_BELIEVE - 1
    return replace(feed, moved_times=min(feed.moved_times + 1, most))


def _seconds(number: float) -> timedelta:
    # Hosts send absurd numbers; a comparison with "not a number" is false.
    return timedelta(seconds=min(number, 1e6)) if number > 0 else timedelta(0)


def _after_failure(feed: Feed, failed: Failed, now: datetime, jitter: float) -> Decision:
    failures, since = feed.failures + 1, feed.failing_since or now
    backoff = min(feed.source.interval * 2 ** min(failures, 16), max(LONGEST_BACKOFF, feed.source.interval))
    until = now + backoff * (1 + JITTER * jitter)
    host_waits = None
    if failed.retry_after is not None:
        host_waits = now + min(max(_seconds(failed.retry_after), SHORTEST_WAIT), LONGEST_WAIT)
        until = max(until, host_waits)
    after = replace(feed, failures=failures, failing_since=since, next_poll_at=until)
    if failed.fault is Fault.GONE or now - since >= _PATIENCE.get(failed.fault, _LONGEST_PATIENCE):
        stopped = replace(after, off_because=failed.reason)
        return Decision(stopped, host_waits, f"{feed.source.name} is no longer polled: {failed.reason}")
    notice = f"{feed.source.name} has failed {failures} times: {failed.reason}" if failures == 5 else ""
    return Decision(after, host_waits, notice)
