"""What a visit to a feed means for the next one."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.feed import MOVE_SETTLES_AFTER, MOVES_TO_BELIEVE, Feed, FeedSource
from bot.core.outcomes import Failed, Fault, Fetched, NotModified
from bot.core.polling import JITTER, LONGEST_BACKOFF, LONGEST_MAX_AGE, Decision, after_visit, in_gap, strays
from tests.core.given import NOON

URL, NEW, FALLBACK = "https://example.org/rss", "https://new.example.org/rss", "https://example.org/rss.xml"
FIVE = timedelta(minutes=5)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = Feed(1, FeedSource("Example", URL), polled_before=True)
NAN = float("nan")

Outcome = Fetched | NotModified | Failed


def _visit(feed: Feed, outcome: Outcome, at: timedelta = timedelta(0), jitter: float = 0, asked: str = "") -> Decision:
    return after_visit(feed, outcome, body_hash="abc", now=NOON + at, jitter=jitter, asked=asked)


def _wait(decision: Decision) -> timedelta:
    assert decision.feed.next_poll_at is not None
    return decision.feed.next_poll_at - NOON


def _fetched(url: str = URL, **more: object) -> Fetched:
    return replace(Fetched(b"x", url), **more)  # type: ignore[arg-type]


MOVED = _fetched(NEW, moved_to=NEW)


@pytest.mark.parametrize(
    ("max_age", "wait"),
    [
        (None, FIVE),
        (0, FIVE),
        (-5, FIVE),
        (60, FIVE),
        (900, timedelta(minutes=15)),
        (86_400, LONGEST_MAX_AGE),
        (1e300, LONGEST_MAX_AGE),
        (float("inf"), LONGEST_MAX_AGE),
        (NAN, FIVE),
    ],
)
@pytest.mark.parametrize("changed", [True, False])
def test_how_long_the_host_lets_an_answer_be_kept_is_honoured_within_bounds(
    max_age: float | None, wait: timedelta, changed: bool
) -> None:
    outcome = _fetched(max_age=max_age) if changed else NotModified(max_age)
    assert _wait(_visit(FEED, outcome)) == wait


@pytest.mark.parametrize(
    ("retry_after", "host_waits"),
    [
        (None, None),
        (0, timedelta(minutes=1)),
        (-1e9, timedelta(minutes=1)),
        (30, timedelta(minutes=1)),
        (600, timedelta(minutes=10)),
        (86_400, DAY),
        (1e9, DAY),
        (1e300, DAY),
        (float("inf"), DAY),
        (NAN, timedelta(minutes=1)),
    ],
)
@pytest.mark.parametrize("fault", [Fault.BUSY, Fault.REFUSED, Fault.BROKEN])
def test_a_host_that_asks_for_patience_gets_between_a_minute_and_a_day(
    retry_after: float | None, host_waits: timedelta | None, fault: Fault
) -> None:
    decision = _visit(FEED, Failed(fault, "busy", retry_after))
    assert decision.host_waits_until == (None if host_waits is None else NOON + host_waits)
    assert _wait(decision) == max(2 * FIVE, host_waits or FIVE)


@pytest.mark.parametrize(
    ("interval", "waits"),
    [
        (FIVE, [timedelta(minutes=n) for n in (10, 20, 40, 80, 160, 320, 360, 360)]),
        (timedelta(hours=12), [timedelta(hours=12)] * 3),
        (timedelta(days=30), [timedelta(days=30)] * 3),
    ],
)
def test_failures_are_met_with_ever_longer_waits_up_to_a_bound(interval: timedelta, waits: list[timedelta]) -> None:
    feed = replace(FEED, source=replace(FEED.source, interval=interval))
    got: list[timedelta] = []
    for _ in waits:
        decision = _visit(feed, Failed(Fault.BROKEN, "500"))
        feed, got = decision.feed, [*got, _wait(decision)]
    assert got == waits


@pytest.mark.parametrize(
    ("interval", "since", "published", "gap"),
    [
        (FIVE, timedelta(hours=8), timedelta(hours=4), True),
        (FIVE, timedelta(hours=8), timedelta(minutes=4), False),
        (FIVE, timedelta(minutes=89), timedelta(minutes=60), False),
        (FIVE, timedelta(minutes=91), timedelta(minutes=60), True),
        (timedelta(hours=12), timedelta(hours=35), timedelta(hours=20), False),
        (timedelta(hours=12), timedelta(hours=37), timedelta(hours=20), True),
    ],
)
def test_a_story_from_a_time_when_its_feed_was_out_of_reach_is_part_of_a_gap(
    interval: timedelta, since: timedelta, published: timedelta, gap: bool
) -> None:
    feed = replace(FEED, source=replace(FEED.source, interval=interval), polled_at=NOON - since)
    assert in_gap(feed, NOON - published, NOON) is gap


def test_a_feed_that_was_never_read_has_no_gap() -> None:
    assert not in_gap(FEED, NOON - DAY, NOON)


def test_a_host_that_asks_for_an_hour_between_visits_makes_no_gap() -> None:
    late = LONGEST_MAX_AGE + timedelta(minutes=5)
    assert not in_gap(replace(FEED, polled_at=NOON - late), NOON - timedelta(minutes=30), NOON)


def test_a_thousand_failures_break_no_sum() -> None:
    feed = replace(FEED, failures=100_000, failing_since=NOON)
    assert _wait(_visit(feed, Failed(Fault.UNREACHABLE, "down"), jitter=1)) == LONGEST_BACKOFF * (1 + JITTER)


@given(st.floats(-1, 1))
def test_jitter_moves_a_visit_by_at_most_its_share(jitter: float) -> None:
    slack = timedelta(microseconds=1)
    for outcome, wait in ((NotModified(), FIVE), (_fetched(), FIVE), (Failed(Fault.BROKEN, "x"), 2 * FIVE)):
        due = _wait(_visit(FEED, outcome, jitter=jitter))
        assert wait * (1 - JITTER) - slack <= due <= wait * (1 + JITTER) + slack


@given(st.floats(-1, 1), st.floats(1, 3600))
def test_jitter_never_brings_a_visit_before_the_host_allows_it(jitter: float, seconds: float) -> None:
    assert _wait(_visit(FEED, NotModified(seconds), jitter=jitter)) >= timedelta(seconds=seconds)
    assert _wait(_visit(FEED, Failed(Fault.BUSY, "x", seconds), jitter=jitter)) >= timedelta(seconds=seconds)


def test_a_feed_that_is_gone_is_given_up_at_once_and_the_operator_told() -> None:
    decision = _visit(FEED, Failed(Fault.GONE, "410 Gone"))
    assert decision.feed.off_because == "410 Gone"
    assert decision.notice == "Example is no longer polled: 410 Gone"


@pytest.mark.parametrize(
    ("fault", "patience"),
    [
        (Fault.REFUSED, timedelta(days=7)),
        (Fault.MISSING, timedelta(days=7)),
        (Fault.UNREADABLE, timedelta(days=7)),
        (Fault.UNSAFE, timedelta(days=1)),
        (Fault.BUSY, timedelta(days=30)),
        (Fault.BROKEN, timedelta(days=30)),
        (Fault.UNREACHABLE, timedelta(days=30)),
        (Fault.TOO_LARGE, timedelta(days=30)),
        (Fault.REDIRECTS, timedelta(days=30)),
    ],
)
def test_a_feed_is_given_up_with_a_notice_only_after_long_failure(fault: Fault, patience: timedelta) -> None:
    failing = _visit(FEED, Failed(fault, "why")).feed
    assert failing.failing_since == NOON
    nearly = _visit(failing, Failed(fault, "why"), patience - timedelta(seconds=1))
    assert nearly.feed.off_because == nearly.notice == ""
    over = _visit(nearly.feed, Failed(fault, "why"), patience)
    assert over.feed.off_because == "why"
    assert "no longer polled" in over.notice


def test_one_good_visit_forgives_all_failures() -> None:
    failing = replace(FEED, failures=9, failing_since=NOON - timedelta(days=6), off_because="was off")
    for outcome in (NotModified(), _fetched()):
        feed = _visit(failing, outcome).feed
        assert (feed.failures, feed.failing_since, feed.off_because) == (0, None, "")


def test_the_operator_is_told_once_of_a_feed_that_goes_on_failing() -> None:
    feed = FEED
    notices: list[str] = []
    for _ in range(12):
        decision = _visit(feed, Failed(Fault.BROKEN, "500"))
        feed, notices = decision.feed, [*notices, decision.notice]
    assert [notice for notice in notices if notice] == ["Example has failed 5 times: 500"]


def test_validators_and_hash_are_kept_of_what_was_fetched_and_untouched_otherwise() -> None:
    feed = _visit(FEED, _fetched(etag='"1"', last_modified="Fri")).feed
    assert (feed.etag, feed.last_modified, feed.validators_of, feed.body_hash) == ('"1"', "Fri", URL, "abc")
    for outcome in (NotModified(), Failed(Fault.BROKEN, "x")):
        after = _visit(replace(feed, body_hash="old"), outcome).feed
        assert (after.etag, after.last_modified, after.validators_of, after.body_hash) == ('"1"', "Fri", URL, "old")


def test_only_a_visit_that_brought_something_makes_a_feed_polled() -> None:
    new = replace(FEED, polled_before=False)
    assert _visit(new, _fetched()).feed.polled_before
    assert not _visit(new, NotModified()).feed.polled_before
    assert not _visit(new, Failed(Fault.BROKEN, "x")).feed.polled_before


@pytest.mark.parametrize("asked", [FALLBACK, ""])
def test_a_fallbacks_validators_are_never_shown_to_the_feeds_own_url(asked: str) -> None:
    feed = replace(FEED, source=replace(FEED.source, fallbacks=(FALLBACK,)))
    assert _visit(feed, _fetched(FALLBACK, last_modified="Fri"), asked=asked).feed.validators_of == FALLBACK


def test_validators_that_came_through_a_redirect_belong_to_the_url_that_was_asked() -> None:
    assert _visit(FEED, _fetched("https://cdn.example.net/x", etag="1")).feed.validators_of == URL
    assert _visit(FEED, MOVED).feed.validators_of == URL


def _after(feed: Feed, *visits: tuple[timedelta, Outcome]) -> Feed:
    for at, outcome in visits:
        feed = _visit(feed, outcome, at).feed
    return feed


def test_a_feed_has_moved_for_good_after_three_redirects_over_a_day_and_is_then_visited_there() -> None:
    feed = _after(FEED, (0 * DAY, MOVED), (HOUR, MOVED), (DAY - FIVE, MOVED))
    assert feed.urls == (URL,)
    feed = _after(feed, (DAY, MOVED))
    assert feed.urls == (NEW, URL)
    assert feed.moved_times == MOVES_TO_BELIEVE


@pytest.mark.parametrize("count", [3, 50, 287])
def test_no_number_of_redirects_within_a_day_moves_a_feed(count: int) -> None:
    step = MOVE_SETTLES_AFTER / (count + 1)
    assert _after(FEED, *((step * n, MOVED) for n in range(count))).urls == (URL,)


def test_two_redirects_move_no_feed_however_far_apart() -> None:
    assert _after(FEED, (0 * DAY, MOVED), (30 * DAY, MOVED)).urls == (URL,)


@pytest.mark.parametrize("between", [_fetched(), _fetched("https://cdn.example.net/x"), _fetched(URL, moved_to=URL)])
def test_an_answer_in_its_old_place_begins_the_count_anew(between: Fetched) -> None:
    feed = _after(FEED, (0 * DAY, MOVED), (HOUR, MOVED), (DAY, between), (DAY, MOVED), (DAY + HOUR, MOVED))
    assert feed.urls == (URL,)


def test_a_redirect_to_somewhere_else_begins_the_count_anew() -> None:
    other = "https://other.example.org/rss"
    feed = _after(FEED, (0 * DAY, MOVED), (HOUR, MOVED), (DAY, _fetched(other, moved_to=other)), (2 * DAY, MOVED))
    assert (feed.urls, feed.moved_to, feed.moved_times) == ((URL,), NEW, 1)


@pytest.mark.parametrize("between", [NotModified(), Failed(Fault.BROKEN, "500")])
def test_a_visit_without_an_answer_says_nothing_about_a_move(between: Outcome) -> None:
    feed = _after(FEED, (0 * DAY, MOVED), (HOUR, MOVED), (2 * HOUR, between), (DAY, MOVED))
    assert feed.urls == (NEW, URL)


def test_a_feed_that_has_moved_stays_there() -> None:
    moved = _after(FEED, (0 * DAY, MOVED), (HOUR, MOVED), (DAY, MOVED))
    there = _fetched(NEW, etag='"n"')
    feed = _after(
        moved, (2 * DAY, there), (3 * DAY, NotModified()), (4 * DAY, Failed(Fault.BROKEN, "x")), (5 * DAY, there)
    )
    assert feed.urls == (NEW, URL)
    assert feed.validators_of == NEW


def test_a_second_move_is_followed_each_time_and_forgets_no_address_that_works() -> None:
    moved = _after(FEED, (0 * DAY, MOVED), (HOUR, MOVED), (DAY, MOVED))
    third = "https://third.example.org/rss"
    assert _after(moved, *((n * DAY, _fetched(third, moved_to=third)) for n in range(2, 9))).urls == (NEW, URL)


def test_a_feed_that_is_back_in_its_old_place_is_visited_there_again() -> None:
    moved = _after(FEED, (0 * DAY, MOVED), (HOUR, MOVED), (DAY, MOVED))
    assert _visit(moved, _fetched(URL), 2 * DAY, asked=URL).feed.urls == (URL,)


def test_where_a_fallback_moved_to_is_not_where_the_feed_moved_to() -> None:
    feed = replace(FEED, source=replace(FEED.source, fallbacks=(FALLBACK,)))
    for n in range(9):
        feed = _visit(feed, MOVED, n * DAY, asked=FALLBACK).feed
    assert feed.urls == (URL, FALLBACK)


def test_a_feeds_urls_are_its_own_then_its_fallbacks_each_once() -> None:
    source = FeedSource("Example", URL, fallbacks=(FALLBACK, URL, NEW))
    assert Feed(1, source).urls == (URL, FALLBACK, NEW)
    assert Feed(1, source, moved_to=NEW, moved_times=3, moved_since=NOON).urls == (NEW, URL, FALLBACK)
    assert source.host == "example.org"


# Clocks that were set back


def _due(hours: float, **more: object) -> Feed:
    return replace(FEED, next_poll_at=NOON + hours * HOUR, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("feed", "astray"),
    [
        (_due(0.09), False),
        (_due(1), False),
        (_due(1.01), True),
        (_due(20, failures=3, failing_since=NOON - HOUR), False),
        (_due(20, failures=3, failing_since=NOON + HOUR), True),
        (_due(0.5, polled_at=NOON + HOUR / 2), True),
        (_due(0.5, polled_at=NOON + HOUR / 120), False),
        (replace(FEED, next_poll_at=None), False),
    ],
)
def test_a_wait_that_neither_pace_nor_failures_explain_is_a_clock_s(feed: Feed, astray: bool) -> None:
    assert strays([feed], NOON) == ([feed] if astray else [])


def test_a_feed_with_a_long_interval_may_wait_that_long() -> None:
    daily = replace(_due(26), source=replace(FEED.source, interval=DAY))
    assert strays([daily, replace(daily, next_poll_at=NOON + 27 * HOUR)], NOON) == [
        replace(daily, next_poll_at=NOON + 27 * HOUR)
    ]


def test_a_feed_waits_as_long_as_its_host_asked_of_another() -> None:
    refused = _due(20, failures=1, failing_since=NOON)
    elsewhere = replace(_due(20), source=FeedSource("Other", "https://other.example/rss"))
    assert strays([refused, _due(20), _due(21), elsewhere], NOON) == [_due(21), elsewhere]


def test_a_visit_that_succeeds_is_remembered_and_one_that_fails_is_not() -> None:
    for outcome, polled_at in ((_fetched(), NOON), (NotModified(), NOON), (Failed(Fault.BROKEN, "500"), None)):
        assert _visit(FEED, outcome).feed.polled_at == polled_at
