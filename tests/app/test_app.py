"""One process: what it starts, what it serves, how it ends."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import speakers
from bot.app.foundation import Foundation, StartError, lay_foundation, ready_database
from bot.app.root import App, Role, run
from bot.app.web import WebServer
from bot.app.worker import Worker, user_agent
from bot.config_folder import ConfigError
from bot.core.chat import Platform
from bot.core.pacing import LIMITS, Pacer
from bot.settings import Settings
from bot.store.database import Database
from bot.store.leases import LeaseTable
from tests.fakes.environment import settings_in
from tests.fakes.notifier import ScriptedNotifier
from tests.fakes.waiting import until
from tests.peers.slack_api import SlackApi

ALL = Role.WEB | Role.WORKER


class Started:
    """A started process with what it said, and a browser."""

    def __init__(self, app: App, said: list[str], http: aiohttp.ClientSession) -> None:
        self.app, self.said, self.http = app, said, http

    @property
    def url(self) -> str:
        words = " ".join(self.said).split()
        return next(word for word in words if word.startswith("http://"))

    async def status(self, path: str, method: str = "GET") -> int:
        async with self.http.request(method, self.url + path) as answer:
            return answer.status

    async def health(self) -> tuple[int, dict[str, Any]]:
        async with self.http.get(self.url + "/healthz") as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def started(settings: Settings, roles: Role = ALL) -> AsyncIterator[Started]:
    said: list[str] = []
    async with aiohttp.ClientSession() as http, App(settings, roles, said.append) as app:
        await app.start()
        yield Started(app, said, http)


def worker_of(app: App) -> Worker:
    assert app._worker is not None
    return app._worker


# Trial mode


async def test_without_tokens_the_chat_page_the_samples_and_the_console_are_served(tmp_path: Path) -> None:
    async with started(settings_in(tmp_path)) as bot:
        assert [await bot.status(path) for path in ("/", "/sample.xml", "/metrics")] == [200, 200, 200]
        assert await bot.health() == (200, {"ok": True, "database": "ok", "worker": "ok"})
        assert await bot.status("/slack/events", "POST") == 404
        assert "Trial mode" in bot.said[0]


async def test_a_newcomers_chat_follows_something_and_gets_a_sample_within_seconds(tmp_path: Path) -> None:
    async with started(settings_in(tmp_path)) as bot:
        await until(lambda: any("┌ alert" in text for text in bot.said), 15)
        assert any("Sample stories" in text for text in bot.said)


async def test_a_second_start_makes_no_second_chat(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    for _ in range(2):
        async with started(settings) as bot:
            store = bot.app._base.store
            assert await store.chats.count() == 1
            said = await store.transcript.since("trial", 0)
            assert sum(each.mine for each in said) == 2


async def test_samples_that_cannot_be_read_are_one_sentence(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    for content, why in ((None, "No such file"), ("[[story]]\n", "KeyError"), ("[[", "TOMLDecodeError")):
        (tmp_path / "config" / "samples.toml").unlink(missing_ok=True)
        if content is not None:
            (tmp_path / "config" / "samples.toml").write_text(content)
        with pytest.raises(ConfigError, match=rf"samples\.toml cannot be read: {why}.*SAMPLE_FEED=false"):
            async with started(settings):
                pass
    async with started(settings_in(tmp_path, sample_feed=False)) as bot:
        assert await bot.status("/sample.xml") == 404


# Roles


async def test_the_web_role_alone_polls_and_sends_nothing(tmp_path: Path) -> None:
    async with started(settings_in(tmp_path), Role.WEB) as bot:
        assert await bot.health() == (200, {"ok": True, "database": "ok"})
        assert await bot.app._base.store.feeds.all() == []


async def test_the_worker_role_alone_listens_on_no_port(tmp_path: Path) -> None:
    async with started(settings_in(tmp_path), Role.WORKER) as bot:
        assert not any("http" in text for text in bot.said)
        assert worker_of(bot.app).health() == "ok"


@pytest.mark.parametrize(("mode", "hears"), [("polling", Role.WORKER), ("webhook", Role.WEB)])
def test_telegram_is_heard_by_one_role_alone(tmp_path: Path, mode: str, hears: Role) -> None:
    settings = settings_in(
        tmp_path,
        telegram_bot_token="123456:AAF-of_telegram",
        telegram_mode=mode,
        telegram_webhook_url="https://me.example" if mode == "webhook" else "",
        telegram_webhook_secret="secret",
    )
    for role in (Role.WEB, Role.WORKER):
        listens = speakers.telegram_listens(settings, web_role=role is Role.WEB, worker_role=role is Role.WORKER)
        assert listens is (role is hears)


@pytest.mark.parametrize(("mode", "hears"), [("socket", Role.WORKER), ("http", Role.WEB)])
def test_slack_is_heard_by_one_role_alone(tmp_path: Path, mode: str, hears: Role) -> None:
    settings = settings_in(
        tmp_path, slack_bot_token="xoxb-1", slack_app_token="xapp-1", slack_signing_secret="s", slack_mode=mode
    )
    for role in (Role.WEB, Role.WORKER):
        listens = speakers.slack_listens(settings, web_role=role is Role.WEB, worker_role=role is Role.WORKER)
        assert listens is (role is hears)


async def test_a_lane_that_another_process_speaks_for_is_shown_and_makes_nobody_ill(tmp_path: Path) -> None:
    async with started(settings_in(tmp_path)) as bot:
        (sender,) = worker_of(bot.app)._senders.values()
        await until(sender.held.may_send)
        sender.held.leases = LeaseTable(bot.app._base.store.database)
        await sender.held.leases.take("lane webchat", "another process", 60)
        await until(worker_of(bot.app).standing_by, 10)
        status, told = await bot.health()
        assert (status, told["webchat"], told["worker"]) == (200, "standing by", "ok")


# What cannot start


async def test_a_second_worker_on_one_sqlite_file_is_refused_in_one_sentence_and_a_web_process_is_not(
    tmp_path: Path,
) -> None:
    program = (
        "import sys, pathlib; from bot.store.worker_lock import WorkerLock;"
        "lock = WorkerLock(pathlib.Path(sys.argv[1])).take(); print('held', flush=True); sys.stdin.read()"
    )
    settings, folder = settings_in(tmp_path), Path(__file__).parents[2]
    other = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, str(tmp_path / "bot.db")),
        cwd=folder,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert other.stdout is not None
    assert await other.stdout.readline() == b"held\n"
    with pytest.raises(StartError) as caught:
        async with started(settings):
            pass
    assert str(caught.value) == (
        "Another worker is at work on bot.db: SQLite is for one worker at a time. Stop that one first, or set "
        "DATABASE_URL to a PostgreSQL, which several workers share."
    )
    async with started(settings, Role.WEB) as bot:
        assert (await bot.health())[0] == 200
    other.kill()
    await other.communicate()
    async with started(settings) as bot:
        assert (await bot.health())[0] == 200


async def test_a_folder_that_takes_no_lock_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bot.db.worker").mkdir()
    with pytest.raises(StartError, match=r"^SQLite cannot be used: .*Is a directory.*DATABASE_URL\.$"):
        async with started(settings_in(tmp_path)):
            pass


async def test_a_busy_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError) as caught:
            async with started(settings_in(tmp_path, port=port)):
                pass
    assert str(caught.value) == (f"PORT: 127.0.0.1:{port} cannot be used: Address already in use. Set PORT to another.")


@pytest.mark.parametrize("host", ["203.0.113.7", "no-such-host.invalid"])
async def test_a_host_that_is_not_this_machine_is_one_sentence(tmp_path: Path, host: str) -> None:
    with pytest.raises(StartError, match=rf"^HOST: {host}:0 cannot be used: .*Set HOST to another\.$"):
        async with started(settings_in(tmp_path, host=host)):
            pass


async def test_a_start_that_fails_lets_go_of_the_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    settings = settings_in(tmp_path, port=port)
    (tmp_path / "config" / "samples.toml").unlink()
    with pytest.raises(ConfigError):
        async with started(settings):
            pass
    with socket.create_server(("127.0.0.1", port)):
        pass


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sqlite:////proc/none/bot.db", "DATABASE_URL: its folder cannot be used: "),
        ("postgresql://u:hidden@h:port/n", "DATABASE_URL: the database URL cannot be read"),
    ],
)
def test_a_database_url_that_cannot_be_used_is_one_sentence(tmp_path: Path, url: str, told: str) -> None:
    with pytest.raises(StartError) as caught:
        lay_foundation(settings_in(tmp_path, database_url=url))
    assert str(caught.value).startswith(told)
    assert str(caught.value).endswith(".")
    assert "hidden" not in str(caught.value)


async def test_a_database_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_bytes(b"This is a letter, and no database at all. " * 30)
    with pytest.raises(StartError, match=r"^SQLite cannot be used: file is not a database\. Look at DATABASE_URL\.$"):
        async with started(settings_in(tmp_path)):
            pass


async def test_a_shared_database_without_this_versions_tables_is_the_releases_to_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = lay_foundation(settings_in(tmp_path))
    with monkeypatch.context() as patch:
        patch.setattr(Database, "is_sqlite", False)
        with pytest.raises(StartError, match="run `crisis-bot migrate` once"):
            await ready_database(base)
    await ready_database(base)
    with monkeypatch.context() as patch:
        patch.setattr(Database, "is_sqlite", False)
        await ready_database(base)
    await base.store.database.close()


# Health


async def test_a_database_that_cannot_be_read_makes_the_process_ill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with started(settings_in(tmp_path)) as bot:

        async def away() -> int:
            raise ConnectionError("the database is away")

        monkeypatch.setattr(type(bot.app._base.store.chats), "count", staticmethod(away))
        status, told = await bot.health()
        assert status == 503
        assert told["database"] == "cannot be read (ConnectionError)"


async def test_a_sender_that_stopped_makes_the_process_ill(tmp_path: Path) -> None:
    async with started(settings_in(tmp_path)) as bot:
        (sender,) = worker_of(bot.app)._senders.values()
        assert sender._running
        sender._running.cancel()
        await asyncio.sleep(0.05)
        status, told = await bot.health()
        assert (status, told["worker"]) == (503, "a sender has stopped")


# Slack joins when it can be reached


async def test_a_slack_that_cannot_be_reached_yet_keeps_nothing_else_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speakers, "FIRST_PAUSE", 0.02)
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    slack = SlackApi(limits=None, port=port)
    settings = settings_in(
        tmp_path,
        slack_bot_token=slack.bot_token,
        slack_signing_secret=slack.signing_secret,
        slack_mode="http",
        slack_api_url=f"http://127.0.0.1:{port}/api/",
    )
    async with started(settings) as bot:
        assert await bot.status("/slack/events", "POST") == 503
        assert (await bot.health())[0] == 200
        async with slack:
            await until(lambda: bot.app._slack)
            assert await bot.status("/slack/events", "POST") == 401
            assert list(worker_of(bot.app)._senders) == [f"slack:{slack.workspace.id}"]


async def test_a_stop_while_slack_is_being_tried_is_prompt(tmp_path: Path) -> None:
    settings = settings_in(
        tmp_path, slack_bot_token="xoxb-1", slack_app_token="xapp-1", slack_api_url="http://127.0.0.1:9/api/"
    )
    began = time.monotonic()
    async with started(settings):
        await asyncio.sleep(0.05)
    assert time.monotonic() - began < 3


# The end


async def test_a_stop_with_a_page_open_is_prompt(tmp_path: Path) -> None:
    async with aiohttp.ClientSession() as http:
        async with started(settings_in(tmp_path)) as bot:
            page = await http.get(bot.url + "/chat/trial/stream?after=0")
            assert page.status == 200
            await page.content.readline()
            began = time.monotonic()
        assert time.monotonic() - began < 5
        page.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_the_process_in_order(tmp_path: Path, number: signal.Signals) -> None:
    said: list[str] = []
    running = asyncio.create_task(run(settings_in(tmp_path), ALL, said.append))
    await until(lambda: said)
    os.kill(os.getpid(), number)
    async with asyncio.timeout(8):
        await running
    assert "Stopping…" in said


# Pieces


@pytest.mark.parametrize(("host", "shown"), [("127.0.0.1", "127.0.0.1"), ("localhost", "127.0.0.1"), ("::1", "[::1]")])
def test_the_address_is_one_that_a_browser_here_can_open(host: str, shown: str) -> None:
    try:
        server = WebServer(host, 0)
    except OSError:
        pytest.skip(f"this machine has no {host}")
    assert server.url == f"http://{shown}:{server.port}"
    server._socket.close()


def test_feed_owners_are_told_who_we_are() -> None:
    assert user_agent("").startswith("crisis-bot/")
    assert user_agent("https://me.example").endswith(" (+https://me.example)")


@pytest.fixture
async def base(tmp_path: Path) -> AsyncIterator[Foundation]:
    made = lay_foundation(settings_in(tmp_path))
    await ready_database(made)
    yield made
    await made.store.database.close()


def opened(base: Foundation, lane: str) -> speakers.Opened:
    """Return a lane whose sends all arrive."""
    platform = Platform(lane.partition(":")[0])
    notifier = ScriptedNotifier(base.clock.monotonic)
    return speakers.Opened(platform, lane, notifier, None, _nothing, Pacer(LIMITS[platform]))


async def _nothing() -> None: ...


async def test_a_store_that_is_away_at_a_recovery_is_told_and_tried_again(
    base: Foundation, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = Worker(base)
    worker.add(opened(base, "telegram:1"))
    await until(worker._senders["telegram:1"].held.may_send)
    answers = iter((ConnectionError("the database is away"), 0, 3))

    async def recover(*_: object, **__: object) -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(type(base.store.outbox), "recover", staticmethod(recover))
    for troubles, notices in ((1, 0), (1, 0), (1, 1)):
        await worker._try("recovering deliveries", worker._recover)
        assert base.registry.get_sample_value("crisis_bot_troubles_total") == troubles
        assert base.registry.get_sample_value("crisis_bot_notices_total") == notices
    await worker.stop()


async def test_a_worker_that_never_started_can_be_stopped(base: Foundation) -> None:
    await Worker(base).stop()


async def test_a_send_that_never_ends_does_not_keep_a_stop_waiting_for_ever(
    base: Foundation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.app import worker as module

    monkeypatch.setattr(module, "FINISH_SECONDS", 0.1)
    worker = Worker(base)
    await worker.start([])
    worker.add(opened(base, "telegram:1"))
    (sender,) = worker._senders.values()
    stuck = asyncio.create_task(asyncio.Event().wait())
    sender.dispatch._sending.add(stuck)  # type: ignore[arg-type]
    began = time.monotonic()
    await worker.stop()
    assert time.monotonic() - began < 3
    await asyncio.gather(stuck, return_exceptions=True)
    assert stuck.cancelled()


async def test_each_lane_has_a_sender_of_its_own(base: Foundation) -> None:
    worker = Worker(base)
    await worker.start([])

    for lane in ("telegram:1", "slack:T1"):
        worker.add(opened(base, lane))
    assert list(worker._senders) == ["telegram:1", "slack:T1"]
    assert worker.health() == "ok"
    await worker.stop()
