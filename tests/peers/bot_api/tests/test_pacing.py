from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.peers.bot_api import BotApi, Limits
from tests.peers.bot_api.tests.test_edits import SettableClock


class Sender:
    def __init__(self, api: BotApi, session: aiohttp.ClientSession, clock: SettableClock) -> None:
        self.api, self.session, self.clock = api, session, clock

    async def send(self, chat_id: int, **params: Any) -> tuple[dict[str, Any], str | None]:
        params |= {"chat_id": chat_id, "text": "a"}
        async with self.session.post(f"{self.api.url}/bot{self.api.token}/sendMessage", json=params) as answer:
            return await answer.json(), answer.headers.get("Retry-After")

    async def passes(self, chat_id: int, **params: Any) -> bool:
        return bool((await self.send(chat_id, **params))[0]["ok"])


@pytest.fixture
async def sender() -> AsyncIterator[Sender]:
    clock = SettableClock()
    async with BotApi(limits=Limits(jitter=0), clock=clock) as api, aiohttp.ClientSession() as session:
        for number in range(1, 41):
            api.add_private(number, f"Reader {number}")
        api.add_group(-1001, "Team")
        yield Sender(api, session, clock)


async def test_a_second_message_to_one_chat_within_a_second_gets_429_with_the_wait_in_both_places(
    sender: Sender,
) -> None:
    assert await sender.passes(1)
    sender.clock.now += 0.5
    body, header = await sender.send(1)
    assert body == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    assert header == "1"
    assert await sender.passes(2)
    sender.clock.now += 0.9
    assert not await sender.passes(1), "the wait that was named has not passed"
    sender.clock.now += 1
    assert await sender.passes(1)


async def test_the_31st_message_in_a_second_is_refused(sender: Sender) -> None:
    assert [await sender.passes(number) for number in range(1, 32)] == [True] * 30 + [False]
    sender.clock.now += 1
    assert await sender.passes(31)


async def test_paid_broadcasts_have_their_own_limit(sender: Sender) -> None:
    assert all([await sender.passes(number, allow_paid_broadcast=True) for number in range(1, 41)])


async def test_the_21st_message_in_a_minute_to_a_group_is_refused_with_the_rest_of_the_minute(sender: Sender) -> None:
    for _ in range(20):
        assert await sender.passes(-1001)
        sender.clock.now += 1
    body, _ = await sender.send(-1001)
    assert body["parameters"] == {"retry_after": 40}
    assert await sender.passes(1), "other chats go on"
    sender.clock.now += 40
    assert await sender.passes(-1001)


async def test_a_refused_text_costs_nothing(sender: Sender) -> None:
    assert not await sender.passes(1, parse_mode="bad")
    assert await sender.passes(1)
