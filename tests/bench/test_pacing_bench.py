"""The benchmark of pacing runs, on a virtual clock alone, and our lanes keep what the library's limiter breaks."""

import asyncio

import pytest

from tests.bench.lanes import HEAD, most_in
from tests.bench.pacing_bench import LANES, run
from tests.bench.virtual_time import run_virtually

pytestmark = pytest.mark.bench


def test_the_pacing_bench_prints_a_line_for_each_lane_and_each_limit() -> None:
    shown: list[str] = []
    found, asked = run(61, 0, shown.append)
    assert [(paced.lane, paced.way) for paced in found] == [
        (lane, way) for way in ("ours", "ptb's limiter") for lane in LANES
    ]
    assert shown[1] == HEAD
    assert shown[2:] == [str(each) for each in (*found, *asked)]
    assert all(each.holds for each in asked)
    assert all(paced.worst(paced.lane.window.seconds) > paced.lane.window.count for paced in found[len(LANES) :])


def test_a_worst_window_may_begin_anywhere() -> None:
    assert most_in([0.0, 0.9, 1.0, 1.1, 1.8, 2.5], 1) == 4
    assert most_in([0.0, 1.0, 2.0], 1) == 1
    assert most_in([], 1) == 0


def test_virtual_time_passes_as_fast_as_nobody_needs_it() -> None:
    async def wait() -> float:
        await asyncio.sleep(3600)
        return asyncio.get_running_loop().time()

    assert run_virtually(wait()) == pytest.approx(3600, abs=0.001)
