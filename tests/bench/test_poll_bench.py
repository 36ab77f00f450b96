"""The benchmark of polling runs, and a hostile feed holds up the plain loop, not ours."""

import pytest

from tests.bench.poll_bench import FETCHED, HEAD, IDLE, OURS, SPIKED, run

pytestmark = pytest.mark.bench


def test_the_poll_bench_prints_a_line_for_each_way_and_each_limit() -> None:
    shown: list[str] = []
    found, asked = run(60, shown.append)
    *_, plain, spiked = found
    assert [each.what for each in found[:4]] == [IDLE, FETCHED, OURS, SPIKED]
    assert HEAD in shown[0]
    assert shown[1:] == [str(each) for each in (*found, *asked)]
    cost = {each.what: each for each in found}
    assert cost[FETCHED].cpu < cost[OURS].cpu < spiked.cpu
    assert cost[SPIKED].stall < spiked.stall / 3
    assert plain.cpu < spiked.cpu
