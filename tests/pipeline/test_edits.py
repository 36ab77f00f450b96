"""An editor: from a story that changed to the message in the chat."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.chat import ChatKind, Platform
from bot.core.delivery import State
from bot.core.editing import EDIT_PAUSE
from bot.core.errors import Permanent, SendError, Temporary, TokenRevoked, Uncertain
from bot.core.lexicon import Lexicon
from bot.core.pacing import EDIT_LIMITS, LIMITS, Pacer
from bot.core.stores import Revision
from bot.core.story import Story
from bot.pipeline.edits import REST, Editor
from tests.fakes.clock import FakeClock
from tests.fakes.notifier import ScriptedNotifier
from tests.pipeline.scene import LANES, Scene, entry, sighting

TITLE = "Mali severs ties with Ukraine"
OLD = entry(TITLE, "https://news.example/a/1", "Officials said so on Friday in the capital.")
NEW = replace(OLD, title="Mali severs ties with Russia")


class Desk:
    """A scene with an editor for one lane."""

    def __init__(self, lexicon: Lexicon, platform: Platform = Platform.TELEGRAM) -> None:
        self.scene = Scene(lexicon)
        self.platform = platform
        self.clock: FakeClock = self.scene.clock
        self.notifier = ScriptedNotifier(self.clock.monotonic)
        self.pacer = Pacer(LIMITS[platform])
        limits = EDIT_LIMITS.get(platform)
        self.mine = True
        self.editor = Editor(
            lane=LANES[platform],
            edits=self.scene.store.edits,
            notifier=self.notifier,
            pacer=self.pacer,
            own=Pacer(limits) if limits else None,
            names=lexicon,
            clock=self.clock,
            observer=self.scene.observer,
            sleep=self.clock.sleep,
            may_send=lambda: self.mine,
        )

    async def told(self, *chats: str, kind: ChatKind = ChatKind.PRIVATE) -> None:
        """Let chats have got the story."""
        for chat in chats or ("42",):
            await self.scene.say("/follow mali", sighting(chat, platform=self.platform, kind=kind))
        await self.scene.publish(OLD)
        await self.scene.inbox("", self.platform)

    async def edit(self) -> None:
        """Make all edits that are due."""
        while await self.editor.step():
            pass

    def shown(self, chat: str = "42") -> list[str]:
        """Return the texts of a chat's edits."""
        return [call.message.text for call in self.notifier.edits if call.to.chat == chat]

    async def states(self) -> dict[State, int]:
        return await self.scene.store.edits.counts()


@pytest.fixture
def desk(lexicon: Lexicon) -> Desk:
    return Desk(lexicon)


async def test_a_changed_headline_changes_the_message_and_says_so(desk: Desk) -> None:
    await desk.told()
    await desk.scene.publish(NEW)
    await desk.edit()
    (text,) = desk.shown()
    title, note, *rest = text.splitlines()
    assert title == NEW.title
    assert note == f"Updated {desk.clock.now():%H:%M} UTC: headline changed"
    assert "Matched: Mali" in rest
    assert await desk.states() == {State.SENT: 1}
    assert desk.notifier.arrived == []


async def test_a_slip_of_the_pen_is_mended_without_a_word(desk: Desk) -> None:
    await desk.told()
    await desk.scene.publish(replace(OLD, title=f"{TITLE}s"))
    await desk.edit()
    (text,) = desk.shown()
    assert text.startswith(f"{TITLE}s\n")
    assert "Updated" not in text


async def test_a_withdrawn_story_says_so_above_all_else(desk: Desk) -> None:
    await desk.told()
    story = await _story(desk)
    await desk.scene.store.withdrawals.withdraw(story.id, desk.clock.now(), edit=True)
    await desk.edit()
    assert desk.shown()[0].splitlines()[:2] == [TITLE, "Withdrawn by its publisher"]


async def test_a_message_that_tells_several_stories_names_the_one_that_changed(desk: Desk) -> None:
    await desk.scene.say("/follow mali", sighting("42"))
    await desk.scene.publish(entry("Drought in Mali deepens"), OLD)
    first, second = (row for _, row in sorted(desk.scene.store.rows.deliveries.items()))
    first.bundle = second.bundle = first.id
    first.heading, second.state = "burst", State.BUNDLED
    await desk.scene.inbox("42")
    await desk.scene.publish(entry("Drought in Mali deepens"), NEW)
    await desk.edit()
    (text,) = desk.shown()
    assert text.splitlines()[1].endswith(f"headline changed in “{NEW.title}”")
    assert "Drought in Mali deepens" in text
    assert [call.message_id for call in desk.notifier.edits] == [first.message_id]


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Permanent("message to edit not found"), State.DEAD),
        (RuntimeError("a bug"), State.DEAD),
        (Temporary("502"), State.QUEUED),
        (Uncertain("no answer"), State.QUEUED),
        (Temporary("429", 30.0), State.QUEUED),
        (TokenRevoked("401"), State.QUEUED),
    ],
)
async def test_an_edit_that_fails_is_given_up_quietly_or_made_later(desk: Desk, error: Exception, state: State) -> None:
    await desk.told()
    await desk.scene.publish(NEW)
    desk.notifier.script["42"].append(error)
    await desk.edit()
    assert await desk.states() == {state: 1}
    assert desk.scene.observer.notices == []
    desk.clock.advance(120)
    await desk.edit()
    assert len(desk.shown()) == (2 if state is State.QUEUED else 1)


