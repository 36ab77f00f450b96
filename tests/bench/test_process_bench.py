"""The benchmark of the whole process runs, and tells its memory apart from its libraries'."""

import pytest

from tests.bench.process_bench import run

pytestmark = pytest.mark.bench


def test_the_process_bench_prints_what_it_measured_and_each_limit() -> None:
    shown: list[str] = []
    measured, asked = run(2, shown.append)
    assert shown[1:] == [*measured.lines(), *map(str, asked)]
    assert len(measured.waits) == 2
    assert 0 < measured.waits[0] <= measured.waits[-1] < 15
    assert 0 < measured.bare < measured.idle
