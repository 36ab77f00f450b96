"""`crisis-bot restored`: what an operator says after putting an older database back."""

import asyncio
import sys
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
    told = await cli("restored", "--yes")
    assert (told.status, told.err) == (0, "")
    assert told.out == "1 alert that waited cancelled. What 1 feed lists at the next visit counts as known.\n"
    assert await scene.store.outbox.counts() == {State.CANCELLED: 1}
    assert [feed.polled_before for feed in await scene.store.feeds.all()] == [False]
    again = await cli("restored", "--yes")
    assert "0 alerts that waited cancelled. What 0 feeds list" in again.out
    await database.close()


async def test_without_a_yes_it_says_what_it_would_do_and_changes_nothing(cli: Cli, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/bot.db")
    await schema.upgrade(database)
    scene = await make_scene(SqlStore(database, FakeClock()))
    await scene.chat("1", "mali")
    await scene.tell("a")
    for _ in range(2):
        told = await cli("restored")
        assert (told.status, told.err) == (0, "")
        assert told.out.splitlines() == [
            "1 alert that waited would be cancelled. What 1 feed lists at the next visit would count as known.",
            "Nothing was changed; crisis-bot restored --yes does it.",
        ]
    assert await scene.store.outbox.counts() == {State.QUEUED: 1}
    assert [feed.polled_before for feed in await scene.store.feeds.all()] == [True]
    await database.close()


async def test_while_a_worker_is_at_work_on_the_file_it_is_refused_in_one_sentence(cli: Cli, tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from bot.store.worker_lock import WorkerLock;"
        "lock = WorkerLock(pathlib.Path(sys.argv[1])).take(); print('held', flush=True); sys.stdin.read()"
    )
    other = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, str(tmp_path / "bot.db")),
        cwd=Path(__file__).parents[2],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert other.stdout is not None
    assert await other.stdout.readline() == b"held\n"
    for arguments in (("restored",), ("restored", "--yes")):
        told = await cli(*arguments)
        assert (told.status, told.out) == (2, "")
        assert told.err.startswith("Another worker is at work on bot.db:")
    other.kill()
    await other.communicate()
    assert (await cli("restored", "--yes")).status == 0


async def test_without_a_database_there_is_nothing_to_cancel(cli: Cli) -> None:
    assert (await cli("restored")).status == 0
