"""The rows about polling once each, with few tries."""

import pytest

from tests.faults import clocks, names, visits
from tests.faults.test_faults import holds

pytestmark = pytest.mark.faults


async def test_a_wall_clock_that_jumps_costs_no_visit_and_no_alert() -> None:
    assert holds(await clocks.f10_the_wall_clock_jumps_an_hour(watch=0.5, late=1.0))


async def test_names_that_hang_or_lead_nowhere_hold_up_their_own_feeds_only() -> None:
    assert holds(await names.f11_names_without_an_address_or_an_answer(hanging=4, seconds=3.0))


async def test_a_feed_s_new_address_is_believed_only_when_it_is_for_good() -> None:
    assert holds(await visits.f12_a_feed_moves_for_good_or_for_now())


async def test_a_feed_that_is_gone_is_left_at_once_and_one_that_is_missing_after_a_week() -> None:
    assert holds(await visits.f13_a_feed_is_gone_missing_or_closed_to_us())


async def test_a_host_that_says_wait_is_left_alone_with_all_its_feeds() -> None:
    assert holds(await visits.f14_a_host_says_wait())


async def test_validators_that_lie_hide_no_story_and_cost_no_write() -> None:
    assert holds(await visits.f15_validators_that_lie())


async def test_an_answer_that_is_no_proper_feed_costs_no_story() -> None:
    assert holds(await visits.f16_answers_that_are_no_proper_feed())


async def test_no_run_of_the_scheduler_is_dropped() -> None:
    assert holds(await clocks.f47_the_scheduler_is_late_or_broken_off(jobs=20, stall=1.2))
