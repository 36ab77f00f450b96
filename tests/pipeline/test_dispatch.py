"""What waits in the outbox is sent: with the real pacer, in virtual time."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from bot.core.chat import Address, Asker, ChatKind, ChatState, Platform, Sighting
from bot.core.commands import parse
from bot.core.delivery import MOST_ATTEMPTS, MOST_UNCERTAIN, Delivery, OnUncertain, State
from bot.core.errors import (
    ChatGone,
    ChatMoved,
    ContentRefused,
    Permanent,
    SendError,
    Temporary,
    TokenRevoked,
    Uncertain,
)
from bot.core.feed import FeedSource
from bot.core.filters.names import Names
from bot.core.lexicon import Lexicon
from bot.core.message import Message
from bot.core.outcomes import NotModified
from bot.core.pacing import LIMITS, Pacer
from bot.core.polling import after_visit
from bot.core.stores import NewStory
from bot.core.story import Story
from bot.core.telling import tell
from bot.pipeline import attempts
from bot.pipeline.dispatch import LEASE, Dispatch
from bot.pipeline.membership import Members
from tests.fakes.notifier import Call, ScriptedNotifier
from tests.fakes.waiting import until
from tests.pipeline.scene import Scene

LANE = "telegram:1"


@dataclass
class Sender:
    """A lane's dispatch and what it works with."""

    scene: Scene
    notifier: ScriptedNotifier
    dispatch: Dispatch
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def chat(self, name: str, kind: ChatKind = ChatKind.PRIVATE, topic: str = "") -> None:
        """Make a chat that follows the word every story here has."""
        where = Sighting(Address(Platform.TELEGRAM, LANE, name, topic), kind)
        await self.scene.desk.execute(parse("/follow alert"), where, Asker())

    async def publish(self, *titles: str, continues: int | None = None) -> None:
        """Put stories, and deliveries for every chat, into the store."""
        scene = self.scene
        now = scene.clock.now()
        if not await scene.store.feeds.all():
            await scene.watch(FeedSource("Feed", "https://news.example/feed"))
        (feed,) = await scene.store.feeds.all()
        decision = after_visit(feed, NotModified(), body_hash="", now=now, jitter=0.0)
        (wish,) = {each.filter_id for each in await scene.store.subscriptions.changes(0)}
        new = [NewStory(_story(title, scene), {wish: ()}, continues=continues) for title in titles]
        await scene.store.stories.record(decision, new, now)

    async def settle(self, seconds: float = 3) -> None:
        """Let the lane work for so many seconds of its clock, then finish what is in flight."""
        clock = self.scene.clock
        until = clock.monotonic() + seconds
        while clock.monotonic() < until:
            if await self.dispatch.step():
                await asyncio.sleep(0)
            elif sending := set(self.dispatch._sending):
                await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
            else:
                clock.advance(0.25)
        await asyncio.gather(*self.dispatch._sending)

    def states(self) -> list[State]:
        return [row.state for _, row in sorted(self.scene.store.rows.deliveries.items())]

    def moments(self, chat: str) -> list[float]:
        return [call.at for call in self.notifier.calls if call.to.chat == chat]


def _story(title: str, scene: Scene) -> Story:
    key = f"link:https://news.example/{title}"
    return Story((key,), title, f"https://news.example/{title}", "", "Feed", "news", "en", scene.clock.now(), title)


@pytest.fixture
def sender(lexicon: Lexicon) -> Sender:
    scene = Scene(lexicon)
    notifier = ScriptedNotifier(scene.clock.monotonic)
    dispatch = Dispatch(
        lane=LANE,
        outbox=scene.store.outbox,
        notifier=notifier,
        pacer=Pacer(LIMITS[Platform.TELEGRAM]),
        names=lexicon,
        clock=scene.clock,
        observer=scene.observer,
        sleep=scene.clock.sleep,
    )
    return Sender(scene, notifier, dispatch)


