"""Promises that hold while several processes work on one database; each has its own connections and threads."""

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest_asyncio

from bot.core.delivery import Delivery, State, sent
from bot.core.polling import Decision
from bot.core.stores import NewStory, Recorded
from bot.store import schema
from bot.store.database import Database
from tests.fakes.clock import FakeClock
from tests.store.scene import LEASE, NOW, Scene, SqlStore, sighting, source, story


@pytest_asyncio.fixture
async def others(url: str, sql_scene: Scene) -> AsyncIterator[list[Scene]]:
    """The same store as three more processes see it."""
    opened = [Database(url) for _ in range(3)]
    yield [Scene(SqlStore(database, FakeClock()), sql_scene.feed) for database in opened]
    await asyncio.gather(*(database.close() for database in opened))


class Watch:
    """Sees what is under way, as chats would."""

    def __init__(self) -> None:
        self.under_way: set[int] = set()
        self.told: Counter[int] = Counter()
        self.order: dict[int, list[int]] = {}

    def begins(self, delivery: Delivery) -> None:
        assert delivery.chat.id not in self.under_way, "two deliveries of one chat at once"
        self.under_way.add(delivery.chat.id)
        self.told[delivery.id] += 1
        self.order.setdefault(delivery.chat.id, []).append(delivery.id)

    def ends(self, delivery: Delivery) -> None:
        self.under_way.discard(delivery.chat.id)


async def _send_all(scene: Scene, watch: Watch, *, total: int) -> None:
    while sum(watch.told.values()) < total:
        claimed = await scene.claim(limit=7)
        for delivery in claimed:
            watch.begins(delivery)
        for delivery in claimed:
            watch.ends(delivery)
            assert await scene.store.outbox.record(delivery, sent("m"), NOW)
        if not claimed:
            await asyncio.sleep(0.001)


async def test_senders_that_claim_at_once_never_get_the_same_delivery_or_two_of_one_chat(
    sql_scene: Scene, others: list[Scene]
) -> None:
    for number in range(20):
        await sql_scene.chat(str(number), "mali")
    await sql_scene.tell("a", "b", "c", "d")
    watch = Watch()
    async with asyncio.timeout(30):
        await asyncio.gather(*(_send_all(each, watch, total=80) for each in (sql_scene, *others[:1])))
    assert set(watch.told.values()) == {1}
    assert await sql_scene.store.outbox.counts() == {State.SENT: 80}


async def test_chats_get_their_stories_in_order_while_two_pollers_bring_more(
    sql_scene: Scene, others: list[Scene]
) -> None:
    for number in range(10):
        await sql_scene.chat(str(number), "mali")
    watch = Watch()

    async def bring(scene: Scene, name: str) -> None:
        for number in range(6):
            await scene.tell(f"{name}{number}-x", f"{name}{number}-y")

    async with asyncio.timeout(30):
        await asyncio.gather(
            bring(sql_scene, "left"),
            bring(others[0], "right"),
            *(_send_all(each, watch, total=240) for each in others[1:]),
        )
    assert all(ids == sorted(ids) for ids in watch.order.values())
    assert await sql_scene.store.outbox.counts() == {State.SENT: 240}


async def test_two_pollers_with_the_same_stories_keep_each_once(sql_scene: Scene, others: list[Scene]) -> None:
    await sql_scene.chat("1", "mali")
    ids = await sql_scene.filter_ids()
    for turn in range(15):
        told = [story(f"{turn}-{n}", f"link:{turn}-{n}", f"node:{turn}-{n}") for n in range(4)]
        new = [NewStory(each, {ids["mali"]: ()}) for each in told]
        first, second = await asyncio.gather(sql_scene.record(*new), others[0].record(*reversed(new)))
        assert {first, second} == {Recorded(4, 4), Recorded(0, 0)}
    assert len(await sql_scene.store.stories.recent(1_000)) == 60
    assert await sql_scene.store.outbox.counts() == {State.QUEUED: 60}


async def test_a_feed_goes_to_one_of_several_pollers(sql_scene: Scene, others: list[Scene]) -> None:
    await sql_scene.store.feeds.sync([source(str(n), f"https://x/{n}") for n in range(12)], NOW)
    claims = await asyncio.gather(
        *(each.store.feeds.claim_due(NOW, LEASE, 4) for each in (sql_scene, *others) for _ in range(2))
    )
    names = Counter(feed.source.name for claimed in claims for feed in claimed)
    assert set(names.values()) == {1}
    left = await sql_scene.store.feeds.claim_due(NOW, LEASE, 99)
    assert len(names) + len(left) == 12


