"""Opens the platforms that have a token: for each a notifier by lane, a listener, and its routes for the web server."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from aiohttp import web

from bot.app.foundation import Foundation
from bot.core.chat import Asker, Platform, Sighting
from bot.core.commands import Command
from bot.core.errors import SendError
from bot.core.message import Reply
from bot.core.pacing import LIMITS, Limits, Pacer
from bot.core.ports import Execute, Notifier
from bot.pipeline.turns import Turns
from bot.settings import Settings, SlackMode, TelegramMode, secret_text

_T = TypeVar("_T")
AT_ONCE, AT_ONCE_PAID = 30, 200
"""Sends in flight at most, which bounds what a kill can double; a thousand a second need more of them."""
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0


class Listener(Protocol):
    """Receives what people write."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A platform ready to speak, and to listen where this process is the one that does."""

    platform: Platform
    lane: str
    notifier: Notifier
    listener: Listener | None
    close: Callable[[], Awaitable[None]]
    pacer: Pacer
    heard_by_owner: bool = False
    """Whether only the lane's owner may listen: the platform lets one process at a time."""
    at_once: int = AT_ONCE
    """Sends in flight at most."""
    routes: list[web.RouteDef] = field(default_factory=list)


def counted(foundation: Foundation) -> Execute:
    """Return the desk's execute, with each answer counted."""

    async def execute(command: Command, sighting: Sighting, asker: Asker) -> Reply:
        reply = await foundation.desk.execute(command, sighting, asker)
        foundation.observer.answered(sighting.address.platform.value, command.verb.value)
        return reply

    return execute


async def open_telegram(foundation: Foundation, *, listens: bool, limits: Limits = LIMITS[Platform.TELEGRAM]) -> Opened:
    """Return Telegram, ready; the token is tried in the background by the listener."""
    from bot.platforms.telegram.listener import TelegramListener
    from bot.platforms.telegram.notifier import TelegramNotifier
    from bot.platforms.telegram.webhook import Webhook, webhook_route
    from bot.platforms.telegram.wire import Wire

    settings = foundation.settings
    wire = Wire(secret_text(settings.telegram_bot_token), settings.telegram_api_url)
    paid = settings.telegram_paid_broadcast
    notifier = TelegramNotifier(wire, paid=paid)
    webhook = None
    if settings.telegram_mode is TelegramMode.WEBHOOK:
        webhook = Webhook(settings.telegram_webhook_url, secret_text(settings.telegram_webhook_secret))
    pacer = Pacer(limits)
    listener = TelegramListener(
        wire,
        notifier,
        counted(foundation),
        foundation.members,
        webhook=webhook,
        turn=Turns(pacer, foundation.clock),
        seen=foundation.store.seen,
    )
    return Opened(
        Platform.TELEGRAM,
        wire.lane,
        notifier,
        listener if listens else None,
        wire.close,
        pacer,
        routes=[webhook_route(webhook, listener.feed)] if webhook else [],
        heard_by_owner=webhook is None,
        at_once=AT_ONCE_PAID if paid else AT_ONCE,
    )


async def open_slack(foundation: Foundation, *, listens: bool, limits: Limits = LIMITS[Platform.SLACK]) -> Opened:
    """Return Slack, ready; its lane is known once Slack has said whose the token is, so this waits for Slack."""
    from bot.platforms.slack.listener import SlackListener
    from bot.platforms.slack.notifier import SlackNotifier
    from bot.platforms.slack.workspace import open_session, open_workspace

    settings = foundation.settings
    session = open_session()
    try:
        workspace = await _persist(
            lambda: open_workspace(secret_text(settings.slack_bot_token), settings.slack_api_url, session),
            lambda error: foundation.observer.notice(f"slack cannot be reached yet: {error}"),
        )
    except BaseException:
        await session.close()
        raise

    async def lane_lost(lane: str, reason: str) -> None:
        foundation.observer.notice(f"{lane}: {reason}")

    socket, pacer = settings.slack_mode is SlackMode.SOCKET, Pacer(limits)
    listener = SlackListener(
        [workspace],
        counted(foundation),
        foundation.members,
        session,
        foundation.clock,
        app_token=secret_text(settings.slack_app_token) if socket else "",
        signing_secret="" if socket else secret_text(settings.slack_signing_secret),
        lane_lost=lane_lost,
        seen=foundation.store.seen,
        turns={workspace.lane: Turns(pacer, foundation.clock)},
    )
    notifier = SlackNotifier([workspace])
    return Opened(
        Platform.SLACK,
        workspace.lane,
        notifier,
        listener if listens else None,
        session.close,
        pacer,
        routes=listener.routes(),
        heard_by_owner=socket,
    )


def telegram_listens(settings: Settings, *, web_role: bool, worker_role: bool) -> bool:
    """Return whether this process hears Telegram: the web role by webhook, the worker by polling."""
    return web_role if settings.telegram_mode is TelegramMode.WEBHOOK else worker_role


def slack_listens(settings: Settings, *, web_role: bool, worker_role: bool) -> bool:
    """Return whether this process hears Slack: the web role by signed HTTP, the worker by Socket Mode."""
    return web_role if settings.slack_mode is SlackMode.HTTP else worker_role


async def _persist(attempt: Callable[[], Awaitable[_T]], failed: Callable[[SendError], None]) -> _T:
    pause = FIRST_PAUSE
    while True:
        try:
            return await attempt()
        except SendError as error:
            failed(error)
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