@pytest.fixture
async def running(sender: Sender) -> AsyncIterator[Sender]:
    """A lane whose loop runs; it rests in real time, so tests wake it."""
    task = asyncio.create_task(sender.dispatch.run(sender.stopping))
    yield sender
    sender.stopping.set()
    sender.dispatch.wake()
    async with asyncio.timeout(5):
        await task


def busiest(calls: list[Call], seconds: float) -> int:
    """Return the most calls in any window of so many seconds."""
    times = sorted(call.at for call in calls)
    return max((sum(start <= at < start + seconds for at in times) for start in times), default=0)


# Sending, and in which order


async def test_a_chat_gets_its_stories_one_after_another_the_oldest_first(sender: Sender) -> None:
    await sender.chat("1")
    await sender.publish("a", "b", "c")
    await sender.publish("d")
    await sender.settle(10)
    assert sender.notifier.titles("1") == ["a", "b", "c", "d"]
    assert set(sender.states()) == {State.SENT}


async def test_the_platforms_message_id_is_kept(sender: Sender) -> None:
    await sender.chat("1")
    await sender.publish("a")
    await sender.settle()
    (row,) = sender.scene.store.rows.deliveries.values()
    assert row.message_id == "message-1"


async def test_an_alert_says_why_it_came_and_previews_as_the_chat_wishes(sender: Sender) -> None:
    for name, wish in (("1", "on"), ("2", "off")):
        await sender.chat(name)
        where = Sighting(Address(Platform.TELEGRAM, LANE, name), ChatKind.PRIVATE)
        await sender.scene.desk.execute(parse(f"/preview {wish}"), where, Asker())
    await sender.publish("alert")
    await sender.settle()
    assert {call.to.chat: call.message.preview for call in sender.notifier.arrived} == {"1": True, "2": False}


async def test_messages_already_queued_are_not_sent_by_another_lane(sender: Sender) -> None:
    where = Sighting(Address(Platform.SLACK, "slack:T1", "C1"), ChatKind.TEAM)
    await sender.scene.desk.execute(parse("/follow alert"), where, Asker())
    await sender.publish("a")
    await sender.settle()
    assert sender.notifier.calls == []


# Pacing


async def test_no_second_has_more_than_thirty_sends_and_nearly_all_have_that_many(sender: Sender) -> None:
    for name in range(300):
        await sender.chat(str(name))
    await sender.publish("a")
    await sender.settle(12)
    calls = sender.notifier.calls
    assert len(calls) == 300
    assert busiest(calls, 1.0) == 30
    assert calls[-1].at - calls[0].at < 300 / 29.7


async def test_a_chat_gets_one_message_a_second(sender: Sender) -> None:
    await sender.chat("1")
    await sender.publish(*"abcde")
    await sender.settle(10)
    gaps = [later - earlier for earlier, later in pairwise(sender.moments("1"))]
    assert len(gaps) == 4
    assert min(gaps) > 1.0
    assert max(gaps) < 1.3


async def test_a_groups_limit_holds_and_keeps_no_other_chat_waiting(sender: Sender) -> None:
    await sender.chat("-100", ChatKind.GROUP)
    await sender.publish(*(f"old {n}" for n in range(25)))
    await sender.settle(22)
    assert len(sender.moments("-100")) == 20
    await sender.chat("1")
    began = sender.scene.clock.monotonic()
    await sender.publish("new")
    await sender.settle(2)
    assert sender.moments("1")[0] - began < 0.5
    await sender.settle(60)
    group = [call for call in sender.notifier.calls if call.to.chat == "-100"]
    assert len(group) == 26
    assert busiest(group, 60.0) == 20
    assert sender.notifier.titles("-100")[-1] == "new"


async def test_a_forums_topics_share_the_limit_of_their_group(sender: Sender) -> None:
    for topic in "123":
        await sender.chat("-100", ChatKind.GROUP, topic)
    await sender.publish(*(f"story {n}" for n in range(10)))
    await sender.settle(130)
    assert len(sender.notifier.calls) == 30
    assert busiest(sender.notifier.calls, 60.0) == 20


