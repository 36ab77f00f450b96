import asyncio
from typing import Any

import pytest
from telegram import Chat, User

from bot.core.errors import Temporary, TokenRevoked
from bot.platforms.telegram.admins import Admins
from bot.platforms.telegram.flood import Allowance
from bot.platforms.telegram.outage import Outage
from bot.platforms.telegram.polling import poll
from bot.platforms.telegram.turns import Turns
from bot.platforms.telegram.wire import Wire
from tests.peers.bot_api import BotApi


class Clock:
    """Monotonic seconds, turned by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_allowance_is_for_any_minute_and_for_each_by_itself() -> None:
    clock = Clock()
    allowance = Allowance(2, 60, clock)
    assert [allowance.take("a") for _ in range(3)] == [True, True, False]
    assert allowance.take("b")
    clock.now = 59.9
    assert not allowance.take("a")
    clock.now = 60.0
    assert allowance.take("a")


def test_an_allowance_forgets_who_was_not_seen_for_long() -> None:
    allowance = Allowance(1, 60, Clock())
    for number in range(30_000):
        allowance.take(str(number))
    assert len(allowance._taken) <= 10_000


async def test_who_is_admin_is_asked_again_after_a_minute(api: BotApi, wire: Wire) -> None:
    clock = Clock()
    admins = Admins(wire, clock)
    group = api.add_group(-1001, "Team")
    ada = api.add_user(1, "Ada")
    api.set_member(group, ada, "creator")
    chat, person = Chat(-1001, "supergroup"), User(1, "Ada", is_bot=False)
    assert await admins.may_change(chat, person)
    api.set_member(group, ada, "member")
    clock.now = 59.0
    assert await admins.may_change(chat, person)
    clock.now = 60.0
    assert not await admins.may_change(chat, person)


async def test_who_writes_as_the_groups_own_channel_may_change_it(loopback_wire: Wire) -> None:
    admins = Admins(loopback_wire)
    group = Chat(-1001, "supergroup")
    assert await admins.may_change(group, None, Chat(-1002, "channel"))
    assert not await admins.may_change(group, None, Chat(-1003, "channel"))
    assert await admins.may_change(group, None, group)
    assert not await admins.may_change(group, None)


async def test_turns_wait_for_the_turn_before_and_none_is_left_at_the_end() -> None:
    turns, said, gate = Turns(), list[str](), asyncio.Event()

    async def first() -> None:
        await gate.wait()
        said.append("first")

    async def second() -> None:
        said.append("second")

    async def nothing() -> None:
        return None

    turns.begin(1, first, nothing)
    turns.begin(1, second, nothing)
    await turns.begin(2, second, nothing)
    assert said == ["second"]
    gate.set()
    await turns.finish(1.0)
    assert said == ["second", "first", "second"]


async def test_a_turn_that_never_ends_is_cut_off_at_the_stop() -> None:
    turns = Turns()

    async def forever() -> None:
        await asyncio.Event().wait()

    task = turns.begin(1, forever, forever)
    await turns.finish(0.01)
    assert task.cancelled()


def test_updates_are_remembered_long_enough_and_not_for_ever() -> None:
    turns = Turns()
    assert all(turns.is_new(number) for number in range(30_000))
    assert not turns.is_new(29_000)
    assert len(turns._seen) <= 10_000


def test_an_outage_waits_longer_each_time_and_as_long_as_telegram_says() -> None:
    outage = Outage(1.0)
    assert [outage.wait(Temporary("down")) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    outage.over()
    assert outage.wait(Temporary("down")) == 1
    assert outage.wait(Temporary("slow down", retry_after=7.0)) == 7.0
    assert outage.wait(TokenRevoked("no")) == 60.0


def test_an_outage_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    outage = Outage()
    for _ in range(5):
        outage.wait(Temporary("down"))
    assert len(caplog.records) == 1


async def test_what_a_killed_process_had_not_handled_comes_again(api: BotApi, wire: Wire) -> None:
    api.add_private(42, "Aminata")
    api.say(42, text="/list")
    begun = asyncio.Event()

    async def never_done(updates: list[dict[str, Any]]) -> None:
        begun.set()
        await asyncio.Event().wait()

    killed = asyncio.create_task(poll(wire, never_done, Outage()))
    await asyncio.wait_for(begun.wait(), 3)
    killed.cancel()
    again: list[dict[str, Any]] = []

    async def take(updates: list[dict[str, Any]]) -> None:
        again.extend(updates)

    second = asyncio.create_task(poll(wire, take, Outage()))
    await api.wait_until(lambda: not api.updates.pending)
    second.cancel()
    assert [update["message"]["text"] for update in again] == ["/list"]
