"""Waits for what happens soon."""

import asyncio
from collections.abc import Callable


async def until(happened: Callable[[], object], seconds: float = 5.0) -> None:
    """Return once something is so; raises TimeoutError where it takes longer than it may."""
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.002)
