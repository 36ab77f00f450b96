"""What the end of an edit means for it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.chat import Address, Chat, ChatKind, ChatState, Platform
from bot.core.delivery import LONGEST_HALT, LONGEST_RETRY, Delivery, State
from bot.core.editing import MOST_ATTEMPTS, Edit, edit_failed, edited
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
from tests.core.given import NOON, a_story

TO = Address(Platform.TELEGRAM, "telegram:1", "42")
CHAT = Chat(1, TO, ChatKind.PRIVATE, "", "en", ChatState.ACTIVE, False, "", NOON)
EDIT = Edit(1, "lease", Delivery(7, "", CHAT, a_story(), (), NOON), "message-1")


def test_a_confirmed_edit_is_done() -> None:
    assert edited().state is State.SENT
    assert EDIT.to == TO


@pytest.mark.parametrize(
    "error", [Permanent("not found"), ChatGone("blocked"), ContentRefused("no"), ChatMoved("moved", address=TO)]
)
def test_a_message_that_cannot_be_changed_is_left_in_peace(error: SendError) -> None:
    verdict = edit_failed(EDIT, error, NOON)
    assert (verdict.state, verdict.error) == (State.DEAD, error.reason)
    assert not verdict.chat_gone
    assert verdict.moved_to is None


@pytest.mark.parametrize("error", [Temporary("502"), Uncertain("no answer")])
def test_what_may_have_arrived_is_edited_again_and_again_up_to_a_bound(error: SendError) -> None:
    waits = []
    for attempts in range(MOST_ATTEMPTS - 1):
        verdict = edit_failed(replace(EDIT, attempts=attempts), error, NOON)
        assert verdict.state is State.QUEUED
        assert verdict.due_at
        waits.append(verdict.due_at - NOON)
    assert waits == sorted(waits)
    assert waits[0] == timedelta(seconds=2)
    assert max(waits) <= LONGEST_RETRY
    assert edit_failed(replace(EDIT, attempts=MOST_ATTEMPTS - 1), error, NOON).state is State.DEAD


@pytest.mark.parametrize(
    ("error", "wait", "lane"),
    [
        (Temporary("429", 7.0), 7, False),
        (Temporary("429", 7.0, whole_lane=True), 7, True),
        (Temporary("429", 1e9), LONGEST_HALT.total_seconds(), False),
        (TokenRevoked("401"), 60, True),
    ],
)
def test_a_wait_that_was_asked_for_is_no_attempt(error: SendError, wait: float, lane: bool) -> None:
    verdict = edit_failed(replace(EDIT, attempts=MOST_ATTEMPTS), error, NOON)
    found: dict[str, Any] = {"state": verdict.state, "due": verdict.due_at, "counts": verdict.counts}
    assert found == {"state": State.QUEUED, "due": NOON + timedelta(seconds=wait), "counts": False}
    assert (verdict.halt_lane_until is not None) is lane