async def test_two_visits_that_make_one_host_wait_do_not_stand_in_each_others_way(
    sql_scene: Scene, others: list[Scene]
) -> None:
    await sql_scene.store.feeds.sync([source(str(n), f"https://x/{n}") for n in range(20)], NOW)
    feeds = await sql_scene.store.feeds.all()

    async def keep(scene: Scene, at: int) -> None:
        until = NOW + timedelta(minutes=at + 1)
        await scene.store.feeds.keep(Decision(replace(feeds[-at], next_poll_at=NOW), host_waits_until=until))

    await asyncio.gather(*(keep(each, at) for at in range(20) for each in (sql_scene, others[0])))
    # Whichever of them came last, its own feed waits as long as it was told; the longest wait then holds for all.
    await keep(sql_scene, 19)
    soonest = NOW + timedelta(minutes=20)
    assert {feed.next_poll_at for feed in await sql_scene.store.feeds.all()} == {soonest}


async def test_a_chat_two_processes_see_at_once_is_one_chat(sql_scene: Scene, others: list[Scene]) -> None:
    seen = await asyncio.gather(*(each.store.chats.seen(sighting("1"), NOW) for each in (sql_scene, *others)))
    assert len({chat.id for chat in seen}) == 1


class Index:
    """Follows the filters as a poller's index does."""

    def __init__(self, scene: Scene) -> None:
        self._subscriptions = scene.store.subscriptions
        self._seq = 0
        self.live: dict[int, str] = {}

    async def refresh(self) -> set[str]:
        for change in await self._subscriptions.changes(self._seq):
            assert change.seq >= self._seq
            self._seq = change.seq
            self.live.pop(change.filter_id, None)
            if change.live:
                self.live[change.filter_id] = change.canonical
        return set(self.live.values())


async def test_an_index_never_misses_a_filter_somebody_follows(sql_scene: Scene, others: list[Scene]) -> None:
    watcher, done = Index(sql_scene), asyncio.Event()

    async def watch() -> None:
        while not done.is_set():
            await watcher.refresh()

    async def change_minds(scene: Scene, name: str) -> None:
        chat, index = await scene.chat(name), Index(scene)
        for turn in range(12):
            wanted = ["mali", f"only {name}", f"shared {turn}"]
            for canonical in wanted:
                await scene.store.subscriptions.add(chat.id, canonical, NOW)
                assert canonical in await index.refresh()
            await scene.store.subscriptions.remove(chat.id, wanted[: 2 if turn % 3 else 3])

    watching = asyncio.create_task(watch())
    async with asyncio.timeout(60):
        await asyncio.gather(*(change_minds(each, str(n)) for n, each in enumerate((sql_scene, *others))))
    done.set()
    await watching
    followed: set[str] = set()
    for number in range(4):
        chat = await sql_scene.chat(str(number))
        followed.update(each.canonical for each in await sql_scene.store.subscriptions.of(chat.id))
    assert await watcher.refresh() == followed
    assert await Index(sql_scene).refresh() == followed


async def test_a_page_that_reads_along_misses_nothing_of_what_several_say(
    sql_scene: Scene, others: list[Scene]
) -> None:
    read: list[int] = []

    async def read_along() -> None:
        while len(read) < 60:
            news = await sql_scene.store.transcript.since("c", read[-1] if read else 0, 5)
            read.extend(each.id for each in news)

    async def say(scene: Scene) -> list[int]:
        return [await scene.store.transcript.add("c", False, "{}") for _ in range(20)]

    async with asyncio.timeout(30):
        said, *_ = await asyncio.gather(asyncio.gather(*(say(each) for each in others)), read_along())
    assert sorted(read) == sorted(number for ids in said for number in ids)
    assert all(before < after for before, after in pairwise(read))


async def test_two_processes_that_start_on_an_empty_database_both_find_it_ready(empty_url: str) -> None:
    program = """
import asyncio, sys
from bot.store import database, schema
asyncio.run(schema.upgrade(database.Database(sys.argv[1])))
"""
    starting = [await asyncio.create_subprocess_exec(sys.executable, "-c", program, empty_url) for _ in range(3)]
    assert [await each.wait() for each in starting] == [0, 0, 0]
    database = Database(empty_url)
    assert await schema.is_current(database)
    await database.close()
