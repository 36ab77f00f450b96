"""Promises about what was heard before."""

import asyncio

from bot.store.database import Database
from bot.store.seen import SeenTable
from tests.fakes.clock import FakeClock
from tests.store.scene import Store


async def test_a_key_is_new_once(store: Store) -> None:
    assert [await store.seen.first(key) for key in ("telegram:1:7", "telegram:1:8", "telegram:1:7")] == [
        True,
        True,
        False,
    ]


async def test_a_key_is_known_once_it_was_noted_and_not_for_being_asked_for(store: Store) -> None:
    assert [await store.seen.known("telegram:1:7") for _ in range(2)] == [False, False]
    await store.seen.first("telegram:1:7")
    assert await store.seen.known("telegram:1:7")


async def test_long_keys_are_told_apart_by_their_ends(store: Store) -> None:
    keys = [f"slack:T1:{'x' * 500}{end}" for end in ("a", "b", "a")]
    assert [await store.seen.first(key) for key in keys] == [True, True, False]


async def test_what_one_process_heard_is_known_to_all_and_after_a_restart(database: Database, url: str) -> None:
    other = Database(url)
    tables = [SeenTable(each, FakeClock()) for each in (database, other)]
    for turn in range(10):
        told = await asyncio.gather(*(each.first(f"slack:T1:{turn}") for each in tables))
        assert sorted(told) == [False, True]
    await other.close()
