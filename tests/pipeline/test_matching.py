"""The index that follows the filters: in pages, in turns, across processes."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.core.filters.grammar import read_canonical
from bot.core.filters.terms import explain, read_terms
from bot.core.stores import FilterChange
from bot.pipeline.matching import Matching
from bot.store import schema
from bot.store.database import Database
from bot.store.subscriptions import SubscriptionTable
from tests.core.given import a_story, about
from tests.fakes.names import NAMES
from tests.fakes.observer import RecordingObserver
from tests.fakes.people import MemorySubscriptions
from tests.fakes.rows import Rows
from tests.pipeline.neighbour import neighbour
from tests.store.server import PostgresServer, postgres_server

STORY = read_terms(a_story("Wagner and the drought", "No football", places=about("ML")), NAMES, "Of rain")


class Followed(MemorySubscriptions):
    """A store with filters by number, that notes how it is read and takes a while to answer."""

    def __init__(self) -> None:
        self.rows = Rows()
        super().__init__(self.rows)
        self.asked: list[int] = []
        self.fails = False

    def put(self, filter_id: int, canonical: str, *, live: bool = True) -> None:
        self.rows.seq += 1
        self.rows.filters[canonical] = FilterChange(self.rows.seq, filter_id, canonical, live)

    async def changes(self, after: int, limit: int = 1_000) -> list[FilterChange]:
        self.asked.append(after)
        await asyncio.sleep(0)
        if self.fails:
            raise ConnectionError
        return await super().changes(after, limit)


@pytest.fixture
def followed() -> Followed:
    return Followed()


@pytest.fixture
def observer() -> RecordingObserver:
    return RecordingObserver()


@pytest.fixture
def matching(followed: Followed, observer: RecordingObserver) -> Matching:
    return Matching(followed, NAMES, observer)


def _fill(followed: Followed, count: int) -> None:
    for number in range(1, count + 1):
        followed.put(number, f'"word{number}"')


async def test_a_story_is_matched_with_what_explains_each_filters_yes(followed: Followed, matching: Matching) -> None:
    wanted = ['"drought"', '"drought" country:ML', '"wagner" -"football"', "drou* -lang:fr", '"sudan" OR "wagner"']
    for number, canonical in enumerate(wanted):
        followed.put(number, canonical)
    assert await matching.refresh() == 5
    found = matching.match(STORY)
    assert sorted(found) == [0, 1, 3, 4]
    for number, why in found.items():
        reasons = explain(read_canonical(wanted[number], NAMES), STORY).reasons
        assert why == tuple(each.evidence for each in reasons)


async def test_filters_are_followed_as_they_come_and_go(followed: Followed, matching: Matching) -> None:
    followed.put(1, '"drought"')
    followed.put(2, '"wagner" OR "sudan"')
    assert await matching.refresh() == 2
    followed.put(1, '"drought"', live=False)
    followed.put(3, '"no football"')
    assert await matching.refresh() == 2
    assert set(matching.match(STORY)) == {2, 3}
    followed.put(1, '"drought"')
    assert await matching.refresh() == 3
    assert set(matching.match(STORY)) == {1, 2, 3}


async def test_who_looks_and_finds_nothing_new_asks_once(followed: Followed, matching: Matching) -> None:
    _fill(followed, 3)
    await matching.refresh()
    await matching.refresh()
    assert followed.asked == [0, 3]


async def test_many_filters_are_read_page_by_page(followed: Followed, matching: Matching) -> None:
    _fill(followed, 2_500)
    assert await matching.refresh() == 2_500
    assert followed.asked == [0, 1_000, 2_000]


async def test_a_start_with_many_filters_leaves_others_their_turns(followed: Followed, matching: Matching) -> None:
    _fill(followed, 2_000)
    loading, turns = asyncio.create_task(matching.refresh()), 0
    while not loading.done():
        await asyncio.sleep(0)
        turns += 1
    assert loading.result() == 2_000
    assert turns >= 40


async def test_two_who_refresh_at_once_read_each_page_once(followed: Followed, matching: Matching) -> None:
    _fill(followed, 1_500)
    followed.put(2_000, '"drought"')
    counts = await asyncio.gather(*(matching.refresh() for _ in range(3)))
    assert counts == [1_501] * 3
    assert followed.asked == [0, 1_000, 1_501, 1_501]
    assert set(matching.match(STORY)) == {2_000}


@pytest.mark.parametrize("turns", [1, 2, 3, 5, 10, 25])
async def test_who_is_broken_off_in_the_middle_goes_on_from_there(
    followed: Followed, matching: Matching, turns: int
) -> None:
    _fill(followed, 1_200)
    loading = asyncio.create_task(matching.refresh())
    for _ in range(turns):
        await asyncio.sleep(0)
    loading.cancel()
    await asyncio.wait([loading])
    assert loading.cancelled()
    followed.put(7, '"word7"', live=False)
    assert await matching.refresh() == 1_199
    assert set(matching.match(read_terms(a_story("word7 word8"), NAMES))) == {8}


async def test_a_store_that_was_away_is_read_on_when_it_is_back(followed: Followed, matching: Matching) -> None:
    _fill(followed, 3)
    followed.fails = True
    with pytest.raises(ConnectionError):
        await matching.refresh()
    followed.fails = False
    assert await matching.refresh() == 3


async def test_the_operator_hears_of_a_filter_in_use_that_can_no_longer_be_read(
    followed: Followed, matching: Matching, observer: RecordingObserver
) -> None:
    followed.put(1, "country:XX")
    followed.put(2, '"drought"')
    followed.put(3, "country:YY", live=False)
    assert await matching.refresh() == 1
    assert observer.unreadable == ["country:XX"]


# Across processes


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with postgres_server() as started:
        yield started


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database that other processes can reach."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path}/shared.db")
    else:
        server: PostgresServer = request.getfixturevalue("server")
        opened = Database(server.url(server.create_database()))
    await schema.upgrade(opened)
    yield opened
    await opened.close()


async def test_what_another_process_changes_is_matched_within_a_second(
    database: Database, observer: RecordingObserver
) -> None:
    matching = Matching(SubscriptionTable(database), NAMES, observer)

    async def soon(so: Callable[[], bool]) -> None:
        end = time.monotonic() + 1
        await matching.refresh()
        while not so():
            assert time.monotonic() < end
            await asyncio.sleep(0.01)
            await matching.refresh()

    url = database.engine.url.render_as_string(hide_password=False)
    async with neighbour(url) as other:
        for _ in range(3):
            await other.does("add", '"drought"')
            await soon(lambda: len(matching.match(STORY)) == 1)
            await other.does("add", '"wagner"')
            await soon(lambda: len(matching.match(STORY)) == 2)
            await other.does("remove", '"drought"')
            await soon(lambda: len(matching.match(STORY)) == 1)
            await other.does("remove", '"wagner"')
            await soon(lambda: not matching.match(STORY))
    assert await matching.refresh() == 0