@pytest.mark.parametrize("error", [Temporary("429", 30.0, whole_lane=True), TokenRevoked("401")])
async def test_a_lane_that_must_wait_is_left_alone_by_edits_as_well(desk: Desk, error: SendError) -> None:
    await desk.told("1", "2", "3")
    await desk.scene.publish(NEW)
    desk.notifier.script["1"].append(error)
    await desk.edit()
    before = len(desk.notifier.edits)
    desk.clock.advance(20)
    await desk.edit()
    assert len(desk.notifier.edits) == before
    desk.clock.advance(60)
    await desk.edit()
    assert {call.to.chat for call in desk.notifier.edits[before:]} >= {"1"}
    assert await desk.states() == {State.SENT: 3}


async def test_edits_wait_until_no_alert_is_due(desk: Desk) -> None:
    await desk.told()
    await desk.scene.publish(entry("Floods in Mali"), NEW)
    await desk.edit()
    assert desk.shown() == []
    await desk.scene.inbox("42")
    await desk.edit()
    assert len(desk.shown()) == 1


async def test_edits_keep_to_the_limits_of_messages(desk: Desk) -> None:
    await desk.told(*(str(n) for n in range(100, 190)))
    await desk.scene.publish(NEW)
    for _ in range(10):
        await desk.edit()
        desk.clock.advance(REST)
    times = [call.at for call in desk.notifier.edits]
    assert len(times) == 90
    assert max(sum(at <= each < at + 1 for each in times) for at in times) <= 30


async def test_slack_counts_edits_apart_fifty_a_minute(lexicon: Lexicon) -> None:
    desk = Desk(lexicon, Platform.SLACK)
    await desk.told(*(f"C{n}" for n in range(120)), kind=ChatKind.TEAM)
    await desk.scene.publish(NEW)
    for _ in range(600):
        await desk.edit()
        desk.clock.advance(1)
    times = [call.at for call in desk.notifier.edits]
    assert len(times) == 120
    assert max(sum(at <= each < at + 60 for each in times) for at in times) <= 50


async def test_a_lane_that_is_another_process_is_not_edited(desk: Desk) -> None:
    await desk.told()
    await desk.scene.publish(NEW)
    desk.mine = False
    await desk.edit()
    assert desk.shown() == []
    desk.mine = True
    await desk.edit()
    assert len(desk.shown()) == 1


async def test_a_change_during_the_edit_is_shown_by_a_later_one(desk: Desk) -> None:
    await desk.told()
    await desk.scene.publish(NEW)
    kept = await _story(desk)

    async def changes() -> None:
        desk.notifier.takes = None
        again = Revision(replace(kept, title="Mali severs ties with everybody"), "headline")
        await desk.scene.store.edits.revise([again], desk.clock.now())

    desk.notifier.takes = changes
    await desk.edit()
    desk.clock.advance(EDIT_PAUSE.total_seconds())
    await desk.edit()
    assert [text.splitlines()[0] for text in desk.shown()] == [NEW.title, "Mali severs ties with everybody"]


async def test_an_editor_goes_on_after_the_store_was_away_and_stops_when_told(desk: Desk) -> None:
    await desk.told()
    await desk.scene.publish(NEW)
    stopping = asyncio.Event()
    claim = desk.scene.store.edits.claim
    calls = 0

    async def away(*given: object) -> object:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ConnectionError("away")
        stopping.set()
        return await claim(*given)  # type: ignore[arg-type]

    desk.scene.store.edits.claim = away  # type: ignore[method-assign, assignment]
    await asyncio.wait_for(desk.editor.run(stopping), 5)
    assert [doing for doing, _ in desk.scene.observer.troubles] == ["editing in telegram:1"]
    assert calls == 2
    assert await desk.states() == {State.QUEUED: 1}


async def test_the_time_is_that_of_the_chat(desk: Desk) -> None:
    await desk.told()
    chat = await desk.scene.chat()
    desk.scene.store.rows.chats[chat.id] = replace(chat, zone="Africa/Nairobi")
    await desk.scene.publish(NEW)
    await desk.edit()
    local = desk.clock.now() + timedelta(hours=3)
    assert f"Updated {local:%H:%M}: headline changed" in desk.shown()[0]


async def _story(desk: Desk) -> Story:
    return next(each for each in await desk.scene.store.stories.recent(9) if each.link == OLD.link)
