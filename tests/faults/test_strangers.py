"""People who may not, and people who ask without end: each row once."""

import pytest

from tests.faults import strangers
from tests.faults.test_faults import holds

pytestmark = pytest.mark.faults


async def test_only_an_admin_changes_what_a_group_follows() -> None:
    assert holds(await strangers.f40_a_member_changes_what_a_group_follows())


async def test_somebody_who_sends_commands_without_end_costs_nobody_an_alert() -> None:
    assert holds(await strangers.f41_somebody_sends_commands_without_end(60))
