"""Events that Slack tells several processes, or one process before and after a restart."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest

from bot.core.stores import Seen
from bot.platforms.slack.listener import SlackListener
from bot.platforms.slack.workspace import Workspace
from tests.fakes.store import MemoryStore
from tests.peers.slack_api import SlackApi
from tests.platforms.slack_app.conftest import Pipeline, Watch

Process = Callable[[Seen], Awaitable[SlackListener]]


class Away:
    """A store that cannot be reached."""

    async def first(self, key: str) -> bool:
        raise ConnectionError(f"nobody knows of {key}")

    known = first


@pytest.fixture
async def process(
    slack: SlackApi, session: aiohttp.ClientSession, workspace: Workspace, pipeline: Pipeline, watch: Watch
) -> AsyncIterator[Process]:
    """Start listeners by Socket Mode, each as in a process of its own; the one before is stopped."""
    begun: list[SlackListener] = []

    async def start(seen: Seen) -> SlackListener:
        for earlier in begun:
            await earlier.stop()
        arguments = ([workspace], pipeline.execute, pipeline, session, watch)
        listener = SlackListener(*arguments, app_token=slack.app_token, first_pause=0.05, seen=seen)
        await listener.start()
        begun[:] = [listener]
        return listener

    yield start
    for listener in begun:
        await listener.stop()


async def test_an_event_told_again_after_a_restart_is_carried_out_once(
    slack: SlackApi, process: Process, pipeline: Pipeline
) -> None:
    ann, desk, seen = slack.add_person("ann"), slack.add_channel("desk"), MemoryStore().seen
    mention = {"type": "app_mention", "channel": desk.id, "user": ann.id, "text": "<@U1> list", "ts": "1.1"}
    joined = {"type": "member_joined_channel", "channel": desk.id, "user": slack.workspace.bot_person}
    for _ in range(2):
        await process(seen)
        for number, event in enumerate((mention, joined)):
            told = {"type": "event_callback", "team_id": slack.workspace.id, "event_id": f"Ev{number}", "event": event}
            assert (await slack.redeliver(told)).acked
        await pipeline.finished(1)
        await pipeline.noted(1)
        await asyncio.sleep(0.05)
    assert (len(pipeline.asked), len(pipeline.notes)) == (1, 1)


async def test_an_event_is_carried_out_when_nobody_can_tell_whether_it_was_heard_before(
    slack: SlackApi, process: Process, pipeline: Pipeline, caplog: pytest.LogCaptureFixture
) -> None:
    ann, desk = slack.add_person("ann"), slack.add_channel("desk")
    await process(Away())
    await slack.command(desk, ann, "/crisis", "list")
    assert await pipeline.finished(1)
    assert "is not known (ConnectionError)" in caplog.text
