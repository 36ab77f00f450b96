"""What looks new and is not: entries under other ids, old ones, the same story of another feed."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.core.delivery import State
from bot.core.feed import AFRESH, FeedSource
from bot.core.polling import Decision
from bot.core.stores import NewStory, Recorded, Told
from bot.core.story import Article, Entry
from tests.fakes.clock import START
from tests.pipeline.scene import FEED_URL, Scene, entry

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
OTHER_URL = "https://other.example/feed"
THIRD_URL = "https://third.example/feed"
THIRD = FeedSource("The Third", THIRD_URL)
SOURCE, OTHER = FeedSource("The Test Humanitarian", FEED_URL), FeedSource("The Other", OTHER_URL)
SAID = "Officials said on Friday that the wells along the road have run dry."


def _listing(count: int, every: timedelta = 13 * HOUR) -> list[Entry]:
    """Return a feed's entries about Mali, the newest first."""
    return [
        entry(f"Mali, dispatch {n}", summary=f"{SAID} This is dispatch {n}.", published=START - n * every)
        for n in range(count)
    ]


def _renamed(one: Entry) -> Entry:
    return replace(one, link=f"{one.link}-moved", guid=f"{one.guid}-moved")


async def _begun(scene: Scene, *entries: Entry, source: FeedSource = SOURCE) -> None:
    """Follow Mali, and let a feed have listed these entries."""
    await scene.follow("42", "mali")
    await scene.watch(source)
    scene.web.serve(FEED_URL, *entries)
    await scene.visit()


# A flood


async def test_a_feed_whose_ids_all_change_tells_nobody_and_the_operator_once(scene: Scene) -> None:
    listing = _listing(10)
    await _begun(scene, *listing)
    for _ in range(3):
        listing = list(map(_renamed, listing))
        scene.web.serve(FEED_URL, *listing)
        await scene.visit_later()
    assert await scene.inbox("42") == []
    (notice,) = scene.observer.notices
    assert "10 are known ones under other ids" in notice
    assert len(await scene.store.stories.recent(99)) == 10
    assert scene.web.read_pages == []


async def test_news_among_entries_that_came_under_other_ids_is_told(scene: Scene) -> None:
    listing = _listing(10)
    await _begun(scene, *listing)
    scene.web.serve(FEED_URL, entry("Mali at last", published=START), *map(_renamed, listing[:9]))
    await scene.visit_later()
    assert await scene.inbox("42") == ["Mali at last"]


@pytest.mark.parametrize("dated", [True, False])
async def test_a_thousand_old_items_at_once_tell_nobody(scene: Scene, dated: bool) -> None:
    await _begun(scene, *_listing(10))
    archive = [entry(f"Mali in {n}", published=START - (5 + n) * DAY if dated else None) for n in range(1_000)]
    scene.web.serve(FEED_URL, *archive)
    await scene.visit_later()
    assert await scene.inbox("42") == []
    assert len(scene.observer.notices) == 1
    assert scene.web.read_pages == []
    assert len(await scene.store.stories.recent(2_000)) == 1_010
    scene.web.serve(FEED_URL, entry("Mali today", published=START), *archive[:9])
    await scene.visit_later()
    assert await scene.inbox("42") == ["Mali today"]


async def test_a_feed_that_was_out_of_reach_for_two_days_tells_all_that_came_meanwhile(scene: Scene) -> None:
    await _begun(scene, *_listing(30, timedelta(minutes=72)))
    scene.clock.advance(2 * DAY.total_seconds())
    later = [replace(e, published=(e.published or START) + 2 * DAY, link=f"{e.link}-2") for e in _listing(30, HOUR)]
    scene.web.serve(FEED_URL, *(replace(e, title=f"{e.title} of the second day", summary="") for e in later))
    await scene.visit()
    assert scene.observer.notices == []
    assert len(scene.store.rows.deliveries) == 30


async def test_what_an_operators_filter_keeps_out_makes_no_flood(scene: Scene) -> None:
    unwanted = [entry(f"Football, day {n}") for n in range(40)]
    await _begun(scene, *unwanted, source=replace(SOURCE, only="country:ML"))
    scene.poll.sifting._unwanted.clear()  # as after a restart
    scene.web.serve(FEED_URL, entry("Mali at last"), *unwanted)
    await scene.visit_later()
    assert await scene.inbox("42") == ["Mali at last"]


