"""How fast this process may speak on each platform, as its settings and its roles have it."""

from dataclasses import replace

from bot.core.chat import Platform
from bot.core.pacing import LIMITS, Limits, Window, apart
from bot.settings import Settings, SlackMode, TelegramMode


def limits_of(platform: Platform, settings: Settings, *, web_role: bool, worker_role: bool) -> Limits:
    """Return the limits of this process. Where the web role answers people and the worker sends alerts, in processes
    of their own, each has its part of a lane's windows.
    """
    whole = _whole(platform, settings)
    if web_role is worker_role or not _heard_by_web(platform, settings):
        return whole
    worker, web = apart(whole, settings.web_processes)
    return web if web_role else worker


def _whole(platform: Platform, settings: Settings) -> Limits:
    usual = LIMITS[platform]
    if platform is Platform.TELEGRAM:
        a_second, a_minute = settings.telegram_rate, settings.telegram_group_messages_per_minute
        return replace(usual, lane=(Window(a_second, 1),), group=(*usual.chat, Window(a_minute, 60)))
    if platform is Platform.SLACK:
        return replace(usual, lane=(Window(settings.slack_messages_per_minute, 60),))
    return usual


def _heard_by_web(platform: Platform, settings: Settings) -> bool:
    if platform is Platform.TELEGRAM:
        return settings.telegram_mode is TelegramMode.WEBHOOK
    return platform is Platform.SLACK and settings.slack_mode is SlackMode.HTTP
