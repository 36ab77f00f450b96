"""Builds the roles a process plays, starts them in order and stops them in the other."""

import asyncio
import errno
import gc
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from enum import Flag, auto

from aiohttp import web

from bot.app import speakers, trial
from bot.app.foundation import Foundation, StartError, keep_alone, lay_foundation, ready_database
from bot.app.rates import limits_of
from bot.app.speakers import Opened
from bot.app.web import WebServer
from bot.app.worker import Worker
from bot.console.pages import routes as console_routes
from bot.core.chat import Platform
from bot.core.feed import FeedSource
from bot.core.pacing import LIMITS, Pacer
from bot.core.sentences import Speaker
from bot.platforms.webchat.bell import LANE, Bell
from bot.platforms.webchat.gate import LOOPBACK_HOSTS
from bot.platforms.webchat.listener import WebchatListener
from bot.platforms.webchat.notifier import WebchatNotifier
from bot.platforms.webchat.render import message_body, typed_body
from bot.settings import Settings

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _say_at_once(text: str) -> None:
    # Into a pipe or a log file Python would keep lines back until there are many.
    print(text, flush=True)


class Role(Flag):
    """What a process does: serve pages and posts, or poll and send."""

    WEB = auto()
    WORKER = auto()


async def run(settings: Settings, roles: Role, say: Callable[[str], object] = _say_at_once) -> None:
    """Play the roles until SIGTERM or SIGINT; raises StartError or ConfigError where they cannot begin."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with App(settings, roles, say) as app:
        # The names stay for good: to look through them again at each collection would hold up everybody else.
        gc.collect()
        gc.freeze()
        starting, asked = asyncio.create_task(app.start()), asyncio.create_task(stopping.wait())
        await asyncio.wait((starting, asked), return_when=asyncio.FIRST_COMPLETED)
        if not asked.done():
            await starting
            await asked
        say("Stopping…")
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)


class App:
    """One process. Leaving the context stops everything that was started, the last first."""

    def __init__(self, settings: Settings, roles: Role, say: Callable[[str], object]) -> None:
        self._settings, self._roles, self._say = settings, roles, say
        self._base: Foundation = lay_foundation(settings)
        self._exits = AsyncExitStack()
        self._wires = AsyncExitStack()
        self._worker: Worker | None = None
        self._slack: Opened | None = None
        self._bell = Bell()

    async def __aenter__(self) -> "App":
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._base.store.hurry()
        if self._worker:
            self._worker.begin_to_stop()
        await self._exits.aclose()

    async def start(self) -> None:
        """Start the database, the web server, the worker and the platforms, in this order."""
        self._exits.push_async_callback(self._base.store.close)
        # Sends under way need their connections: these close after the worker, however late a platform joined.
        self._exits.push_async_callback(self._wires.aclose)
        if self._plays(Role.WORKER):
            self._exits.callback(keep_alone(self._base))
        await ready_database(self._base)
        server = self._bind() if self._plays(Role.WEB) else None
        opened = await self._open_telegram()
        samples = trial.sample_feed(self._base, server.url) if server and self._settings.has_samples else None
        if server:
            await self._serve(server, opened, samples[0].routes(self._base.clock.now) if samples else [])
        if self._plays(Role.WORKER):
            await self._work([samples[1]] if samples else [])
        for platform in opened:
            await self._join(platform)
        self._join_slack_when_reached()
        self._introduce(server)

    def _bind(self) -> WebServer:
        host, port = self._settings.host, self._settings.port
        try:
            server = WebServer(host, port)
        except OSError as error:
            # A name that leads nowhere has one of the resolver's numbers, which are below zero.
            name = "HOST" if (error.errno or 0) < 0 or error.errno == errno.EADDRNOTAVAIL else "PORT"
            reason = (error.strerror or type(error).__name__).partition(" (while")[0]
            raise StartError(f"{name}: {host}:{port} cannot be used: {reason}. Set {name} to another.") from None
        # From here on, so that a start that fails lets go of the port, and that open pages are told before it closes.
        self._exits.push_async_callback(server.stop)
        return server

    async def _open_telegram(self) -> list[Opened]:
        if self._settings.telegram_bot_token is None:
            return []
        listens = speakers.telegram_listens(self._settings, **self._role_names())
        limits = limits_of(Platform.TELEGRAM, self._settings, **self._role_names())
        return [await speakers.open_telegram(self._base, listens=listens, limits=limits)]

    async def _serve(self, server: WebServer, opened: list[Opened], samples: list[web.RouteDef]) -> None:
        routes = [*console_routes(self._base.registry, self._health), *samples]
        for platform in opened:
            routes += platform.routes
        if self._settings.slack_bot_token:
            routes.append(web.post("/slack/events", self._slack_request))
        if self._settings.has_webchat:
            routes += await self._webchat_routes()
        await server.start(routes)

    async def _webchat_routes(self) -> list[web.RouteDef]:
        execute, transcript = speakers.counted(self._base), self._base.store.transcript
        if self._settings.trial:
            await trial.first_chat(self._base, execute, typed_body, message_body)
        listener = WebchatListener(
            transcript,
            execute,
            self._bell,
            Speaker(Platform.WEBCHAT),
            monotonic=self._base.clock.monotonic,
            allowed_hosts=LOOPBACK_HOSTS if self._settings.host in _LOOPBACK else frozenset(),
        )
        self._exits.push_async_callback(listener.close)
        return listener.routes()

    async def _work(self, extra: list[FeedSource]) -> None:
        self._worker = worker = Worker(self._base)
        self._exits.push_async_callback(worker.stop)
        await worker.start(extra)
        if self._settings.has_webchat:
            echo = self._echo if self._settings.trial else None
            notifier = WebchatNotifier(self._base.store.transcript, self._bell, echo)
            pacer = Pacer(LIMITS[Platform.WEBCHAT])
            worker.add(Opened(Platform.WEBCHAT, LANE, notifier, None, _nothing, pacer))

    async def _join(self, opened: Opened) -> None:
        """Listen to a platform and send to it, as the roles have it."""
        self._wires.push_async_callback(opened.close)
        if opened.listener and not opened.heard_by_owner:
            await opened.listener.start()
            self._exits.push_async_callback(opened.listener.stop)
        if self._worker:
            self._worker.add(opened)

    def _join_slack_when_reached(self) -> None:
        if self._settings.slack_bot_token is None:
            return
        joining = asyncio.create_task(self._join_slack())

        async def give_up() -> None:
            joining.cancel()
            await asyncio.gather(joining, return_exceptions=True)

        self._exits.push_async_callback(give_up)

    async def _join_slack(self) -> None:
        listens = speakers.slack_listens(self._settings, **self._role_names())
        limits = limits_of(Platform.SLACK, self._settings, **self._role_names())
        try:
            self._slack = await speakers.open_slack(self._base, listens=listens, limits=limits)
            await self._join(self._slack)
        except Exception as error:  # nobody waits for this task, so it must tell by itself
            self._base.observer.trouble("joining slack", error)

    async def _slack_request(self, request: web.Request) -> web.StreamResponse:
        for route in self._slack.routes if self._slack else ():
            return await route.handler(request)
        # Slack repeats what was not taken.
        raise web.HTTPServiceUnavailable

    async def _health(self) -> dict[str, str]:
        parts = {"database": await self._database_health()}
        if self._worker:
            parts |= {"worker": self._worker.health(), **self._worker.standing_by()}
        return parts

    async def _database_health(self) -> str:
        try:
            await self._base.store.chats.count()
        except Exception as error:  # whatever it is, this is the page that says so
            return f"cannot be read ({type(error).__name__})"
        return "ok"

    def _plays(self, role: Role) -> bool:
        return role in self._roles

    def _role_names(self) -> dict[str, bool]:
        return {"web_role": self._plays(Role.WEB), "worker_role": self._plays(Role.WORKER)}

    def _introduce(self, server: WebServer | None) -> None:
        settings = self._settings
        if server and settings.trial and settings.has_webchat:
            self._say(f"Trial mode: no token is set. Open {server.url} and follow something; Ctrl-C stops.")
        elif server:
            self._say(f"Listening on {server.url}")
        if self._worker and server and settings.has_samples:
            self._say(f"A sample story appears every few seconds; a new trial chat follows {trial.FOLLOWED}.")
        if settings.telegram_bot_token:
            self._say(f"Telegram is on, by {settings.telegram_mode.value}.")
        if settings.slack_bot_token:
            self._say(f"Slack is on, by {settings.slack_mode.value}.")
        if self._worker and settings.poll_feeds:
            self._say(f"Feeds polled: {len(self._base.sources)}.")

    def _echo(self, text: str) -> None:
        framed = "\n".join(f"  │ {line}" for line in text.splitlines())
        self._say(f"  ┌ alert\n{framed}\n  └")


async def _nothing() -> None:
    """Close what needs no closing."""
