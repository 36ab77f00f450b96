"""What a newcomer sees who sets nothing and has no network."""

import signal
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.end_to_end.process import LONGEST_STOP, ROOT, BotProcess
from tests.end_to_end.web_reader import WebReader

FIRST_ALERT = 10.0


@pytest_asyncio.fixture
async def newcomer() -> AsyncIterator[BotProcess]:
    """A bot in an empty folder, with a free port and without the real feeds; not started yet."""
    with tempfile.TemporaryDirectory(prefix="crisis-bot-") as folder:
        settings = {"BOT_CONFIG": str(ROOT / "config"), "PORT": "0", "POLL_FEEDS": "false"}
        process = BotProcess(Path(folder), (), settings, 0)
        yield process
        await process.kill()


async def test_the_first_alert_is_in_the_terminal_and_on_the_page_within_ten_seconds_of_each_start(
    newcomer: BotProcess,
) -> None:
    began = time.monotonic()
    await newcomer.start()
    welcome = await newcomer.says("Trial mode: no token is set.")
    url = next(word for word in welcome.split() if word.startswith("http"))
    async with WebReader(url, "trial") as page:
        alert = await page.wait_for("(Sample story.)", FIRST_ALERT)
        await newcomer.says("┌ alert")
        assert time.monotonic() - began < FIRST_ALERT
        assert alert["body"]["title"]["text"] in newcomer.output
        assert "no longer follows" in await page.say("/unfollow wagner")
        assert (await page.get("/healthz"))[0] == 200
    status, seconds = await newcomer.stop(signal.SIGINT)
    assert status == 0
    assert seconds < LONGEST_STOP
    assert "Traceback" not in newcomer.output
    assert "ERROR" not in newcomer.output

    await newcomer.start()
    await newcomer.says("┌ alert", FIRST_ALERT)
    assert (await newcomer.stop(signal.SIGINT))[0] == 0