# What the platform asks for


async def test_a_429_for_a_chat_halts_that_chat_alone_for_as_long_as_it_says(sender: Sender) -> None:
    await sender.chat("1")
    await sender.chat("2")
    sender.notifier.script["1"].append(Temporary("Too Many Requests", retry_after=30))
    await sender.publish("a", "b")
    await sender.settle(60)
    first, again, _ = sender.moments("1")
    assert 30.0 <= again - first < 31.0
    assert sender.notifier.titles("1") == ["a", "b"]
    assert sender.moments("2")[1] - first < 2.0


async def test_a_429_for_the_lane_halts_the_lane_and_nothing_slips_through(sender: Sender) -> None:
    for name in range(50):
        await sender.chat(str(name))
    sender.notifier.script["0"].append(Temporary("Too Many Requests", retry_after=20, whole_lane=True))
    await sender.publish("a")
    await sender.settle(60)
    halted = sender.moments("0")[0]
    early = [call for call in sender.notifier.calls if halted + 1 < call.at < halted + 20]
    assert early == []
    assert len(sender.notifier.arrived) == 50


async def test_a_wait_the_platform_asks_for_counts_as_no_attempt(sender: Sender) -> None:
    await sender.chat("1")
    sender.notifier.script["1"].extend(Temporary("Too Many Requests", retry_after=1) for _ in range(MOST_ATTEMPTS + 5))
    await sender.publish("a")
    await sender.settle(120)
    assert sender.notifier.titles("1") == ["a"]


@pytest.mark.parametrize("answer_takes", [0.0, 0.2])
async def test_a_refused_token_is_tried_once_a_minute_and_told_once(sender: Sender, answer_takes: float) -> None:
    for name in range(40):
        await sender.chat(str(name))
    sender.notifier.always = TokenRevoked("401 Unauthorized")
    sender.notifier.takes = lambda: sender.scene.clock.sleep(answer_takes)
    await sender.publish("a", "b")
    began = sender.scene.clock.monotonic()
    await sender.settle(600)
    later = [call for call in sender.notifier.calls if call.at > began + 30]
    assert 8 <= len(later) <= 10
    assert busiest(later, 59.0) == 1
    assert len(sender.scene.observer.notices) == 1
    assert "no longer accepted (401 Unauthorized)" in sender.scene.observer.notices[0]


async def test_a_token_that_is_accepted_again_sends_all_that_waited(sender: Sender) -> None:
    for name in range(40):
        await sender.chat(str(name))
    sender.notifier.always = TokenRevoked("401 Unauthorized")
    await sender.publish("a")
    await sender.settle(130)
    sender.notifier.always = None
    await sender.settle(180)
    assert len(sender.notifier.arrived) == 40
    assert set(sender.states()) == {State.SENT}
    sender.notifier.always = TokenRevoked("401 Unauthorized")
    await sender.publish("b")
    await sender.settle(10)
    assert len(sender.scene.observer.notices) == 2


# How sends end


async def test_a_chat_that_is_gone_gets_nothing_more_and_keeps_its_filters(sender: Sender) -> None:
    await sender.chat("1")
    sender.notifier.script["1"].append(ChatGone("Forbidden: bot was blocked by the user"))
    await sender.publish("a", "b")
    await sender.settle(10)
    assert len(sender.notifier.calls) == 1
    assert sender.states() == [State.CANCELLED, State.CANCELLED]
    (chat,) = sender.scene.store.rows.chats.values()
    assert chat.state is ChatState.GONE
    assert len(await sender.scene.store.subscriptions.of(chat.id)) == 1


