"""A smoke run of the year."""

import pytest

from tests.bench.year_bench import run

pytestmark = pytest.mark.bench


async def test_a_database_that_is_pruned_stops_growing() -> None:
    said: list[str] = []
    sizes = await run(days=90, stories=2, people=40, show=said.append)
    assert len(said) == 4
    assert sizes[2] <= sizes[1] * 1.1
