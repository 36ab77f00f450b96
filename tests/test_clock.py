"""The wall clock may be set while the bot runs; what is due must not wait for it."""

from dataclasses import dataclass
from datetime import timedelta

from bot.clock import SystemClock

HOUR = 3600.0


@dataclass
class Hands:
    """Two clocks that a test sets."""

    wall: float = 1_700_000_000.0
    monotonic: float = 50.0

    def pass_(self, seconds: float) -> None:
        self.wall += seconds
        self.monotonic += seconds

    def clock(self) -> SystemClock:
        return SystemClock(lambda: self.wall, lambda: self.monotonic)


def test_while_nobody_sets_it_our_time_is_the_wall_clocks() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.pass_(90)
    assert clock.now().timestamp() == hands.wall


def test_a_wall_clock_set_forward_is_followed_at_once() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.wall += HOUR
    assert clock.now().timestamp() == hands.wall


def test_after_an_hour_back_what_is_due_in_five_minutes_is_due_in_less_than_six() -> None:
    hands = Hands()
    clock = hands.clock()
    due = clock.now() + timedelta(minutes=5)
    hands.wall -= HOUR
    hands.pass_(5.6 * 60)
    assert clock.now() >= due


def test_time_never_goes_back_and_meets_a_wall_clock_that_was_set_back_within_half_a_day() -> None:
    hands = Hands()
    clock = hands.clock()
    hands.wall -= HOUR
    readings = [clock.now()]
    for _ in range(660):
        hands.pass_(60)
        readings.append(clock.now())
    assert readings == sorted(readings)
    assert readings[-1].timestamp() == hands.wall
