"""Every setting changes what the bot does: for each, two values and what is different."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import speakers
from bot.app.foundation import Foundation, lay_foundation, ready_database
from bot.app.rates import limits_of
from bot.app.root import App, Role
from bot.app.speakers import Opened
from bot.app.worker import Worker
from bot.cli.main import secrets_of
from bot.core.chat import Address, Asker, ChatKind, Platform, Sighting
from bot.core.commands import parse
from bot.core.delivery import State
from bot.core.errors import Uncertain
from bot.core.message import Message, line
from bot.core.pacing import LIMITS, Pacer
from bot.observe import Redaction
from bot.settings import SECRETS, Settings
from bot.store.tables import transcript
from tests.fakes.environment import config_of, feed_table, settings_in
from tests.fakes.notifier import ScriptedNotifier
from tests.fakes.rss import rss
from tests.fakes.waiting import until
from tests.peers.bot_api import BotApi
from tests.peers.slack_api import SlackApi
from tests.peers.slack_api.events import Signature
from tests.peers.web import Page, WebPeer

HELLO = Message(lines=(line("hello"),))
proved: set[str] = set()


def proves(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Note that a test proves the effect of these settings."""
    proved.update(names)
    return lambda test: test


def test_every_setting_has_a_test_of_its_effect() -> None:
    # The level's own test is in tests/test_observe.py, and the command line hands it over in tests/cli.
    assert proved | {"log_level"} == set(Settings.model_fields)


@asynccontextmanager
async def laid(settings: Settings) -> AsyncIterator[Foundation]:
    base = lay_foundation(settings)
    try:
        await ready_database(base)
        yield base
    finally:
        await base.store.database.close()


@asynccontextmanager
async def worker(settings: Settings) -> AsyncIterator[tuple[Foundation, Worker]]:
    async with laid(settings) as base:
        made = Worker(base)
        try:
            yield base, made
        finally:
            await made.stop()


async def served(settings: Settings, path: str) -> int:
    """Return the status of a page of the web role."""
    said: list[str] = []
    async with App(settings, Role.WEB, said.append) as app, aiohttp.ClientSession() as http:
        await app.start()
        url = next(word for word in " ".join(said).split() if word.startswith("http://"))
        async with http.get(url + path) as answer:
            return answer.status


async def visit(base: Foundation, made: Worker) -> None:
    """Visit every feed that is due."""
    await base.store.feeds.sync(base.sources, base.clock.now())
    await base.store.feeds.make_due(base.clock.now())
    await made.poll.tick()
    await made.poll.finish()


@pytest.fixture
async def peer() -> AsyncIterator[WebPeer]:
    async with WebPeer() as made:
        yield made


@pytest.fixture
async def telegram() -> AsyncIterator[BotApi]:
    async with BotApi(limits=None) as made:
        made.add_private(42, "Aminata")
        yield made


@pytest.fixture
async def slack() -> AsyncIterator[SlackApi]:
    async with SlackApi(limits=None) as made:
        yield made


# Where things are kept and found


@proves("database_url")
async def test_the_database_is_where_its_url_says(tmp_path: Path) -> None:
    for name in ("one.db", "folder/two.db"):
        async with laid(settings_in(tmp_path, database_url=f"sqlite:///{tmp_path}/{name}")):
            assert (tmp_path / name).exists()


