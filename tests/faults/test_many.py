"""Each row about several processes once, with few tries."""

import pytest

from tests.faults import many
from tests.faults.test_faults import holds

pytestmark = pytest.mark.faults


async def test_a_lane_whose_worker_is_killed_is_taken_over() -> None:
    assert holds(await many.f25_the_worker_that_sends_is_killed(1, readers=200))


async def test_a_worker_that_froze_is_replaced_and_doubles_nothing_when_it_wakes() -> None:
    assert holds(await many.f25_the_worker_that_sends_freezes_and_wakes(1, readers=200))


async def test_a_feed_whose_visitor_froze_is_visited_by_another_and_told_once() -> None:
    assert holds(await many.f25_the_worker_that_visits_freezes_and_wakes())


async def test_web_processes_answer_at_once_and_keep_the_limits_together_with_the_worker() -> None:
    assert holds(await many.f25_web_processes_answer_while_a_worker_sends(readers=120))


async def test_replies_and_small_stories_pass_one_that_goes_to_very_many() -> None:
    assert holds(await many.f29_one_story_for_very_many_chats(readers=400))


async def test_what_is_told_twice_is_done_once() -> None:
    assert holds(await many.f38_everything_is_told_twice())
