"""The rows about feeds that tell again what was told."""

import pytest

from tests.faults import doubles
from tests.faults.test_faults import holds

pytestmark = pytest.mark.faults


async def test_a_feed_that_is_turned_over_tells_nobody_and_then_its_news() -> None:
    assert holds(await doubles.f18_a_feed_is_turned_over())


async def test_a_story_that_ten_feeds_tell_reaches_each_chat_once() -> None:
    assert holds(await doubles.f19_ten_feeds_tell_one_story())
