"""The stage: peers for Telegram, Slack and the web, a folder, a database, and the bot's processes on it."""

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.end_to_end.newsroom import Newsroom
from tests.end_to_end.process import ROOT, BotProcess
from tests.end_to_end.rows import Rows
from tests.peers.bot_api import BotApi, Limits
from tests.peers.slack_api import SlackApi
from tests.peers.slack_api.limits import STRICT
from tests.peers.web import WebPeer

_FEED = '[[feed]]\nname = "{name}"\nurl = "{url}"\ninterval = "3m"\nlanguage = "en"\ncountry = "{country}"\n'


@dataclass(slots=True)
class Stage:
    """Where a test plays. Everything is on loopback, and gone afterwards."""

    folder: Path
    telegram: BotApi
    slack: SlackApi
    web: WebPeer
    news: Newsroom
    url: str
    rows: Rows
    processes: list[BotProcess] = field(default_factory=list)

    def feed(self, url: str, name: str = "The Daily Example", country: str = "text") -> None:
        """Let the bot poll this feed and no other."""
        text = _FEED.format(name=name, url=url, country=country)
        (self.folder / "config" / "feeds.toml").write_text(text, encoding="utf-8")

    async def begin(self, *arguments: str, module: str = "bot", **settings: str) -> BotProcess:
        """Start a process with every platform's settings and these; `module` is what is run in place of the bot."""
        environment, number = self._settings() | settings, len(self.processes)
        process = BotProcess(self.folder, arguments or ("run",), environment, number, module)
        self.processes.append(process)
        await process.start()
        return process

    async def bot(self, *arguments: str, **settings: str) -> BotProcess:
        """Start a process; return once it hears Telegram and Slack and has visited the feed."""
        before = sum(request.method == "getUpdates" for request in self.telegram.requests)
        process = await self.begin(*arguments, **settings)
        await process.says("Listening on")
        if settings.get("TELEGRAM_BOT_TOKEN", "on"):
            heard = lambda: sum(r.method == "getUpdates" for r in self.telegram.requests) > before  # noqa: E731
            await self.telegram.wait_until(heard, 15)
        if settings.get("SLACK_BOT_TOKEN", "on"):
            await self.slack.connected(timeout=15)
        await self.rows.visited()
        return process

    async def run(self, *arguments: str, **settings: str) -> BotProcess:
        """Run a command that ends by itself, and well."""
        process = await self.begin(*arguments, **settings)
        assert await process.ends(60) == 0, process.output
        return process

    async def poll(self) -> None:
        """Let the running bot visit the feed now and send all that comes of it."""
        self.rows.make_feeds_due()
        await self.rows.visited()
        await self.rows.delivered()

    @property
    def secrets(self) -> list[str]:
        slack = self.slack
        return [self.telegram.token, slack.bot_token, slack.app_token, slack.signing_secret]

    def _settings(self) -> dict[str, str]:
        return {
            "BOT_CONFIG": str(self.folder / "config"),
            "DATABASE_URL": self.url,
            "ALLOW_PRIVATE_ADDRESSES": "true",
            "PORT": "0",
            "WEBCHAT": "true",
            "READ_ARTICLES": "false",
            "TELEGRAM_BOT_TOKEN": self.telegram.token,
            "TELEGRAM_API_URL": self.telegram.url,
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_API_URL": self.slack.url,
        }


@asynccontextmanager
async def stage(*, url: str = "", limits: Limits | None = Limits()) -> AsyncIterator[Stage]:  # noqa: B008 - frozen
    """Set a stage. `limits=None` lets the peers take any number of messages at once.

    At the end every process is killed, and none of them may have said a token.
    """
    async with AsyncExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="crisis-bot-")))
        shutil.copytree(ROOT / "config", folder / "config")
        telegram = await exits.enter_async_context(BotApi(limits=limits))
        slack = await exits.enter_async_context(SlackApi(limits=STRICT if limits else None))
        web = await exits.enter_async_context(WebPeer())
        url = url or f"sqlite:///{folder / 'bot.db'}"
        rows = Rows(url)
        exits.callback(rows.close)
        made = Stage(folder, telegram, slack, web, Newsroom(web), url, rows)
        made.feed(made.news.url)
        exits.push_async_callback(_clear, made)
        yield made


async def _clear(stage: Stage) -> None:
    for process in stage.processes:
        await process.kill()
    for process in stage.processes:
        leaked = [secret[:6] for secret in stage.secrets if secret in process.output]
        assert not leaked, f"a secret that begins with {leaked} was said"
