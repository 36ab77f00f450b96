"""When a chat wants its alerts: local times in every zone, on every day of the year."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.rhythm import (
    DAY_MINUTES,
    Every,
    Rhythm,
    day_end,
    day_start,
    local,
    moment_of,
    next_digest,
    next_hour,
    next_message,
    next_time,
    quiet_until,
    silent_until,
)

ZONES = ("Africa/Bamako", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo")
BAMAKO, PARIS = "Africa/Bamako", "Europe/Paris"

minutes = st.integers(0, DAY_MINUTES - 1)
zones = st.sampled_from(ZONES)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
quiets = st.one_of(st.none(), st.tuples(minutes, minutes).filter(lambda pair: pair[0] != pair[1]))
rhythms = st.builds(
    Rhythm,
    every=st.sampled_from([None, *Every]),
    at=minutes,
    weekday=st.integers(0, 6),
    quiet=quiets,
    muted_until=st.one_of(st.none(), moments),
    window=st.sampled_from([0, 5, 30]),
    limit=st.sampled_from([0, 1, 3]),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shown(moment: datetime, zone: str) -> str:
    return f"{local(moment, zone):%a %H:%M}"


@given(rhythms)
def test_a_rhythm_is_kept_and_read_back_the_same(rhythm: Rhythm) -> None:
    assert Rhythm.from_json(json.loads(json.dumps(rhythm.to_json()))) == rhythm


def test_a_chat_that_wants_all_at_once_keeps_nothing() -> None:
    assert Rhythm().to_json() is None
    assert Rhythm.from_json(None) == Rhythm()


def test_what_a_newer_version_kept_beside_is_left_out() -> None:
    assert Rhythm.from_json({"window": 5, "mood": "calm"}) == Rhythm(window=5)


@given(moments, minutes, zones, st.one_of(st.none(), st.integers(0, 6)))
def test_a_local_time_comes_later_than_now_and_never_before_the_clock_shows_it(
    now: datetime, at: int, zone: str, weekday: int | None
) -> None:
    found = next_time(now, at, zone, weekday)
    assert found > now
    assert found - now <= timedelta(days=1 if weekday is None else 7, hours=2)
    wall = local(found, zone)
    assert wall.hour * 60 + wall.minute >= at
    if weekday is not None:
        assert wall.weekday() == weekday


@given(moments, minutes, zones)
def test_each_day_has_each_time_once(now: datetime, at: int, zone: str) -> None:
    day = local(now, zone).date()
    times = [moment_of(day + timedelta(days=n), at, zone) for n in range(3)]
    assert [local(each, zone).date() for each in times] == [day + timedelta(days=n) for n in range(3)]
    assert next_time(times[0], at, zone) == times[1]
    assert next_time(times[0] - timedelta(seconds=1), at, zone) == times[0]


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        # Summer time begins at 2:00, which becomes 3:00: 2:30 is never shown.
        (PARIS, date(2026, 3, 29), 2 * 60 + 30, "2026-03-29 01:00"),
        (PARIS, date(2026, 3, 29), 2 * 60, "2026-03-29 01:00"),
        (PARIS, date(2026, 3, 29), 8 * 60, "2026-03-29 06:00"),
        (PARIS, date(2026, 3, 28), 8 * 60, "2026-03-28 07:00"),
        # It ends at 3:00, which becomes 2:00: 2:30 is shown twice.
        (PARIS, date(2026, 10, 25), 2 * 60 + 30, "2026-10-25 00:30"),
        (PARIS, date(2026, 10, 25), 8 * 60, "2026-10-25 07:00"),
        ("America/New_York", date(2026, 3, 8), 2 * 60 + 30, "2026-03-08 07:00"),
        ("America/New_York", date(2026, 11, 1), 1 * 60 + 30, "2026-11-01 05:30"),
        # Summer time of half an hour, and one that begins at midnight.
        ("Australia/Lord_Howe", date(2026, 10, 4), 2 * 60 + 15, "2026-10-03 15:30"),
        ("Africa/Cairo", date(2026, 4, 24), 0, "2026-04-23 22:00"),
        (BAMAKO, date(2026, 3, 29), 8 * 60, "2026-03-29 08:00"),
        # A whole day that Samoa left out.
        ("Pacific/Apia", date(2011, 12, 30), 8 * 60, "2011-12-30 10:00"),
    ],
)
def test_a_skipped_time_comes_when_the_clock_has_passed_it_and_a_doubled_one_the_first_time(
    zone: str, day: date, at: int, expected: str
) -> None:
    assert moment_of(day, at, zone) == utc(expected)


@given(moments, zones)
def test_the_next_full_hour_is_at_most_an_hour_and_a_half_off(now: datetime, zone: str) -> None:
    found = next_hour(now, zone)
    assert timedelta(0) < found - now <= timedelta(minutes=90)
    assert local(found, zone).minute == local(found, zone).second == 0


def test_the_next_full_hour_is_found_where_a_clock_is_set_by_half_an_hour() -> None:
    assert next_hour(utc("2026-04-04 14:40"), "Australia/Lord_Howe") == utc("2026-04-04 15:30")


def test_a_day_begins_and_ends_where_its_people_live() -> None:
    now = utc("2026-02-06 23:30")
    assert day_start(now, "Asia/Kathmandu") == utc("2026-02-06 18:15")
    assert day_end(now, "Asia/Kathmandu") == utc("2026-02-07 18:15")
    assert day_start(now, "") == utc("2026-02-06 00:00")


def test_a_zone_that_is_no_longer_known_is_utc() -> None:
    assert next_time(utc("2026-02-06 12:00"), 0, "Mars/Olympus") == utc("2026-02-07 00:00")


@pytest.mark.parametrize(
    ("rhythm", "zone", "expected"),
    [
        (Rhythm(), PARIS, None),
        (Rhythm(every=Every.HOURLY), "Asia/Kathmandu", "Fri 19:00"),
        (Rhythm(every=Every.DAILY, at=8 * 60), PARIS, "Sat 08:00"),
        (Rhythm(every=Every.DAILY, at=20 * 60), PARIS, "Fri 20:00"),
        (Rhythm(every=Every.WEEKLY, at=9 * 60), BAMAKO, "Mon 09:00"),
        (Rhythm(every=Every.WEEKLY, at=9 * 60, weekday=4), BAMAKO, "Fri 09:00"),
    ],
)
def test_the_next_digest_is_at_the_local_time(rhythm: Rhythm, zone: str, expected: str | None) -> None:
    found = next_digest(rhythm, zone, utc("2026-02-06 12:34"))
    assert (found and shown(found, zone)) == expected


@pytest.mark.parametrize(
    ("quiet", "at", "expected"),
    [
        ((22 * 60, 7 * 60), "2026-02-06 21:30", "2026-02-07 06:00"),
        ((22 * 60, 7 * 60), "2026-02-06 05:59", "2026-02-06 06:00"),
        ((22 * 60, 7 * 60), "2026-02-06 06:00", None),
        ((22 * 60, 7 * 60), "2026-02-06 20:59", None),
        ((22 * 60, 7 * 60), "2026-02-06 21:00", "2026-02-07 06:00"),
        ((12 * 60, 14 * 60), "2026-02-06 11:30", "2026-02-06 13:00"),
        ((12 * 60, 14 * 60), "2026-02-06 13:00", None),
        (None, "2026-02-06 02:00", None),
        # The night in which summer time begins, and the one in which it ends.
        ((22 * 60, 7 * 60), "2026-03-29 00:30", "2026-03-29 05:00"),
        ((22 * 60, 7 * 60), "2026-10-25 00:30", "2026-10-25 06:00"),
        ((22 * 60, 2 * 60 + 30), "2026-10-25 00:29", "2026-10-25 00:30"),
        ((22 * 60, 2 * 60 + 30), "2026-10-25 01:15", None),
        ((22 * 60, 2 * 60 + 30), "2026-03-29 00:59", "2026-03-29 01:00"),
    ],
)
def test_quiet_hours_end_at_the_local_time(quiet: tuple[int, int] | None, at: str, expected: str | None) -> None:
    found = quiet_until(Rhythm(quiet=quiet), PARIS, utc(at))
    assert found == (utc(expected) if expected else None)


@given(rhythms, zones, moments)
def test_quiet_hours_end_later_than_now_and_within_a_day(rhythm: Rhythm, zone: str, now: datetime) -> None:
    end = quiet_until(rhythm, zone, now)
    if end is not None:
        assert now < end <= now + timedelta(hours=25, minutes=59)
        assert quiet_until(rhythm, zone, end) is None


@given(rhythms, zones, moments)
def test_the_next_message_is_told_in_no_silence(rhythm: Rhythm, zone: str, now: datetime) -> None:
    told = next_message(rhythm, zone, now)
    if told is None:
        assert rhythm.every is None
        assert silent_until(rhythm, zone, now) is None
    else:
        assert told > now
        assert silent_until(rhythm, zone, told) is None


def test_a_mute_that_ends_within_quiet_hours_is_followed_by_them() -> None:
    rhythm = Rhythm(quiet=(22 * 60, 7 * 60), muted_until=utc("2026-02-06 23:00"))
    assert silent_until(rhythm, "", utc("2026-02-06 20:00")) == utc("2026-02-07 07:00")
    assert silent_until(rhythm, "", utc("2026-02-07 08:00")) is None


def test_a_mute_that_is_over_is_forgotten() -> None:
    rhythm = Rhythm(window=5, muted_until=utc("2026-02-06 12:00"))
    assert rhythm.at_present(utc("2026-02-06 11:59")) == rhythm
    assert rhythm.at_present(utc("2026-02-06 12:00")) == Rhythm(window=5)
