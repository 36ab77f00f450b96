"""Replies wait for the lane's turn as alerts do, and both count; replies go first."""

import asyncio

from bot.core.chat import Address, ChatKind, Platform
from bot.core.pacing import LIMITS, Pacer
from bot.pipeline.turns import Turns
from tests.fakes.clock import FakeClock

LANE = "telegram:1"


def chat(name: str, topic: str = "") -> Address:
    return Address(Platform.TELEGRAM, LANE, name, topic)


def turns_of(clock: FakeClock) -> Turns:
    return Turns(Pacer(LIMITS[Platform.TELEGRAM]), clock, clock.sleep)


async def test_the_first_turn_is_at_once_and_the_chats_next_a_second_later() -> None:
    clock = FakeClock()
    turns, began = turns_of(clock), clock.monotonic()
    await turns.wait(chat("1"), ChatKind.PRIVATE)
    assert clock.monotonic() == began
    await turns.wait(chat("2"), ChatKind.PRIVATE)
    assert clock.monotonic() == began
    await turns.wait(chat("1"), ChatKind.PRIVATE)
    assert 1.0 <= clock.monotonic() - began < 1.1


async def test_a_turn_further_off_than_wanted_is_told_and_not_counted() -> None:
    clock = FakeClock()
    turns = turns_of(clock)
    turns.halt(30, chat("1"))
    assert await turns.wait_as_alert(chat("1"), ChatKind.PRIVATE, longest=5) == 30
    assert clock.slept == []
    clock.advance(30)
    assert await turns.wait_as_alert(chat("1"), ChatKind.PRIVATE, longest=5) == 0
    assert clock.slept == []


async def test_a_halt_holds_its_chat_with_all_its_topics_or_the_whole_lane() -> None:
    clock = FakeClock()
    turns, began = turns_of(clock), clock.monotonic()
    turns.halt(10, chat("-1", "7"))
    await turns.wait(chat("2"), ChatKind.PRIVATE)
    assert clock.monotonic() == began
    await turns.wait(chat("-1", "8"), ChatKind.GROUP)
    assert clock.monotonic() - began == 10
    turns.halt(20)
    await turns.wait(chat("3"), ChatKind.PRIVATE)
    assert clock.monotonic() - began == 30


async def test_a_reply_goes_before_the_alerts_of_a_busy_lane_however_many_wait() -> None:
    clock = FakeClock()
    turns, began = turns_of(clock), clock.monotonic()
    order: list[tuple[str, float]] = []

    async def alert(number: int) -> None:
        await turns.wait_as_alert(chat(f"a{number}"), ChatKind.PRIVATE)
        order.append(("alert", clock.monotonic() - began))

    async def reply() -> None:
        await clock.sleep(2.0)
        await turns.wait(chat("person"), ChatKind.PRIVATE)
        order.append(("reply", clock.monotonic() - began))

    await asyncio.gather(reply(), *map(alert, range(120)))
    replied = next(at for what, at in order if what == "reply")
    assert replied < 2.3
    alerts = [at for what, at in order if what == "alert"]
    assert max(sum(start <= at < start + 1 for _, at in order) for _, start in order) <= 30
    assert max(alerts) < 4.5
