"""What is held is let go at its hour, and what waits too long is told together."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.core.delivery import State
from bot.core.lexicon import Lexicon
from bot.core.releases import Ruling
from bot.core.stores import HeldFor
from bot.pipeline.digests import LONGEST_QUEUED, MOST_QUEUED, QUEUES_EVERY, Digests
from bot.pipeline.dispatch import LEASE
from tests.fakes.clock import FakeClock
from tests.fakes.waiting import until
from tests.pipeline.scene import Scene, entry

LANE = "telegram:1"


async def messages(scene: Scene) -> list[tuple[str, list[str]]]:
    """Return what could be sent now: for each message its heading and the titles it tells; nothing is changed."""
    claimed = await scene.store.outbox.claim(LANE, scene.clock.now(), LEASE, 1000)
    await scene.store.outbox.release(claimed)
    return [(each.heading, [each.story.title, *(other.title for other in each.others)]) for each in claimed]


async def publish(scene: Scene, *titles: str, minutes: float = 0) -> None:
    """Let stories about Mali be published, some minutes from now, and what is held be decided."""
    scene.clock.advance(minutes * 60)
    scene.web.serve("https://news.example/feed", *(entry(title) for title in titles))
    for feed in await scene.store.feeds.all():
        scene.store.rows.feeds[feed.id] = replace(feed, next_poll_at=scene.clock.now())
    await scene.visit()
    await scene.digests.step()


@pytest.fixture
async def following(scene: Scene) -> Scene:
    """A chat that follows Mali, with a feed that was visited."""
    await scene.follow("42", "mali")
    await scene.publish()
    return scene


async def test_a_daily_digest_comes_once_a_day_at_its_hour(following: Scene) -> None:
    scene = following
    await scene.say("/timezone Asia/Kathmandu")
    await scene.say("/digest daily 8:00")
    await publish(scene, "Mali one", "Mali two")
    while (now := scene.clock.now()) < datetime(2026, 2, 7, 2, 15, tzinfo=UTC):  # 8:00 there
        assert await messages(scene) == []
        scene.clock.advance(min(3600, (datetime(2026, 2, 7, 2, 15, tzinfo=UTC) - now).total_seconds()))
        await scene.digests.step()
    ((heading, titles),) = await messages(scene)
    assert (heading, sorted(titles)) == ("daily", ["Mali one", "Mali two"])
    assert len(await scene.inbox("42")) == 2
    scene.clock.advance(24 * 3600)
    await scene.digests.step()
    assert await messages(scene) == []


async def test_quiet_hours_let_go_of_all_in_one_message(following: Scene) -> None:
    scene = following
    await scene.say("/quiet 12:00-14:00")
    await publish(scene, "Mali one")
    await publish(scene, "Mali one", "Mali two", minutes=20)
    assert await messages(scene) == []
    scene.clock.advance(2 * 3600)
    await scene.digests.step()
    assert await messages(scene) == [("quiet", ["Mali one", "Mali two"])]


async def test_outside_of_its_quiet_hours_a_chat_gets_its_alerts_at_once(following: Scene) -> None:
    scene = following
    await scene.say("/quiet 22-7")
    await publish(scene, "Mali one")
    assert await messages(scene) == [("", ["Mali one"])]


async def test_a_burst_is_one_message(following: Scene) -> None:
    scene = following
    await scene.say("/bundle 10")
    await publish(scene, "Mali one")
    await publish(scene, "Mali one", "Mali two", minutes=6)
    assert await messages(scene) == []
    scene.clock.advance(5 * 60)
    await scene.digests.step()
    assert await messages(scene) == [("burst", ["Mali one", "Mali two"])]


async def test_a_daily_limit_keeps_the_rest_for_the_days_end(following: Scene) -> None:
    scene = following
    await scene.say("/limit 2")
    for number in range(5):
        await publish(scene, f"Mali {number}", minutes=6)
        await scene.inbox("42")
    assert await scene.inbox("42") == ["Mali 0", "Mali 1"]
    scene.clock.advance(12 * 3600)
    await scene.digests.step()
    assert await messages(scene) == [("limit", ["Mali 2", "Mali 3", "Mali 4"])]


async def test_what_appeared_while_the_bot_was_away_is_one_message_after_a_minute(following: Scene) -> None:
    scene = following
    await scene.say("/mute 1h")  # so that what comes is held
    await publish(scene, "Mali one", "Mali two", "Mali three")
    await scene.say("/unmute")
    for row in scene.store.rows.deliveries.values():
        if row.state is State.HELD:
            row.heading, row.due_at = "gap", row.made_at
    await scene.digests.step()
    assert await messages(scene) == []
    scene.clock.advance(60)
    await scene.digests.step()
    ((heading, titles),) = await messages(scene)
    assert heading == "gap"
    assert len(titles) == 3


async def test_what_waited_into_quiet_hours_is_held_until_they_end_but_what_is_loud(following: Scene) -> None:
    scene = following
    await scene.follow("42", "niger")
    await scene.say("/loud niger")
    await scene.say("/quiet 12:30-14:00")
    await publish(scene, "Mali one")
    await publish(scene, "Niger one", minutes=1)
    assert (await messages(scene)) == [("", ["Mali one"])]
    scene.clock.advance(40 * 60)  # nothing could be sent
    await scene.digests.step()
    await scene.digests.step()
    assert await scene.inbox("42") == ["Niger one"]
    scene.clock.advance(2 * 3600)
    await scene.digests.step()
    assert await scene.inbox("42") == ["Mali one", "Niger one"]


async def test_a_queue_that_grows_too_long_is_told_in_a_few_messages(following: Scene) -> None:
    scene = following
    await scene.follow("7", "drought")
    await publish(scene, "A drought elsewhere")
    for number in range(MOST_QUEUED):
        await publish(scene, f"Mali {number}", minutes=0.5)
    assert all(heading == "" for heading, _ in await messages(scene))
    await publish(scene, "Mali and one more", minutes=1)
    found = dict(await messages(scene))
    assert len(found[f"backlog 1/2 {MOST_QUEUED + 1}"]) == 5
    assert found[""] == ["A drought elsewhere"]
    assert len(await scene.inbox("42")) == MOST_QUEUED + 1
    assert scene.observer.notices == [f"{MOST_QUEUED + 1} alerts waited too long and are told in 2 messages"]


async def test_several_that_wait_too_long_are_told_together_and_one_is_not(following: Scene) -> None:
    scene = following
    await scene.follow("7", "drought")
    await publish(scene, "Mali one", "Mali two", "A drought elsewhere")
    scene.clock.advance(LONGEST_QUEUED.total_seconds() - 1)
    await scene.digests.step()
    assert all(heading == "" for heading, _ in await messages(scene))
    scene.clock.advance(QUEUES_EVERY + 1)
    await scene.digests.step()
    assert sorted(heading for heading, _ in await messages(scene)) == ["", "backlog"]


async def test_how_long_alerts_wait_is_told_for_each_lane(following: Scene) -> None:
    scene = following
    await publish(scene, "Mali one")
    scene.clock.advance(600)
    await scene.digests.step()
    assert scene.observer.waited[-1] == {LANE: 600.0}
    assert scene.digests.backlog() == ""
    scene.clock.advance(600)
    await scene.digests.step()
    assert scene.digests.backlog() == f"the oldest alert of {LANE} waits 20 min"
    await scene.inbox("42")
    scene.clock.advance(QUEUES_EVERY)
    await scene.digests.step()
    assert (scene.observer.waited[-1], scene.digests.backlog()) == ({}, "")


async def test_senders_are_woken_when_something_can_be_sent_and_not_before(following: Scene) -> None:
    scene = following
    await scene.say("/mute 1h")
    await publish(scene, "Mali one", "Mali two")
    wakes = scene.wakes
    await scene.digests.step()
    assert scene.wakes == wakes
    scene.clock.advance(3600)
    await scene.digests.step()
    assert scene.wakes == wakes + 1


async def test_two_processes_that_decide_at_once_tell_everything_once(following: Scene) -> None:
    scene = following
    await scene.say("/mute 1h")
    await publish(scene, *(f"Mali {number}" for number in range(9)))
    scene.clock.advance(3600)
    other = Digests(scene.store.holding, scene.clock, scene.observer, lambda: None)
    await asyncio.gather(scene.digests.step(), other.step(), scene.digests.step())
    titles = [title for _, told in await messages(scene) for title in told]
    assert len(titles) == 4  # the first of two messages goes first
    assert sorted(await scene.inbox("42")) == [f"Mali {number}" for number in range(9)]


class Away:
    """A store that is away for a while."""

    def __init__(self) -> None:
        self.asked = 0

    async def due(self, now: datetime, limit: int) -> list[HeldFor]:
        self.asked += 1
        raise OSError("away")

    async def keep(self, ruling: Ruling, now: datetime) -> int:
        raise AssertionError("nothing was due")


async def test_a_store_that_is_away_is_asked_again_and_the_stop_is_prompt(lexicon: Lexicon) -> None:
    scene, away, stopping = Scene(lexicon), Away(), asyncio.Event()
    digests = Digests(away, FakeClock(), scene.observer, lambda: None)  # type: ignore[arg-type]
    running = asyncio.create_task(digests.run(stopping))
    await until(lambda: away.asked == 1)
    digests.wake()
    await until(lambda: away.asked == 2)
    stopping.set()
    await asyncio.wait_for(running, 0.5)
    assert [doing for doing, _ in scene.observer.troubles] == ["deciding about what is held"] * 2
