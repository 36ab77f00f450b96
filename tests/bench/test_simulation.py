"""The simulation runs, sends every row once, and the outbox's order is worth its while."""

import pytest

from tests.bench.queues import HOT, SMALL, FairQueue
from tests.bench.simulation import HEAD, RATES, run

pytestmark = pytest.mark.bench


def test_the_simulation_prints_a_line_for_each_run_and_each_limit() -> None:
    shown: list[str] = []
    found, asked = run(6_000, shown.append)
    assert [(each.rate, each.order) for each in found] == [
        (rate, order) for rate in RATES for order in ("fair", "line")
    ]
    assert shown[1] == HEAD
    assert shown[2:] == [str(each) for each in (*found, *asked)]
    assert all(each.holds for each in asked)
    for fair, line in zip(found[::2], found[1::2], strict=True):
        assert len(fair.small) == len(line.small) == 10
        assert fair.small[-1] < line.small[0]
        assert max(fair.replies) < max(line.replies)


def test_a_later_story_shares_the_turns_and_a_chat_gets_its_older_story_first() -> None:
    queue = FairQueue(6)
    order = [queue.pop(), queue.pop()]
    queue.add(SMALL, [5, 0])
    while row := queue.pop():
        order.append(row)
    told = [(row[1], row[2]) for row in order if row]
    assert told == [(HOT, 0), (HOT, 1), (HOT, 5), (SMALL, 5), (HOT, 2), (SMALL, 0), (HOT, 3), (HOT, 4)]