@proves("bot_config")
async def test_feeds_and_places_are_read_from_the_folder_that_is_named(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        folder = config_of(tmp_path / name, feed_table(f"https://{name}.example/feed", name))
        async with laid(settings_in(tmp_path, bot_config=folder)) as base:
            assert [source.name for source in base.sources] == [name]


@proves("edit_messages")
@pytest.mark.parametrize("edits", [True, False])
async def test_messages_are_changed_with_their_stories_or_not(tmp_path: Path, peer: WebPeer, edits: bool) -> None:
    folder = config_of(tmp_path, feed_table(peer.serve("/feed", rss("An older story"))))
    given: dict[str, Any] = {"allow_private_addresses": True, "read_articles": False, "edit_messages": edits}
    async with worker(settings_in(tmp_path, bot_config=folder, **given)) as (base, made):
        reader = Sighting(Address(Platform.TELEGRAM, "telegram:1", "42"), ChatKind.PRIVATE)
        await base.desk.execute(parse("/follow mali"), reader, Asker())
        await visit(base, made)
        notifier = ScriptedNotifier(base.clock.monotonic)
        made.add(Opened(Platform.TELEGRAM, "telegram:1", notifier, None, _nothing, Pacer(LIMITS[Platform.TELEGRAM])))
        listed = rss("Mali severs ties")
        peer.serve("/feed", listed)
        await visit(base, made)
        await until(lambda: notifier.arrived)
        peer.serve("/feed", listed.replace(b"<title>Mali severs", b"<title>Mali restores"))
        await visit(base, made)
        assert (await base.store.stories.recent(1))[0].title == "Mali restores ties"
        if edits:
            await until(lambda: notifier.edits)
        assert len(notifier.edits) == int(edits)


# Telegram


@proves("telegram_bot_token", "telegram_api_url")
async def test_telegram_is_spoken_to_with_the_token_at_the_server_that_is_set(tmp_path: Path, telegram: BotApi) -> None:
    settings = settings_in(tmp_path, telegram_bot_token=telegram.token, telegram_api_url=telegram.url)
    async with laid(settings) as base:
        opened = await speakers.open_telegram(base, listens=False)
        await opened.notifier.send(Address(Platform.TELEGRAM, opened.lane, "42"), HELLO)
        await opened.close()
    assert [sent.text for sent in telegram.sent] == ["hello"]
    assert opened.lane == f"telegram:{telegram.token.partition(':')[0]}"


async def test_without_a_token_telegram_is_not_spoken_to(tmp_path: Path, telegram: BotApi) -> None:
    async with App(settings_in(tmp_path, telegram_api_url=telegram.url), Role.WEB | Role.WORKER, _silent) as app:
        await app.start()
        await asyncio.sleep(0.05)
    assert telegram.requests == []


@proves("telegram_mode", "telegram_webhook_url", "telegram_webhook_secret")
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_telegram_is_heard_as_the_mode_says(tmp_path: Path, telegram: BotApi, mode: str) -> None:
    hook = {"telegram_webhook_url": "https://me.example:8443", "telegram_webhook_secret": "proof"}
    settings = settings_in(
        tmp_path,
        telegram_bot_token=telegram.token,
        telegram_api_url=telegram.url,
        telegram_mode=mode,
        **(hook if mode == "webhook" else {}),
    )
    wanted, other = ("setWebhook", "getUpdates") if mode == "webhook" else ("getUpdates", "setWebhook")
    async with laid(settings) as base:
        opened = await speakers.open_telegram(base, listens=True)
        assert opened.listener is not None
        await opened.listener.start()
        await telegram.wait_until(lambda: any(each.method == wanted for each in telegram.requests))
        await opened.listener.stop()
        await opened.close()
    assert not [each for each in telegram.requests if each.method == other]
    assert len(opened.routes) == (1 if mode == "webhook" else 0)
    if mode == "webhook":
        (told,) = [each.params for each in telegram.requests if each.method == "setWebhook"]
        assert told["url"] == "https://me.example:8443/telegram/webhook"
        assert told["secret_token"] == "proof"


@proves("telegram_messages_per_second", "telegram_paid_broadcast")
@pytest.mark.parametrize(
    ("values", "rate", "paid"),
    [
        ({}, 30, False),
        ({"telegram_messages_per_second": 12}, 12, False),
        ({"telegram_paid_broadcast": True}, 1000, True),
        ({"telegram_paid_broadcast": True, "telegram_messages_per_second": 400}, 400, True),
    ],
)
async def test_telegram_is_sent_as_much_a_second_as_is_set_or_paid_for(
    tmp_path: Path, telegram: BotApi, values: dict[str, Any], rate: int, paid: bool
) -> None:
    opened = await opened_worker(tmp_path, telegram, **values)
    await opened.notifier.send(Address(Platform.TELEGRAM, opened.lane, "42"), HELLO)
    assert 0.99 * rate <= sent_at_most(opened.pacer, ChatKind.PRIVATE, 1.0, chats=2000) <= rate
    (asked,) = [each for each in telegram.requests if each.method == "sendMessage"]
    assert (asked.params.get("allow_paid_broadcast") in (True, "true", "True")) is paid
    assert opened.at_once == (200 if paid else 30)
    await opened.close()


@proves("telegram_group_messages_per_minute")
@pytest.mark.parametrize("rate", [5, 20])
async def test_a_group_is_sent_as_much_a_minute_as_is_set(tmp_path: Path, telegram: BotApi, rate: int) -> None:
    opened = await opened_worker(tmp_path, telegram, telegram_group_messages_per_minute=rate)
    assert sent_at_most(opened.pacer, ChatKind.GROUP, 60.0, chats=1) == rate
    await opened.close()


@proves("slack_messages_per_minute")
@pytest.mark.parametrize("rate", [60, 300])
def test_a_workspace_is_sent_as_much_a_minute_as_is_set(tmp_path: Path, rate: int) -> None:
    settings = settings_in(tmp_path, slack_messages_per_minute=rate)
    pacer = Pacer(limits_of(Platform.SLACK, settings, web_role=False, worker_role=True))
    assert sent_at_most(pacer, ChatKind.TEAM, 60.0, chats=2000) == rate


@proves("web_processes")
@pytest.mark.parametrize(("webs", "of_each"), [(1, 3), (3, 1)])
def test_web_processes_share_what_is_kept_for_replies(tmp_path: Path, webs: int, of_each: int) -> None:
    settings = settings_in(
        tmp_path,
        telegram_bot_token="123456:AAF-of_telegram",
        telegram_mode="webhook",
        telegram_webhook_url="https://me.example",
        telegram_webhook_secret="proof",
        web_processes=webs,
    )
    pacer = Pacer(limits_of(Platform.TELEGRAM, settings, web_role=True, worker_role=False))
    assert sent_at_most(pacer, ChatKind.PRIVATE, 1.0, chats=2000) == of_each


async def opened_worker(folder: Path, telegram: BotApi, **values: Any) -> Opened:
    """Return Telegram as a worker opens it."""
    settings = settings_in(folder, telegram_bot_token=telegram.token, telegram_api_url=telegram.url, **values)
    async with laid(settings) as base:
        limits = limits_of(Platform.TELEGRAM, settings, web_role=False, worker_role=True)
        return await speakers.open_telegram(base, listens=False, limits=limits)


def sent_at_most(pacer: Pacer, kind: ChatKind, seconds: float, *, chats: int) -> int:
    """Send to so many chats in turn as fast as the pacer lets us; return how often in the first so many seconds."""
    now, number = 0.0, 0
    while True:
        chat = f"{number % chats}"
        now = max(now, pacer.ready_at(chat, kind, now))
        if now >= seconds:
            return number
        pacer.sent(chat, now)
        number += 1


# Slack


def slack_settings(folder: Path, slack: SlackApi, **values: Any) -> Settings:
    return settings_in(folder, slack_bot_token=slack.bot_token, slack_api_url=slack.url, **values)


@proves("slack_bot_token", "slack_app_token", "slack_api_url")
async def test_slack_is_spoken_to_and_heard_with_the_tokens_at_the_server_that_is_set(
    tmp_path: Path, slack: SlackApi
) -> None:
    channel = slack.add_channel("crises", member=True)
    async with laid(slack_settings(tmp_path, slack, slack_app_token=slack.app_token)) as base, AsyncExitStack() as end:
        opened = await speakers.open_slack(base, listens=True)
        end.push_async_callback(opened.close)
        assert opened.listener is not None
        await opened.listener.start()
        end.push_async_callback(opened.listener.stop)
        await slack.connected()
        await opened.notifier.send(Address(Platform.SLACK, opened.lane, channel.id), HELLO)
        assert opened.routes == []
    assert len(slack.posts) == 1
    assert opened.lane == f"slack:{slack.workspace.id}"


@proves("slack_mode", "slack_signing_secret")
@pytest.mark.parametrize("known", [True, False])
async def test_by_http_slack_is_believed_with_the_signing_secret_alone(
    tmp_path: Path, slack: SlackApi, known: bool
) -> None:
    secret = slack.signing_secret if known else "another secret"
    settings = slack_settings(tmp_path, slack, slack_mode="http", slack_signing_secret=secret)
    said: list[str] = []
    async with App(settings, Role.WEB, said.append) as app:
        await app.start()
        await until(lambda: app._slack)
        url = said[0].split()[-1]
        slack.http.url = f"{url}/slack/events"
        assert await slack.http.verify_url() is known
        assert slack.deliveries[-1].status == (200 if known else 401)
        await slack.http.form("command", {"command": "/crisis", "text": "help"}, Signature.FORGED)
        assert slack.deliveries[-1].status == 401


# The web server


@proves("host", "port")
async def test_the_web_server_listens_at_the_address_that_is_set(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    for host in ("127.0.0.1", "127.0.0.2"):  # both are this machine alone
        async with App(settings_in(tmp_path, host=host, port=port), Role.WEB, _silent) as app:
            await app.start()
            for asked in ("127.0.0.1", "127.0.0.2"):
                with socket.socket() as visitor:
                    assert (visitor.connect_ex((asked, port)) == 0) is (asked == host)


@proves("webchat")
@pytest.mark.parametrize(("webchat", "status"), [(None, 200), (True, 200), (False, 404)])
async def test_the_chat_page_can_be_switched(tmp_path: Path, webchat: bool | None, status: int) -> None:
    assert await served(settings_in(tmp_path, webchat=webchat), "/") == status


@proves("sample_feed")
@pytest.mark.parametrize(("sample_feed", "status"), [(None, 200), (True, 200), (False, 404)])
async def test_the_samples_can_be_switched(tmp_path: Path, sample_feed: bool | None, status: int) -> None:
    assert await served(settings_in(tmp_path, sample_feed=sample_feed), "/sample.xml") == status


@pytest.mark.parametrize(("asked", "status"), [(None, 404), (True, 200)])
async def test_with_a_token_the_chat_page_and_the_samples_are_there_only_where_asked_for(
    tmp_path: Path, telegram: BotApi, asked: bool | None, status: int
) -> None:
    settings = settings_in(
        tmp_path,
        telegram_bot_token=telegram.token,
        telegram_api_url=telegram.url,
        webchat=asked,
        sample_feed=asked,
    )
    assert await served(settings, "/") == status
    assert await served(settings, "/sample.xml") == status


# Feeds


@proves("poll_feeds")
@pytest.mark.parametrize("on", [True, False])
async def test_the_operators_feeds_are_polled_or_not(tmp_path: Path, on: bool) -> None:
    config_of(tmp_path, feed_table("http://127.0.0.1:9/feed"))
    async with worker(settings_in(tmp_path, poll_feeds=on)) as (base, made):
        await made.start([])
        assert len(await base.store.feeds.all()) == (1 if on else 0)


@proves("read_articles")
@pytest.mark.parametrize("on", [True, False])
async def test_a_storys_page_is_read_or_not(tmp_path: Path, peer: WebPeer, on: bool) -> None:
    config_of(tmp_path, feed_table(peer.serve("/feed", rss("First", site=peer.root)), "News", 'country = "page"'))
    settings = settings_in(tmp_path, read_articles=on, allow_private_addresses=True)
    async with worker(settings) as (base, made):
        await visit(base, made)
        peer.serve("/feed", rss("Second", "First", site=peer.root))
        await visit(base, made)
    assert peer.hits("/news/second") == (1 if on else 0)
    assert peer.hits("/news/first") == 0


@proves("allow_private_addresses")
@pytest.mark.parametrize("allowed", [True, False])
async def test_feeds_on_ones_own_network_are_visited_or_not(tmp_path: Path, peer: WebPeer, allowed: bool) -> None:
    config_of(tmp_path, feed_table(peer.serve("/feed", rss("First"))))
    async with worker(settings_in(tmp_path, allow_private_addresses=allowed)) as (base, made):
        await visit(base, made)
        assert len(await base.store.stories.recent(9)) == (1 if allowed else 0)
    assert peer.hits("/feed") == (1 if allowed else 0)


@proves("contact")
@pytest.mark.parametrize("contact", ["", "https://me.example"])
async def test_feed_owners_see_whom_to_write_to(tmp_path: Path, peer: WebPeer, contact: str) -> None:
    config_of(tmp_path, feed_table(peer.serve("/feed", Page(rss("First")))))
    async with worker(settings_in(tmp_path, contact=contact, allow_private_addresses=True)) as (base, made):
        await visit(base, made)
    (seen,) = {each.headers["user-agent"] for each in peer.seen}
    assert ("https://me.example" in seen) is bool(contact)


# Delivery


@proves("on_uncertain")
@pytest.mark.parametrize(("mode", "state"), [("resend", State.QUEUED), ("park", State.UNCERTAIN)])
async def test_a_message_that_may_have_arrived_is_sent_again_or_kept_aside(
    tmp_path: Path, peer: WebPeer, mode: str, state: State
) -> None:
    config_of(tmp_path, feed_table(peer.serve("/feed", rss("First"))))
    settings = settings_in(tmp_path, on_uncertain=mode, allow_private_addresses=True)
    async with worker(settings) as (base, made):
        where = Sighting(Address(Platform.TELEGRAM, "telegram:1", "42"), ChatKind.PRIVATE)
        await base.desk.execute(parse("/follow drought"), where, Asker())
        await visit(base, made)
        peer.serve("/feed", rss("Drought", "First"))
        await visit(base, made)
        notifier = ScriptedNotifier(base.clock.monotonic, always=Uncertain("no answer"))
        pacer = Pacer(LIMITS[Platform.TELEGRAM])
        made.add(Opened(Platform.TELEGRAM, "telegram:1", notifier, None, _nothing, pacer))
        ended = {"platform": "telegram", "state": state.value}
        await until(lambda: base.registry.get_sample_value("crisis_bot_deliveries_total", ended))
        assert await base.store.outbox.counts() == {state: 1}


@proves("most_queued")
@pytest.mark.parametrize(("most", "told"), [(2, State.BUNDLED), (9, None)])
async def test_more_alerts_than_may_wait_for_a_chat_are_told_together(
    tmp_path: Path, peer: WebPeer, most: int, told: State | None
) -> None:
    config_of(tmp_path, feed_table(peer.serve("/feed", rss("First"))))
    settings = settings_in(tmp_path, most_queued=most, allow_private_addresses=True, read_articles=False)
    async with worker(settings) as (base, made):
        where = Sighting(Address(Platform.TELEGRAM, "telegram:1", "42"), ChatKind.PRIVATE)
        await base.desk.execute(parse("/follow drought"), where, Asker())
        await visit(base, made)
        peer.serve("/feed", rss("Drought in Chad", "Rains after the drought", "A drought that lasts", "First"))
        await visit(base, made)
        await made.digests.step()
        counts = await base.store.outbox.counts()
        assert counts == ({State.QUEUED: 1, told: 2} if told else {State.QUEUED: 3})


# Secrets


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_that_is_set_is_masked_in_the_log(tmp_path: Path, name: str) -> None:
    values = {
        "database_url": "postgresql://bot:hidden%2Fpassword@db.example/bot",
        "telegram_bot_token": "123:hidden-token",
        "telegram_webhook_secret": "hidden-secret",
        "slack_bot_token": "xoxb-hidden",
        "slack_app_token": "xapp-hidden",
        "slack_signing_secret": "hidden/signing",
    }
    settings = settings_in(tmp_path, **values)
    redaction = Redaction(secrets_of(settings))
    shown = "hidden/password" if name == "database_url" else values[name]
    assert "hidden" not in redaction.mask(f"it was {shown} and {values[name]}")


def _silent(_text: str) -> None: ...


async def _nothing() -> None: ...


@proves("keep_days")
@pytest.mark.parametrize(("days", "left"), [("14", 0), ("90", 1)])
async def test_what_is_older_than_the_days_to_keep_is_forgotten(tmp_path: Path, days: str, left: int) -> None:
    async with worker(settings_in(tmp_path, KEEP_DAYS=days)) as (base, made):
        a_month_ago = base.clock.now() - timedelta(days=30)
        said = transcript.insert().values(chat="trial", mine=True, body="{}", said_at=a_month_ago)
        await base.store.database.write(lambda connection: connection.execute(said).rowcount)
        await made.prune.round()
        assert len(await base.store.transcript.since("trial", 0)) == left