async def test_an_event_whose_level_rises_months_later_is_told(scene: Scene) -> None:
    drought = entry("Drought in Mali", level="Green", published=START - 90 * DAY)
    source = replace(SOURCE, levels=("Red",))
    await _begun(scene, entry("A quake", level="Red"), drought, source=source)
    scene.web.serve(FEED_URL, replace(drought, level="Red"))
    await scene.visit_later()
    assert await scene.inbox("42") == ["Drought in Mali"]


# The same story of several feeds

TITLE = "Mali severs ties with Ukraine over rebel attack"


async def _two_feeds(scene: Scene, **chats: str) -> None:
    for chat, wish in chats.items():
        await scene.follow(chat.removeprefix("c"), wish)
    await scene.watch(SOURCE, OTHER, THIRD)
    for url in (FEED_URL, OTHER_URL, THIRD_URL):
        scene.web.serve(url, entry("An older story", f"{url}/old"))
    await scene.visit()


async def _publish(scene: Scene, url: str, *entries: Entry) -> None:
    scene.web.serve(url, *entries)
    await scene.visit_later()


async def test_the_same_story_of_two_feeds_comes_once_to_each_chat(scene: Scene) -> None:
    await _two_feeds(scene, c1="mali", c2="ukraine")
    await _publish(scene, FEED_URL, entry(TITLE))
    await _publish(scene, OTHER_URL, entry(f"BREAKING: {TITLE.upper()}", "https://other.example/a/1?utm_source=rss"))
    assert await scene.inbox("1") == [TITLE]
    assert await scene.inbox("2") == [TITLE]
    assert len(await scene.store.stories.recent(9)) == 5


async def test_a_chat_that_follows_only_the_second_feed_gets_the_story_from_it(scene: Scene) -> None:
    await _two_feeds(scene, c1="mali", c2='source:"The Other"')
    await _publish(scene, FEED_URL, entry(TITLE))
    await _publish(scene, OTHER_URL, entry(TITLE, "https://other.example/a/1"))
    assert await scene.inbox("1") == [TITLE]
    assert await scene.inbox("2") == [TITLE]
    sent = [row for row in scene.store.rows.deliveries.values() if row.state is State.SENT]
    assert {scene.store.rows.stories[row.story_id].source for row in sent} == {SOURCE.name, OTHER.name}


async def test_what_another_process_told_a_moment_before_is_not_told_again(scene: Scene) -> None:
    await _two_feeds(scene, c1="mali")
    record, tried = scene.store.stories.record, 0

    async def overtaken(
        decision: Decision, stories: Sequence[NewStory], now: datetime, *, after: int | None = None
    ) -> Recorded:
        nonlocal tried
        tried += 1
        if tried == 1:  # the other process is quicker by a hair
            other = next(feed for feed in await scene.store.feeds.all() if feed.source == OTHER)
            link = "https://other.example/a/1"
            twin = replace(stories[0].story, source=OTHER.name, link=link, keys=(f"link:{link}",))
            await record(Decision(other), [replace(stories[0], story=twin)], now)
        return await record(decision, stories, now, after=after)

    scene.store.stories.record = overtaken  # type: ignore[method-assign]
    await _publish(scene, FEED_URL, entry(TITLE))
    assert tried == 2
    assert await scene.inbox("1") == [TITLE]


async def test_a_third_feed_joins_the_first_of_them(scene: Scene) -> None:
    await _two_feeds(scene, c1="mali")
    for number, url in enumerate((FEED_URL, OTHER_URL, THIRD_URL)):
        await _publish(scene, url, entry(TITLE, f"https://x.example/a/{number}"))
    first = min(s.id for s in await scene.store.stories.recent(9) if s.title == TITLE)
    assert [row.cluster for row in scene.store.rows.story_rows.values() if row.cluster] == [first, first]


async def test_the_same_link_by_http_or_with_tracking_is_one_story_whatever_the_feed(scene: Scene) -> None:
    await _two_feeds(scene, c1="mali")
    await _publish(scene, FEED_URL, entry(TITLE, "http://news.example/a/1?utm_medium=feed"))
    await _publish(scene, OTHER_URL, entry("Mali in other words", "https://NEWS.example/a/1/#top"))
    assert await scene.inbox("1") == [TITLE]
    assert len(await scene.store.stories.recent(9)) == 4


