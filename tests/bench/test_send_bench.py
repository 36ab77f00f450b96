"""The benchmark of sending runs, its server is not what it measures, and one HTTP client beats another."""

import pytest

from tests.bench.send_bench import BARE, HEAD, HTTPX, OURS, run

pytestmark = pytest.mark.bench


def test_the_send_bench_prints_a_line_for_each_way_and_each_limit() -> None:
    shown: list[str] = []
    found, asked = run(640, 1, shown.append)
    assert [way.name for way in found] == [OURS, HTTPX, BARE]
    assert HEAD in shown[0]
    assert shown[1:] == [str(each) for each in (*found, *asked)]
    cpu = {way.name: way.cpu for way in found}
    assert cpu[OURS] * 3 < cpu[HTTPX]
    assert all(way.server < 0.9 for way in found)
