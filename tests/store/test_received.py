"""Promises about what platforms handed us and what was said in web chats."""

from tests.store.scene import NOW, Store


async def test_what_a_platform_hands_over_twice_is_new_once(store: Store) -> None:
    assert await store.received.first_time("slack", "Ev1", NOW) is True
    assert await store.received.first_time("slack", "Ev1", NOW) is False
    assert await store.received.first_time("slack", "Ev2", NOW) is True
    assert await store.received.first_time("telegram", "Ev1", NOW) is True


async def test_a_transcript_is_read_in_the_order_it_was_said(store: Store) -> None:
    ids = [await store.transcript.add("c1", mine, body) for mine, body in ((True, "{}"), (False, '{"a":"é"}'))]
    await store.transcript.add("c2", True, "elsewhere")
    said = await store.transcript.since("c1", 0)
    assert [(each.id, each.mine, each.body, each.at) for each in said] == [
        (ids[0], True, "{}", NOW),
        (ids[1], False, '{"a":"é"}', NOW),
    ]
    assert ids[0] < ids[1]


async def test_a_page_that_knows_the_start_is_given_the_rest_piece_by_piece(store: Store) -> None:
    ids = [await store.transcript.add("c1", False, str(n)) for n in range(5)]
    assert [each.body for each in await store.transcript.since("c1", ids[0], 2)] == ["1", "2"]
    assert [each.body for each in await store.transcript.since("c1", ids[2], 2)] == ["3", "4"]
    assert await store.transcript.since("c1", ids[4]) == []


async def test_a_message_may_stand_in_for_an_earlier_one(store: Store) -> None:
    first = await store.transcript.add("c1", False, "press me")
    await store.transcript.add("c1", False, "pressed", replaces=first)
    assert [each.replaces for each in await store.transcript.since("c1", 0)] == [0, first]