async def test_a_feed_that_lists_a_story_twice_under_two_links_tells_it_once(scene: Scene) -> None:
    await _begun(scene, entry("An older story"))
    scene.web.serve(
        FEED_URL, entry(TITLE, "https://news.example/a/1", SAID), entry(TITLE, "https://news.example/b/2", SAID)
    )
    await scene.visit_later()
    assert await scene.inbox("42") == [TITLE]
    await scene.visit_later()
    assert len(await scene.store.stories.recent(9)) == 2


async def test_the_next_event_under_the_same_title_is_told(scene: Scene) -> None:
    title = "Green forest fire notification in Mali"
    await _begun(scene, entry("An older story"))
    for number in (1, 2):
        said = f"A fire of {number},200 hectares began {number} days ago."
        at = START + number * HOUR
        scene.web.serve(FEED_URL, entry(title, f"https://news.example/fire/{number}", said, published=at))
        await scene.visit_later()
    assert await scene.inbox("42") == [title, title]


# A new feed beside an old one


async def _another_begins(scene: Scene, *entries: Entry, old: Sequence[Entry] = ()) -> None:
    """Let a feed have been visited for long, and another begin a minute after these entries appeared."""
    await _begun(scene, entry("An older story"), *old)
    scene.clock.advance(240)
    await scene.watch(SOURCE, OTHER)
    scene.web.serve(OTHER_URL, *entries)
    await scene.visit()


async def test_the_first_visit_of_a_second_feed_swallows_none_of_the_firsts_news(scene: Scene) -> None:
    news = entry("Mali today")
    await _another_begins(scene, replace(news, title="Mali today, said the other"))
    assert await scene.inbox("42") == []
    for _ in range(3):
        scene.web.serve(FEED_URL, news)
        await scene.visit_later()
        scene.web.serve(OTHER_URL, news, entry("Niger"))
        await scene.visit_later()
    assert await scene.inbox("42") == [news.title]
    (told,) = [s for s in await scene.store.stories.recent(9) if s.title.startswith("Mali")]
    assert (told.title, told.source) == (news.title, SOURCE.name)
    assert scene.web.read_pages.count(news.link) == 1


async def test_what_a_feed_told_or_listed_before_is_not_told_again_when_another_begins(scene: Scene) -> None:
    listed = entry("Mali before")
    await _another_begins(scene, listed, old=[listed])
    scene.web.serve(FEED_URL, listed, entry("An older story"), entry("Niger"))
    await scene.visit_later()
    assert await scene.inbox("42") == []


