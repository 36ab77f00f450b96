"""Promises about what was given up or may have arrived."""

from bot.core.delivery import State, Verdict
from bot.core.releases import Bundle, Ruling
from bot.core.rhythm import Every, Rhythm
from tests.store.scene import NOW, SECOND, Scene

LATER = NOW + 60 * SECOND


async def _parked(scene: Scene) -> tuple[int, int]:
    """Return a delivery that may have arrived and one that was given up."""
    await scene.chat("1", "mali")
    await scene.chat("2", "mali")
    await scene.tell("a")
    one, two = await scene.claim()
    await scene.store.outbox.record(one, Verdict(State.UNCERTAIN, error="no answer"), NOW)
    await scene.store.outbox.record(two, Verdict(State.DEAD, error="refused"), NOW)
    return one.id, two.id


async def test_the_operator_sees_what_is_parked_and_why_the_oldest_first(scene: Scene) -> None:
    one, two = await _parked(scene)
    found = await scene.store.outbox.parked(10)
    assert [(each.id, each.state, each.why) for each in found] == sorted(
        [(one, State.UNCERTAIN, "no answer"), (two, State.DEAD, "refused")]
    )
    assert {(each.title, each.since, each.others) for each in found} == {("About a", NOW, 0)}
    assert {each.chat.address.chat for each in found} == {"1", "2"}
    assert len(await scene.store.outbox.parked(1)) == 1


async def test_what_is_parked_is_sent_again_as_a_possible_repeat(scene: Scene) -> None:
    one, _ = await _parked(scene)
    assert await scene.store.outbox.resolve([one, one + 1_000], True, LATER) == 1
    (again,) = await scene.claim(after=60)
    assert (again.id, again.repeat, again.attempts) == (one, True, 0)
    assert len(await scene.store.outbox.parked(10)) == 1


async def test_what_the_operator_gives_up_is_cancelled_and_says_so_no_more(scene: Scene) -> None:
    await _parked(scene)
    assert await scene.store.outbox.resolve(None, False, LATER) == 2
    assert await scene.store.outbox.counts() == {State.CANCELLED: 2}
    assert await scene.store.outbox.parked(10) == []
    assert await scene.store.outbox.resolve(None, True, LATER) == 0


async def test_what_is_not_parked_is_not_touched(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.tell("a")
    (claimed,) = await scene.claim()
    assert await scene.store.outbox.resolve([claimed.id], False, LATER) == 0
    assert await scene.store.outbox.resolve([], True, LATER) == 0
    assert await scene.store.outbox.counts() == {State.CLAIMED: 1}


async def test_a_bundle_is_parked_once_and_sent_again_or_given_up_as_one(scene: Scene) -> None:
    chat = await scene.chat("1", "mali")
    await scene.store.chats.set_hours(chat.id, Rhythm(every=Every.HOURLY), "", NOW)
    await scene.tell("a", "b", "c")
    (held,) = await scene.store.holding.due(NOW, 10)
    ids = tuple(row.id for row in held.due)
    await scene.store.holding.keep(Ruling(rows=held.due, bundles=(Bundle(ids, "hourly"),)), NOW)
    refused = Verdict(State.DEAD, error="refused")
    await scene.store.outbox.record((await scene.claim())[0], refused, NOW)
    assert [each.others for each in await scene.store.outbox.parked(10)] == [2]
    assert await scene.store.outbox.resolve(None, True, LATER) == 1
    (again,) = await scene.claim(after=60)
    assert len(again.others) == 2
    await scene.store.outbox.record(again, refused, LATER)
    assert await scene.store.outbox.resolve(None, False, LATER) == 1
    assert await scene.store.outbox.counts() == {State.CANCELLED: 3}
