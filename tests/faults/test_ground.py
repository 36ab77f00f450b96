"""Rows about the database, the disk and kills once each, with few tries; `make faults` plays them in full."""

import pytest

from tests.faults import ground, kills
from tests.faults.test_faults import holds

pytestmark = pytest.mark.faults
BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"])


@BOTH
async def test_a_kill_during_a_visit_leaves_no_story_without_its_deliveries(database: str) -> None:
    assert holds(await kills.f02_killed_between_a_story_and_its_deliveries(2, readers=2_000, database=database))


async def test_on_postgresql_a_kill_between_claim_and_send_costs_no_alert_and_doubles_none() -> None:
    assert holds(await kills.f03_the_same_on_postgresql(1))


async def test_on_postgresql_a_kill_after_the_platform_accepted_doubles_at_most_what_was_in_flight() -> None:
    assert holds(await kills.f04_the_same_on_postgresql(1, readers=60, stories=1))


async def test_a_postgresql_that_crashes_under_load_costs_no_alert_and_doubles_none() -> None:
    assert holds(await ground.f06_postgresql_crashes(2, readers=60, away=1.0))


async def test_a_database_that_another_process_holds_is_waited_for() -> None:
    assert holds(await ground.f07_another_process_holds_the_database(readers=40, held=1.5))


async def test_a_full_disk_stops_visits_and_no_alert() -> None:
    result = await ground.f08_the_disk_is_full(readers=100)
    if not result.tries:
        pytest.skip(result.remarks[0])
    assert holds(result)


async def test_a_database_that_stalls_costs_no_alert_and_doubles_none() -> None:
    assert holds(await ground.f09_the_database_stalls(readers=40, stalled=1.0))


async def test_a_way_to_the_database_that_is_cut_is_given_up_for_another() -> None:
    assert holds(await ground.f26_the_way_to_the_database_is_cut(1, readers=80, away=0.0))


@BOTH
async def test_a_claim_that_ended_during_its_send_changes_nothing_and_is_told(database: str) -> None:
    assert holds(await ground.f27_a_claim_ends_while_its_send_is_slow(database))


async def test_a_worker_serves_a_later_schema_and_refuses_an_older_one() -> None:
    assert holds(await ground.f43_the_schema_is_newer_or_older(readers=3))


async def test_an_older_database_that_is_put_back_sends_nothing_again() -> None:
    assert holds(await ground.f44_an_older_database_is_put_back(readers=5))
