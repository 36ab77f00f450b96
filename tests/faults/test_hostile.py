"""The rows about hostile input once each, with few tries."""

import pytest

from tests.faults import forged, hostile, inward, payloads, typed
from tests.faults.test_faults import holds

pytestmark = pytest.mark.faults


async def test_documents_made_to_hurt_are_put_down_and_other_feeds_go_on() -> None:
    assert holds(await hostile.f17_documents_made_to_hurt(quick=True))


async def test_a_message_that_is_refused_twice_is_dead_and_delays_no_other() -> None:
    assert holds(await payloads.f28_a_message_that_the_platform_refuses())


async def test_a_filter_without_measure_is_refused_in_a_sentence() -> None:
    assert holds(await typed.f30_filters_without_measure())


async def test_a_pattern_typed_as_a_filter_is_no_pattern() -> None:
    assert holds(await typed.f31_patterns_made_to_run_for_ever(tried=1))


async def test_letters_in_disguise_hide_no_word() -> None:
    assert holds(await payloads.f32_letters_in_disguise())


async def test_markup_in_titles_reaches_telegram_as_words() -> None:
    assert holds(await payloads.f33_markup_in_titles())


async def test_markup_in_titles_reaches_slack_as_words_and_calls_nobody() -> None:
    assert holds(await payloads.f34_calls_and_links_in_titles_for_slack())


async def test_no_address_of_a_stranger_leads_inward() -> None:
    assert holds(await inward.f35_addresses_that_lead_inward())


async def test_a_request_that_slack_did_not_send_changes_nothing() -> None:
    assert holds(await forged.f36_requests_that_slack_did_not_send())


async def test_an_update_that_telegram_did_not_send_changes_nothing() -> None:
    assert holds(await forged.f37_updates_that_telegram_did_not_send())


async def test_no_secret_is_in_what_processes_say() -> None:
    assert holds(await forged.f39_no_secret_is_ever_said())


async def test_a_flood_of_combining_marks_is_as_quick_as_other_titles() -> None:
    assert holds(await hostile.f45_marks_by_the_hundred_thousand())


async def test_a_post_without_an_answer_arrives_once_for_each_attempt_of_ours() -> None:
    assert holds(await forged.f46_no_library_repeats_a_post())


async def test_a_timestamp_of_slack_s_that_is_no_number_is_unauthorised() -> None:
    assert holds(await forged.f48_slack_timestamps_that_are_no_numbers())
