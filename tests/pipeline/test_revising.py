"""Known entries that say something else now."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.delivery import State
from bot.core.editing import edited
from bot.core.feed import FeedSource
from bot.core.lexicon import Lexicon
from bot.core.story import Article, Entry, Story
from bot.pipeline.dispatch import LEASE
from tests.pipeline.scene import FEED_URL, LANES, Scene, entry, sighting

TITLE = "Mali severs ties with Ukraine"
OLD = entry(TITLE, "https://news.example/a/1", "Officials said so on Friday in the capital.")
LANE = LANES[sighting().address.platform]


async def _sent(scene: Scene, *entries: Entry) -> None:
    """Let a chat have got these stories."""
    await scene.follow("42", "mali")
    await scene.publish(*entries)
    assert len(await scene.inbox("42")) == len(entries)


async def _story(scene: Scene, link: str = OLD.link) -> Story:
    return next(each for each in await scene.store.stories.recent(99) if each.link == link)


async def _edits(scene: Scene) -> int:
    return (await scene.store.edits.counts()).get(State.QUEUED, 0)


@pytest.mark.parametrize(
    ("new", "revised"),
    [
        ({"title": "Mali severs ties with Russia"}, "headline"),
        ({"summary": "Nobody in the capital would say so on Friday."}, "summary"),
        ({"title": f"{TITLE} as 84 are killed"}, "headline, figures"),
        ({"title": "Mali Severs Ties With Ukraine"}, ""),
        ({"title": "Mali severs its tias with Ukraine"}, "headline"),
        ({"title": "Mali severs ties with Ukrane"}, ""),
    ],
)
async def test_a_story_that_says_something_else_is_kept_so_and_its_messages_are_edited(
    scene: Scene, new: dict[str, str], revised: str
) -> None:
    await _sent(scene, OLD)
    now = replace(OLD, **new)  # type: ignore[arg-type]
    await scene.publish(now)
    story = await _story(scene)
    assert (story.title, story.summary, story.revised) == (now.title, now.summary, revised)
    assert (story.revised_at == scene.clock.now()) is bool(revised)
    assert await _edits(scene) == 1
    assert await scene.inbox("42") == [now.title]
    await scene.visit_later()
    assert await _edits(scene) == 1


async def test_the_places_of_the_new_words_are_kept_and_the_story_is_matched_no_more(scene: Scene) -> None:
    await scene.follow("43", "nepal")
    await _sent(scene, OLD)
    await scene.publish(replace(OLD, title="Nepal severs ties with Ukraine"))
    assert {place.code for place in (await _story(scene)).places if place.about} == {"NP", "UA"}
    assert await scene.inbox("43") == []


async def test_what_the_page_said_still_holds_and_it_is_not_read_again(scene: Scene) -> None:
    scene.web.pages[OLD.link] = Article(breadcrumb=("West Africa", "Mali"))
    await _sent(scene, OLD)
    await scene.publish(replace(OLD, title="Bamako junta severs ties"))
    assert "ML" in {place.code for place in (await _story(scene)).places if place.about}
    assert scene.web.read_pages == [OLD.link]


async def test_a_summary_borrowed_from_the_page_is_no_change(scene: Scene) -> None:
    bare = replace(OLD, summary="")
    scene.web.pages[OLD.link] = Article(lead="Rain has failed again. People move on.")
    await _sent(scene, bare)
    await scene.publish(entry("Another story"), bare)
    await scene.publish(replace(bare, title=f"{TITLE}!"))
    story = await _story(scene)
    assert (story.summary, story.revised) == ("Rain has failed again. People move on.", "")


async def test_another_feed_that_words_the_same_link_otherwise_changes_nothing(scene: Scene) -> None:
    await scene.follow("42", "mali")
    other = "https://other.example/feed"
    await scene.watch(FeedSource("The Test Humanitarian", FEED_URL), FeedSource("The Other", other))
    scene.web.serve(FEED_URL, entry("An older story"))
    scene.web.serve(other, entry("An older story"))
    await scene.visit()
    await scene.publish(OLD)
    await scene.publish(replace(OLD, title="Ukraine and Mali part ways"), url=other)
    assert (await _story(scene)).title == TITLE
    assert await _edits(scene) == 0


async def test_a_story_listed_in_two_wordings_does_not_change_to_and_fro(scene: Scene) -> None:
    twins = [
        entry("Drought in Mali deepens", "https://news.example/news/new", guid="https://news.example/node/7"),
        entry("Drought in Mali", "https://news.example/news/old", guid="7 at https://news.example"),
    ]
    await scene.follow("42", "mali")
    await scene.publish(*twins)
    for number in range(3):
        await scene.publish(entry(f"Another, {number}"), *twins)
    assert await _edits(scene) == 0
    assert [row.revised for row in scene.store.rows.stories.values() if row.revised] == []


async def test_an_event_that_changes_all_the_time_is_edited_once_an_hour(scene: Scene) -> None:
    await _sent(scene, OLD)
    shown = []
    for number in range(40):  # six minutes apart
        await scene.publish(replace(OLD, title=f"{TITLE}, day {number}"))
        for edit in await scene.store.edits.claim(LANE, scene.clock.now(), LEASE, 9):
            shown.append(edit.delivery.story.title)
            await scene.store.edits.record(edit, edited(), scene.clock.now())
    assert len(shown) == 4
    assert shown[0] == f"{TITLE}, day 0"


async def test_a_feed_whose_template_changes_edits_no_message_and_the_operator_hears_of_it_once(scene: Scene) -> None:
    listing = [entry(f"Mali, part {n}", f"https://news.example/p/{n}", "Said so.") for n in range(8)]
    await _sent(scene, *listing)
    for suffix in ("Read on.", "Read on at our site."):
        listing = [replace(each, summary=f"Word {n} on it. {suffix}") for n, each in enumerate(listing)]
        await scene.publish(*listing)
    assert await _edits(scene) == 0
    assert len(scene.observer.notices) == 1
    assert "8 known entries changed at once" in scene.observer.notices[0]
    await scene.publish(replace(listing[0], title="Mali, part the first"), *listing[1:])
    assert await _edits(scene) == 1


async def test_with_edits_switched_off_later_alerts_say_what_is_so_and_no_message_is_edited(lexicon: Lexicon) -> None:
    scene = Scene(lexicon, edits_messages=False)
    await _sent(scene, OLD)
    await scene.publish(replace(OLD, title="Mali severs ties with Russia"))
    assert (await _story(scene)).title == "Mali severs ties with Russia"
    assert await scene.store.edits.counts() == {}


async def test_a_visit_that_brings_only_changes_keeps_its_validators(scene: Scene) -> None:
    await _sent(scene, OLD)
    scene.web.serve(FEED_URL, replace(OLD, title="Mali severs ties with Russia"), etag='"2"')
    await scene.visit_later()
    assert (await scene.store.feeds.all())[0].etag == '"2"'
    assert [feed.next_poll_at for feed in await scene.store.feeds.all()] == [scene.clock.now() + timedelta(minutes=5)]