async def test_two_feeds_that_begin_together_tell_nothing_that_both_list(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.watch(SOURCE, OTHER)
    for url in (FEED_URL, OTHER_URL):
        scene.web.serve(url, entry("Mali today"))
    await scene.visit()
    scene.clock.advance(1)
    for _ in range(2):
        for url in (FEED_URL, OTHER_URL):
            scene.web.serve(url, entry("Mali today"), entry(f"Niger {scene.clock.now()} {url}"))
        await scene.visit_later()
    assert await scene.inbox("42") == []


@pytest.mark.parametrize("looks", ["before the other is kept", "after"])
async def test_a_feed_that_lists_at_its_first_visit_what_another_kept_meanwhile_tells_nothing_of_it(
    scene: Scene, looks: str
) -> None:
    await scene.follow("42", "mali")
    await scene.watch(SOURCE, OTHER)
    scene.web.serve(FEED_URL, entry("Mali today"))
    scene.web.serve(OTHER_URL, entry("Mali today"))
    record, bearing, kept = scene.store.stories.record, scene.store.archive.bearing, asyncio.Event()
    looked = 0

    async def slowly(decision: Decision, stories: Sequence[NewStory], now: datetime, **more: int | None) -> Recorded:
        scene.clock.advance(1)  # a visit is decided before it is kept
        kept.set()
        return await record(decision, stories, scene.clock.now(), **more)

    async def late(keys: Iterable[str]) -> dict[str, Told]:
        nonlocal looked
        looked += 1
        if looked == 2 and looks == "after":
            await kept.wait()
        return await bearing(keys)

    scene.store.stories.record, scene.store.archive.bearing = slowly, late  # type: ignore[method-assign]
    await scene.visit()
    for url, more in ((FEED_URL, "Niger"), (OTHER_URL, "Chad")):
        scene.web.serve(url, entry("Mali today"), entry(more))
    await scene.visit_later()
    assert await scene.inbox("42") == []


async def test_a_feed_turned_over_tells_nothing_that_another_kept_silently(scene: Scene) -> None:
    many = [entry(f"Mali {n}", published=START - n * HOUR) for n in range(30)]
    await _another_begins(scene, *many)
    for more in ("Niger", "Chad"):
        scene.web.serve(FEED_URL, *many, entry(more))
        await scene.visit_later()
    assert await scene.inbox("42") == []
    assert "more at once" in scene.observer.notices[0]


async def test_a_feed_that_was_off_for_weeks_tells_nothing_of_what_it_listed_then(scene: Scene) -> None:
    undated = entry("Mali then", published=None)
    await _begun(scene, undated)
    await scene.watch(OTHER)
    scene.clock.advance((AFRESH + HOUR).total_seconds())
    scene.store.rows.story_keys.clear()  # as when its time is over
    await scene.watch(SOURCE)
    await scene.visit()
    scene.web.serve(FEED_URL, entry("Mali now", published=scene.clock.now()), undated)
    await scene.visit_later()
    assert await scene.inbox("42") == ["Mali now"]


# Follow-ups


async def test_a_story_that_follows_on_an_earlier_one_says_so_and_a_third_joins_the_first(scene: Scene) -> None:
    await _two_feeds(scene, c1="mali")
    said = "Tanker drivers refuse to cross the checkpoints on the road from Senegal."
    titles = (
        "Fuel blockade leaves Mali in the dark",
        "Schools in Mali shut as fuel blockade bites",
        "Mali fuel blockade ends",
    )
    for number, title in enumerate(titles):
        await _publish(
            scene, FEED_URL, entry(title, f"https://news.example/f/{number}", said, published=scene.clock.now())
        )
    await _publish(scene, OTHER_URL, entry("Floods in Mali", "https://other.example/1", published=scene.clock.now()))
    continues = {s.title: scene.store.rows.story_rows[s.id].continues for s in await scene.store.stories.recent(9)}
    first = next(s.id for s in await scene.store.stories.recent(9) if s.title == titles[0])
    assert [continues[title] for title in (*titles, "Floods in Mali")] == [None, first, first, None]


# A time away


async def test_what_appeared_while_the_feed_was_out_of_reach_is_held_to_be_told_together(scene: Scene) -> None:
    await _begun(scene, entry("An older story"))
    scene.clock.advance(8 * HOUR.total_seconds())
    now = scene.clock.now()
    missed, fresh = entry("Mali by night", published=now - 4 * HOUR), entry("Mali by day", published=now)
    scene.web.serve(FEED_URL, fresh, missed)
    await scene.visit()
    states = {scene.store.rows.stories[r.story_id].title: r.state for r in scene.store.rows.deliveries.values()}
    assert states == {"Mali by night": State.HELD, "Mali by day": State.QUEUED}


async def test_a_page_is_read_for_news_and_not_for_what_only_looks_new(scene: Scene) -> None:
    listing = _listing(10)
    await _begun(scene, *listing)
    news = entry("The long wait", published=START)
    scene.web.pages[news.link] = Article(breadcrumb=("West Africa", "Mali"))
    scene.web.serve(FEED_URL, news, *map(_renamed, listing[:9]))
    await scene.visit_later()
    assert scene.web.read_pages == [news.link]
    assert await scene.inbox("42") == [news.title]


async def test_samples_that_come_round_again_are_told_again_in_the_same_chats(scene: Scene) -> None:
    await scene.watch(FeedSource("Samples", FEED_URL, repeats=True))
    await scene.follow("42", "mali")
    scene.web.serve(FEED_URL, entry("An older story"))
    await scene.visit()
    title = "Drought in Mali deepens as wells run dry"
    for number in range(3):
        link = f"https://samples.example/news/sample/{number}"
        scene.web.serve(FEED_URL, entry(title, link, "A summary of eight words at the very least, and of one more."))
        await scene.visit_later()
    assert await scene.inbox("42") == [title] * 3
