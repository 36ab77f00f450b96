"""Pacing: never above a limit, and hardly ever below it while there is work."""

import heapq
import random
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.chat import ChatKind, Platform
from bot.core.pacing import GRACE, LIMITS, MARGIN, Limits, Pacer, Window

TELEGRAM = LIMITS[Platform.TELEGRAM]
PRIVATE, GROUP, BROADCAST = ChatKind.PRIVATE, ChatKind.GROUP, ChatKind.BROADCAST
ROUNDING = 1e-6


def most_in(times: list[float], seconds: float) -> int:
    """Return the most sends that any window of this length saw."""
    return max((n + 1 - bisect_left(times, times[n] - seconds + ROUNDING) for n in range(len(times))), default=0)


def _send_all(pacer: Pacer, waiting: Iterable[tuple[float, str]], until: float) -> dict[str, list[float]]:
    """Send what waits (since when, for which chat) as a dispatcher would: the chat that may go first goes first."""
    queues: dict[str, deque[float]] = defaultdict(deque)
    for since, chat in sorted(waiting):
        queues[chat].append(since)
    turns = [(queue[0], chat) for chat, queue in queues.items()]
    heapq.heapify(turns)
    sends: dict[str, list[float]] = defaultdict(list)
    now = tidied = turns[0][0]
    while turns and (now := pacer.lane_ready_at(max(now, turns[0][0]))) < until:
        _, chat = heapq.heappop(turns)
        ready = pacer.ready_at(chat, _kind(chat), now)
        assert ready >= now
        if ready == now:
            pacer.sent(chat, now)
            sends[chat].append(now)
            queues[chat].popleft()
        if queues[chat]:
            heapq.heappush(turns, (max(ready, queues[chat][0]), chat))
        if now - tidied > 60:
            tidied = now
            pacer.forget_idle(now)
    return sends


def _kind(chat: str) -> ChatKind:
    return {"p": PRIVATE, "g": GROUP, "b": BROADCAST}[chat[0]]


def test_an_hour_of_random_load_breaks_no_window() -> None:
    dice = random.Random(7)
    bursts = [dice.uniform(1000, 4600) for _ in range(150)]
    # A few chats get most of the messages, so that every limit is met.
    chats = [f"{dice.choice('pgb')}{int(900 * dice.random() ** 3)}" for _ in range(90_000)]
    sends = _send_all(Pacer(TELEGRAM), [(dice.choice(bursts) + dice.expovariate(1), chat) for chat in chats], 4600)
    everything = sorted(at for times in sends.values() for at in times)
    assert len(everything) > 40_000
    assert most_in(everything, 1) == 30
    assert max(most_in(times, 1) for times in sends.values()) == 1
    assert max(most_in(times, 60) for chat, times in sends.items() if _kind(chat) is not PRIVATE) == 20


def test_a_lane_with_work_is_used_to_ninety_nine_percent() -> None:
    sends = _send_all(Pacer(TELEGRAM), [(0.0, f"p{n}") for n in range(3000)], 60)
    everything = sorted(at for times in sends.values() for at in times)
    assert len(everything) >= 0.99 * 30 * 60
    assert most_in(everything, 1) == 30


def test_a_busy_chat_gets_its_one_a_second_and_a_busy_group_its_twenty_a_minute() -> None:
    sends = _send_all(Pacer(TELEGRAM), [(0.0, chat) for chat in "pgb" for _ in range(500)], 300)
    assert len(sends["p"]) >= 0.99 * 300
    for chat in "gb":
        assert 5 * 20 - 1 <= len(sends[chat]) <= 5 * 20
        assert most_in(sends[chat], 60) == 20


_loads = st.lists(st.tuples(st.floats(0, 3), st.sampled_from("pgb")), min_size=1, max_size=80)


@settings(deadline=None)
@given(_loads, st.integers(1, 5), st.integers(1, 4))
def test_no_window_is_broken_whatever_the_load_and_the_limits(
    load: list[tuple[float, str]], lane: int, group: int
) -> None:
    limits = Limits((Window(lane, 1), Window(3 * lane, 5)), (Window(1, 0.5),), (Window(1, 0.5), Window(group, 2)))
    sends = _send_all(Pacer(limits), load, float("inf"))
    everything = sorted(at for times in sends.values() for at in times)
    assert len(everything) == len(load)
    assert most_in(everything, 1) <= lane
    assert most_in(everything, 5) <= 3 * lane
    for chat, times in sends.items():
        assert most_in(times, 0.5) <= 1
        assert _kind(chat) is PRIVATE or most_in(times, 2) <= group


