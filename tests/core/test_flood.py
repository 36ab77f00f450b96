"""What of a feed's listing is news and what only looks new."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.feed import Feed, FeedSource
from bot.core.flood import (
    ALWAYS,
    LATE,
    USUAL_VISITS,
    WORTH_A_WORD,
    Keyed,
    Sifted,
    Trace,
    notice,
    remembered,
    sift,
    too_many,
)
from bot.core.story import Entry, fingerprint, identity
from tests.core.given import NOON

URL = "https://example.org/rss"
FEED = Feed(1, FeedSource("Example", URL), polled_before=True, newest=NOON, polled_at=NOON)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = timedelta(seconds=1)


def _entry(
    number: int, at: datetime | None = NOON, summary: str = "Officials said so on Friday in the capital."
) -> Entry:
    return Entry(f"Story number {number}", f"https://example.org/{number}", f"guid {number}", summary, at)


def _keyed(entry: Entry) -> Keyed:
    return identity(entry, URL), entry


def _trace(entry: Entry) -> Trace:
    assert entry.published
    key = identity(entry, URL)[0]
    return Trace(key, entry.title, fingerprint(entry.title, entry.summary), entry.published)


def _listing(count: int, every: timedelta, newest: datetime = NOON) -> list[Trace]:
    return [_trace(_entry(n, newest - n * every)) for n in range(count)]


# Known words


def test_known_words_under_another_id_are_known_and_bear_the_old_key_as_well() -> None:
    known = _entry(1)
    again = replace(known, link="https://example.org/new/1", guid="new 1")
    sifted = sift(FEED, [_keyed(again)], [_trace(known)])
    assert sifted == Sifted(again=[((*identity(again, URL), identity(known, URL)[0]), again)])


def test_a_known_title_of_the_same_moment_is_known_whatever_its_summary_says() -> None:
    known = _entry(1, summary="Short.")
    again = replace(known, link="https://example.org/new/1", summary="Quite other words, and more of them than before.")
    assert sift(FEED, [_keyed(again)], [_trace(known)]).again


def test_events_of_a_kind_on_one_day_are_two_where_a_feed_gives_days_alone() -> None:
    day = NOON.replace(hour=0)
    first, second = (Entry("A fire in Angola", f"https://example.org/{n}", published=day) for n in (1, 2))
    assert sift(FEED, [_keyed(second)], [_trace(first)]).news == [_keyed(second)]


def test_a_title_that_comes_every_day_is_news_every_day() -> None:
    today = Entry("Daily briefing", "https://example.org/b/2", published=NOON)
    yesterday = Entry("Daily briefing", "https://example.org/b/1", published=NOON - DAY)
    assert sift(FEED, [_keyed(today)], [_trace(yesterday)]).news == [_keyed(today)]


def test_a_whole_feed_under_new_ids_brings_no_news() -> None:
    entries = [_entry(n, NOON - n * HOUR) for n in range(10)]
    again = [replace(e, link=f"{e.link}?new", guid=f"{e.guid} new", published=NOON + HOUR) for e in entries]
    sifted = sift(FEED, map(_keyed, again), list(map(_trace, entries)))
    assert (len(sifted.news), len(sifted.again), len(sifted.old)) == (0, 10, 0)


def test_a_standing_title_and_summary_is_news_when_its_next_issue_comes() -> None:
    this_week, last_week = _entry(1, NOON), _entry(1, NOON - 7 * DAY)
    this_week = replace(this_week, link="https://example.org/new/1", guid="new 1")
    assert sift(FEED, [_keyed(this_week)], [_trace(last_week)]).news == [_keyed(this_week)]
    soon = replace(last_week, link="https://example.org/new/1", published=NOON - 7 * DAY + LATE)
    assert sift(replace(FEED, newest=NOON - 7 * DAY), [_keyed(soon)], [_trace(last_week)]).again


def test_a_feed_under_new_ids_and_new_dates_brings_no_news_of_however_long_ago() -> None:
    entries = [_entry(n, NOON - n * 13 * HOUR) for n in range(10)]
    again = [replace(e, link=f"{e.link}?new", guid=f"{e.guid} new", published=NOON + HOUR) for e in entries]
    assert len(sift(FEED, map(_keyed, again), list(map(_trace, entries))).again) == 10


# Old entries


@pytest.mark.parametrize(
    ("age", "old"), [(timedelta(0), False), (LATE, False), (LATE + SECOND, True), (400 * DAY, True), (None, False)]
)
def test_an_entry_far_older_than_the_newest_is_no_news(age: timedelta | None, old: bool) -> None:
    entry = _entry(1, None if age is None else NOON - age)
    sifted = sift(FEED, [_keyed(entry)], [])
    assert (len(sifted.old), len(sifted.news)) == (int(old), int(not old))


def test_age_tells_nothing_of_a_feed_without_dates_or_whose_events_rise_later() -> None:
    entry = _entry(1, NOON - 100 * DAY)
    for feed in (
        replace(FEED, newest=None),
        replace(FEED, source=replace(FEED.source, levels=("Red",))),
    ):
        assert sift(feed, [_keyed(entry)], []).news == [_keyed(entry)]


def test_an_entry_published_weeks_ago_is_no_news_even_to_a_feed_that_has_slept_for_longer() -> None:
    asleep = replace(FEED, newest=NOON - 100 * DAY)
    special = _entry(1, NOON - 101 * DAY)  # long since forgotten
    assert sift(asleep, [_keyed(special)], []).old == [_keyed(special)]


def test_what_a_feed_that_gives_its_dates_weeks_late_has_never_shown_is_news() -> None:
    late = replace(FEED, newest=NOON - 30 * DAY)
    assert sift(late, [_keyed(_entry(1, NOON - 29 * DAY))], []).news


def test_a_date_in_the_future_makes_nothing_of_today_old() -> None:
    feed = remembered(FEED, [_entry(1, NOON + 2 * DAY)], 1)
    assert sift(feed, [_keyed(_entry(2, NOON - HOUR))], []).news


# Too many at once


@pytest.mark.parametrize("count", [1, ALWAYS])
def test_ten_at_once_are_never_too_many(count: int) -> None:
    assert not too_many(FEED, count, [], NOON)
    assert too_many(FEED, ALWAYS + 1, [], NOON)


def test_five_times_the_usual_is_let_through() -> None:
    feed = replace(FEED, usual=(4, 4, 100, 4, 4))
    assert not too_many(feed, 20, [], NOON)
    assert too_many(feed, 21, [], NOON)


@pytest.mark.parametrize(
    ("name", "listed", "every", "usual", "away", "news"),
    [
        ("ten entries, two a day, down for five days", 10, 13 * HOUR, (1, 1, 1), 5 * DAY, 10),
        ("thirty entries, twenty a day, down for two days", 30, timedelta(minutes=72), (1, 1, 2), 2 * DAY, 30),
        ("thirty entries at its second visit ever, two days later", 30, timedelta(minutes=72), (), 2 * DAY, 30),
        ("a bulletin of twenty-five each morning", 50, DAY / 25, (), DAY, 25),
        ("a burst of quakes", 60, 4 * HOUR, (1, 2, 1, 3), 2 * HOUR, 10),
        ("an aggregator that brings forty an hour", 100, HOUR / 40, (3, 4, 3), HOUR, 40),
    ],
)
def test_a_busy_time_is_no_flood(
    name: str, listed: int, every: timedelta, usual: tuple[int, ...], away: timedelta, news: int
) -> None:
    traces = _listing(listed, every)
    assert not too_many(replace(FEED, usual=usual), news, traces, NOON + away), name


@pytest.mark.parametrize(
    ("name", "listed", "every", "usual", "away", "entries"),
    [
        ("a thousand old items with new dates", 10, 13 * HOUR, (1, 1, 1), timedelta(minutes=5), 1000),
        ("a thousand, after five days", 10, 13 * HOUR, (1, 1, 1), 5 * DAY, 1000),
        ("thirty in other words, five minutes after the last visit", 30, timedelta(minutes=72), (1, 2), HOUR / 12, 30),
        ("a thousand at the second visit ever", 30, timedelta(minutes=72), (), HOUR / 12, 1000),
        ("a weekly magazine that lists its archive", 10, 7 * DAY, (1,), 4 * DAY, 50),
    ],
)
def test_a_feed_that_was_turned_over_is_a_flood(
    name: str, listed: int, every: timedelta, usual: tuple[int, ...], away: timedelta, entries: int
) -> None:
    traces = _listing(listed, every)
    assert too_many(replace(FEED, usual=usual), entries, traces, NOON + away), name


@pytest.mark.parametrize("pinned", [1, 3])
def test_entries_pinned_for_years_do_not_make_a_busy_feed_slow(pinned: int) -> None:
    newest = NOON - 30 * HOUR
    old = [_trace(_entry(1_000 + n, NOON - (5 + n) * 365 * DAY)) for n in range(pinned)]
    feed = replace(FEED, usual=(1,) * USUAL_VISITS, newest=newest, polled_at=newest)
    for listed in (20, 200):
        traces = [*_listing(listed, timedelta(hours=2.4), newest), *old]
        assert not too_many(feed, 12, traces, NOON)
        assert too_many(feed, 100, traces, NOON)


def test_a_clock_that_went_back_breaks_no_sum() -> None:
    assert too_many(FEED, 11, _listing(10, HOUR), NOON - DAY)


# What a feed remembers


def test_a_feed_remembers_its_newest_date_and_how_many_came() -> None:
    feed = replace(FEED, newest=None)
    feed = remembered(feed, [_entry(1, NOON - DAY), _entry(2, None)], 1)
    assert (feed.newest, feed.usual) == (NOON - DAY, (1,))
    feed = remembered(feed, [_entry(3, NOON), _entry(4, NOON - DAY)], 0)
    assert (feed.newest, feed.usual) == (NOON, (1,))
    assert remembered(feed, [], 0) == feed


def test_only_the_last_visits_with_news_are_remembered() -> None:
    feed = FEED
    for told in range(1, USUAL_VISITS + 6):
        feed = remembered(feed, [], told)
    assert feed.usual == tuple(range(6, USUAL_VISITS + 6))


# What the operator hears


def test_the_operator_hears_how_many_were_kept_back_and_why() -> None:
    many = [_keyed(_entry(n)) for n in range(12)]
    text = notice(FEED, Sifted(news=many, again=many[:3], old=many[:4]), turned_over=True)
    assert text == (
        "Example: of its new entries, 12 are more at once than it ever publishes, 3 are known ones under other ids, "
        "4 are old ones it never showed before; no chat was told of these"
    )


def test_an_article_whose_address_changed_is_worth_no_word() -> None:
    few = [_keyed(_entry(n)) for n in range(WORTH_A_WORD - 1)]
    assert notice(FEED, Sifted(news=few * 9, again=few, old=few), turned_over=False) == ""
