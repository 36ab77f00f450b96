"""A visit to a feed, from the due time to the outbox."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.feed import FeedSource
from bot.core.lexicon import Lexicon
from bot.core.outcomes import Failed, Fault, Fetched, NotModified
from bot.core.stores import Recorded
from bot.core.story import Article
from bot.pipeline.claims import CLAIM
from bot.pipeline.poll import AFTER_TROUBLE, AT_ONCE
from tests.fakes.waiting import until
from tests.fakes.web import Asked
from tests.pipeline.scene import FEED_URL, Scene, entry

MALI = entry("Drought in Mali deepens")
SOMALIA = entry("Floods reach Somalia")
SOURCE = FeedSource("The Test Humanitarian", FEED_URL)


async def test_a_first_visit_records_its_stories_and_sends_nothing(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.watch()
    scene.web.serve(FEED_URL, MALI, SOMALIA)
    assert await scene.visit() == 1
    assert await scene.inbox("42") == []
    assert {story.title for story in await scene.store.stories.recent(9)} == {MALI.title, SOMALIA.title}
    assert scene.wakes == 0


async def test_a_new_story_reaches_each_chat_that_follows_it(scene: Scene) -> None:
    await scene.follow("1", "mali")
    await scene.follow("2", "drought")
    await scene.follow("3", "nepal")
    await scene.publish(MALI)
    assert [await scene.inbox(chat) for chat in "123"] == [[MALI.title], [MALI.title], []]
    assert scene.wakes == 1


async def test_a_story_that_two_filters_of_a_chat_match_comes_once(scene: Scene) -> None:
    await scene.follow("42", "mali", "drought", "region:sahel")
    await scene.publish(MALI)
    assert await scene.inbox("42") == [MALI.title]


async def test_a_story_named_somalia_never_reaches_a_chat_that_follows_mali(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.publish(SOMALIA)
    assert await scene.inbox("42") == []


async def test_a_story_that_says_malian_reaches_a_chat_that_follows_mali(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.publish(entry("Malian farmers count their losses"))
    assert len(await scene.inbox("42")) == 1


async def test_new_stories_are_delivered_in_the_order_of_publication(scene: Scene) -> None:
    await scene.follow("42", "mali")
    newest_first = [entry(f"Mali, part {number}") for number in (3, 2, 1)]
    await scene.publish(*newest_first)
    assert await scene.inbox("42") == ["Mali, part 1", "Mali, part 2", "Mali, part 3"]


async def test_a_story_brings_each_chat_once_however_often_the_feed_lists_it(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.publish(MALI)
    await scene.publish(SOMALIA, MALI)
    await scene.publish(replace(MALI, summary="With a summary now."))
    assert await scene.inbox("42") == [MALI.title]


async def test_somebody_who_follows_while_pages_are_fetched_is_not_forgotten(scene: Scene) -> None:
    await scene.watch()
    scene.web.serve(FEED_URL, SOMALIA)
    await scene.visit()
    scene.web.serve(FEED_URL, MALI, SOMALIA)
    scene.web.slow[FEED_URL] = asyncio.Event()
    scene.clock.advance(600)
    await scene.poll.tick()
    await asyncio.sleep(0)
    await scene.follow("42", "mali")
    scene.web.slow[FEED_URL].set()
    await scene.poll.finish()
    assert await scene.inbox("42") == [MALI.title]


# Validators and the body's hash


async def test_validators_are_sent_back_to_the_url_they_came_from(scene: Scene) -> None:
    await scene.watch()
    scene.web.serve(FEED_URL, MALI, etag='"1"', last_modified="Fri, 06 Feb 2026 10:00:00 GMT")
    await scene.visit()
    await scene.visit_later()
    assert scene.web.asked == [Asked(FEED_URL), Asked(FEED_URL, '"1"', "Fri, 06 Feb 2026 10:00:00 GMT")]
    assert isinstance(scene.observer.polls[1][1], NotModified)


@pytest.mark.parametrize("lands_at", ["", "https://cache.example/copy"])
async def test_a_fallbacks_validators_never_go_to_the_feeds_own_url(scene: Scene, lands_at: str) -> None:
    other = "https://news.example/other"
    await scene.watch(replace(SOURCE, fallbacks=(other,)))
    scene.web.fail(FEED_URL, Fault.UNREACHABLE)
    scene.web.serve(other, MALI, etag='"of-the-other"', at=lands_at)
    await scene.visit()
    scene.web.asked.clear()
    await scene.visit_later()
    assert scene.web.asked == [Asked(FEED_URL), Asked(other, '"of-the-other"')]


async def test_fallbacks_are_tried_in_order_until_one_can_be_read(scene: Scene) -> None:
    second, third, fourth = (f"https://news.example/{n}" for n in (2, 3, 4))
    await scene.watch(replace(SOURCE, fallbacks=(second, third, fourth)))
    scene.web.fail(FEED_URL, Fault.REFUSED)
    scene.web.answers[second] = Fetched(b"<html>no feed here</html>", second)
    scene.web.serve(third, MALI)
    scene.web.serve(fourth, SOMALIA)
    await scene.visit()
    assert [asked.url for asked in scene.web.asked] == [FEED_URL, second, third]
    assert [story.title for story in await scene.store.stories.recent(9)] == [MALI.title]


async def test_where_all_urls_fail_the_first_ones_fault_is_told(scene: Scene) -> None:
    await scene.watch(replace(SOURCE, fallbacks=("https://news.example/other",)))
    scene.web.fail(FEED_URL, Fault.REFUSED, "403 Forbidden")
    await scene.visit()
    outcome = scene.observer.polls[0][1]
    assert isinstance(outcome, Failed)
    assert outcome.reason == "403 Forbidden"


async def test_an_unchanged_body_is_not_parsed_and_writes_no_story(scene: Scene) -> None:
    await scene.watch()
    scene.web.serve(FEED_URL, MALI, etag='"1"')
    await scene.visit()
    scene.web.serve(FEED_URL, MALI, etag='"changes-each-time"')
    await scene.visit_later()
    assert scene.web.parses == 1
    assert scene.observer.polls[1][2] == Recorded(0, 0)
    (feed,) = await scene.store.feeds.all()
    assert feed.etag == '"changes-each-time"'


# Failures


async def test_a_failing_feed_stops_no_other(scene: Scene) -> None:
    bad = "https://broken.example/feed"
    await scene.watch(replace(SOURCE, name="Broken", url=bad), SOURCE)
    scene.web.fail(bad, Fault.BROKEN)
    scene.web.serve(FEED_URL, MALI)
    assert await scene.visit() == 2
    assert [story.title for story in await scene.store.stories.recent(9)] == [MALI.title]


async def test_a_visit_that_breaks_down_is_told_and_stops_no_other(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = "https://broken.example/feed"
    await scene.watch(replace(SOURCE, name="Broken", url=bad), SOURCE)
    scene.web.serve(FEED_URL, MALI)
    fetch = scene.web.fetch

    async def breaks(url: str, *, etag: str = "", last_modified: str = "", trusted: bool = False) -> object:
        if url == bad:
            raise RuntimeError("a bug")
        return await fetch(url, etag=etag, last_modified=last_modified, trusted=trusted)

    monkeypatch.setattr(type(scene.web), "fetch", staticmethod(breaks))
    await scene.visit()
    assert [doing for doing, _ in scene.observer.troubles] == ["polling Broken"]
    assert len(await scene.store.stories.recent(9)) == 1


async def test_a_failing_feed_is_visited_less_and_less_often(scene: Scene) -> None:
    await scene.watch()
    gaps = []
    for _ in range(4):
        await scene.visit()
        due = (await scene.store.feeds.all())[0].next_poll_at
        assert due is not None
        gaps.append(due - scene.clock.now())
        scene.clock.advance(gaps[-1].total_seconds())
    assert gaps == [timedelta(minutes=m) for m in (10, 20, 40, 80)]


async def test_a_feed_that_recovers_is_visited_at_its_own_pace_again_and_loses_no_story(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.publish(SOMALIA)
    scene.web.fail(FEED_URL, Fault.BROKEN)
    await scene.visit_later()
    scene.web.serve(FEED_URL, MALI, SOMALIA)
    await scene.visit_later(30)
    assert await scene.inbox("42") == [MALI.title]
    assert [feed.next_poll_at for feed in await scene.store.feeds.all()] == [scene.clock.now() + SOURCE.interval]


async def test_a_feed_that_is_gone_is_no_longer_visited_and_the_operator_is_told_once(scene: Scene) -> None:
    await scene.watch()
    scene.web.fail(FEED_URL, Fault.GONE, "410 Gone")
    assert await scene.visit() == 1
    for _ in range(5):
        assert await scene.visit_later(24 * 60) == 0
    assert scene.observer.notices == ["The Test Humanitarian is no longer polled: 410 Gone"]


async def test_a_store_that_is_away_is_asked_again_at_the_next_tick(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.watch()
    scene.web.serve(FEED_URL, MALI)

    async def away(*_: object) -> None:
        raise ConnectionError("the store is away")

    with monkeypatch.context() as patch:
        patch.setattr(scene.store.feeds, "claim_due", away)
        assert await scene.visit() == 0
    assert [doing for doing, _ in scene.observer.troubles] == ["looking for due feeds"]
    assert await scene.visit() == 1


# Due times


async def test_a_feed_is_visited_when_its_time_has_come_and_not_before(scene: Scene) -> None:
    await scene.watch()
    scene.web.serve(FEED_URL, MALI)
    assert await scene.visit() == 1
    assert await scene.visit() == 0
    assert await scene.visit_later(4.9) == 0
    assert await scene.visit_later(0.2) == 1


async def test_a_slow_feed_delays_no_other(scene: Scene) -> None:
    slow = "https://slow.example/feed"
    scene.web.slow[slow] = asyncio.Event()
    await scene.watch(replace(SOURCE, name="Slow", url=slow), replace(SOURCE, interval=timedelta(minutes=2)))
    scene.web.serve(FEED_URL, MALI)
    assert await scene.poll.tick() == 2
    await until(lambda: scene.observer.polls)
    scene.web.serve(FEED_URL, SOMALIA, MALI)
    scene.clock.advance(121)
    await scene.store.feeds.renew(await scene.store.feeds.all(), scene.clock.now(), CLAIM)  # as visits do all along
    assert await scene.poll.tick() == 1
    await until(lambda: len(scene.observer.polls) == 2)
    assert [name for name, _, _ in scene.observer.polls] == [SOURCE.name, SOURCE.name]
    scene.web.slow[slow].set()
    await scene.poll.finish()
    assert scene.observer.polls[-1][0] == "Slow"


async def test_no_more_feeds_are_visited_at_once_than_the_limit(scene: Scene) -> None:
    urls = [f"https://site{n}.example/feed" for n in range(AT_ONCE + 3)]
    gate = asyncio.Event()
    scene.web.slow = dict.fromkeys(urls, gate)
    await scene.watch(*(FeedSource(url, url) for url in urls))
    assert await scene.poll.tick() == AT_ONCE
    assert await scene.poll.tick() == 0
    gate.set()
    await scene.poll.finish()
    assert await scene.visit() == 3


async def test_a_visit_that_is_broken_off_is_made_again_by_the_next_process(scene: Scene) -> None:
    scene.web.slow[FEED_URL] = asyncio.Event()
    await scene.watch()
    await scene.poll.tick()
    await until(lambda: scene.web.asked)
    await scene.poll.abandon()
    assert scene.observer.polls == []
    scene.web.slow[FEED_URL].set()
    scene.web.serve(FEED_URL, MALI)
    assert await scene.visit() == 1


async def test_a_visit_that_never_ended_is_made_again_when_its_claim_has_lapsed(scene: Scene) -> None:
    await scene.watch()
    assert await scene.store.feeds.claim_due(scene.clock.now(), CLAIM, 1)  # by a process that died then
    assert await scene.visit() == 0
    assert await scene.visit_later(CLAIM.total_seconds() / 60 + 0.1) == 1


async def test_a_visit_whose_claim_lapsed_makes_way_for_another(scene: Scene) -> None:
    scene.web.slow[FEED_URL] = asyncio.Event()
    await scene.watch()
    scene.web.serve(FEED_URL, MALI)
    await scene.poll.tick()
    await until(lambda: scene.web.asked)
    scene.clock.advance(CLAIM.total_seconds() + 1)
    assert await scene.poll.tick() == 1
    scene.web.slow[FEED_URL].set()
    await scene.poll.finish()
    assert [recorded.stories for _, _, recorded in scene.observer.polls] == [1]
    assert [feed.claim for feed in await scene.store.feeds.all()] == [""]


async def test_a_visit_whose_feed_another_process_took_over_keeps_nothing_and_says_so(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.publish(SOMALIA)
    scene.web.slow[FEED_URL] = asyncio.Event()
    scene.web.serve(FEED_URL, MALI, SOMALIA)
    scene.clock.advance(301)
    await scene.poll.tick()
    await until(lambda: len(scene.web.asked) == 3)
    scene.clock.advance(CLAIM.total_seconds() + 1)
    (theirs,) = await scene.store.feeds.claim_due(scene.clock.now(), CLAIM, 1)
    scene.web.slow[FEED_URL].set()
    await scene.poll.finish()
    assert scene.observer.notices == [
        "a visit to The Test Humanitarian was in vain: another process visits the feed now"
    ]
    assert await scene.inbox("42") == []
    assert await scene.store.feeds.all() == [theirs]


async def test_a_feed_whose_visit_failed_for_a_reason_of_ours_rests_for_a_while(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.watch()

    async def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(type(scene.web), "fetch", staticmethod(breaks))
        assert await scene.visit() == 1
    minutes = AFTER_TROUBLE.total_seconds() / 60
    assert await scene.visit_later(minutes - 0.1) == 0
    assert await scene.visit_later(0.2) == 1


# Which entries become stories


async def test_two_entries_of_one_feed_that_are_the_same_story_make_one(scene: Scene) -> None:
    await scene.follow("42", "mali")
    twins = [
        entry("Drought in Mali deepens", "http://news.example/news/drought?utm_source=rss"),
        entry("Drought in Mali deepens", "https://news.example/news/drought/"),
        entry("Drought in Mali deepens", "https://NEWS.example/news/drought#top"),
    ]
    await scene.publish(*twins)
    assert await scene.inbox("42") == ["Drought in Mali deepens"]


async def test_an_entry_listed_under_two_addresses_is_one_story_and_its_page_is_read_once(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.publish(
        entry("Drought in Mali deepens", "https://news.example/news/new-name", guid="https://news.example/node/7"),
        entry("Drought in Mali", "https://news.example/news/old-name", guid="7 at https://news.example"),
    )
    assert await scene.inbox("42") == ["Drought in Mali"]
    assert len(scene.web.read_pages) == 1


async def test_levels_keep_stories_out_until_they_rise(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.watch(replace(SOURCE, levels=("Orange", "Red")))
    scene.web.serve(FEED_URL, entry("A quake somewhere", level="Red"))
    await scene.visit()
    green = entry("Mali flood alert", level="Green")
    scene.web.serve(FEED_URL, green)
    await scene.visit_later()
    assert await scene.inbox("42") == []
    scene.web.serve(FEED_URL, replace(green, level="Orange"))
    await scene.visit_later()
    assert await scene.inbox("42") == [green.title]


async def test_the_operators_own_filter_keeps_stories_out(scene: Scene) -> None:
    await scene.follow("42", "mali", "nepal")
    await scene.watch(replace(SOURCE, only="lang:en -football", language="en"))
    scene.web.serve(FEED_URL, SOMALIA)
    await scene.visit()
    scene.web.serve(FEED_URL, entry("Mali wins at football"), entry("Nepal rebuilds"))
    await scene.visit_later()
    assert await scene.inbox("42") == ["Nepal rebuilds"]


async def test_an_operators_filter_that_cannot_be_read_keeps_nothing_out(scene: Scene) -> None:
    await scene.follow("42", "mali")
    await scene.watch(replace(SOURCE, only="(((", language="en"))
    scene.web.serve(FEED_URL, SOMALIA)
    await scene.visit()
    scene.web.serve(FEED_URL, MALI)
    await scene.visit_later()
    assert await scene.inbox("42") == [MALI.title]


# The story's own page


async def test_a_page_is_read_once_for_a_new_story_and_never_on_a_first_visit(scene: Scene) -> None:
    await scene.watch()
    scene.web.serve(FEED_URL, SOMALIA)
    await scene.visit()
    assert scene.web.read_pages == []
    await scene.publish(MALI, SOMALIA)
    await scene.publish(entry("A third story"), MALI, SOMALIA)
    assert scene.web.read_pages == [MALI.link, entry("A third story").link]


async def test_a_page_is_read_once_for_a_story_that_the_operators_filter_keeps_out(scene: Scene) -> None:
    await scene.watch(replace(SOURCE, only="region:sahel"))
    scene.web.serve(FEED_URL, entry("Mali at first"))
    await scene.visit()
    for number in range(3):
        scene.web.serve(FEED_URL, entry(f"Mali {number}"), SOMALIA)
        await scene.visit_later()
    assert scene.web.read_pages.count(SOMALIA.link) == 1


async def test_a_story_kept_out_at_the_first_visit_is_not_sent_at_the_second_for_what_its_page_says(
    scene: Scene,
) -> None:
    await scene.follow("42", "mali")
    await scene.watch(replace(SOURCE, only="region:sahel"))
    old = entry("The long wait")
    scene.web.pages[old.link] = Article(breadcrumb=("West Africa", "Mali"))
    scene.web.serve(FEED_URL, old)
    await scene.visit()
    scene.web.serve(FEED_URL, MALI, old)
    await scene.visit_later()
    assert await scene.inbox("42") == [MALI.title]


@pytest.mark.parametrize("has_page", [True, False])
async def test_the_breadcrumb_decides_what_a_story_is_about(scene: Scene, has_page: bool) -> None:
    await scene.follow("1", "mali")
    await scene.follow("2", "chad")
    await scene.follow("3", "sahel -chad")
    story = entry("The long wait", summary="Some of the traders came from Chad.")
    if has_page:
        scene.web.pages[story.link] = Article(breadcrumb=("West Africa", "Mali"))
    await scene.publish(story)
    got = [chat for chat in "123" if await scene.inbox(chat)]
    assert got == (["1", "3"] if has_page else ["2"])


async def test_without_a_page_the_feeds_own_words_decide(scene: Scene) -> None:
    await scene.follow("42", "ukraine")
    story = entry("The mercenaries who came from Ukraine’s front")
    await scene.publish(story)
    assert scene.web.read_pages == [story.link]
    assert await scene.inbox("42") == [story.title]


async def test_what_only_the_page_says_is_found_but_not_kept(scene: Scene) -> None:
    await scene.follow("42", "tarpaulins")
    story = entry("The long wait")
    scene.web.pages[story.link] = Article(text="Traders sell tarpaulins by the road.")
    await scene.publish(story)
    assert await scene.inbox("42") == [story.title]
    assert "tarpaulins" not in repr(await scene.store.stories.recent(1))


async def test_of_what_the_page_says_only_claims_figures_and_the_words_of_names_are_kept(scene: Scene) -> None:
    story = entry("The long wait")
    text = (
        "Traders sell tarpaulins by the road.\n\nCholera killed at least 40 people, the UN said. "
        "The toll could not be independently verified."
    )
    scene.web.pages[story.link] = Article(text=text)
    await scene.publish(story)
    (kept,) = await scene.store.stories.recent(1)
    assert [(figure.kind, figure.amount, figure.source) for figure in kept.figures] == [
        ("killed", "at least 40", "the UN")
    ]
    assert [hedge.sentence for hedge in kept.hedges] == ["The toll could not be independently verified."]
    assert [topic.code for topic in kept.topics][:1] == ["cholera"]
    assert "road" not in repr(kept)


async def test_a_name_of_an_actor_finds_it_under_all_its_names(scene: Scene) -> None:
    await scene.follow("42", "wagner")
    await scene.follow("43", '"wagner"')
    await scene.publish(entry("Africa Corps fighters leave Mali"))
    assert await scene.inbox("42") == ["Africa Corps fighters leave Mali"]
    assert await scene.inbox("43") == []


async def test_a_feed_without_summaries_borrows_the_pages_first_sentences(scene: Scene) -> None:
    story = entry("The long wait")
    scene.web.pages[story.link] = Article(lead="Rain has failed again. People move on.")
    await scene.publish(story)
    assert (await scene.store.stories.recent(1))[0].summary == "Rain has failed again. People move on."


@pytest.mark.parametrize("off", ["the setting", "the feed"])
async def test_no_page_is_read_where_pages_are_switched_off(lexicon: Lexicon, off: str) -> None:
    scene = Scene(lexicon, reads_articles=off != "the setting")
    await scene.follow("42", "mali")
    await scene.watch(replace(SOURCE, articles=off != "the feed"))
    scene.web.serve(FEED_URL, SOMALIA)
    await scene.visit()
    await scene.publish(MALI)
    assert scene.web.read_pages == []
    assert await scene.inbox("42") == [MALI.title]


async def test_a_date_in_the_future_is_taken_for_now(scene: Scene) -> None:
    await scene.publish(entry("From tomorrow", published=scene.clock.now() + timedelta(days=1)))
    assert (await scene.store.stories.recent(1))[0].published == scene.clock.now()


async def test_a_kept_filter_that_can_no_longer_be_read_stops_no_other(scene: Scene) -> None:
    await scene.follow("42", "mali")
    chat = await scene.chat()
    await scene.store.subscriptions.add(chat.id, "country:XX", scene.clock.now())
    await scene.publish(MALI)
    assert await scene.inbox("42") == [MALI.title]
    assert scene.observer.unreadable == ["country:XX"]


@pytest.mark.parametrize(("named", "kept"), [("", "fr"), ("ar", "fr"), ("fr-CA", "fr-CA"), ("pt", "fr")])
async def test_a_storys_language_is_what_its_words_say(scene: Scene, named: str, kept: str) -> None:
    summary = "Les pluies ont détruit des ponts et les routes sont coupées dans le sud du pays."
    await scene.publish(entry("Le choléra gagne", summary=summary, language=named))
    assert (await scene.store.stories.recent(1))[0].language == kept
