"""The peer in a process of its own, driven over its control endpoints."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def told() -> AsyncIterator[dict[str, str]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.peers.slack_api", "--port", "0", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    lines = []
    async with asyncio.timeout(20):
        while (line := (await process.stdout.readline()).decode().strip()) != "ready":
            lines.append(line)
    yield dict(line.split("=", 1) for line in lines if "=" in line)
    process.terminate()
    assert await process.wait() == 0


async def test_another_process_can_drive_a_command_a_press_and_read_the_posts(told: dict[str, str]) -> None:
    client = AsyncWebClient(told["SLACK_BOT_TOKEN"], base_url=told["SLACK_API_URL"], retry_handlers=[])
    bolt = AsyncApp(client=client, signing_secret=told["SLACK_SIGNING_SECRET"])
    button = {"type": "button", "action_id": "more", "text": {"type": "plain_text", "text": "More"}}
    blocks = [{"type": "actions", "elements": [button]}]

    @bolt.command("/crisis")
    async def crisis(ack: Any, say: Any) -> None:
        await ack("heard")
        await say(text="alert", blocks=blocks)

    @bolt.action("more")
    async def more(ack: Any, respond: Any) -> None:
        await ack()
        await respond("more")

    handler = AsyncSocketModeHandler(bolt, told["SLACK_APP_TOKEN"], web_client=client)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    base = told["SLACK_API_URL"].removesuffix("/api/")
    async with aiohttp.ClientSession(base) as session:

        async def ask(path: str, **body: Any) -> Any:
            sent = session.post(path, json=body) if body else session.get(path)
            async with sent as got:
                return await got.json()

        typed = {"channel": "crisis-desk", "person": "amina", "command": "/crisis", "text": "follow mali"}
        answer = await ask("/_command", **typed, wait=1)
        assert (answer["acked"], answer["posts"][0]["text"]) == (True, "heard")
        posts = (await ask("/_posts?wait=2"))["posts"]
        alert = next(post for post in posts if post["via"] == "chat.postMessage")
        assert (alert["text"], alert["blocks"][0]["elements"][0]["action_id"]) == ("alert", "more")
        pressed = {"channel": alert["channel"], "message": alert["ts"], "wanted": "More", "person": "amina"}
        assert (await ask("/_press", **pressed, wait=1))["posts"][0]["text"] == "more"
        assert (await ask("/_messages?channel=crisis-desk"))["messages"][0]["text"] == "alert"
        assert (await ask("/_channel", channel="crisis-desk", archived=True))["ok"]
        assert (await ask("/_fault", fault="status", code=500, method="auth.test"))["ok"]
        wrong = await ask("/_press", **{**pressed, "wanted": "Less"})
        assert "nothing to press" in wrong["error"]
        assert (await ask("/_state"))["sockets"] == 1
        assert "is_archived" not in [r["error"] for r in (await ask("/_requests"))["requests"]]
    await handler.close_async()  # type: ignore[no-untyped-call]
