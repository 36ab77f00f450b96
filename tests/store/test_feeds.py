"""Promises about feeds and their visits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.feed import AFRESH, FeedSource
from bot.core.polling import Decision
from bot.core.stores import NewStory, VisitLost
from tests.store.scene import LEASE, NOW, REFUSALS, SECOND, Scene, Store, source, story, why

HOUR, NO_TIME = timedelta(hours=1), timedelta(0)
A, B, C = (source(name, f"https://{host}/{name}.xml") for name, host in (("a", "one"), ("b", "one"), ("c", "other")))


async def test_a_new_feed_is_due_at_once(store: Store) -> None:
    await store.feeds.sync([A], NOW)
    assert [feed.next_poll_at for feed in await store.feeds.all()] == [NOW]
    claimed = await store.feeds.claim_due(NOW, LEASE, 10)
    assert [(feed.source, feed.polled_before) for feed in claimed] == [(A, False)]


async def test_a_feed_comes_back_from_the_store_as_it_was_described(store: Store) -> None:
    described = FeedSource(
        name="GDACS «été»",
        url="https://gdacs.example/rss.xml",
        fallbacks=("https://gdacs.example/b.xml",),
        interval=timedelta(minutes=7, seconds=30),
        language="fr",
        places_in="gdacs",
        only="country:ML",
        levels=("Orange", "Red"),
        articles=False,
        trusted=True,
    )
    await store.feeds.sync([described], NOW)
    assert [feed.source for feed in await store.feeds.all()] == [described]


async def test_a_claimed_feed_goes_to_one_caller_until_its_lease_ends(store: Store) -> None:
    await store.feeds.sync([A, B], NOW)
    assert len(await store.feeds.claim_due(NOW, LEASE, 1)) == 1
    assert len(await store.feeds.claim_due(NOW, NO_TIME, 10)) == 1
    assert len(await store.feeds.claim_due(NOW, LEASE, 10)) == 1
    assert await store.feeds.claim_due(NOW, LEASE, 10) == []


async def test_a_claim_leaves_the_time_of_the_next_visit_alone(store: Store) -> None:
    await store.feeds.sync([A], NOW)
    await store.feeds.claim_due(NOW, LEASE, 1)
    assert [feed.next_poll_at for feed in await store.feeds.all()] == [NOW]
    assert await store.feeds.make_due(NOW) == 1
    assert await store.feeds.claim_due(NOW, LEASE, 1) == []


async def test_claims_that_are_renewed_last_longer_and_those_that_were_lost_are_told(store: Store) -> None:
    await store.feeds.sync([A, B], NOW)
    lost, held = await store.feeds.claim_due(NOW, NO_TIME, 2)
    assert await store.feeds.renew([held], NOW, LEASE) == {held.id}
    (again,) = await store.feeds.claim_due(NOW, LEASE, 10)
    assert (again.id, again.claim != lost.claim) == (lost.id, True)
    assert await store.feeds.renew([lost, held], NOW, LEASE) == {held.id}
    assert await store.feeds.renew([], NOW, LEASE) == set()


async def test_a_visit_that_lost_its_feed_writes_nothing(scene: Scene) -> None:
    await scene.chat("100", "mali")
    (late,) = await scene.store.feeds.claim_due(NOW, NO_TIME, 1)
    (now_its,) = await scene.store.feeds.claim_due(NOW, LEASE, 1)
    decided = replace(late, polled_before=True, etag='"late"', next_poll_at=NOW + HOUR)
    with pytest.raises(VisitLost):
        await scene.store.feeds.keep(Decision(decided))
    new = NewStory(story("late"), {(await scene.filter_ids())["mali"]: why("Mali")})
    with pytest.raises(VisitLost):
        await scene.store.stories.record(Decision(decided), [new], NOW)
    assert await scene.store.stories.recent(9) == []
    assert await scene.store.outbox.counts() == {}
    assert await scene.store.feeds.all() == [now_its]
    await scene.store.feeds.give_back([late], NOW + HOUR)
    assert (await scene.store.feeds.all())[0].next_poll_at == NOW
    assert (await scene.store.stories.record(Decision(replace(decided, claim=now_its.claim)), [new], NOW)).stories == 1
    assert [feed.claim for feed in await scene.store.feeds.all()] == [""]


async def test_a_feed_that_is_given_back_is_due_when_its_visitor_says(store: Store) -> None:
    await store.feeds.sync([A], NOW)
    await store.feeds.give_back(await store.feeds.claim_due(NOW, LEASE, 1), NOW + HOUR)
    assert await store.feeds.claim_due(NOW + HOUR - SECOND, LEASE, 1) == []
    assert len(await store.feeds.claim_due(NOW + HOUR, LEASE, 1)) == 1


async def test_who_is_alone_ends_the_claims_of_the_dead(store: Store) -> None:
    await store.feeds.sync([A, B], NOW)
    await store.feeds.claim_due(NOW, LEASE, 2)
    await store.feeds.end_claims()
    assert len(await store.feeds.claim_due(NOW, LEASE, 2)) == 2


async def test_a_visit_that_a_clock_set_back_had_put_off_is_due_at_the_next_start(store: Store) -> None:
    await store.feeds.sync([A, B, C], NOW)
    a, b, c = await store.feeds.all()
    await store.feeds.keep(Decision(replace(a, next_poll_at=NOW + 26 * HOUR, polled_at=NOW)))
    await store.feeds.keep(Decision(replace(b, next_poll_at=NOW + HOUR, polled_at=NOW)))
    await store.feeds.keep(Decision(replace(c, next_poll_at=NOW + 6 * HOUR, failures=9, failing_since=NOW)))
    await store.feeds.sync([A, B, C], NOW)
    due = {feed.source.name: feed.next_poll_at for feed in await store.feeds.all()}
    assert due == {"a": NOW, "b": NOW + HOUR, "c": NOW + 6 * HOUR}


async def test_feeds_that_wait_longest_are_claimed_first(store: Store) -> None:
    await store.feeds.sync([A], NOW)
    await store.feeds.sync([A, B], NOW - HOUR)
    assert [feed.source for feed in await store.feeds.claim_due(NOW, LEASE, 1)] == [B]


async def test_syncing_keeps_the_state_of_a_known_feed_and_takes_its_new_description(store: Store) -> None:
    await store.feeds.sync([A], NOW)
    feed = (await store.feeds.all())[0]
    visited = replace(feed, polled_before=True, etag='"v1"', failures=3, failing_since=NOW, next_poll_at=NOW + HOUR)
    await store.feeds.keep(Decision(visited))
    renamed = replace(A, name="renamed", interval=HOUR)
    await store.feeds.sync([renamed], NOW + HOUR)
    assert await store.feeds.all() == [replace(visited, source=renamed)]


async def test_a_feed_the_operator_no_longer_names_is_switched_off_and_comes_back_with_its_state(store: Store) -> None:
    await store.feeds.sync([A, C], NOW)
    feed = next(feed for feed in await store.feeds.all() if feed.source == A)
    await store.feeds.keep(Decision(replace(feed, polled_before=True, etag='"v1"')))
    await store.feeds.sync([C], NOW)
    assert [feed.source for feed in await store.feeds.all()] == [C]
    assert [feed.source for feed in await store.feeds.claim_due(NOW, LEASE, 10)] == [C]
    await store.feeds.sync([A, C], NOW)
    back = next(feed for feed in await store.feeds.all() if feed.source == A)
    assert (back.polled_before, back.etag) == (True, '"v1"')


@pytest.mark.parametrize(("away", "anew"), [(AFRESH, False), (AFRESH + SECOND, True)])
async def test_a_feed_that_was_off_for_weeks_begins_as_a_new_one_does(
    store: Store, away: timedelta, anew: bool
) -> None:
    await store.feeds.sync([source()], NOW)
    (feed,) = await store.feeds.claim_due(NOW, LEASE, 1)
    visited = replace(feed, polled_before=True, polled_at=NOW, etag='"1"', body_hash="1", validators_of=feed.source.url)
    await store.feeds.keep(Decision(visited))
    await store.feeds.sync([source()], NOW + away)
    assert (await store.feeds.all())[0].polled_before  # it was on all the time, though nobody visited it
    await store.feeds.sync([], NOW + SECOND)
    await store.feeds.sync([source()], NOW + away)
    (back,) = await store.feeds.all()
    assert (back.polled_before, back.etag, back.body_hash) == ((False, "", "") if anew else (True, '"1"', "1"))


async def test_syncing_to_nothing_switches_every_feed_off(store: Store) -> None:
    await store.feeds.sync([A, B], NOW)
    await store.feeds.sync([], NOW)
    assert await store.feeds.all() == []


async def test_a_host_that_asks_for_patience_gets_it_from_all_its_feeds(store: Store) -> None:
    await store.feeds.sync([A, B, C], NOW)
    feed = next(feed for feed in await store.feeds.all() if feed.source == A)
    await store.feeds.keep(Decision(replace(feed, next_poll_at=NOW + 2 * HOUR), host_waits_until=NOW + HOUR))
    due = {feed.source.name: feed.next_poll_at for feed in await store.feeds.all()}
    assert due == {"a": NOW + 2 * HOUR, "b": NOW + HOUR, "c": NOW}


async def test_a_feed_that_was_given_up_is_not_due_until_the_operator_says_so(store: Store) -> None:
    await store.feeds.sync([A], NOW)
    feed = (await store.feeds.all())[0]
    await store.feeds.keep(Decision(replace(feed, off_because="410 gone")))
    assert await store.feeds.claim_due(NOW + HOUR, LEASE, 10) == []
    assert await store.feeds.make_due(NOW + HOUR) == 1
    assert [each.off_because for each in await store.feeds.claim_due(NOW + HOUR, LEASE, 10)] == [""]


async def test_making_due_leaves_out_feeds_that_are_switched_off(store: Store) -> None:
    await store.feeds.sync([A, B], NOW)
    await store.feeds.sync([B], NOW)
    assert await store.feeds.make_due(NOW) == 1


async def test_validators_are_kept_together_with_the_stories_they_came_with(scene: Scene) -> None:
    visited = replace(scene.feed, polled_before=True, etag='"v2"', last_modified="Fri", next_poll_at=NOW + HOUR)
    await scene.store.stories.record(Decision(visited), [NewStory(story("a"), {})], NOW)
    assert await scene.store.feeds.all() == [visited]
    assert len(await scene.store.stories.recent(10)) == 1


async def test_a_visit_that_breaks_off_in_the_middle_leaves_nothing_behind(scene: Scene) -> None:
    chat = await scene.chat("100", "mali")
    ids = await scene.filter_ids()
    fine = NewStory(story("fine"), {ids["mali"]: why("Mali")})
    broken = NewStory(story("broken"), {999_999: why("nothing")})
    visited = replace(scene.feed, polled_before=True, etag='"v2"')
    with pytest.raises(REFUSALS):
        await scene.store.stories.record(Decision(visited), [fine, broken], NOW)
    assert await scene.store.feeds.all() == [scene.feed]
    assert await scene.store.stories.recent(10) == []
    assert await scene.store.archive.bearing(fine.story.keys) == {}
    assert await scene.store.outbox.counts() == {}
    assert (await scene.store.stories.record(Decision(visited), [fine], NOW)).deliveries == 1
    assert [each.chat.id for each in await scene.claim()] == [chat.id]
