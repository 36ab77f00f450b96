"""The benchmarks run, and one statement for all beats one for each."""

import pytest

from tests.bench import claim_bench
from tests.bench.store_bench import HEAD, run

pytestmark = pytest.mark.bench


async def test_the_store_bench_prints_a_line_for_each_figure() -> None:
    shown: list[str] = []
    figures = await run(2_000, shown.append)
    assert [figure.database for figure in figures] == ["sqlite"] * 3 + ["postgresql"] * 3
    assert HEAD in shown[0]
    assert len(shown) == 7
    assert "500,000" in shown[1]
    assert all(figure.ours > figure.naive for figure in figures if figure.what == "fan-out")


async def test_the_claim_bench_prints_a_line_for_each_figure() -> None:
    shown: list[str] = []
    figures = await claim_bench.run(3_000, 500, shown.append)
    assert len(figures) == 6
    assert shown[0] == claim_bench.HEAD
    assert all(figure.first > 0 and figure.then > 0 for figure in figures)
