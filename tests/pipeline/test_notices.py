"""Words to the operator about what may go on for days."""

from bot.pipeline.notices import AGAIN, Notices
from tests.fakes.clock import FakeClock
from tests.fakes.observer import RecordingObserver


def test_the_same_is_told_once_a_day_and_each_feed_and_kind_by_itself() -> None:
    observer, clock = RecordingObserver(), FakeClock()
    notices = Notices(observer, clock)
    for about, number in (("flood", 1), ("flood", 1), ("flood", 2), ("template", 1)):
        notices.tell(about, number, f"{about} {number}")
    assert observer.notices == ["flood 1", "flood 2", "template 1"]
    clock.advance(AGAIN.total_seconds() - 1)
    notices.tell("flood", 1, "still")
    clock.advance(1)
    notices.tell("flood", 1, "again")
    assert observer.notices[3:] == ["again"]
