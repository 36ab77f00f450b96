"""`crisis-bot check` says for each part whether it works, and what to do where it does not."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.fakes.environment import config_of, feed_table
from tests.peers.bot_api import BadGateway, BotApi
from tests.peers.slack_api import SlackApi
from tests.peers.slack_api.faults import refuse

NOBODY = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def a_feed(tmp_path: Path, logged: object) -> None:
    config_of(tmp_path, feed_table("https://news.example/feed"))


@pytest.fixture
async def telegram(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BotApi]:
    async with BotApi() as api:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", api.token)
        monkeypatch.setenv("TELEGRAM_API_URL", api.url)
        yield api


@pytest.fixture
async def slack(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SlackApi]:
    async with SlackApi() as api:
        monkeypatch.setenv("SLACK_BOT_TOKEN", api.bot_token)
        monkeypatch.setenv("SLACK_APP_TOKEN", api.app_token)
        monkeypatch.setenv("SLACK_API_URL", api.url)
        yield api


async def test_without_tokens_all_is_well_and_the_missing_ones_are_named(cli: Cli) -> None:
    told = await cli("check")
    assert told.status == 0
    assert told.line("settings").startswith("ok")
    assert "trial mode" in told.line("settings")
    assert told.line("feeds").endswith("1 on: News")
    assert told.line("telegram").startswith("off")
    assert "TELEGRAM_BOT_TOKEN" in told.line("telegram")
    assert told.line("slack").startswith("off")
    assert "SLACK_BOT_TOKEN and SLACK_APP_TOKEN" in told.line("slack")
    assert told.line("webchat") == "ok   webchat   on http://127.0.0.1:8080"


async def test_good_tokens_are_told_with_who_they_speak_as(cli: Cli, telegram: BotApi, slack: SlackApi) -> None:
    told = await cli("check")
    assert told.status == 0, told.out
    assert told.line("telegram") == "ok   telegram  speaks as @crisis_test_bot, hears by polling"
    assert told.line("slack").startswith("ok   slack     speaks as ")
    assert "hears by socket" in told.line("slack")
    assert told.line("webchat").startswith("off")


async def test_a_refused_telegram_token_is_told_with_where_to_get_another(cli: Cli, telegram: BotApi) -> None:
    telegram.revoke_token()
    told = await cli("check")
    assert told.status == 1
    assert told.line("telegram").startswith("FAIL")
    assert "@BotFather" in told.line("telegram")
    assert telegram.token not in told.out + told.err


@pytest.mark.parametrize("word", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_a_refused_slack_token_is_told_with_slacks_own_word(cli: Cli, slack: SlackApi, word: str) -> None:
    slack.fault(refuse(word), "auth.test")
    told = await cli("check")
    assert told.status == 1
    assert told.line("slack").startswith("FAIL")
    assert word in told.line("slack")
    assert slack.bot_token not in told.out + told.err


async def test_servers_that_cannot_be_reached_are_named(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123456:AAF-of_telegram")
    monkeypatch.setenv("TELEGRAM_API_URL", NOBODY)
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-of-slack")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-of-slack")
    monkeypatch.setenv("SLACK_API_URL", f"{NOBODY}/api/")
    told = await cli("check")
    assert told.status == 1
    assert f"{NOBODY} cannot be reached" in told.line("telegram")
    assert f"{NOBODY}/api/ cannot be reached" in told.line("slack")
    assert "of_telegram" not in told.out + told.err
    assert "of-slack" not in told.out + told.err


async def test_a_server_in_trouble_is_told(cli: Cli, telegram: BotApi) -> None:
    telegram.fault(BadGateway(), "getMe", times=9)
    told = await cli("check")
    assert told.status == 1
    assert told.line("telegram").startswith("FAIL")


async def test_no_feed_on_is_told_with_what_to_do(cli: Cli, tmp_path: Path) -> None:
    config_of(tmp_path, feed_table("https://news.example/feed", "News", "on = false"))
    told = await cli("check")
    assert told.status == 1
    assert "set on = true for one in" in told.line("feeds")


async def test_a_feeds_filter_that_cannot_be_read_is_told_with_what_to_write(cli: Cli, tmp_path: Path) -> None:
    config_of(tmp_path, feed_table("https://news.example/feed", "News", 'only = "-sport"'))
    told = await cli("check")
    assert told.status == 1
    assert "News: only is “-sport”. That says only what to leave out." in told.line("feeds")


async def test_a_database_is_told_before_and_after_its_first_start(cli: Cli) -> None:
    assert "its tables are made at the first start" in (await cli("check")).line("database")
    assert (await cli("migrate")).status == 0
    assert (await cli("check")).line("database") == "ok   database  SQLite, up to date"


async def test_a_database_that_is_none_is_told(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_bytes(b"This is a letter, and no database at all. " * 30)
    told = await cli("check")
    assert told.status == 1
    assert told.line("database") == (
        "FAIL database  SQLite cannot be used: file is not a database. Look at DATABASE_URL."
    )


async def test_a_refused_app_token_is_told_apart_from_the_bot_token(cli: Cli, slack: SlackApi) -> None:
    slack.fault(refuse("invalid_auth"), "apps.connections.open")
    told = await cli("check")
    assert told.status == 1
    assert told.line("slack").startswith("FAIL")
    assert "SLACK_APP_TOKEN" in told.line("slack")
    assert slack.app_token not in told.out + told.err
