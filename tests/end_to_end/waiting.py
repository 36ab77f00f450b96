"""Waiting for what another process does, which sets no event of ours."""

import asyncio
from collections.abc import Callable


async def until(holds: Callable[[], bool], timeout: float = 15.0) -> None:  # noqa: ASYNC109 - one line for callers
    """Return as soon as `holds()`; TimeoutError after so many seconds."""
    async with asyncio.timeout(timeout):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
