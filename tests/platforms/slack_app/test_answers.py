"""Answers through a response_url: each is posted once, whatever becomes of its answer."""

import aiohttp
import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.message import Message, Reply, line
from bot.platforms.slack.answers import Answers
from bot.platforms.slack.heard import slash_command

HELLO = Reply(Message(lines=(line("Hello"),)))


@pytest.mark.parametrize("status", [0, 500, 502])
async def test_an_answer_whose_arrival_nobody_confirms_is_not_posted_again(
    session: aiohttp.ClientSession, status: int
) -> None:
    arrived: list[str] = []

    async def take(request: web.Request) -> web.Response:
        arrived.append(await request.text())
        if not status and request.transport:
            request.transport.close()
        return web.Response(status=status or 200)

    app = web.Application()
    app.router.add_post("/", take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
        command = {"response_url": url, "user_id": "U1", "channel_id": "C1", "text": "list"}
        # Over a connection that has worked before, which a client may take for one that ended while it was idle.
        async with session.get(url) as warm:
            await warm.read()
        await Answers(session).give(HELLO, slash_command(command, "T1"), AsyncWebClient(retry_handlers=[]))
    finally:
        await runner.cleanup()
    assert len(arrived) == 1