def test_one_may_send_just_when_the_window_is_over() -> None:
    pacer = Pacer(TELEGRAM)
    pacer.sent("a", 10.0)
    assert pacer.ready_at("a", PRIVATE, 10.0) == pytest.approx(11 + MARGIN)
    assert pacer.ready_at("b", PRIVATE, 10.0) == 10.0
    assert pacer.ready_at("a", PRIVATE, 12.0) == 12.0


def test_a_halt_of_the_lane_stops_every_chat_exactly_until_then() -> None:
    pacer = Pacer(TELEGRAM)
    pacer.halt(17.25)
    for chat in ("a", "b"):
        assert pacer.ready_at(chat, PRIVATE, 10.0) == 17.25
        assert pacer.ready_at(chat, PRIVATE, 17.25) == 17.25
    assert pacer.lane_ready_at(10.0) == 17.25


def test_a_halt_of_one_chat_stops_that_chat_alone() -> None:
    pacer = Pacer(TELEGRAM)
    pacer.halt(17.25, "a")
    assert pacer.ready_at("a", PRIVATE, 10.0) == 17.25
    assert pacer.ready_at("b", PRIVATE, 10.0) == 10.0
    assert pacer.lane_ready_at(10.0) == 10.0


@pytest.mark.parametrize("chat", ["", "a"])
def test_a_halt_is_never_shortened(chat: str) -> None:
    pacer = Pacer(TELEGRAM)
    for until in (20.0, 15.0, 5.0):
        pacer.halt(until, chat)
        pacer.forget_idle(16.0)
    assert pacer.ready_at("a", PRIVATE, 16.0) == 20.0


def test_nothing_goes_out_during_a_halt_under_load() -> None:
    pacer = Pacer(TELEGRAM)
    before = _send_all(pacer, [(0.0, f"p{n}") for n in range(200)], 3.0)
    pacer.halt(8.0)
    after = _send_all(pacer, [(3.0, f"p-{n}") for n in range(200)], 12.0)
    assert before
    assert min(at for times in after.values() for at in times) == 8.0


def test_only_what_counts_no_more_is_forgotten() -> None:
    pacer, fresh = Pacer(TELEGRAM), Pacer(TELEGRAM)
    dice, now = random.Random(3), 0.0
    for _ in range(4000):
        now += dice.expovariate(5)
        chat = f"{dice.choice('pgb')}{dice.randrange(20)}"
        both = {each.ready_at(chat, _kind(chat), now) for each in (pacer, fresh)}
        assert len(both) == 1, "forgetting changed when a chat may be written to"
        if both == {now}:
            pacer.sent(chat, now)
            fresh.sent(chat, now)
        if dice.random() < 0.01:
            until, halted = now + dice.uniform(0, 90), dice.choice(["", chat])
            pacer.halt(until, halted)
            fresh.halt(until, halted)
        pacer.forget_idle(now)


def test_a_groups_minute_is_not_forgotten_before_it_is_over() -> None:
    pacer = Pacer(TELEGRAM)
    for n in range(20):
        pacer.sent("g", float(n))
    pacer.forget_idle(59.0)
    assert pacer.ready_at("g", GROUP, 59.0) == pytest.approx(60 + MARGIN)


def test_memory_follows_the_traffic_and_not_the_history() -> None:
    pacer = Pacer(TELEGRAM)
    for n in range(1000):
        pacer.sent(f"c{n}", float(n))
        pacer.halt(float(n), f"c{n}")
    pacer.forget_idle(5000.0)
    assert not pacer._chats
    assert not pacer._halts


def test_a_chat_with_a_long_history_keeps_only_what_windows_can_see() -> None:
    pacer = Pacer(TELEGRAM)
    for n in range(1000):
        at = pacer.ready_at("g", GROUP, n * 60.0)
        pacer.sent("g", at)
    assert len(pacer._chats["g"]) == 20
    assert len(pacer._lane) <= 30


def test_every_platform_has_limits_and_trial_chats_hardly_any() -> None:
    assert set(LIMITS) == set(Platform)
    pacer, now = Pacer(LIMITS[Platform.SLACK]), 0.0
    times = []
    for _ in range(400):
        now = pacer.ready_at("C1", ChatKind.TEAM, now)
        pacer.sent("C1", now)
        times.append(now)
    assert all(later - sooner >= 1 for sooner, later in pairwise(times))


def _busy(pacer: Pacer, start: float = 0.0, until: float = 5.0) -> float:
    """Let alerts to chats of their own use a lane as fully as it allows; return when the next may go."""
    now, number = start, 0
    while (now := pacer.lane_ready_at(now)) < until:
        pacer.sent(f"busy-{number}", now)
        number += 1
    return now


