"""How processes begin, end and share a database."""

import sqlite3
import time
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from tests.end_to_end.audience import AMINATA, Audience, page_address
from tests.end_to_end.crowd import settle_crowd
from tests.end_to_end.process import LONGEST_STOP
from tests.end_to_end.stage import Stage, stage
from tests.end_to_end.web_reader import WebReader
from tests.peers.bot_api import Delay
from tests.store.server import PostgresServer, postgres_server


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as started:
        yield started


@pytest.fixture(params=["sqlite", "postgresql"])
async def shared(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """A stage on each database."""
    url = ""
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("server")
        url = server.url(server.create_database())
    async with stage(url=url) as made:
        yield made


@pytest.fixture
async def postgres(server: PostgresServer) -> AsyncIterator[Stage]:
    """A stage on PostgreSQL, which several workers share."""
    async with stage(url=server.url(server.create_database())) as made:
        yield made


async def test_a_process_told_to_stop_finishes_what_is_in_flight_and_leaves_nothing_claimed(stage: Stage) -> None:
    await settle_crowd(stage, 60)
    bot = await stage.bot()
    stage.telegram.fault(Delay(0.2), times=1000)
    stage.news.publish("Mali, morning")
    stage.rows.make_feeds_due()
    await stage.telegram.wait_for(lambda sent: "Mali, morning" in sent.text, 10)
    status, seconds = await bot.stop()
    assert status == 0
    assert seconds < LONGEST_STOP
    states = stage.rows.states()
    assert "claimed" not in states
    assert states["queued"] > 0, "the stop came too late to show anything"
    arrived = [sent.chat_id for sent in stage.telegram.sent if "Mali, morning" in sent.text]
    assert len(arrived) == len(set(arrived)) == states["sent"]


async def test_a_web_process_hears_and_a_worker_sends(shared: Stage) -> None:
    Audience.settle(shared)
    await shared.run("migrate")
    web = await shared.begin("web")
    await web.says("Listening on")
    worker = await shared.begin("worker")
    await shared.rows.visited()
    async with WebReader(page_address(web), "amal") as page:
        assert "now follows 🇲🇱 Mali" in await page.say("/follow mali")
        shared.telegram.say(AMINATA, text="/follow mali")
        await shared.telegram.wait_for(lambda sent: "now follows 🇲🇱 Mali" in sent.text, 15)
        shared.news.publish("Mali opens a road")
        await shared.poll()
        await page.wait_for("Mali opens a road")
        await shared.telegram.wait_for(lambda sent: "Mali opens a road" in sent.text)
        assert sum("opens a road" in text for text in page.texts) == 1
    assert [process.running for process in (web, worker)] == [True, True]
    assert [(await process.stop())[0] for process in (web, worker)] == [0, 0]


async def test_two_workers_send_each_story_once(postgres: Stage) -> None:
    shared = postgres
    Audience.settle(shared)
    await shared.run("migrate")
    first = await shared.bot(SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="")
    second = await shared.begin("run", SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="")
    await second.says("Listening on")
    audience = Audience(shared, WebReader("", ""))
    await audience.ask("reader", "follow mali")
    for number in range(4):
        shared.news.publish(f"Mali, day {number}")
        shared.rows.make_feeds_due()
        await shared.rows.visited()
    await shared.rows.delivered()
    assert [audience.got(f"day {number}")["reader"] for number in range(4)] == [1, 1, 1, 1]
    assert first.running
    async with aiohttp.ClientSession() as http:
        answer = await http.get(f"{page_address(second)}/healthz")
        told = await answer.json()
    assert told["ok"]
    assert told[f"telegram:{shared.telegram.world.bot.id}"] == "standing by"
    assert not any("terminated by other getUpdates" in (each.reason or "") for each in shared.telegram.refused)
    assert (await first.stop())[0] == 0
    shared.news.publish("Mali, last day")
    await shared.poll()
    assert audience.got("last day")["reader"] == 1


async def test_a_second_worker_on_one_file_is_refused_and_one_that_was_killed_is_replaced_at_once(stage: Stage) -> None:
    Audience.settle(stage)
    bot = await stage.bot()
    second = await stage.begin("worker")
    assert await second.ends() == 2
    assert second.output.count("\n") == 1
    assert "SQLite is for one worker at a time" in second.output
    assert "PostgreSQL" in second.output
    await stage.run("feeds")
    await bot.kill()
    began = time.monotonic()
    await stage.bot()
    await Audience(stage, WebReader("", "")).ask("reader", "follow mali")
    assert time.monotonic() - began < 8, "a new worker waited for what the killed one had claimed"


async def test_no_page_and_no_answer_shows_a_token(stage: Stage) -> None:
    Audience.settle(stage)
    bot = await stage.bot()
    async with WebReader(page_address(bot), "amal") as page:
        audience = Audience(stage, page)
        await audience.all_ask("follow mali")
        stage.telegram.revoke_token()
        stage.slack.workspace.token_error = "token_revoked"
        stage.news.publish("Mali, evening")
        stage.rows.make_feeds_due()
        await page.wait_for("Mali, evening")
        await bot.says("the token is no longer accepted", 10)
        shown = [await page.get(path) for path in ("/", "/healthz", "/metrics", "/nothing", "/chat/UPPER/stream")]
    kept = [row for table in ("deliveries", "chats", "feeds") for row in stage.rows.run(f"SELECT * FROM {table}")]
    everything = bot.output + str(shown) + str(page.heard) + str(kept)
    assert not any(secret in everything for secret in stage.secrets)
    assert "crisis_bot_answers" in shown[2][1]


async def test_a_wrong_setting_stops_the_start_with_one_sentence(stage: Stage) -> None:
    wrong = await stage.begin("run", TELEGRAM_BOT_TOKEN="not-a-token-at-all")
    assert await wrong.ends() == 2
    assert wrong.output.count("\n") == 1
    assert "TELEGRAM_BOT_TOKEN" in wrong.output
    assert "not-a-token-at-all" not in wrong.output


async def test_the_database_of_a_stopped_bot_is_whole(stage: Stage) -> None:
    Audience.settle(stage)
    bot = await stage.bot()
    await Audience(stage, WebReader("", "")).ask("reader", "follow mali")
    await bot.kill()
    path = stage.url.removeprefix("sqlite:///")
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        connection.close()
