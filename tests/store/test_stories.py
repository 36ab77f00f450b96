"""Promises about stories, their matches and the fan-out."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, update

from bot.core.chat import ChatState
from bot.core.delivery import State, Verdict, sent
from bot.core.feed import Feed
from bot.core.polling import Decision
from bot.core.rhythm import Every, Rhythm
from bot.core.stores import NewStory, Overtaken, Recorded
from bot.core.story import Evidence, Figure, FoundPlace, FoundSubject, Hedge
from bot.store.database import Database
from bot.store.tables import stories
from tests.store.scene import NOW, Scene, source, story, why


async def test_a_story_comes_back_as_it_was_kept(scene: Scene) -> None:
    places = (FoundPlace("ML", True, why("Malian")), FoundPlace("DZ", False))
    says: dict[str, Any] = {
        "actors": (FoundSubject("wagner", why("Wagner")),),
        "topics": (FoundSubject("drought"),),
        "hedges": (Hedge("unverified", "An unverified toll.", "text"),),
        "figures": (Figure("killed", "at least 84", 84.0, "At least 84 were killed, the UN said.", "the UN", "text"),),
    }
    kept = replace(story("a"), title="Mali’s “severed” ties", summary="عربي", language="fr", places=places, **says)
    await scene.tell_with(kept)
    found = (await scene.store.stories.recent(1))[0]
    assert replace(found, id=0) == replace(kept, keys=())
    assert await scene.store.stories.one(found.id) == found
    assert await scene.store.stories.one(found.id + 1_000) is None


@pytest.mark.parametrize("key", ["link:https://x/1", "node:x:1"])
async def test_a_story_is_known_by_its_link_or_by_its_node(scene: Scene, key: str) -> None:
    await scene.tell_with(story("a", "link:https://x/1", "node:x:1"))
    assert await scene.tell_with(story("other words", key)) == Recorded(0, 0)
    assert list(await scene.store.archive.bearing([key, "link:https://x/2"])) == [key]
    assert len(await scene.store.stories.recent(10)) == 1


async def test_a_known_story_learns_the_keys_it_comes_with(scene: Scene) -> None:
    await scene.tell_with(story("a", "link:https://x/old", "node:x:1"))
    await scene.tell_with(story("a", "link:https://x/new", "node:x:1"))
    assert await scene.tell_with(story("a", "link:https://x/new")) == Recorded(0, 0)


async def test_two_entries_of_one_visit_that_share_a_key_are_one_story(scene: Scene) -> None:
    twins = [NewStory(story("a", "link:https://x/1", "node:x:1"), {}), NewStory(story("b", "node:x:1"), {})]
    assert (await scene.record(*twins)).stories == 1


async def _beside(scene: Scene) -> Feed:
    """Return another feed, visited before."""
    await scene.store.feeds.sync([scene.feed.source, source("Another", "https://another.example/rss")], NOW)
    another = (await scene.feeds())["https://another.example/rss"]
    return replace(another, polled_before=True, polled_at=NOW - timedelta(minutes=5))


async def test_a_story_kept_silently_is_told_once_when_it_is_news_to_another_feed(scene: Scene) -> None:
    await scene.chat("1", "mali")
    another = await _beside(scene)
    await scene.tell("a", silent=True)
    (kept,) = await scene.store.archive.told(0, NOW)
    assert kept.silent_since == NOW
    matches = {(await scene.filter_ids())["mali"]: why("Malian")}
    news = NewStory(replace(story("a"), title="In its words"), matches, cluster=kept.story.id, continues=kept.story.id)
    for deliveries in (1, 0):
        assert (await scene.store.stories.record(Decision(another), [news], NOW)).deliveries == deliveries
    (told,) = await scene.store.archive.told(0, NOW)
    assert (told.story.title, told.feed_id, told.silent_since) == ("In its words", another.id, None)
    assert (told.cluster, told.continues) == (told.story.id, None)
    (claimed,) = await scene.claim()
    assert (claimed.story.title, claimed.evidence) == ("In its words", why("Malian"))


@pytest.mark.parametrize("case", ["its own feed", "told before", "withdrawn", "silent to both"])
async def test_a_known_story_that_is_no_news_stays_untold(scene: Scene, case: str) -> None:
    another = await _beside(scene)
    await scene.tell("a", filters=(), silent=case != "told before")
    (kept,) = await scene.store.archive.told(0, NOW - timedelta(days=1))
    if case == "withdrawn":
        await scene.store.withdrawals.withdraw(kept.story.id, NOW, edit=False)
    await scene.chat("1", "mali")
    feed = scene.feed if case == "its own feed" else another
    matches = {(await scene.filter_ids())["mali"]: why("mali")}
    news = NewStory(story("a"), matches, silent=case == "silent to both")
    assert await scene.store.stories.record(Decision(feed), [news], NOW) == Recorded(0, 0)


async def test_a_story_silent_to_two_feeds_was_there_before_either_comes_again(scene: Scene) -> None:
    another = await _beside(scene)
    await scene.tell("a", filters=(), silent=True)
    both = NewStory(story("a"), {}, silent=True)
    await scene.store.stories.record(Decision(another), [both], NOW)
    (kept,) = await scene.store.archive.told(0, NOW - timedelta(days=1))
    assert kept.silent_since == another.polled_at


@pytest.mark.parametrize("length", [3_000, 60_000])
async def test_a_story_with_an_endless_link_is_kept_and_known(scene: Scene, length: int) -> None:
    # Different letters, so that no database can press them together.
    endless = "link:https://x/" + "".join(chr(0x4E00 + (7919 * n) % 20_000) for n in range(length))
    assert (await scene.tell_with(story("a", endless))).stories == 1
    assert (await scene.tell_with(story("a", endless))).stories == 0
    assert list(await scene.store.archive.bearing([endless, endless + "x"])) == [endless]


async def test_characters_no_database_takes_do_not_lose_a_story(scene: Scene) -> None:
    await scene.chat("100", "mali")
    odd = Evidence("Ma\x00li \ud800", "title")
    named = replace(story("odd", "link:https://x/\x00\ud800"), title="Ma\x00li \ud800!", summary="\udfff")
    recorded = await scene.tell_with(named, {(await scene.filter_ids())["mali"]: (odd,)})
    assert recorded == Recorded(1, 1)
    assert (await scene.claim())[0].story.link == named.link
    assert await scene.tell_with(named) == Recorded(0, 0)


async def test_whoever_was_overtaken_by_others_keeps_nothing_and_looks_again(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a")
    (first,) = await scene.store.archive.told(0, NOW)
    await scene.tell("b")
    new, decision = [NewStory(story("c"), {})], Decision(replace(scene.feed, polled_before=True))
    with pytest.raises(Overtaken):
        await scene.store.stories.record(decision, new, NOW, after=first.story.id)
    assert len(await scene.store.stories.recent(9)) == 2
    last = (await scene.store.archive.told(first.story.id, NOW))[-1].story.id
    assert (await scene.store.stories.record(decision, new, NOW, after=last)).stories == 1


async def test_stories_of_long_ago_overtake_nobody(scene: Scene) -> None:
    await scene.tell_with(story("a"))
    decision = Decision(replace(scene.feed, polled_before=True))
    later = NOW + timedelta(hours=2)
    assert (await scene.store.stories.record(decision, [NewStory(story("b"), {})], later, after=0)).stories == 1


async def test_stories_are_listed_newest_first(scene: Scene) -> None:
    for name, age in (("old", 3), ("new", 1), ("middle", 2)):
        await scene.tell_with(replace(story(name), published=NOW - timedelta(hours=age)))
    assert [each.fingerprint for each in await scene.store.stories.recent(2)] == ["new", "middle"]


async def test_a_first_poll_records_and_tells_nobody(scene: Scene) -> None:
    await scene.chat("100", "mali")
    assert await scene.tell("a", "b", silent=True) == Recorded(2, 0)
    assert await scene.store.outbox.counts() == {}
    assert await scene.tell("a", "b") == Recorded(0, 0)


async def test_a_story_goes_to_every_active_chat_that_follows_it_and_to_no_other(scene: Scene) -> None:
    mali, both = await scene.chat("1", "mali"), await scene.chat("2", "mali", "sudan")
    await scene.chat("3", "sudan")
    paused, gone = await scene.chat("4", "mali"), await scene.chat("5", "mali")
    await scene.store.chats.set_state(paused.id, ChatState.PAUSED)
    await scene.store.chats.gone(gone.address, "blocked")
    assert await scene.tell("a") == Recorded(1, 2)
    assert {each.chat.id for each in await scene.claim()} == {mali.id, both.id}


async def test_a_chat_with_two_matched_filters_gets_a_story_once_with_the_evidence_of_both(scene: Scene) -> None:
    await scene.chat("1", "mali", "wagner")
    assert await scene.tell("a", filters=("mali", "wagner")) == Recorded(1, 1)
    assert {each.words for each in (await scene.claim())[0].evidence} == {"mali", "wagner"}


async def test_a_chat_sees_the_evidence_of_its_own_filters_only(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.chat("2", "wagner")
    await scene.tell("a", filters=("mali", "wagner"))
    assert {each.to.chat: each.evidence for each in await scene.claim()} == {"1": why("mali"), "2": why("wagner")}


async def test_a_subscription_made_after_a_story_brings_nothing_of_before(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a")
    await scene.chat("2", "mali")
    assert [each.to.chat for each in await scene.claim()] == ["1"]


async def test_a_story_that_matches_nothing_is_kept_and_told_to_nobody(scene: Scene) -> None:
    await scene.chat("1", "mali")
    assert await scene.tell_with(story("a")) == Recorded(1, 0)


async def test_a_story_without_subscribers_left_makes_no_delivery(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    matches = {(await scene.filter_ids())["mali"]: why("mali")}
    await scene.store.subscriptions.remove(chat.id, ["mali"])
    assert await scene.tell_with(story("a"), matches) == Recorded(1, 0)
    assert (await scene.store.outbox.counts()).get(State.QUEUED, 0) == 0


async def test_what_a_newer_version_kept_of_a_story_is_no_trouble(sql_scene: Scene, database: Database) -> None:
    figure = Figure("killed", "84", 84.0, "84 were killed, the UN said.", "the UN", "text")
    await sql_scene.tell_with(replace(story("a"), figures=(figure,)))

    def grow(connection: Connection) -> None:
        says = connection.execute(select(stories.c.says)).scalar_one()
        says["figures"][0]["since"] = says["mood"] = "new"
        connection.execute(update(stories).values(says=says))

    await database.write(grow)
    assert (await sql_scene.store.stories.recent(1))[0].figures == (figure,)


async def _tell(scene: Scene, name: str, **told: Any) -> int:
    """Record a story about Mali; return its id."""
    matches = {(await scene.filter_ids())["mali"]: why("mali")}
    await scene.record(NewStory(story(name), matches, **told))
    return next(each.id for each in await scene.store.stories.recent(99) if each.fingerprint == name)


async def test_a_chat_gets_one_story_of_those_that_tell_the_same(scene: Scene) -> None:
    await scene.chat("1", "mali")
    first = await _tell(scene, "first")
    await scene.chat("2", "mali")
    second = await _tell(scene, "again", cluster=first)
    await scene.chat("3", "mali")
    third = await _tell(scene, "once more", cluster=first)
    assert {each.to.chat: each.story.id for each in await scene.claim()} == {"1": first, "2": second, "3": third}
    assert await scene.claim() == []


async def test_a_chat_that_was_not_told_after_all_gets_the_next_story_that_tells_the_same(scene: Scene) -> None:
    paused, refusing = await scene.chat("1", "mali"), await scene.chat("2", "mali")
    told = await scene.chat("3", "mali")
    first = await _tell(scene, "first")
    await scene.store.chats.set_state(paused.id, ChatState.PAUSED)
    await scene.store.chats.set_state(paused.id, ChatState.ACTIVE)
    verdicts = {refusing.id: Verdict(State.DEAD, error="refused"), told.id: sent("m")}
    for each in await scene.claim():
        await scene.store.outbox.record(each, verdicts[each.chat.id], NOW)
    second = await _tell(scene, "again", cluster=first)
    claimed = await scene.claim()
    assert {each.chat.id: each.story.id for each in claimed} == {paused.id: second, refusing.id: second}
    await _tell(scene, "once more", cluster=first)
    for each in claimed:
        await scene.store.outbox.record(each, sent("m"), NOW)
    assert await scene.claim() == []


@pytest.mark.parametrize("state", [State.UNCERTAIN, State.SENT])
async def test_a_story_that_may_have_arrived_is_not_told_once_more_by_another(scene: Scene, state: State) -> None:
    await scene.chat("1", "mali")
    first = await _tell(scene, "first")
    await scene.store.outbox.record((await scene.claim())[0], Verdict(state), NOW)
    await _tell(scene, "again", cluster=first)
    assert await scene.claim() == []


async def test_a_story_that_many_filters_match_is_told_by_a_statement_no_longer_than_for_one(
    sql_scene: Scene, database: Database
) -> None:
    # PostgreSQL takes 65,535 parameters.
    await sql_scene.chat("1", *(f"word {number}" for number in range(100)))
    numbers, lengths = list((await sql_scene.filter_ids()).values()), []

    def note(_c: Any, _x: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("INSERT INTO deliveries"):
            lengths.append(len(parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    for name, wanted in (("first", numbers[:1]), ("one", numbers[:1]), ("many", numbers)):
        assert (await sql_scene.tell_with(story(name), {each: why("word") for each in wanted})).deliveries == 1
    assert lengths[1] == lengths[2]


async def test_stories_from_a_time_away_are_held_to_be_told_together(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    await _tell(scene, "missed", gap=True)
    assert await scene.claim() == []
    (held,) = await scene.store.holding.due(NOW, 10)
    assert (held.chat.id, [(each.heading, each.due_at) for each in held.due]) == (chat.id, [("gap", NOW)])
    assert await scene.store.outbox.counts() == {State.HELD: 1}


async def test_a_story_is_held_for_chats_with_hours_and_queued_for_the_others(scene: Scene) -> None:
    await scene.chat("1", "mali")
    slow = await scene.chat("2", "mali")
    await scene.store.chats.set_hours(slow.id, Rhythm(every=Every.DAILY), "", NOW)
    matches = {(await scene.filter_ids())["mali"]: why("mali")}
    assert await scene.record(NewStory(story("a"), matches)) == Recorded(1, 2)
    assert await scene.store.outbox.counts() == {State.QUEUED: 1, State.HELD: 1}
    assert [each.to.chat for each in await scene.claim()] == ["1"]
    assert [each.chat.id for each in await scene.store.holding.due(NOW, 10)] == [slow.id]
