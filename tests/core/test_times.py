"""What people type about times."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import zones
from bot.core.rhythm import LONGEST_HOLD, Every, local
from bot.core.times import (
    SHORTEST_MUTE,
    read_clock,
    read_digest,
    read_limit,
    read_mute,
    read_quiet,
    read_span,
    read_switch,
    read_window,
)
from tests.core.test_rhythm import utc

FRIDAY_NOON = utc("2026-02-06 12:00")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("8", 480),
        ("08", 480),
        ("8:00", 480),
        ("08:30", 510),
        ("8.30", 510),
        ("8h30", 510),
        ("8h", 480),
        ("0:05", 5),
        ("23:59", 1439),
        ("8am", 480),
        ("8 AM", 480),
        ("8:30pm", 1230),
        ("12am", 0),
        ("12 p.m.", 720),
        ("noon", 720),
        ("midnight", 0),
        ("24:00", None),
        ("8:60", None),
        ("13pm", None),
        ("0am", None),
        ("800", None),
        ("8:5", None),
        ("soon", None),
        ("", None),
        ("-8", None),
    ],
)
def test_a_time_of_day_is_read_as_people_write_it(typed: str, expected: int | None) -> None:
    assert read_clock(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("daily 8:00", (Every.DAILY, 480, 0)),
        ("Daily at 8", (Every.DAILY, 480, 0)),
        ("every day at 8", (Every.DAILY, 480, 0)),
        ("every day at 8 pm", (Every.DAILY, 1200, 0)),
        ("once a day at 7:30", (Every.DAILY, 450, 0)),
        ("daily", (Every.DAILY, 480, 0)),
        ("day", (Every.DAILY, 480, 0)),
        ("8:15", (Every.DAILY, 495, 0)),
        ("at 8", (Every.DAILY, 480, 0)),
        ("every morning", (Every.DAILY, 480, 0)),
        ("every evening", (Every.DAILY, 1080, 0)),
        ("in the evening", (Every.DAILY, 1080, 0)),
        ("weekly mon 9", (Every.WEEKLY, 540, 0)),
        ("weekly", (Every.WEEKLY, 480, 0)),
        ("weekly on friday at 17:00", (Every.WEEKLY, 1020, 4)),
        ("weekly sunday", (Every.WEEKLY, 480, 6)),
        ("every week on Thursday", (Every.WEEKLY, 480, 3)),
        ("every tuesday at noon", (Every.WEEKLY, 720, 1)),
        ("mondays 9:00", (Every.WEEKLY, 540, 0)),
        ("once a week", (Every.WEEKLY, 480, 0)),
        ("wed", (Every.WEEKLY, 480, 2)),
        ("hourly", (Every.HOURLY, 0, 0)),
        ("every hour", (Every.HOURLY, 0, 0)),
        ("off", (None, 0, 0)),
        ("immediately", (None, 0, 0)),
        ("at once", (None, 0, 0)),
        ("daily 25:00", None),
        ("weekly 9 9", None),
        ("monthly", None),
        ("daily mali", None),
        ("8-9", None),
        ("", None),
    ],
)
def test_a_digest_is_read_as_people_ask_for_it(typed: str, expected: tuple[Every | None, int, int] | None) -> None:
    assert read_digest(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("22:00-7:00", (1320, 420)),
        ("22-7", (1320, 420)),
        ("22 – 07", (1320, 420)),
        ("10pm to 7am", (1320, 420)),
        ("from 22:30 until 6", (1350, 360)),
        ("between 12 and 14", (720, 840)),
        ("midnight-6", (0, 360)),
        ("22", None),
        ("22-22", None),
        ("22-25", None),
        ("22-7-9", None),
        ("night", None),
        ("", None),
    ],
)
def test_quiet_hours_are_read_as_people_write_them(typed: str, expected: tuple[int, int] | None) -> None:
    assert read_quiet(typed) == expected


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("3h", 180),
        ("90m", 90),
        ("90 min", 90),
        ("90 minutes", 90),
        ("for 3 hours", 180),
        ("1h30", 90),
        ("1h 30m", 90),
        ("1 hour and 30 minutes", 90),
        ("an hour", 60),
        ("half an hour", 30),
        ("2 days", 2880),
        ("a week", 10080),
        ("two hours", 120),
        ("1d", 1440),
        ("3", None),
        ("a while", None),
        ("h3", None),
        ("", None),
        ("-3h", None),
    ],
)
def test_a_span_is_read_as_people_write_it(typed: str, minutes: int | None) -> None:
    assert read_span(typed) == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("3h", "Fri 18:45"),
        ("until 18:00", "Fri 18:00"),
        ("till 6 pm", "Fri 18:00"),
        ("until 9", "Sat 09:00"),
        ("until tomorrow", "Sat 08:00"),
        ("until tomorrow at 7:30", "Sat 07:30"),
        ("until tomorrow midnight", "Sat 00:00"),
        ("until monday", "Mon 08:00"),
        ("until monday at 9", "Mon 09:00"),
        ("until friday", "Fri 08:00"),
        ("2 days", "Sun 15:45"),
        ("until 25:00", None),
        ("until", None),
        ("until peace", None),
        ("40 days", None),
        ("99999 weeks", None),
        ("0 min", None),
        ("off", None),
        ("", None),
    ],
)
def test_a_mute_ends_when_it_was_said(typed: str, expected: str | None) -> None:
    zone = "Asia/Kathmandu"  # where it is a quarter to six in the afternoon
    end = read_mute(typed, zone, FRIDAY_NOON - timedelta(hours=2))
    assert (end and f"{local(end, zone):%a %H:%M}") == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("10", 10), ("10 min", 10), ("1h", 60), ("off", 0), ("0", 0), ("121", None), ("3h", None), ("soon", None)],
)
def test_a_window_is_read_in_minutes(typed: str, expected: int | None) -> None:
    assert read_window(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("20", 20),
        ("20 a day", 20),
        ("20 messages per day", 20),
        ("20/day", 20),
        ("off", 0),
        ("none", 0),
        ("501", None),
        ("many", None),
        ("-1", None),
        ("", None),
    ],
)
def test_a_limit_is_read_as_people_write_it(typed: str, expected: int | None) -> None:
    assert read_limit(typed) == expected


@pytest.mark.parametrize(("typed", "expected"), [("on", True), ("Off", False), ("no", False), ("", None), ("x", None)])
def test_a_switch_is_on_or_off(typed: str, expected: bool | None) -> None:
    assert read_switch(typed) is expected


@given(st.text(max_size=60), st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)))
def test_whatever_is_typed_is_read_or_refused(typed: str, now: datetime) -> None:
    now = now.replace(tzinfo=FRIDAY_NOON.tzinfo)
    for read in (read_clock, read_digest, read_quiet, read_span, read_window, read_limit, read_switch):
        read(typed)
    end = read_mute(typed, "Europe/Paris", now)
    assert end is None or SHORTEST_MUTE <= end - now <= LONGEST_HOLD
    zones.zone_named(typed)
    zones.near_zones(typed)
    zones.is_offset(typed)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Africa/Bamako", "Africa/Bamako"),
        ("africa/bamako", "Africa/Bamako"),
        ("Bamako", "Africa/Bamako"),
        ("new york", "America/New_York"),
        ("New_York", "America/New_York"),
        ("port-au-prince", "America/Port-au-Prince"),
        ("gaza", "Asia/Gaza"),
        ("buenos aires", "America/Buenos_Aires"),
        ("UTC", ""),
        ("gmt", ""),
        ("Mali", None),
        ("UTC+3", None),
        ("EST", None),
        ("", None),
        ("../etc/passwd", None),
    ],
)
def test_a_zone_is_known_by_its_name_and_by_its_city(typed: str, expected: str | None) -> None:
    assert zones.zone_named(typed) == expected


@pytest.mark.parametrize("typed", ["UTC+3", "+3", "GMT-05:00", "gmt +1", "+0530", "-3", "EST", "CET", "5"])
def test_an_offset_is_known_as_one(typed: str) -> None:
    assert zones.is_offset(typed)


@pytest.mark.parametrize("typed", ["Bamako", "UTC", "mali", "Timbuktu", "", "rome", "lima"])
def test_a_place_is_no_offset(typed: str) -> None:
    assert not zones.is_offset(typed)


def test_a_mistyped_city_has_zones_near_it() -> None:
    assert zones.near_zones("bamacko") == ["Africa/Bamako"]
    assert "Africa/Nairobi" in zones.near_zones("nairoby")
    assert zones.near_zones("xyzzy") == []


def test_every_zone_that_is_offered_by_city_can_be_asked_for_by_it() -> None:
    for zone in zones.near_zones("dakkar") + zones.near_zones("khartum"):
        assert zones.zone_named(zones.city_of(zone)) == zone
