"""The operator's pages, over real HTTP."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from prometheus_client import CollectorRegistry

from bot.console.pages import routes
from bot.observe import Observation


class Console:
    """The pages on loopback, with what they tell."""

    def __init__(self) -> None:
        self.parts = {"database": "ok", "worker": "ok"}
        self.registry = CollectorRegistry()
        self.url = ""

    async def health(self) -> dict[str, str]:
        return self.parts


@pytest.fixture
async def console() -> AsyncIterator[Console]:
    made = Console()
    app = web.Application()
    app.add_routes(routes(made.registry, made.health))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_healthz_is_200_while_every_part_is_well(console: Console, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{console.url}/healthz") as answer:
        assert answer.status == 200
        assert await answer.json() == {"ok": True, "database": "ok", "worker": "ok"}


async def test_healthz_says_more_of_what_is_well(console: Console, http: aiohttp.ClientSession) -> None:
    console.parts["worker"] = "ok, the oldest alert of telegram:1 waits 20 min"
    async with http.get(f"{console.url}/healthz") as answer:
        assert answer.status == 200
        assert (await answer.json())["worker"] == console.parts["worker"]


@pytest.mark.parametrize("part", ["database", "worker"])
async def test_healthz_is_503_and_names_the_part_that_is_not_well(
    console: Console, http: aiohttp.ClientSession, part: str
) -> None:
    console.parts[part] = "a sender has stopped"
    async with http.get(f"{console.url}/healthz") as answer:
        assert answer.status == 503
        told = await answer.json()
    assert told["ok"] is False
    assert [name for name, word in told.items() if word == "a sender has stopped"] == [part]


async def test_metrics_show_what_was_counted(console: Console, http: aiohttp.ClientSession) -> None:
    observer = Observation(console.registry)
    observer.answered("telegram", "follow")
    observer.answered("telegram", "follow")
    async with http.get(f"{console.url}/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain")
        text = await answer.text()
    assert 'crisis_bot_answers_total{platform="telegram",verb="follow"} 2.0' in text
