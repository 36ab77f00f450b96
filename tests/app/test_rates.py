"""Promises about how fast a process may speak."""

import random

import pytest

from bot.app.rates import limits_of
from bot.core.chat import ChatKind, Platform
from bot.core.pacing import LIMITS, Limits, Pacer, Window, apart
from bot.settings import Settings

WEBHOOK = {
    "telegram_bot_token": "123456:AAF-of_telegram",
    "telegram_mode": "webhook",
    "telegram_webhook_url": "https://me.example",
    "telegram_webhook_secret": "secret",
}
SIGNED = {"slack_bot_token": "xoxb-1", "slack_signing_secret": "s", "slack_mode": "http"}
WEB, WORKER, BOTH = ((True, False), (False, True), (True, True))


def limits(platform: Platform, roles: tuple[bool, bool], **values: object) -> Limits:
    settings = Settings.model_validate({"database_url": "sqlite:///x.db", **values})
    return limits_of(platform, settings, web_role=roles[0], worker_role=roles[1])


@pytest.mark.parametrize("roles", [WORKER, BOTH])
@pytest.mark.parametrize("platform", list(Platform))
def test_who_does_all_has_the_platform_s_own_limits(platform: Platform, roles: tuple[bool, bool]) -> None:
    assert limits(platform, roles) == LIMITS[platform]


def test_one_process_of_both_roles_keeps_nothing_back() -> None:
    assert limits(Platform.TELEGRAM, BOTH, **WEBHOOK) == LIMITS[Platform.TELEGRAM]


@pytest.mark.parametrize(
    ("platform", "values", "lane"), [(Platform.TELEGRAM, WEBHOOK, (27, 3)), (Platform.SLACK, SIGNED, (270, 30))]
)
def test_a_worker_leaves_a_part_of_the_lane_to_the_web_process_that_answers(
    platform: Platform, values: dict[str, object], lane: tuple[int, int]
) -> None:
    worker, web = limits(platform, WORKER, **values), limits(platform, WEB, **values)
    assert (worker.lane[0].count, web.lane[0].count) == lane
    assert worker.chat == web.chat == LIMITS[platform].chat


@pytest.mark.parametrize("webs", [1, 2, 3, 7, 40])
@pytest.mark.parametrize("window", [Window(30, 1), Window(1000, 1), Window(300, 60), Window(20, 60)])
def test_the_parts_of_a_window_are_never_more_than_the_whole(window: Window, webs: int) -> None:
    worker, web = apart(Limits((window,), (window,), (window,)), webs)
    for part, of_web in zip((worker.lane, worker.chat, worker.group), (web.lane, web.chat, web.group), strict=True):
        whole = part[0].count + webs * of_web[0].count
        assert whole == window.count or (webs >= window.count and part == of_web == (window,))


def test_a_worker_and_its_web_processes_together_never_exceed_the_lane() -> None:
    worker, web = apart(LIMITS[Platform.TELEGRAM], 2)
    pacers, luck = [Pacer(worker), Pacer(web), Pacer(web)], random.Random(4)
    sends: list[float] = []
    for number, pacer in enumerate(pacers):
        now = luck.random()
        while now < 61:
            wait = pacer.lane_ready_at(now) - now
            now += max(wait, 0.0)
            pacer.sent(f"{number}-{len(sends)}", now)
            sends.append(now)
    sends.sort()
    worst = max(sum(begin <= at < begin + 1 for at in sends[index : index + 40]) for index, begin in enumerate(sends))
    assert worst <= 30
    assert len(sends) > 29 * 60
    assert pacers[0].ready_at("x", ChatKind.PRIVATE, 100) == 100
