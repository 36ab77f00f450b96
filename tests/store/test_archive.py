"""Promises about what was told before, as new entries are compared with it."""

from dataclasses import replace
from datetime import timedelta

from bot.core.stores import NewStory
from tests.store.scene import NOW, Scene, story


async def test_a_story_is_found_by_each_of_its_keys_with_the_feed_that_brought_it(scene: Scene) -> None:
    await scene.tell_with(replace(story("a", "link:https://x/a", "node:x:1"), title="Mali", summary="Rain."))
    found = await scene.store.archive.bearing(["node:x:1", "link:https://x/a", "link:https://x/b"])
    assert found.keys() == {"node:x:1", "link:https://x/a"}
    assert found["node:x:1"] == found["link:https://x/a"]
    told = found["node:x:1"]
    assert (told.story.title, told.story.summary, told.feed_id) == ("Mali", "Rain.", scene.feed.id)
    assert (told.cluster, told.continues) == (told.story.id, None)
    assert await scene.store.archive.bearing([]) == {}


async def test_a_story_with_an_endless_link_is_found(scene: Scene) -> None:
    endless = "link:https://x/" + "".join(chr(0x4E00 + n) for n in range(3_000))
    await scene.tell_with(story("a", endless))
    assert list(await scene.store.archive.bearing([endless])) == [endless]


async def test_the_traces_of_a_feed_are_its_latest_stories_each_with_a_key(scene: Scene) -> None:
    for name in "abc":
        await scene.tell_with(replace(story(name), published=NOW - timedelta(hours=1)))
    traces = await scene.store.archive.traces(scene.feed.id, 2)
    assert [each.fingerprint for each in traces] == ["c", "b"]
    assert traces[0].key == "link:https://news.example/c"
    assert (traces[0].title, traces[0].published) == ("About c", NOW - timedelta(hours=1))
    assert await scene.store.archive.traces(scene.feed.id + 1_000, 2) == []


async def test_what_was_told_is_read_on_from_the_last_one_seen(scene: Scene) -> None:
    for name in "abc":
        await scene.tell_with(story(name))
    first = await scene.store.archive.told(0, NOW - timedelta(days=1), 2)
    rest = await scene.store.archive.told(first[-1].story.id, NOW - timedelta(days=1), 2)
    assert [each.story.fingerprint for each in (*first, *rest)] == ["a", "b", "c"]
    assert await scene.store.archive.told(0, NOW + timedelta(seconds=1)) == []


async def test_what_a_story_tells_again_or_follows_on_is_kept_with_it(scene: Scene) -> None:
    await scene.tell_with(story("a"))
    (first,) = await scene.store.archive.told(0, NOW)
    await scene.record(NewStory(story("b"), {}, cluster=first.story.id, continues=first.story.id))
    second = (await scene.store.archive.told(first.story.id, NOW))[0]
    assert (second.cluster, second.continues) == (first.story.id, first.story.id)
