"""Promises about one lane in one process."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app.foundation import Foundation, lay_foundation, ready_database
from bot.app.sender import Sender
from bot.app.speakers import Opened
from bot.core.chat import Address, Asker, ChatKind, Platform, Sighting
from bot.core.commands import parse
from bot.core.delivery import State
from bot.core.feed import FeedSource
from bot.core.pacing import LIMITS, Pacer
from bot.core.polling import Decision
from bot.core.stores import NewStory
from bot.core.story import Story
from bot.pipeline.dispatch import LEASE
from bot.store.leases import LeaseTable
from bot.store.tables import deliveries
from tests.fakes.environment import settings_in
from tests.fakes.notifier import ScriptedNotifier
from tests.fakes.waiting import until

LANE = "telegram:1"


class Ears:
    """A listener that only notes whether it listens."""

    def __init__(self) -> None:
        self.listens = False
        self.starts = 0

    async def start(self) -> None:
        self.listens, self.starts = True, self.starts + 1

    async def stop(self) -> None:
        self.listens = False


class Scene:
    """A lane, its owner, and a chat that follows drought."""

    def __init__(self, base: Foundation) -> None:
        self.base, self.ears = base, Ears()
        self.notifier = ScriptedNotifier(base.clock.monotonic)
        pacer = Pacer(LIMITS[Platform.TELEGRAM])
        self.opened = Opened(Platform.TELEGRAM, LANE, self.notifier, self.ears, _nothing, pacer, heard_by_owner=True)
        self.sender = Sender(base, self.opened, "ours")
        self.leases = self.sender.held.leases = LeaseTable(base.store.database)

    async def tell(self, title: str) -> None:
        """Let a story wait for the chat."""
        store, now = self.base.store, self.base.clock.now()
        where = Sighting(Address(Platform.TELEGRAM, LANE, "42"), ChatKind.PRIVATE)
        await self.base.desk.execute(parse("/follow drought"), where, Asker())
        await store.feeds.sync([FeedSource("News", "https://news.example/rss")], now)
        (feed,) = await store.feeds.all()
        (change,) = await store.subscriptions.changes(0)
        told = Story((title,), title, f"https://news.example/{title}", "", "News", "news", "en", now, title)
        await store.stories.record(Decision(feed), [NewStory(told, {change.filter_id: ()})], now)

    async def ended_in(self, state: State) -> None:
        async with asyncio.timeout(5):
            while (await self.base.store.outbox.counts()).get(state) != 1:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    base = lay_foundation(settings_in(tmp_path))
    await ready_database(base)
    made = Scene(base)
    yield made
    await made.sender.stop(1)
    await base.store.close()


async def test_the_lane_s_owner_alone_listens_and_sends(scene: Scene) -> None:
    await scene.tell("drought")
    await scene.leases.take(f"lane {LANE}", "theirs", 60)
    scene.sender.start()
    await until(lambda: scene.sender.held.stands_by)
    await asyncio.sleep(0.7)
    assert (scene.notifier.calls, scene.ears.starts) == ([], 0)
    await scene.leases.give_up(f"lane {LANE}", "theirs")
    await scene.ended_in(State.SENT)
    assert scene.ears.listens


async def test_a_new_owner_sends_at_once_what_the_last_one_had_claimed_and_marks_it(scene: Scene) -> None:
    await scene.tell("drought")
    assert len(await scene.base.store.outbox.claim(LANE, scene.base.clock.now(), LEASE, 10)) == 1
    scene.sender.start()
    await scene.ended_in(State.SENT)
    (call,) = scene.notifier.arrived
    assert "possible repeat" in str(call.message)


async def test_the_owner_alone_judges_whether_a_claim_has_lapsed_and_says_what_becomes_of_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    long_ago = scene.base.clock.now() - 2 * LEASE
    scene.sender.start()
    await until(scene.sender.held.may_send)
    monkeypatch.setattr(scene.sender.held, "_until", 0.0)
    await scene.tell("drought")
    assert len(await scene.base.store.outbox.claim(LANE, scene.base.clock.now(), -LEASE, 10)) == 1
    assert await scene.sender.recover_lapsed() == 0
    assert await scene.base.store.outbox.recover(long_ago, lane=LANE, lapsed=True) == 0
    await until(scene.sender.held.may_send)
    caplog.clear()
    assert await scene.sender.recover_lapsed() == 1
    told = f"notice: {LANE}: 1 delivery of a process that ended, sent again, marked as a possible repeat"
    assert told in caplog.messages


async def test_an_owner_that_gets_its_lane_back_leaves_what_it_is_sending_alone(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.sender.start()
    await until(scene.sender.held.may_send)
    await scene.tell("drought")
    going = asyncio.Event()
    scene.notifier.takes = going.wait
    scene.sender.dispatch.wake()
    await until(lambda: scene.notifier.calls)
    scene.sender.held._until = 0.0  # as after ten seconds without the store
    scene.sender.held._changed.set()
    await until(lambda: not scene.ears.listens)
    await until(scene.sender.held.may_send)
    going.set()
    await scene.ended_in(State.SENT)
    assert len(scene.notifier.calls) == 1


async def test_a_process_that_stops_goes_deaf_and_lets_go_of_its_lane(scene: Scene) -> None:
    scene.sender.start()
    await until(lambda: scene.ears.listens)
    await scene.sender.stop(1)
    assert not scene.ears.listens
    assert not scene.sender.held.may_send()
    assert await scene.leases.take(f"lane {LANE}", "theirs", 60) == 2


async def _nothing() -> None: ...


async def test_what_is_still_being_sent_is_not_taken_for_lost_however_long_it_takes(scene: Scene) -> None:
    scene.sender.start()
    await until(scene.sender.held.may_send)
    answer = asyncio.Event()
    scene.notifier.takes = answer.wait
    await scene.tell("drought")
    scene.sender.dispatch.wake()
    await until(lambda: scene.notifier.calls)
    long_ago = deliveries.update().values(lease_until=scene.base.clock.now() - LEASE)
    await scene.base.store.database.write(lambda connection: connection.execute(long_ago).rowcount)
    assert await scene.sender.recover_lapsed() == 0
    answer.set()
    await until(lambda: not scene.sender.dispatch.in_flight)
    assert await scene.base.store.outbox.counts() == {State.SENT: 1}
