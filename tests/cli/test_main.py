"""The command line: which command does what, and how each ends."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot import __version__
from bot.cli import main
from bot.cli.main import secrets_of
from bot.settings import load
from tests.cli.conftest import Cli, Logged
from tests.fakes.environment import config_of

ROOT = Path(__file__).parents[2]


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"crisis-bot {__version__}\n"


@pytest.mark.parametrize("typed", [["zzz"], ["feeds", "zzz"], ["feeds", "preview"]])
def test_what_is_no_command_is_told_with_what_is(capsys: pytest.CaptureFixture[str], typed: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(typed)
    assert ended.value.code == 2
    assert "usage: crisis-bot" in capsys.readouterr().err


@pytest.mark.parametrize("command", [[], ["run"], ["web"], ["worker"], ["migrate"], ["check"], ["feeds", "poll"]])
async def test_a_wrong_setting_is_one_sentence_on_standard_error_whatever_was_asked(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("PORT", "web")
    told = await cli(*command)
    assert (told.status, told.out, told.err.count("\n")) == (2, "", 1)
    assert told.err.startswith("PORT: found “web”, expected ")


@pytest.mark.parametrize("command", [["check"], ["migrate"], ["feeds"], ["feeds", "poll"], ["feeds", "preview", "x"]])
async def test_a_mistake_in_the_config_folder_is_one_sentence_whatever_was_asked(
    cli: Cli, tmp_path: Path, command: list[str]
) -> None:
    config_of(tmp_path, "[[feeds]]\n")
    told = await cli(*command)
    assert (told.status, told.out, told.err.count("\n")) == (2, "", 1)
    assert "“feeds” is not known" in told.err


@pytest.mark.parametrize("command", [["migrate"], ["feeds"], ["feeds", "poll"]])
async def test_a_database_that_cannot_be_used_is_one_sentence_whatever_was_asked(
    cli: Cli, tmp_path: Path, command: list[str]
) -> None:
    (tmp_path / "bot.db").write_bytes(b"This is a letter, and no database at all. " * 30)
    told = await cli(*command)
    assert (told.status, told.out, told.err.count("\n")) == (2, "", 1)
    assert told.err == "SQLite cannot be used: file is not a database. Look at DATABASE_URL.\n"


async def test_migrating_twice_is_as_good_as_once(cli: Cli, tmp_path: Path) -> None:
    for _ in range(2):
        assert (await cli("migrate")).out == "The database is up to date.\n"
    assert (tmp_path / "bot.db").exists()


async def test_the_log_gets_the_level_and_every_secret(
    cli: Cli, logged: Logged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOG_LEVEL", "warning")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    await cli("migrate")
    assert logged.level == "WARNING"
    assert set(logged.secrets) == {"xoxb-1", "xapp-1"}


def test_the_databases_password_is_a_secret_its_address_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://bot:pass%40word@db.example/bot")
    assert secrets_of(load()) == ["pass@word"]


# As a process of its own


def environment(folder: Path, **values: str) -> dict[str, str]:
    usual = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "PORT": "0"}
    return {**usual, "BOT_CONFIG": str(folder / "config"), "DATABASE_URL": f"sqlite:///{folder}/bot.db", **values}


def test_a_busy_port_is_one_sentence_without_a_traceback(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = subprocess.run(
            [sys.executable, "-m", "bot"],
            cwd=tmp_path,
            env=environment(tmp_path, PORT=str(port)),
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    expected = f"PORT: 127.0.0.1:{port} cannot be used: Address already in use. Set PORT to another.\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", expected)


async def test_ctrl_c_stops_the_bot_in_time_and_without_a_traceback(tmp_path: Path) -> None:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot"),
        cwd=tmp_path,
        env=environment(tmp_path),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    async with asyncio.timeout(20):
        while b"Trial mode" not in await child.stdout.readline():
            pass
    began = time.monotonic()
    child.send_signal(signal.SIGINT)
    async with asyncio.timeout(10):
        out, err = await child.communicate()
    assert child.returncode == 0, err.decode()
    assert time.monotonic() - began < 8
    assert "Stopping…".encode() in out
    assert b"Traceback" not in out + err


def test_ctrl_c_before_anything_began_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def pressed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.cli.serving.lay_foundation", pressed)
    assert main(["migrate"]) == 0