async def test_a_chat_that_moved_gets_its_message_at_the_new_address_at_once(sender: Sender) -> None:
    await sender.chat("-1", ChatKind.GROUP)
    there = Address(Platform.TELEGRAM, LANE, "-1001")
    sender.notifier.script["-1"].append(ChatMoved("upgraded to a supergroup", address=there))
    await sender.publish("a", "b")
    await sender.settle(10)
    assert sender.notifier.titles("-1001") == ["a", "b"]
    assert len(sender.moments("-1")) == 1
    assert len(await sender.scene.store.subscriptions.of((await sender.scene.chat("-1001")).id)) == 1


@pytest.mark.parametrize("refusal", [ContentRefused("can't parse entities"), Permanent("message is too long")])
async def test_a_message_that_will_never_be_taken_is_dead_and_the_next_goes_out(
    sender: Sender, refusal: SendError
) -> None:
    await sender.chat("1")
    sender.notifier.script["1"].append(refusal)
    await sender.publish("a", "b")
    await sender.settle(10)
    assert sender.states() == [State.DEAD, State.SENT]
    assert sender.notifier.titles("1") == ["b"]
    assert sender.scene.observer.deliveries[0][1].error == refusal.reason


async def test_a_message_that_cannot_be_made_is_dead_and_the_chats_next_goes_out(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sender.chat("1")

    def breaks(names: Names, delivery: Delivery) -> Message:
        if delivery.story.title == "a":
            raise RecursionError("too deep")
        return tell(names, delivery)

    monkeypatch.setattr(attempts, "tell", breaks)
    await sender.publish("a", "b")
    await sender.settle(10)
    assert sender.states() == [State.DEAD, State.SENT]
    assert [type(error) for _, error in sender.scene.observer.troubles] == [RecursionError]


async def test_a_temporary_error_is_tried_again_at_growing_intervals_in_the_chats_order(sender: Sender) -> None:
    await sender.chat("1")
    sender.notifier.script["1"].extend(Temporary("connection refused") for _ in range(2))
    await sender.publish("a", "b")
    await sender.settle(60)
    gaps = [later - earlier for earlier, later in pairwise(sender.moments("1"))]
    assert [round(gap) for gap in gaps] == [2, 4, 1]
    assert sender.notifier.titles("1") == ["a", "b"]
    assert all("possible repeat" not in call.message.text for call in sender.notifier.arrived)


async def test_a_message_is_given_up_after_so_many_attempts(sender: Sender) -> None:
    await sender.chat("1")
    sender.notifier.always = Temporary("connection refused")
    await sender.publish("a")
    rows = sender.scene.store.rows.deliveries
    for _ in range(MOST_ATTEMPTS + 1):
        await sender.settle()
        sender.scene.clock.advance(1801)
    assert len(sender.notifier.calls) == MOST_ATTEMPTS
    assert sender.states() == [State.DEAD]
    assert min(rows.items())[1].error == "connection refused"


async def test_a_message_that_keeps_failing_lets_the_chats_later_ones_pass(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sender.chat("1")
    real = ScriptedNotifier.send

    async def refuses_a(self: ScriptedNotifier, to: Address, message: Message, **more: str) -> str:
        if message.title and message.title.text == "a":
            raise Temporary("internal error")
        return await real(self, to, message, **more)

    monkeypatch.setattr(ScriptedNotifier, "send", refuses_a)
    await sender.publish("a", "b")
    await sender.settle(60)
    await sender.publish("c")
    await sender.settle(10)
    assert sender.notifier.titles("1") == ["b", "c"]


async def test_a_message_that_may_have_arrived_is_sent_again_marked(sender: Sender) -> None:
    await sender.chat("1")
    sender.notifier.script["1"].append(Uncertain("no answer"))
    await sender.publish("a")
    await sender.settle(30)
    first, second = sender.notifier.calls
    assert "possible repeat" not in first.message.text
    assert "possible repeat" in second.message.text
    assert sender.states() == [State.SENT]


async def test_a_message_that_may_have_arrived_each_time_is_kept_aside_before_it_is_a_nuisance(sender: Sender) -> None:
    await sender.chat("1")
    sender.notifier.script["1"].extend(Uncertain("no answer") for _ in range(MOST_ATTEMPTS))
    await sender.publish("a")
    for _ in range(MOST_UNCERTAIN + 3):
        await sender.settle()
        sender.scene.clock.advance(1801)
    assert len(sender.notifier.calls) == MOST_UNCERTAIN
    assert sender.states() == [State.UNCERTAIN]


async def test_with_park_a_message_that_may_have_arrived_is_kept_aside_and_the_next_goes_out(sender: Sender) -> None:
    sender.dispatch.on_uncertain = OnUncertain.PARK
    await sender.chat("1")
    sender.notifier.script["1"].append(Uncertain("no answer"))
    await sender.publish("a", "b")
    await sender.settle(30)
    assert sender.states() == [State.UNCERTAIN, State.SENT]
    assert [call.title for call in sender.notifier.calls] == ["a", "b"]


async def test_what_a_process_that_died_had_claimed_is_sent_as_a_possible_repeat(sender: Sender) -> None:
    await sender.chat("1")
    await sender.publish("a")
    outbox, clock = sender.scene.store.outbox, sender.scene.clock
    assert await outbox.claim(LANE, clock.now(), LEASE, 1)
    await sender.settle(5)
    assert sender.notifier.calls == []
    clock.advance(LEASE.total_seconds() + 1)
    assert await outbox.recover(clock.now()) == 1
    await sender.settle(5)
    assert "possible repeat" in sender.notifier.arrived[0].message.text


async def test_a_send_slower_than_its_lease_is_told(sender: Sender) -> None:
    await sender.chat("1")
    await sender.publish("a")

    async def outlives_its_lease() -> None:
        sender.scene.clock.advance(120)
        await sender.scene.store.outbox.recover(sender.scene.clock.now())
        sender.notifier.takes = None

    sender.notifier.takes = outlives_its_lease
    await sender.settle(5)
    assert len(sender.scene.observer.notices) == 1
    assert "may arrive twice" in sender.scene.observer.notices[0]


async def test_every_end_of_a_send_is_told_to_the_observer_once(sender: Sender) -> None:
    await sender.chat("1")
    sender.notifier.script["1"].append(Temporary("connection refused"))
    await sender.publish("a")
    await sender.settle(10)
    assert [verdict.state for _, verdict in sender.scene.observer.deliveries] == [State.QUEUED, State.SENT]


# The loop


async def test_a_lane_that_is_woken_sends_at_once(running: Sender) -> None:
    await running.chat("1")
    await asyncio.sleep(0.02)
    await running.publish("a")
    running.dispatch.wake()
    await until(lambda: running.notifier.arrived, 0.5)


async def test_a_store_that_is_away_stops_the_lane_only_for_so_long(
    running: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    await running.chat("1")
    await running.publish("a")

    async def away(*_: object) -> None:
        raise ConnectionError("the store is away")

    with monkeypatch.context() as patch:
        patch.setattr(running.scene.store.outbox, "claim", away)
        running.dispatch.wake()
        await until(lambda: running.scene.observer.troubles)
    running.dispatch.wake()
    await until(lambda: running.notifier.arrived)


async def test_a_stop_finishes_what_is_in_flight_and_begins_nothing(sender: Sender) -> None:
    for name in "123":
        await sender.chat(name)
    answer = asyncio.Event()
    sender.notifier.takes = answer.wait
    await sender.publish("a", "b")
    task = asyncio.create_task(sender.dispatch.run(sender.stopping))
    await until(lambda: len(sender.notifier.calls) == 3)
    sender.stopping.set()
    await asyncio.sleep(0.02)
    assert not task.done()
    answer.set()
    async with asyncio.timeout(2):
        await task
    assert len(sender.notifier.calls) == 3
    assert sorted(sender.states()) == [State.QUEUED] * 3 + [State.SENT] * 3


async def test_no_more_are_in_flight_than_the_limit(sender: Sender) -> None:
    sender.dispatch.at_once = 4
    for name in range(10):
        await sender.chat(str(name))
    answer = asyncio.Event()
    sender.notifier.takes = answer.wait
    await sender.publish("a")
    task = asyncio.create_task(sender.dispatch.run(sender.stopping))
    for _ in range(200):
        await asyncio.sleep(0)
    assert len(sender.notifier.calls) == 4
    answer.set()
    await until(lambda: len(sender.notifier.arrived) == 10)
    sender.stopping.set()
    await task


async def test_platforms_tell_of_chats_that_go_come_back_and_move(sender: Sender) -> None:
    await sender.chat("1")
    members = Members(sender.scene.store.chats)
    here, there = (Address(Platform.TELEGRAM, LANE, name) for name in ("1", "2"))
    await members.gone(here, "kicked")
    assert (await sender.scene.chat("1")).state is ChatState.GONE
    await members.back(here)
    assert (await sender.scene.chat("1")).state is ChatState.ACTIVE
    await members.moved(here, there)
    assert (await sender.scene.chat("2")).state is ChatState.ACTIVE


# What the platform can tell, and what belongs together


async def test_a_repeat_is_not_sent_where_the_platform_shows_that_the_first_one_arrived(sender: Sender) -> None:
    await sender.chat("1")
    sender.notifier.can_tell = True
    await sender.publish("a")
    (delivery,) = await sender.scene.store.outbox.claim(LANE, sender.scene.clock.now(), LEASE, 1)
    await sender.notifier.send(delivery.to, tell(sender.dispatch.names, delivery), key=delivery.key)
    sender.scene.clock.advance(LEASE.total_seconds() + 1)
    await sender.scene.store.outbox.recover(sender.scene.clock.now())
    await sender.settle()
    assert len(sender.notifier.arrived) == 1
    (row,) = sender.scene.store.rows.deliveries.values()
    assert (row.state, row.message_id) == (State.SENT, "message-1")


async def test_a_repeat_is_sent_where_the_platform_shows_that_nothing_arrived(sender: Sender) -> None:
    await sender.chat("1")
    sender.notifier.can_tell = True
    sender.notifier.script["1"].append(Uncertain("no answer"))
    await sender.publish("a")
    await sender.settle(30)
    assert sender.notifier.titles("1") == ["a"]


@pytest.mark.parametrize("policy", list(OnUncertain))
async def test_a_message_without_an_answer_is_looked_for_before_it_is_sent_again_or_parked(
    sender: Sender, policy: OnUncertain
) -> None:
    await sender.chat("1")
    sender.notifier.can_tell, sender.dispatch.on_uncertain = True, policy
    sender.notifier.unheard = True
    await sender.publish("a")
    await sender.settle(10)
    assert sender.notifier.titles("1") == ["a"]
    assert sender.states() == [State.SENT]


async def test_a_story_that_follows_on_answers_the_message_of_the_earlier_one(sender: Sender) -> None:
    await sender.chat("1")
    await sender.publish("a")
    await sender.settle()
    rows = sender.scene.store.rows
    (first,) = rows.stories
    await sender.publish("b", continues=first)
    await sender.settle()
    assert [call.reply_to for call in sender.notifier.arrived] == ["", "message-1"]


# A lane that several processes could serve


async def test_a_lane_that_is_not_ours_is_left_alone(sender: Sender) -> None:
    await sender.chat("1")
    sender.dispatch.may_send = lambda: False
    await sender.publish("a")
    await sender.settle()
    assert sender.notifier.calls == []
    assert sender.states() == [State.QUEUED]


async def test_a_lane_that_is_lost_between_claim_and_send_gives_back_what_it_claimed(sender: Sender) -> None:
    await sender.chat("1")
    answers = iter((True, False))
    sender.dispatch.may_send = lambda: next(answers, False)
    await sender.publish("a")
    await sender.settle()
    assert sender.notifier.calls == []
    assert sender.states() == [State.QUEUED]
