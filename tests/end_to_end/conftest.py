from collections.abc import AsyncIterator

import pytest_asyncio

from tests.end_to_end.stage import Stage, stage


@pytest_asyncio.fixture(name="stage")
async def made_stage() -> AsyncIterator[Stage]:
    """A stage with strict peers, rate limits included."""
    async with stage() as made:
        yield made
