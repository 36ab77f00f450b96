"""`crisis-bot restored`: what an operator says after putting an older database back."""

from pathlib import Path

from bot.core.delivery import State
from bot.store import schema
from bot.store.database import Database
from tests.cli.conftest import Cli
from tests.fakes.clock import FakeClock
from tests.store.scene import SqlStore, make_scene


async def test_what_waited_is_cancelled_and_the_feeds_begin_anew(cli: Cli, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/bot.db")
    await schema.upgrade(database)
    scene = await make_scene(SqlStore(database, FakeClock()))
    await scene.chat("1", "mali")
    await scene.tell("a")
    told = await cli("restored")
    assert (told.status, told.err) == (0, "")
    assert "1 alerts that waited are cancelled. What 1 feeds list" in told.out
    assert await scene.store.outbox.counts() == {State.CANCELLED: 1}
    assert [feed.polled_before for feed in await scene.store.feeds.all()] == [False]
    again = await cli("restored")
    assert "0 alerts that waited are cancelled. What 0 feeds list" in again.out
    await database.close()


async def test_without_a_database_there_is_nothing_to_cancel(cli: Cli) -> None:
    assert (await cli("restored")).status == 0
