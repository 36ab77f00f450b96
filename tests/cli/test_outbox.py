"""`crisis-bot outbox`: what may have arrived or was given up."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.delivery import State, Verdict
from bot.store import schema
from bot.store.database import Database
from tests.cli.conftest import Cli
from tests.fakes.clock import FakeClock
from tests.store.scene import NOW, Scene, SqlStore, make_scene


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """Two deliveries that wait for the operator, and one that was never tried."""
    database = Database(f"sqlite:///{tmp_path}/bot.db")
    await schema.upgrade(database)
    made = await make_scene(SqlStore(database, FakeClock()))
    for name in ("1", "2", "3"):
        await made.chat(name, "mali")
    await made.tell("a")
    one, two = await made.claim(limit=2)
    await made.store.outbox.record(one, Verdict(State.UNCERTAIN, error="no answer"), NOW)
    await made.store.outbox.record(two, Verdict(State.DEAD, error="refused"), NOW)
    yield made
    await database.close()


async def _numbers(scene: Scene) -> list[str]:
    return [str(each.id) for each in await scene.store.outbox.parked(10)]


async def test_the_list_shows_chat_story_since_when_and_why(scene: Scene, cli: Cli) -> None:
    told = await cli("outbox")
    assert (told.status, told.err) == (0, "")
    assert told.out == (await cli("outbox", "list")).out
    lines = {line.split()[0]: line for line in told.out.splitlines()}
    assert list(lines) == await _numbers(scene)
    whole = " ".join(lines.values())
    assert "2026-02-06 12:00  may have arrived  Desk: About a (no answer)" in whole
    assert "2026-02-06 12:00  given up          Desk: About a (refused)" in whole


async def test_an_outbox_where_nothing_waits_for_the_operator_says_so(cli: Cli) -> None:
    assert "Nothing waits for you" in (await cli("outbox", "list")).out


async def test_what_is_resent_is_queued_again(scene: Scene, cli: Cli) -> None:
    first, _ = await _numbers(scene)
    told = await cli("outbox", "resend", first)
    assert (told.status, told.out) == (0, "1 to be sent again, marked as a possible repeat.\n")
    assert (await scene.store.outbox.counts())[State.QUEUED] == 2
    assert first not in await _numbers(scene)


async def test_all_that_waits_can_be_given_up_at_once(scene: Scene, cli: Cli) -> None:
    told = await cli("outbox", "drop", "all")
    assert (told.status, told.out) == (0, "2 given up.\n")
    assert await scene.store.outbox.counts() == {State.QUEUED: 1, State.CANCELLED: 2}


async def test_a_number_that_does_not_wait_is_named_as_missing(scene: Scene, cli: Cli) -> None:
    first, _ = await _numbers(scene)
    told = await cli("outbox", "drop", first, "999999")
    assert (told.status, told.out) == (1, "1 given up.\n")
    assert "1 of those named do not wait for you" in told.err


@pytest.mark.parametrize("wrong", ["everything", "-1", "1.5", "9" * 30, "٣"])
async def test_what_is_no_number_changes_nothing(scene: Scene, cli: Cli, wrong: str) -> None:
    told = await cli("outbox", "drop", "--", wrong)
    assert told.status == 2
    assert "say all" in told.err
    assert len(await _numbers(scene)) == 2
