"""What becomes of held stories: nothing is lost, nothing comes before its time, what was held comes as one message."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.releases import BRIEF, FULL, SETTLING, Bundle, Heading, Held, Ruling, backlog, decide, parts
from bot.core.rhythm import Every, Rhythm, day_end, day_start, next_digest, quiet_until
from tests.core.test_rhythm import rhythms, utc, zones

NOON = utc("2026-02-06 12:00")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NIGHT = (22 * 60, 7 * 60)


@dataclass
class Told:
    """One message: when, which stories, and under which heading."""

    at: datetime
    ids: tuple[int, ...]
    heading: str = ""


@dataclass
class OneChat:
    """What is held for a chat, decided whenever something is due."""

    rhythm: Rhythm
    zone: str = ""
    held: dict[int, Held] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)

    def bring(self, at: datetime, *, loud: bool = False, heading: str = "") -> int:
        """Let a story arrive, and have it decided after all that was due before."""
        self.run(at)
        number = len(self.held) + sum(len(each.ids) for each in self.told) + 1
        self.held[number] = Held(number, at, at, loud, heading)
        self.step(at)
        return number

    def run(self, until: datetime) -> None:
        """Let time go by."""
        while (due := min((row.due_at for row in self.held.values()), default=until)) < until:
            self.step(due)
        self.step(until)

    def step(self, now: datetime) -> None:
        due = [row for row in self.held.values() if row.due_at <= now]
        later = min((row.due_at for row in self.held.values() if row.due_at > now), default=None)
        today = sum(each.at >= day_start(now, self.zone) for each in self.told)
        self.keep(decide(self.rhythm, self.zone, now, due, later=later, told_today=today), due, now)

    def keep(self, ruling: Ruling, due: list[Held], now: datetime) -> None:
        named = [*ruling.free, *(n for ids in ruling.hold.values() for n in ids)]
        named += [n for bundle in ruling.bundles for n in bundle.ids]
        assert sorted(named) == sorted(row.id for row in due)
        for (until, heading), ids in ruling.hold.items():
            assert until > now
            for number in ids:
                self.held[number] = replace(self.held[number], due_at=until, heading=heading)
        for bundle in [*(Bundle((each,), "") for each in ruling.free), *ruling.bundles]:
            self.told.append(Told(now, bundle.ids, bundle.heading))
            for number in bundle.ids:
                del self.held[number]


arrivals = st.lists(
    st.tuples(st.integers(0, 30 * 60), st.booleans(), st.sampled_from(["", "", "gap"])), min_size=1, max_size=12
)
# The nights in which clocks change, and some when they do not.
begins = st.sampled_from(
    [utc(f"2026-{day} 06:00") for day in ("02-06", "03-07", "03-28", "04-04", "04-23", "10-03", "10-24", "10-31")]
)


@settings(max_examples=300)
@given(rhythms, zones, begins, arrivals)
def test_no_story_is_lost_and_none_comes_before_its_time(
    rhythm: Rhythm, zone: str, begin: datetime, stories: list[tuple[int, bool, str]]
) -> None:
    rhythm = replace(rhythm, muted_until=begin + 5 * HOUR if rhythm.muted_until else None)
    chat = OneChat(rhythm, zone)
    born: dict[int, tuple[datetime, bool, str]] = {}
    for after, loud, heading in sorted(stories):
        at = begin + after * MINUTE
        born[chat.bring(at, loud=loud, heading=heading)] = (at, loud, heading)
    chat.run(begin + timedelta(days=40))
    assert sorted(number for each in chat.told for number in each.ids) == sorted(born)
    for told in chat.told:
        assert list(told.ids) == sorted(told.ids)
        for at, loud, heading in (born[number] for number in told.ids):
            if loud:
                assert told.at - at <= (SETTLING if heading else timedelta(0))
                continue
            assert rhythm.muted_until is None or told.at >= rhythm.muted_until
            assert quiet_until(rhythm, zone, told.at) is None
            due = next_digest(rhythm, zone, at)
            assert due is None or told.at >= due


@settings(max_examples=200)
@given(rhythms, zones, begins, arrivals)
def test_no_more_messages_come_in_a_day_than_the_limit_and_what_is_told_together(
    rhythm: Rhythm, zone: str, begin: datetime, stories: list[tuple[int, bool, str]]
) -> None:
    chat = OneChat(replace(rhythm, every=None, quiet=None, muted_until=None, limit=2), zone)
    for after, _, _ in sorted(stories):
        chat.bring(begin + after * MINUTE)
    chat.run(begin + timedelta(days=9))
    days = [day_start(each.at, zone) for each in chat.told if each.heading != Heading.LIMIT]
    # A single story that is left over comes when the day is over, as the first of the next.
    late = [each for each in chat.told if each.at == day_start(each.at, zone)]
    assert all(days.count(day) <= 2 + len(late) for day in days)


def test_without_hours_a_story_comes_at_once_by_itself() -> None:
    chat = OneChat(Rhythm())
    chat.bring(NOON)
    chat.bring(NOON)
    assert chat.told == [Told(NOON, (1,)), Told(NOON, (2,))]


def test_a_digest_comes_at_its_time_with_all_since_the_one_before() -> None:
    chat = OneChat(Rhythm(every=Every.DAILY, at=8 * 60), "Africa/Bamako")
    for hours in (0, 1, 30, 31, 32):
        chat.bring(NOON + hours * HOUR)
    chat.run(NOON + timedelta(days=3))
    assert chat.told == [
        Told(utc("2026-02-07 08:00"), (1, 2), "daily"),
        Told(utc("2026-02-08 08:00"), (3, 4, 5), "daily"),
    ]


def test_a_digest_of_one_is_an_alert() -> None:
    chat = OneChat(Rhythm(every=Every.HOURLY))
    chat.bring(NOON + MINUTE)
    chat.run(NOON + 2 * HOUR)
    assert chat.told == [Told(NOON + HOUR, (1,))]


def test_a_digest_that_falls_into_quiet_hours_comes_when_they_end() -> None:
    chat = OneChat(Rhythm(every=Every.DAILY, at=6 * 60, quiet=NIGHT))
    chat.bring(NOON)
    chat.bring(NOON)
    chat.run(NOON + timedelta(days=1))
    assert chat.told == [Told(utc("2026-02-07 07:00"), (1, 2), "daily")]


def test_what_waited_while_nobody_decided_is_told_as_what_it_was_held_for() -> None:
    rows = [Held(1, NOON - 30 * HOUR, NOON - 30 * HOUR), Held(2, NOON - 29 * HOUR, NOON - 29 * HOUR)]
    ruling = decide(Rhythm(every=Every.DAILY, at=8 * 60), "", NOON, rows)
    assert ruling.bundles == (Bundle((1, 2), "daily"),)


def test_quiet_hours_hold_and_release_as_one_message() -> None:
    chat = OneChat(Rhythm(quiet=NIGHT), "Africa/Bamako")
    for at in ("21:59", "22:00", "23:30"):
        chat.bring(utc(f"2026-02-06 {at}"))
    chat.bring(utc("2026-02-07 07:01"))
    assert chat.told == [
        Told(utc("2026-02-06 21:59"), (1,)),
        Told(utc("2026-02-07 07:00"), (2, 3), "quiet"),
        Told(utc("2026-02-07 07:01"), (4,)),
    ]


def test_a_mute_holds_and_releases_at_its_end() -> None:
    chat = OneChat(Rhythm(muted_until=NOON + 3 * HOUR))
    chat.bring(NOON)
    chat.bring(NOON + HOUR)
    chat.run(NOON + 4 * HOUR)
    assert chat.told == [Told(NOON + 3 * HOUR, (1, 2), "muted")]


def test_what_is_loud_passes_all_of_it() -> None:
    rhythm = Rhythm(Every.WEEKLY, 0, 0, (0, 1439), NOON + 9 * HOUR, window=30, limit=1)
    chat = OneChat(rhythm)
    for _ in range(3):
        chat.bring(NOON, loud=True)
    assert chat.told == [Told(NOON, (1,)), Told(NOON, (2,)), Told(NOON, (3,))]


def test_the_first_story_of_a_burst_waits_for_the_others() -> None:
    chat = OneChat(Rhythm(window=10))
    for minutes in (0, 3, 9, 11, 40):
        chat.bring(NOON + minutes * MINUTE)
    chat.run(NOON + HOUR)
    assert chat.told == [
        Told(NOON + 10 * MINUTE, (1, 2, 3), "burst"),
        Told(NOON + 21 * MINUTE, (4,)),
        Told(NOON + 50 * MINUTE, (5,)),
    ]


def test_a_burst_that_runs_into_quiet_hours_is_told_after_them() -> None:
    chat = OneChat(Rhythm(window=30, quiet=NIGHT))
    chat.bring(utc("2026-02-06 21:45"))
    chat.bring(utc("2026-02-06 21:50"))
    chat.run(utc("2026-02-07 12:00"))
    assert chat.told == [Told(utc("2026-02-07 07:00"), (1, 2), "quiet")]


def test_what_is_beyond_the_daily_limit_comes_at_the_days_end() -> None:
    chat = OneChat(Rhythm(limit=2), "Asia/Kathmandu")
    for minutes in range(5):
        chat.bring(NOON + minutes * MINUTE)
    chat.run(NOON + timedelta(days=1))
    assert [each.ids for each in chat.told] == [(1,), (2,), (3, 4, 5)]
    assert chat.told[-1] == Told(day_end(NOON, "Asia/Kathmandu"), (3, 4, 5), "limit")


def test_a_burst_counts_as_one_message_of_the_limit() -> None:
    chat = OneChat(Rhythm(limit=1, window=10))
    for minutes in (0, 1, 30, 31):
        chat.bring(NOON + minutes * MINUTE)
    chat.run(NOON + timedelta(days=1))
    assert [(each.ids, each.heading) for each in chat.told] == [((1, 2), "burst"), ((3, 4), "limit")]


def test_a_burst_that_is_due_leaves_a_single_story_the_rest_of_the_limit() -> None:
    rows = [Held(number, NOON - HOUR, NOON, heading="burst") for number in (1, 2)] + [Held(3, NOON, NOON)]
    for limit, free in ((1, ()), (2, (3,))):
        ruling = decide(Rhythm(limit=limit), "", NOON, rows)
        assert (ruling.bundles, ruling.free) == ((Bundle((1, 2), "burst"),), free)


def test_what_appeared_while_the_bot_was_away_settles_and_is_one_message() -> None:
    chat = OneChat(Rhythm())
    for seconds in (0, 5, 40):
        chat.bring(NOON + timedelta(seconds=seconds), heading="gap")
    chat.bring(NOON + timedelta(seconds=50))
    chat.run(NOON + HOUR)
    assert chat.told == [
        Told(NOON + timedelta(seconds=50), (4,)),
        Told(NOON + SETTLING, (1, 2, 3), "gap"),
    ]


def test_one_story_from_a_time_away_is_an_alert() -> None:
    chat = OneChat(Rhythm())
    chat.bring(NOON, heading="gap")
    chat.run(NOON + HOUR)
    assert chat.told == [Told(NOON + SETTLING, (1,))]


def test_what_appeared_while_the_bot_was_away_waits_for_quiet_hours_too() -> None:
    chat = OneChat(Rhythm(quiet=NIGHT))
    chat.bring(utc("2026-02-06 23:00"), heading="gap")
    chat.bring(utc("2026-02-06 23:00"), heading="gap")
    chat.run(utc("2026-02-07 12:00"))
    assert chat.told == [Told(utc("2026-02-07 07:00"), (1, 2), "gap")]


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (Rhythm(), [Told(NOON + HOUR, (1, 2), "daily")]),
        (Rhythm(every=Every.HOURLY), [Told(NOON + HOUR, (1, 2), "daily")]),
        (Rhythm(quiet=(0, 14 * 60)), [Told(NOON + 2 * HOUR, (1, 2), "daily")]),
    ],
)
def test_what_is_held_is_decided_anew_when_the_hours_change(after: Rhythm, told: list[Told]) -> None:
    chat = OneChat(Rhythm(every=Every.DAILY, at=0))
    chat.bring(NOON)
    chat.bring(NOON)
    chat.rhythm = after
    chat.held = {number: replace(row, due_at=NOON + HOUR) for number, row in chat.held.items()}
    chat.run(NOON + 3 * HOUR)
    assert chat.told == told


@pytest.mark.parametrize("rhythm", [Rhythm(every=Every.DAILY, at=0), Rhythm(muted_until=NOON + timedelta(days=400))])
def test_a_clock_that_ran_ahead_holds_nothing_for_ever(rhythm: Rhythm) -> None:
    row = Held(1, NOON + timedelta(days=400), NOON)
    ruling = decide(rhythm, "", NOON, [row])
    assert ruling.free == (1,) or max(until for until, _ in ruling.hold) <= NOON + timedelta(days=1)


@given(st.integers(1, 500), st.sampled_from(Heading))
def test_many_stories_are_few_messages_of_like_size_and_none_is_alone(number: int, heading: Heading) -> None:
    made = list(parts(range(number), heading))
    sizes = [len(each.ids) for each in made]
    assert [each for bundle in made for each in bundle.ids] == list(range(number))
    assert max(sizes) <= (FULL if number <= 3 * FULL else BRIEF)
    assert max(sizes) - min(sizes) <= 1
    assert number < 2 or min(sizes) > 1
    if len(made) == 1:
        assert made[0].heading == heading
    else:
        assert [each.heading for each in made] == [
            f"{heading} {n}/{len(made)} {number}" for n in range(1, len(made) + 1)
        ]


def test_a_backlog_is_told_together() -> None:
    assert list(backlog(range(11))) == [
        Bundle((0, 1, 2, 3, 4), "backlog 1/2 11"),
        Bundle((5, 6, 7, 8, 9, 10), "backlog 2/2 11"),
    ]


def test_rulings_are_added_to_one() -> None:
    night = (NOON, "quiet")
    whole = Ruling(free=(1,), hold={night: (2,)}) + Ruling(hold={night: (3,)}, bundles=(Bundle((4, 5), "burst"),))
    assert (whole.free, whole.hold, whole.bundles) == ((1,), {night: (2, 3)}, (Bundle((4, 5), "burst"),))
    assert whole.sends
    assert not Ruling(hold={night: (2,)}).sends
