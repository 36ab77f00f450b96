"""The benchmark runs, and one statement for all beats one for each."""

import pytest

from tests.bench.store_bench import HEAD, run

pytestmark = pytest.mark.bench


async def test_the_store_bench_prints_a_line_for_each_figure() -> None:
    shown: list[str] = []
    figures = await run(2_000, shown.append)
    assert [figure.database for figure in figures] == ["sqlite", "sqlite", "postgresql", "postgresql"]
    assert HEAD in shown[0]
    assert len(shown) == 5
    assert all(figure.ours > figure.naive for figure in figures if figure.what == "fan-out")
