"""Promises about who follows what, and about the sequence an index follows."""

import pytest

from bot.core.stores import FilterChange
from tests.store.scene import NOW, REFUSALS, Scene, Store


async def test_following_twice_is_following_once(scene: Scene) -> None:
    chat = await scene.chat("1")
    assert await scene.store.subscriptions.add(chat.id, "mali", NOW) is True
    assert await scene.store.subscriptions.add(chat.id, "mali", NOW) is False
    assert [each.canonical for each in await scene.store.subscriptions.of(chat.id)] == ["mali"]


async def test_subscriptions_are_listed_in_the_order_they_were_made(scene: Scene) -> None:
    chat = await scene.chat("1", "wagner", "mali", "sudan")
    assert [each.canonical for each in await scene.store.subscriptions.of(chat.id)] == ["wagner", "mali", "sudan"]


async def test_a_filter_is_shared_by_all_chats_that_want_the_same(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.chat("2", "mali")
    assert [change.canonical for change in await scene.store.subscriptions.changes(0)] == ["mali"]


async def test_a_chat_that_is_not_kept_cannot_follow(scene: Scene) -> None:
    with pytest.raises(REFUSALS):
        await scene.store.subscriptions.add(999_999, "mali", NOW)
    assert await scene.store.subscriptions.changes(0) == []


async def test_unfollowing_counts_what_was_followed(scene: Scene) -> None:
    chat = await scene.chat("1", "mali", "sudan", "wagner")
    assert await scene.store.subscriptions.remove(chat.id, ["mali", "sudan", "niger"]) == 2
    assert await scene.store.subscriptions.remove(chat.id, ["mali"]) == 0
    assert await scene.store.subscriptions.remove(chat.id, []) == 0
    assert [each.canonical for each in await scene.store.subscriptions.of(chat.id)] == ["wagner"]


async def test_one_chat_that_unfollows_takes_nothing_from_another(scene: Scene) -> None:
    one, other = await scene.chat("1", "mali"), await scene.chat("2", "mali")
    await scene.store.subscriptions.remove(one.id, ["mali"])
    assert [each.canonical for each in await scene.store.subscriptions.of(other.id)] == ["mali"]
    assert [change.live for change in await scene.store.subscriptions.changes(0)] == [True]


async def test_filter_changes_come_in_the_order_they_were_made(scene: Scene) -> None:
    await scene.chat("1", "mali", "sudan")
    await scene.chat("2", "wagner")
    changes = await scene.store.subscriptions.changes(0)
    assert [change.canonical for change in changes] == ["mali", "sudan", "wagner"]
    assert [change.seq for change in changes] == sorted({change.seq for change in changes})


async def test_who_has_seen_a_change_is_not_shown_it_again(scene: Scene) -> None:
    await scene.chat("1", "mali")
    seen = (await scene.store.subscriptions.changes(0))[-1].seq
    assert await scene.store.subscriptions.changes(seen) == []
    await scene.chat("2", "mali", "sudan")
    assert [change.canonical for change in await scene.store.subscriptions.changes(seen)] == ["sudan"]


async def test_a_filter_falls_out_of_use_with_its_last_subscription(scene: Scene) -> None:
    one, other = await scene.chat("1", "mali"), await scene.chat("2", "mali")
    await scene.store.subscriptions.remove(one.id, ["mali"])
    seen = (await scene.store.subscriptions.changes(0))[-1].seq
    await scene.store.subscriptions.remove(other.id, ["mali"])
    later = await scene.store.subscriptions.changes(seen)
    assert [(change.canonical, change.live) for change in later] == [("mali", False)]


async def test_a_filter_changed_twice_appears_once_as_it_is_now(scene: Scene) -> None:
    chat = await scene.chat("1", "mali", "sudan")
    await scene.store.subscriptions.remove(chat.id, ["mali"])
    await scene.store.subscriptions.add(chat.id, "mali", NOW)
    changes = await scene.store.subscriptions.changes(0)
    assert [(change.canonical, change.live) for change in changes] == [("sudan", True), ("mali", True)]


async def test_a_filter_taken_up_again_keeps_its_id(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    before: FilterChange = (await scene.store.subscriptions.changes(0))[0]
    await scene.store.subscriptions.remove(chat.id, ["mali"])
    await scene.store.subscriptions.add(chat.id, "mali", NOW)
    after = (await scene.store.subscriptions.changes(0))[0]
    assert (after.filter_id, after.live) == (before.filter_id, True)
    assert after.seq > before.seq


async def test_many_filters_dropped_at_once_are_all_shown(store: Store, scene: Scene) -> None:
    chat = await scene.chat("1", "mali", "sudan", "wagner")
    seen = (await store.subscriptions.changes(0))[-1].seq
    await store.subscriptions.remove(chat.id, ["mali", "sudan", "wagner"])
    later = await store.subscriptions.changes(seen)
    assert {(change.canonical, change.live) for change in later} == {(w, False) for w in ("mali", "sudan", "wagner")}


async def _in_pages(scene: Scene, limit: int) -> list[list[FilterChange]]:
    pages: list[list[FilterChange]] = []
    seen = 0
    while page := await scene.store.subscriptions.changes(seen, limit):
        pages.append(page)
        seen = page[-1].seq
    return pages


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6, 7])
async def test_changes_read_in_pages_are_all_shown_once_and_in_order(scene: Scene, limit: int) -> None:
    await scene.chat("1", *"abcdef")
    pages = await _in_pages(scene, limit)
    assert [len(page) for page in pages] == [limit] * (6 // limit) + ([6 % limit] if 6 % limit else [])
    assert [change.canonical for page in pages for change in page] == list("abcdef")


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
async def test_what_was_changed_at_once_stands_on_one_page(scene: Scene, limit: int) -> None:
    chat = await scene.chat("1", *"abcdef")
    await scene.store.subscriptions.remove(chat.id, "bcd")
    pages = await _in_pages(scene, limit)
    assert sorted(change.canonical for page in pages for change in page) == list("abcdef")
    (together,) = [page for page in pages if {change.canonical for change in page} & set("bcd")]
    assert {change.canonical for change in together if not change.live} == set("bcd")


async def test_a_filter_changed_between_two_pages_is_shown_again_as_it_is_then(scene: Scene) -> None:
    chat = await scene.chat("1", "mali", "sudan", "wagner")
    first = await scene.store.subscriptions.changes(0, 2)
    await scene.store.subscriptions.remove(chat.id, ["mali"])
    later = await scene.store.subscriptions.changes(first[-1].seq, 2)
    assert [(change.canonical, change.live) for change in (*first, *later)] == [
        ("mali", True),
        ("sudan", True),
        ("wagner", True),
        ("mali", False),
    ]
