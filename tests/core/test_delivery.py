"""What the end of a send means for its delivery."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.chat import Address, Chat, ChatKind, ChatState, Platform
from bot.core.delivery import (
    LANE_PROBE,
    LONGEST_HALT,
    LONGEST_RETRY,
    MOST_ATTEMPTS,
    MOST_UNCERTAIN,
    Delivery,
    OnUncertain,
    State,
    Verdict,
    failed,
    sent,
)
from bot.core.errors import (
    ChatGone,
    ChatMoved,
    ContentRefused,
    Permanent,
    SendError,
    Temporary,
    TokenRevoked,
    Uncertain,
)
from tests.core.given import NOON, a_story

HERE = Address(Platform.TELEGRAM, "telegram:1", "-100")
THERE = Address(Platform.TELEGRAM, "telegram:1", "-1000100")
CHAT = Chat(1, HERE, ChatKind.GROUP, "Team", "en", ChatState.ACTIVE, False, "", NOON)
DELIVERY = Delivery(5, "lease", CHAT, a_story(), (), NOON)


def _in(seconds: float) -> Any:
    return NOON + timedelta(seconds=seconds)


def _verdict(error: SendError, attempts: int = 0, on_uncertain: OnUncertain = OnUncertain.RESEND) -> Verdict:
    return failed(replace(DELIVERY, attempts=attempts), error, now=NOON, on_uncertain=on_uncertain)


def _again(seconds: float, **more: Any) -> Verdict:
    return Verdict(State.QUEUED, due_at=_in(seconds), error="why", **more)


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (Temporary("why"), _again(2)),
        (Temporary("why", whole_lane=True), _again(5, counts=False, halt_lane_until=_in(5))),
        (Temporary("why", 7), _again(7, counts=False)),
        (Temporary("why", 7.5, whole_lane=True), _again(7.5, counts=False, halt_lane_until=_in(7.5))),
        (Temporary("why", 0), _again(1, counts=False)),
        (Temporary("why", -5), _again(1, counts=False)),
        (Temporary("why", 1e300), _again(LONGEST_HALT.total_seconds(), counts=False)),
        (Temporary("why", float("nan")), _again(1, counts=False)),
        (Uncertain("why"), _again(2, repeat=True)),
        (ContentRefused("why"), Verdict(State.DEAD, error="why")),
        (Permanent("why"), Verdict(State.DEAD, error="why")),
        (ChatGone("why"), Verdict(State.CANCELLED, error="why", chat_gone=True)),
        (ChatGone("why", alone=True), Verdict(State.CANCELLED, error="why", chat_gone=True, alone=True)),
        (ChatMoved("why", address=THERE), _again(0, moved_to=THERE, counts=False)),
        (TokenRevoked("why"), _again(60, counts=False, halt_lane_until=NOON + LANE_PROBE, token_revoked=True)),
        (SendError("why"), _again(2)),
    ],
)
def test_each_error_says_what_becomes_of_the_delivery(error: SendError, verdict: Verdict) -> None:
    assert _verdict(error) == verdict


def test_a_confirmed_send_is_sent_with_the_platforms_id() -> None:
    assert sent("42") == Verdict(State.SENT, message_id="42")


def test_a_send_that_may_have_arrived_is_parked_where_the_operator_wants_that() -> None:
    assert _verdict(Uncertain("why"), on_uncertain=OnUncertain.PARK) == Verdict(State.UNCERTAIN, error="why")
    assert _verdict(Temporary("why"), on_uncertain=OnUncertain.PARK).state is State.QUEUED


def _waits(error: SendError) -> list[float]:
    waits = []
    for attempts in range(1000):
        verdict = _verdict(error, attempts)
        if verdict.due_at is None:
            break
        waits.append((verdict.due_at - NOON).total_seconds())
    return waits


def test_waits_double_to_a_bound_and_a_night_without_a_network_loses_nothing() -> None:
    waits = _waits(Temporary("why"))
    assert waits[:11] == [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, LONGEST_RETRY.total_seconds()]
    assert max(waits) == LONGEST_RETRY.total_seconds()
    assert len(waits) == MOST_ATTEMPTS - 1
    assert timedelta(hours=20) < timedelta(seconds=sum(waits)) < timedelta(days=2)


def test_what_may_have_arrived_each_time_is_tried_a_few_times_and_then_kept_for_the_operator() -> None:
    assert _waits(Uncertain("why")) == [2, 8]
    assert _verdict(Uncertain("why"), attempts=MOST_UNCERTAIN - 1).state is State.UNCERTAIN


def test_a_lane_that_cannot_be_reached_rests_as_a_whole_and_no_attempt_is_counted() -> None:
    assert len(_waits(Temporary("no connection", whole_lane=True))) == 1000


def test_a_wait_the_platform_asked_for_is_never_the_end() -> None:
    for error in (Temporary("why", 3), TokenRevoked("why"), ChatMoved("why", address=THERE)):
        verdict = _verdict(error, attempts=10_000)
        assert verdict.state is State.QUEUED
        assert not verdict.counts


@given(st.floats(), st.integers(0, 10**6), st.booleans())
def test_no_number_breaks_a_verdict_and_a_halt_is_bounded(seconds: float, attempts: int, lane: bool) -> None:
    verdict = _verdict(Temporary("why", seconds, lane), attempts)
    assert verdict.due_at is not None
    assert timedelta(seconds=1) <= verdict.due_at - NOON <= LONGEST_HALT
    assert verdict.halt_lane_until == (verdict.due_at if lane else None)


def test_a_delivery_goes_to_its_chat() -> None:
    assert DELIVERY.to == HERE
