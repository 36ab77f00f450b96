import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.peers.bot_api.tests.conftest import READER


class Running:
    """The peer as a process of its own."""

    def __init__(self, process: Process, url: str, token: str) -> None:
        self.process, self.url, self.token = process, url, token

    async def line(self) -> str:
        assert self.process.stdout
        return (await asyncio.wait_for(self.process.stdout.readline(), 5)).decode().strip()

    async def type(self, text: str) -> str:
        assert self.process.stdin
        self.process.stdin.write(f"{text}\n".encode())
        return await self.line()


@pytest.fixture
async def running() -> AsyncIterator[Running]:
    command = (sys.executable, "-m", "tests.peers.bot_api", "--port", "0", "--no-limits")
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    assert process.stdin
    assert process.stdout
    first = (await asyncio.wait_for(process.stdout.readline(), 10)).decode().split()
    named = dict(part.split("=", 1) for part in first)
    yield Running(process, named["TELEGRAM_API_URL"], named["TELEGRAM_BOT_TOKEN"])
    process.stdin.write(b"quit\n")
    process.stdin.close()
    assert await asyncio.wait_for(process.wait(), 5) == 0


async def test_the_peer_is_driven_by_typed_lines_and_prints_what_the_bot_sends(running: Running) -> None:
    assert await running.type(f"say {READER} /follow mali") == "said 1"
    button = {"text": "Unfollow Mali", "callback_data": "u:ML"}
    sent = {"chat_id": READER, "text": "Following", "reply_markup": {"inline_keyboard": [[button]]}}
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{running.url}/bot{running.token}/sendMessage", json=sent) as answer:
            assert answer.status == 200
        assert await running.line() == f"sent {READER} #2: 'Following' [Unfollow Mali]"
        assert (await running.type(f"press {READER} Unfollow Mali")).startswith("pressed ")
        assert (await running.type(f"press {READER} Nothing")).startswith("? ")
        async with session.get(f"{running.url}/bot{running.token}/getUpdates") as answer:
            updates = (await answer.json())["result"]
    assert [update.get("message", update.get("callback_query", {})).get("data") for update in updates] == [None, "u:ML"]


async def test_the_peer_is_driven_over_http_by_another_process(running: Running) -> None:
    async with aiohttp.ClientSession(running.url) as session:

        async def post(path: str, **body: Any) -> Any:
            async with session.post(path, json=body) as answer:
                return answer.status, await answer.json()

        assert await post("/_chat", id=-1001, kind="group", admins=[5], topics={"12": "Sahel"}) == (200, {"id": -1001})
        assert (await post("/_say", chat=-1001, text="/list", by=5, topic=12))[0] == 200
        assert (await post("/_say", chat=-1001, text="/list", by="anonymous"))[0] == 200
        assert (await post("/_say", nonsense=1))[0] == 400
        assert (await post("/_member", chat=-1001, status="kicked"))[0] == 200
        async with session.get(f"/bot{running.token}/getUpdates") as answer:
            assert len((await answer.json())["result"]) == 3
        async with session.post(f"/bot{running.token}/sendMessage", json={"chat_id": -1001, "text": "a"}) as answer:
            assert answer.status == 403
        async with session.get("/_sent") as answer:
            assert await answer.json() == []
        async with session.get("/_requests") as answer:
            assert [one["status"] for one in await answer.json()] == [200, 403]