def test_an_idle_lane_sends_a_small_story_at_once_and_a_busy_one_spreads_its_alerts() -> None:
    sends = _send_all(Pacer(TELEGRAM), [(0.0, f"p{number}") for number in range(400)], 12)
    times = sorted(at for each in sends.values() for at in each)
    assert times[14] == 0.0
    assert max(later - sooner for sooner, later in pairwise(times[60:])) < 0.2
    assert most_in(times[60:], 0.1) <= 6


@pytest.mark.parametrize("rate", [30, 1000])
def test_replies_go_first_in_a_busy_lane_which_stays_within_its_limits_and_loses_none_of_its_rate(rate: int) -> None:
    limits = Limits((Window(rate, 1),), TELEGRAM.chat, TELEGRAM.group)
    pacer, dice = Pacer(limits), random.Random(5)
    asked, now, number, sends, waits = 2.0, 0.0, 0, [], []
    while now < 120:
        alert = pacer.lane_ready_at(now)
        reply = pacer.reserve(f"r{number}", PRIVATE, now) if asked <= now else asked
        if asked <= now and reply <= now:
            waits.append(now - asked)
            pacer.sent(f"r{number}", now)
            asked += dice.expovariate(2)
        elif alert <= now:
            pacer.sent(f"a{number}", now)
        else:
            now = min(alert, max(reply, now + 1e-9))
            continue
        sends.append(now)
        number += 1
    assert len(waits) > 200
    assert max(waits) <= 0.1
    assert rate - 1 <= most_in(sends, 1) <= rate
    assert len(sends) >= 0.99 * rate * 120


def test_an_alert_leaves_the_next_place_to_a_reply_that_waits() -> None:
    pacer = Pacer(Limits((Window(5, 1),), TELEGRAM.chat, TELEGRAM.group))
    now = _busy(pacer) - 0.001
    before = pacer.ready_at("a", PRIVATE, now)
    assert pacer.reserve("r", PRIVATE, now) == before
    after = pacer.ready_at("a", PRIVATE, before)
    assert before < after < before + 0.25
    pacer.sent("r", before)
    assert pacer.ready_at("a", PRIVATE, before) == after


def test_an_alert_to_the_chat_that_waits_for_a_reply_comes_after_the_reply() -> None:
    pacer = Pacer(TELEGRAM)
    now = _busy(pacer) - 0.001
    reply = pacer.reserve("r", PRIVATE, now)
    assert pacer.ready_at("r", PRIVATE, now) > reply
    pacer.sent("r", reply)
    assert pacer.ready_at("r", PRIVATE, reply) == pytest.approx(reply + 1 + MARGIN)


def test_no_place_is_kept_for_a_reply_that_its_own_chat_holds_back() -> None:
    pacer = Pacer(TELEGRAM)
    now = _busy(pacer) - 0.001
    before = pacer.ready_at("a", PRIVATE, now)
    pacer.halt(now + 30, "r")
    assert pacer.reserve("r", PRIVATE, now) == now + 30
    assert pacer.ready_at("a", PRIVATE, now) == before


def test_a_place_that_nobody_comes_for_is_free_again_after_a_moment() -> None:
    pacer = Pacer(TELEGRAM)
    now = _busy(pacer) - 0.001
    lapses = pacer.reserve("r", PRIVATE, now) + GRACE
    assert pacer.ready_at("r", PRIVATE, now) == lapses
    assert pacer.ready_at("r", PRIVATE, lapses + 1) == lapses + 1
    assert not pacer._reserved


def test_more_replies_than_a_lane_has_places_all_go_before_the_next_alert() -> None:
    pacer = Pacer(Limits((Window(2, 1),), (Window(1, 1),), ()))
    now = _busy(pacer) - 0.001
    waiting, alerts = [f"r{number}" for number in range(7)], 0
    while waiting:
        ready = {chat: pacer.reserve(chat, PRIVATE, now) for chat in waiting}
        alerts += pacer.ready_at("a", PRIVATE, now) <= now
        for chat in [chat for chat, at in ready.items() if at <= now][:1]:
            pacer.sent(chat, now)
            waiting.remove(chat)
        now = max(now + 0.01, min(ready.values()))
    assert alerts == 0


def test_a_lane_of_a_thousand_a_second_remembers_no_more_than_its_windows_and_forgets_as_it_goes() -> None:
    pacer = Pacer(Limits((Window(1000, 1),), TELEGRAM.chat, TELEGRAM.group))
    for number in range(150_000):
        pacer.sent(str(number), number / 1000)
    assert len(pacer._chats) <= 60_100
    assert len(pacer._lane) == 1000
