"""Promises about names that one holder has at a time."""

import asyncio

from bot.store.database import Database
from bot.store.leases import LeaseTable, OwnLeases
from tests.store.scene import Store

LONG, NO_TIME = 60.0, -0.001
"""A lease of no time has lapsed when the next one asks, on every clock."""


async def test_a_name_goes_to_one_holder(store: Store) -> None:
    assert await store.leases.take("lane a", "one", LONG) == 1
    assert await store.leases.take("lane a", "two", LONG) is None
    assert await store.leases.take("lane b", "two", LONG) == 1


async def test_a_holder_goes_on_under_the_same_number(store: Store) -> None:
    assert [await store.leases.take("lane a", "one", LONG) for _ in range(3)] == [1, 1, 1]


async def test_a_lapsed_name_goes_to_who_asks_next_under_a_greater_number(store: Store) -> None:
    await store.leases.take("lane a", "one", NO_TIME)
    assert await store.leases.take("lane a", "two", NO_TIME) == 2
    assert await store.leases.take("lane a", "one", LONG) == 3
    assert await store.leases.take("lane a", "two", LONG) is None


async def test_a_holder_that_nobody_replaced_goes_on_after_its_lease_lapsed(store: Store) -> None:
    await store.leases.take("lane a", "one", NO_TIME)
    assert await store.leases.take("lane a", "one", LONG) == 1


async def test_a_name_that_is_given_up_is_free_at_once(store: Store) -> None:
    await store.leases.take("lane a", "one", LONG)
    await store.leases.give_up("lane a", "one")
    assert await store.leases.take("lane a", "two", LONG) == 2


async def test_who_lost_a_name_cannot_give_it_up(store: Store) -> None:
    await store.leases.take("lane a", "one", NO_TIME)
    await store.leases.take("lane a", "two", LONG)
    await store.leases.give_up("lane a", "one")
    await store.leases.give_up("lane b", "one")
    assert await store.leases.take("lane a", "one", LONG) is None


async def test_who_has_the_store_alone_holds_every_name_at_once_and_for_good() -> None:
    leases = OwnLeases()
    assert await leases.take("lane a", "one", LONG) == await leases.take("lane a", "one", NO_TIME) == 1
    await leases.give_up("lane a", "one")
    assert await leases.take("lane a", "two", LONG) == 1


async def test_a_lease_lasts_as_long_as_was_asked_for(database: Database) -> None:
    table = LeaseTable(database)
    await table.take("lane a", "one", 0.2)
    assert await table.take("lane a", "two", LONG) is None
    async with asyncio.timeout(2):
        while await table.take("lane a", "two", LONG) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_of_many_who_ask_at_once_one_holds(database: Database, url: str) -> None:
    others = [Database(url) for _ in range(3)]
    tables = [LeaseTable(each) for each in (database, *others)]
    for turn in range(10):
        asked = await asyncio.gather(*(each.take(f"lane {turn}", str(n), LONG) for n, each in enumerate(tables)))
        assert sorted(asked, key=str) == [1, None, None, None]
    await asyncio.gather(*(each.close() for each in others))
