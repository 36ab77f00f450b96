"""One Chromium for all browser tests, a fresh profile for each."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests.browser.scene import Scene, opened
from tests.platforms.webchat.memory import MemoryTranscript

_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

Visit = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        reason = "no chromium on the PATH"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        # Without a profile folder named, each launch gets a new empty one that is removed at the end.
        chromium = await playwright.chromium.launch(executable_path=path, args=_QUIET)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def scene() -> AsyncIterator[Scene]:
    async with opened(MemoryTranscript()) as scene:
        yield scene


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, scene: Scene) -> AsyncIterator[Visit]:
    """Open the chat page and wait for the welcome; whatever the browser complains about fails the test."""
    complaints: list[str] = []
    contexts = []

    async def open_page(path: str = "/", *, quiet: bool = False, **options: Any) -> Page:
        context = await browser.new_context(**({"viewport": {"width": 1200, "height": 800}} | options))
        contexts.append(context)
        context.set_default_timeout(8000)
        page = await context.new_page()
        if not quiet:
            page.on("console", lambda told: complaints.append(told.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(scene.url + path)
        await page.get_by_text("Tap a place to begin").wait_for()
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert complaints == []
