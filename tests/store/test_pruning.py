"""What has had its time goes, a little at once; what waits, and what a feed may list again, stays."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Table, func, select

from bot.core.delivery import State, sent
from bot.core.rhythm import LONGEST_HOLD
from bot.core.stores import Kept, NewStory, Retention
from bot.store.database import Database
from bot.store.pruning import PruneTable
from bot.store.tables import deliveries, filters, matches, seen, stories, story_keys, transcript
from tests.store.scene import NOW, Scene, story, why
from tests.store.test_plans import Plans

DAY = timedelta(days=1)


@pytest.fixture
def pruning(database: Database) -> PruneTable:
    return PruneTable(database)


def keeping(history: datetime, *, reasons: datetime = NOW - DAY, listed: int = 0, change: int = 0) -> Retention:
    return Retention(history, reasons, history, listed, change)


async def count(database: Database, table: Table) -> int:
    counted = select(func.count()).select_from(table)
    return await database.read(lambda connection: int(connection.execute(counted).scalar_one()))


LATER, EARLIER = keeping(NOW + DAY), keeping(NOW - DAY)


async def test_an_alert_that_was_sent_goes_when_its_time_is_over(sql_scene: Scene, pruning: PruneTable) -> None:
    await sql_scene.chat("1", "mali")
    await sql_scene.tell("a")
    (claimed,) = await sql_scene.claim()
    await sql_scene.store.outbox.record(claimed, sent("m"), NOW)
    assert await pruning.prune(Kept.DELIVERIES, EARLIER, 10) == 0
    assert await pruning.prune(Kept.DELIVERIES, LATER, 10) == 1
    assert await sql_scene.store.outbox.counts() == {}


async def test_an_alert_that_waits_is_never_too_old(sql_scene: Scene, pruning: PruneTable) -> None:
    await sql_scene.chat("1", "mali")
    await sql_scene.tell("a")
    assert await pruning.prune(Kept.DELIVERIES, LATER, 10) == 0
    assert await pruning.prune(Kept.STORIES, LATER, 10) == 0
    assert await pruning.prune(Kept.REASONS, replace(LATER, reasons=NOW + DAY), 10) == 0
    (claimed,) = await sql_scene.claim()
    assert claimed.evidence == why("mali")


async def test_what_nobody_has_sent_for_longer_than_all_is_kept_ends_and_hides_nothing_behind_it(
    sql_scene: Scene, pruning: PruneTable, database: Database
) -> None:
    await sql_scene.chat("1", "mali", lane="telegram:gone")
    await sql_scene.tell(*(f"old{n}" for n in range(50)))
    await sql_scene.chat("2", "mali")
    await sql_scene.chat("3", "niger")
    await sql_scene.tell("a", filters=("niger",))
    (claimed,) = await sql_scene.claim()
    await sql_scene.store.outbox.record(claimed, sent("m"), NOW)
    held = replace(LATER, seen=NOW + DAY)
    assert await pruning.prune(Kept.DELIVERIES, held, 10) == 1  # what was sent, behind fifty that may still be sent
    assert await sql_scene.store.outbox.counts() == {State.QUEUED: 50}
    abandoned = keeping(NOW + DAY)
    abandoned = replace(abandoned, seen=NOW + LONGEST_HOLD + DAY)
    assert await pruning.prune(Kept.DELIVERIES, abandoned, 10) == 10
    errors = select(deliveries.c.error).where(deliveries.c.state == State.CANCELLED.value).distinct()
    assert await database.read(lambda c: c.execute(errors).scalars().all()) == ["nobody sent it in time"]
    while await pruning.prune(Kept.DELIVERIES, abandoned, 10):
        pass
    assert await count(database, deliveries) == 0


async def test_a_look_that_finds_nothing_to_remove_is_two_short_statements_along_the_key(
    sql_scene: Scene, pruning: PruneTable, database: Database
) -> None:
    for name in "1234567":
        await sql_scene.chat(name, "mali")
    await sql_scene.tell(*(f"old{n}" for n in range(300)))
    plans = Plans(database)
    assert await pruning.prune(Kept.DELIVERIES, EARLIER, 1) == 0
    assert {statement.split()[0] for _, statement in plans.seen} == {"DELETE", "UPDATE"}
    assert all("LIMIT" in statement for _, statement in plans.seen)
    assert not [plan for plan, _ in plans.seen if "SORT" in plan.upper() or "TEMP B-TREE FOR ORDER" in plan]


async def test_no_more_goes_at_once_than_asked(sql_scene: Scene, pruning: PruneTable) -> None:
    for name in "12345":
        await sql_scene.chat(name, "mali")
    await sql_scene.tell("a")
    for claimed in await sql_scene.claim():
        await sql_scene.store.outbox.record(claimed, sent("m"), NOW)
    assert [await pruning.prune(Kept.DELIVERIES, LATER, 2) for _ in range(4)] == [2, 2, 1, 0]


async def test_a_story_goes_with_its_keys_but_the_newest_that_a_feed_may_list_stay(
    sql_scene: Scene, pruning: PruneTable, database: Database
) -> None:
    await sql_scene.chat("1", "mali")
    await sql_scene.tell(*"abcde", filters=(), silent=True)
    assert await pruning.prune(Kept.STORIES, replace(LATER, listed=2), 10) == 3
    assert await pruning.prune(Kept.STORIES, replace(LATER, listed=2), 10) == 0
    known = await sql_scene.store.archive.bearing([f"link:https://news.example/{name}" for name in "abcde"])
    assert known.keys() == {"link:https://news.example/d", "link:https://news.example/e"}
    assert await count(database, story_keys) == await count(database, stories) == 2


async def test_why_a_story_matched_goes_before_the_story(
    sql_scene: Scene, pruning: PruneTable, database: Database
) -> None:
    await sql_scene.chat("1", "mali")
    await sql_scene.tell("a", silent=True)
    assert await pruning.prune(Kept.REASONS, replace(EARLIER, reasons=NOW + DAY), 10) == 1
    assert (await count(database, matches), await count(database, stories)) == (0, 1)


async def test_a_filter_that_nobody_follows_goes_once_every_index_has_let_go_of_it(
    sql_scene: Scene, pruning: PruneTable, database: Database
) -> None:
    chat = await sql_scene.chat("1", "mali", "niger")
    before = await pruning.last_change()
    await sql_scene.store.subscriptions.remove(chat.id, ["niger"])
    assert await pruning.prune(Kept.FILTERS, replace(LATER, change=before), 10) == 0
    assert await pruning.prune(Kept.FILTERS, replace(LATER, change=await pruning.last_change()), 10) == 1
    assert await count(database, filters) == 1
    assert await sql_scene.store.subscriptions.add(chat.id, "niger", NOW)


async def test_a_filter_that_a_kept_story_matched_stays(sql_scene: Scene, pruning: PruneTable) -> None:
    chat = await sql_scene.chat("1", "mali")
    await sql_scene.tell("a", silent=True)
    await sql_scene.store.subscriptions.remove(chat.id, ["mali"])
    assert await pruning.prune(Kept.FILTERS, replace(LATER, change=await pruning.last_change()), 10) == 0


async def test_what_was_said_in_a_web_chat_and_seen_of_a_platform_goes_too(
    sql_scene: Scene, pruning: PruneTable, database: Database
) -> None:
    await sql_scene.store.transcript.add("trial", True, "{}")
    await database.write(lambda connection: connection.execute(seen.insert().values(key="k", seen_at=NOW)).rowcount)
    for kind, table in ((Kept.TRANSCRIPT, transcript), (Kept.SEEN, seen)):
        assert await pruning.prune(kind, EARLIER, 10) == 0
        assert await pruning.prune(kind, LATER, 10) == 1
        assert await count(database, table) == 0


async def test_who_begins_reads_only_the_filters_in_use(sql_scene: Scene) -> None:
    chat = await sql_scene.chat("1", "mali", "niger", "chad")
    await sql_scene.store.subscriptions.remove(chat.id, ["niger"])
    assert [each.canonical for each in await sql_scene.store.subscriptions.changes(0)] == ["mali", "chad"]


async def test_stories_of_a_feed_that_is_no_longer_polled_all_go(sql_scene: Scene, pruning: PruneTable) -> None:
    await sql_scene.record(NewStory(story("a"), {}, silent=True))
    await sql_scene.store.feeds.sync([], NOW)
    assert await pruning.prune(Kept.STORIES, replace(LATER, listed=10), 10) == 1


async def test_an_alert_given_up_or_cancelled_goes_like_one_sent(
    sql_scene: Scene, pruning: PruneTable, database: Database
) -> None:
    await sql_scene.chat("1", "mali")
    await sql_scene.tell("a", "b")
    for state in (State.DEAD, State.CANCELLED):
        (claimed,) = await sql_scene.claim()
        await sql_scene.store.outbox.record(claimed, replace(sent(""), state=state), NOW)
    assert await pruning.prune(Kept.DELIVERIES, LATER, 10) == 2
    assert await count(database, deliveries) == 0
