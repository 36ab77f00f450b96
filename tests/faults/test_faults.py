"""Each row of the fault table once, with few tries; `make faults` plays them in full."""

import pytest

from tests.faults import answers, kills
from tests.faults.result import Result

pytestmark = pytest.mark.faults


def holds(result: Result) -> bool:
    assert result.wrong == []
    assert result.lost == 0
    assert result.duplicates <= result.bound
    return result.holds


async def test_a_kill_before_the_commit_of_a_visit_loses_no_story() -> None:
    assert holds(await kills.f01_killed_after_the_fetch_and_before_the_commit(1))


async def test_a_kill_between_claim_and_send_costs_no_alert_and_doubles_none() -> None:
    assert holds(await kills.f03_killed_between_the_claim_and_the_send(1))


async def test_a_kill_after_the_platform_accepted_doubles_at_most_what_was_in_flight() -> None:
    row = kills.f04_killed_after_the_platform_accepted_and_before_the_commit
    assert holds(await row(tries=2, readers=100, stories=1))


async def test_a_stop_under_load_loses_and_doubles_nothing() -> None:
    assert holds(await kills.f05_told_to_stop_under_load(1, readers=60))


async def test_a_chat_that_is_gone_is_tried_once() -> None:
    assert holds(await answers.f20_a_chat_is_gone_and_nobody_said_so())


async def test_a_place_that_is_shut_rests_until_it_is_open() -> None:
    assert holds(await answers.f20_a_place_is_shut_and_opened_again())


async def test_a_group_that_moved_gets_each_story_at_its_new_address() -> None:
    assert holds(await answers.f21_a_group_became_a_supergroup_and_nobody_said_so())


async def test_revoked_tokens_stop_the_lanes_and_keep_the_alerts() -> None:
    assert holds(await answers.f22_the_tokens_are_revoked())


async def test_a_wait_that_telegram_asks_for_is_kept() -> None:
    assert holds(await answers.f23_telegram_says_wait())


async def test_an_answer_that_never_comes_is_resent_or_parked_as_the_operator_wishes() -> None:
    assert holds(await answers.f24_the_answer_never_comes())
