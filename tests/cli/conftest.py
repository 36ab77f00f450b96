"""What the tests of the command line share."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from bot.cli import main as entry
from tests.fakes.environment import config_of, without_settings

MODULE = import_module("bot.cli.main")
"""By its name: in its package `main` is the function."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended and what it wrote."""

    status: int
    out: str
    err: str

    def line(self, part: str) -> str:
        """Return the line about one part of a check."""
        return next(line for line in self.out.splitlines() if line[5:].startswith(part))


Cli = Callable[..., Awaitable[Ended]]


@dataclass(slots=True)
class Logged:
    """What logging was configured with."""

    level: str = ""
    secrets: tuple[str, ...] = ()

    def configure(self, level: str, secrets: Iterable[str]) -> None:
        self.level, self.secrets = level, tuple(secrets)


@pytest.fixture(autouse=True)
def logged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Logged:
    """A machine with nothing set but a database and a config folder of the test's own. The tests' log stays theirs."""
    without_settings(monkeypatch, tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/bot.db")
    monkeypatch.setenv("BOT_CONFIG", str(config_of(tmp_path)))
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    made = Logged()
    monkeypatch.setattr(MODULE, "configure_logging", made.configure)
    return made


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Cli:
    """Run a command beside the test's own servers."""

    async def run(*arguments: str) -> Ended:
        status = await asyncio.to_thread(entry, arguments)
        written = capsys.readouterr()
        return Ended(status, written.out, written.err)

    return run
