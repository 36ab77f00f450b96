"""A flood of stories in virtual time, a few hours of it; `make faults` plays it for a week."""

import pytest

from tests.faults.flood import f42_stories_come_faster_than_they_can_be_sent

pytestmark = pytest.mark.faults


async def test_a_flood_beyond_what_can_be_sent_is_told_whole_and_once_and_soon() -> None:
    result = await f42_stories_come_faster_than_they_can_be_sent(days=0.25, worse_days=0.125)
    assert result.wrong == []
    assert (result.lost, result.duplicates) == (0, 0)
