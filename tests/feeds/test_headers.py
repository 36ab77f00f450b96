import pytest

from bot.feeds.headers import max_age, retry_after

SENT = "Fri, 06 Feb 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("1000000000", 1e9),
        ("Fri, 06 Feb 2026 12:05:00 GMT", 300.0),
        ("Fri, 06 Feb 26 12:05:00 GMT", 300.0),
        ("Fri, 06 Feb 2026 11:00:00 GMT", None),
        ("-5", None),
        ("9" * 5000, None),
        ("soon", None),
        ("", None),
        ("١٢", None),
        ("1e3", None),
        ("inf", None),
    ],
)
def test_a_wait_is_read_as_seconds_or_as_a_date(value: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": value, "Date": SENT}) == seconds


def test_a_date_to_wait_for_means_nothing_where_the_host_does_not_tell_its_own() -> None:
    assert retry_after({"Retry-After": SENT}) is None


@pytest.mark.parametrize(
    ("value", "age", "seconds"),
    [
        ("max-age=300", "", 300.0),
        ("public, Max-Age = 60 , must-revalidate", "", 60.0),
        ('max-age="90"', "", 90.0),
        ("max-age=300", "120", 180.0),
        ("max-age=300", "900", 0.0),
        ("s-maxage=300", "", None),
        ("no-store", "", None),
        ("max-age=-1", "", None),
        ("max-age=banana", "", None),
    ],
)
def test_freshness_is_what_is_left_of_it(value: str, age: str, seconds: float | None) -> None:
    assert max_age({"Cache-Control": value, "Age": age}) == seconds
