"""What the bot stands on gives way: the database goes, hangs, is full, newer, older, or held by somebody else."""

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path

import aiohttp

from bot.store import schema
from bot.store.database import Database
from tests.end_to_end.audience import page_address
from tests.end_to_end.crowd import settle_crowd
from tests.end_to_end.process import BotProcess
from tests.end_to_end.stage import Stage, stage
from tests.end_to_end.waiting import until
from tests.faults.load import AT_ONCE, QUIET, Slow, begin, crowd_with_news, stage_on, tally, worker
from tests.faults.proxy import proxy
from tests.faults.result import REPEAT, Result, arrivals, expect_all_ended
from tests.faults.small_disk import SmallDisk, small_disk
from tests.peers.bot_api import Delay
from tests.store.server import PostgresServer, postgres_server

_HOLD = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
connection.execute("ROLLBACK")
connection.close()
"""
_TROUBLE = "trouble while"
_RECOVERS = 30.0


async def f06_postgresql_crashes(tries: int = 10, readers: int = 500, away: float = 3.0) -> Result:
    """Sends go on; how those ended that were under way is kept until it can be committed, so nothing arrives twice."""
    result = Result(tries)
    with postgres_server() as server:
        async with stage(url=server.url(server.create_database()), limits=None) as scene:
            titles = await crowd_with_news(scene, readers, 2)
            scene.telegram.fault(Slow(), times=1_000_000)
            process = await begin(scene)
            for number in range(tries):
                before = len(scene.telegram.sent)
                await scene.telegram.wait_for(min(before + random.randint(1, AT_ONCE), readers * 2), 60)
                began = time.monotonic()
                # Every third is away so long that all that was in flight has been answered by then.
                await asyncio.to_thread(server.crash, away if number % 3 == 0 else 0.0)
                gone, during = time.monotonic() - began, len(scene.telegram.sent) - before
                result.remarks.append(f"crash {number + 1}: away for {gone:.1f} s, {during} arrived around it")
            await scene.rows.delivered(120)
            status, _ = await process.stop()
            result.expect(status == 0, f"exit status {status}")
            tally(scene, result, titles, readers)
    return result


async def f07_another_process_holds_the_database(readers: int = 300, held: float = 8.0) -> Result:
    """Writes wait for it and reads go on; no error surfaces, and afterwards everything arrives."""
    result = Result(1)
    async with stage_on("sqlite") as scene:
        titles = await crowd_with_news(scene, readers, 1)
        process = await begin(scene)
        await scene.telegram.wait_for(AT_ONCE // 2, 60)
        async with _database_held(scene, held):
            pass
        waited = len(scene.telegram.sent)
        began = time.monotonic()
        await scene.rows.delivered(120)
        rate = (len(scene.telegram.sent) - waited) / (time.monotonic() - began)
        await process.stop()
        result.remarks.append(f"held for {held:g} s; after it {rate:.0f} a second")
        result.expect(_TROUBLE not in process.output, f"an error surfaced: {_lines(process, _TROUBLE)}")
        tally(scene, result, titles, readers)
    return result


async def f08_the_disk_is_full(readers: int = 200) -> Result:
    """Feeds wait, the operator is told, what waits is sent all the same; with room again all goes on by itself."""
    try:
        with small_disk(32) as disk:
            return await _on_a_small_disk(disk, readers)
    except PermissionError as error:
        return Result(0, remarks=[f"not played: {error}"])


async def _on_a_small_disk(disk: SmallDisk, readers: int) -> Result:
    result = Result(1)
    async with stage(url=f"sqlite:///{disk.folder / 'bot.db'}", limits=None) as scene:
        titles = await crowd_with_news(scene, readers, 1)
        bot = await scene.begin("run", WEBCHAT="false", **QUIET)
        await scene.telegram.wait_for(1, 60)
        titles.append(scene.news.publish("Mali, while the disk was full").title)
        soon = int((time.time() + 2) * 1_000_000)
        scene.rows.run("UPDATE feeds SET next_poll_at = :soon", soon=soon)
        disk.fill()
        sent = len(scene.telegram.sent)
        await bot.says("the disk is full", 60)
        await until(lambda: arrivals(scene.telegram.sent)[(readers, titles[0])] > 0, 60)
        result.remarks.append(f"{len(scene.telegram.sent) - sent} alerts were sent while it was full")
        health = await _health(bot)
        result.expect(health[0] == 503 and "disk is full" in health[1], f"/healthz says {health}")
        disk.free()
        await bot.says("there is room on the disk again", 60)
        await scene.rows.visited(60)
        await scene.rows.delivered(120)
        health = await _health(bot)
        result.expect(health[0] == 200, f"afterwards /healthz says {health}")
        told = bot.output.count("notice: the disk is full")
        result.expect(told == 1, f"the operator was told {told} times")
        await bot.stop()
        tally(scene, result, titles, readers)
    return result


async def f09_the_database_stalls(readers: int = 200, stalled: float = 5.0) -> Result:
    """Nothing is given up, and nothing is sent twice: a claim lasts far longer than a stall."""
    result = Result(2)
    async with stage_on("sqlite") as scene:
        titles = await crowd_with_news(scene, readers, 1)
        scene.telegram.fault(Slow(), times=1_000_000)
        process = await begin(scene)
        await scene.telegram.wait_for(AT_ONCE // 2, 60)
        async with _database_held(scene, stalled):
            pass
        await _go_on(scene, result, process, titles, readers)
    with postgres_server() as server:
        async with stage(url=server.url(server.create_database()), limits=None) as scene:
            titles = await crowd_with_news(scene, readers, 1)
            scene.telegram.fault(Slow(), times=1_000_000)
            process = await begin(scene)
            await scene.telegram.wait_for(AT_ONCE // 2, 60)
            async with _backends_stopped(server):
                await asyncio.sleep(stalled)
            await _go_on(scene, result, process, titles, readers)
    return result


async def f26_the_way_to_the_database_is_cut(tries: int = 3, readers: int = 400, away: float = 8.0) -> Result:
    """Connections that are open and dead are given up, and sending goes on once there is a way; no lock is left."""
    result = Result(tries)
    with postgres_server() as server:
        name = server.create_database()
        async with stage(url=server.url(name), limits=None) as scene, proxy(server.socket) as way:
            titles = await crowd_with_news(scene, readers, 1)
            scene.telegram.fault(Slow(), times=1_000_000)
            process = await begin(scene, DATABASE_URL=f"postgres://postgres@127.0.0.1:{way.port}/{name}")
            for number in range(tries):
                before = len(scene.telegram.sent)
                await scene.telegram.wait_for(min(before + AT_ONCE, readers), 60)
                way.cut()
                began = time.monotonic()
                await asyncio.sleep(away)
                way.mend()
                stood = len(scene.telegram.sent)
                await until(partial(_went_on, scene, stood), 60)
                took = time.monotonic() - began
                result.expect(took < away + _RECOVERS, f"it took {took:.0f} s")
                result.remarks.append(
                    f"cut {number + 1}: for {away:g} s, sending again {took:.1f} s after its beginning"
                )
            await scene.rows.delivered(120)
            held = "state LIKE 'idle in transaction%' AND state_change < now() - interval '31 seconds'"
            locks = scene.rows.one(f"SELECT count(*) FROM pg_stat_activity WHERE {held}")
            result.expect(locks == 0, f"{locks} transactions are left open")
            await process.stop()
            tally(scene, result, titles, readers)
    return result


async def f27_a_claim_ends_while_its_send_is_slow(database: str = "sqlite") -> Result:
    """Whoever finishes later changes nothing, and the operator hears that it may have arrived twice."""
    result = Result(1, bound=1)
    async with stage_on(database) as scene:
        titles = await crowd_with_news(scene, 1, 1)
        scene.telegram.fault(Delay(2.5))
        process = await begin(scene)
        await scene.telegram.wait_for(1, 60)
        # As another process does for a claim whose time is over.
        scene.rows.run("UPDATE deliveries SET state = 'queued', lease = '', lease_until = NULL, repeat = (1 = 1)")
        await process.says("took longer than its lease and may arrive twice", 60)
        await scene.rows.delivered()
        await process.stop()
        result.expect(len(scene.telegram.sent) == 2, f"{len(scene.telegram.sent)} were sent, so nothing was shown")
        result.expect(scene.rows.states() == {"sent": 1}, f"deliveries are {scene.rows.states()}")
        result.expect(REPEAT in scene.telegram.sent[-1].text, "the repeat does not say so")
        tally(scene, result, titles, 1)
    return result


async def f43_the_schema_is_newer_or_older(readers: int = 20) -> Result:
    """A worker goes on through a later version's migration and starts after it; an older PostgreSQL it refuses."""
    result = Result(5)
    for database in ("sqlite", "postgresql"):
        async with stage_on(database) as scene:
            await settle_crowd(scene, readers)
            process = await worker(scene)
            titles = [scene.news.publish("Mali opens a school").title]
            await scene.poll()
            _migrate_further(scene)
            titles.append(scene.news.publish("Floods reach Mali").title)
            await scene.poll()
            await process.stop()
            process = await worker(scene)
            titles.append(scene.news.publish("Mali counts its votes").title)
            await scene.poll()
            await process.stop()
            tally(scene, result, titles, readers)
    await _refuse_older(result)
    return result


async def f44_an_older_database_is_put_back(readers: int = 30) -> Result:
    """Nothing that waits in it is sent again, nor what its feeds have listed since; the operator is told, once."""
    result = Result(1)
    async with stage_on("sqlite") as scene:
        titles = await crowd_with_news(scene, readers, 2)
        path = Path(scene.url.removeprefix("sqlite:///"))
        await (await worker(scene, TELEGRAM_BOT_TOKEN="")).stop()
        backup = path.with_name("backup.db")
        _back_up(path, backup)
        process = await begin(scene)
        await scene.rows.delivered(120)
        titles.append(scene.news.publish("Mali opens a school").title)
        await scene.poll()
        await process.stop()
        tally(scene, result, titles, readers)
        scene.rows.close()
        for left in path.parent.glob(f"{path.name}-*"):
            left.unlink()
        shutil.copy(backup, path)
        waiting = scene.rows.waiting()
        result.expect(waiting == readers * 2, f"{waiting} wait in the backup, so nothing is shown")
        before = len(scene.telegram.sent)
        scene.rows.make_feeds_due()
        process = await worker(scene)
        titles = [scene.news.publish("Floods reach Mali").title]
        await scene.poll()
        await process.stop()
        resent = [sent for sent in scene.telegram.sent[before:] if titles[0] not in sent.text]
        result.duplicates += len(resent)
        arrived = arrivals(scene.telegram.sent[before:])
        result.lost += sum(arrived[(reader, titles[0])] == 0 for reader in range(1, readers + 1))
        told = process.output.count("the database was restored from a backup")
        result.expect(told == 1, f"the operator was told {told} times")
        result.remarks.append(f"{waiting} waited in the backup, {len(resent)} were sent again")
        expect_all_ended(result, scene)
    return result


@asynccontextmanager
async def _database_held(scene: Stage, seconds: float) -> AsyncIterator[None]:
    """Let another process write to an SQLite database for so long; then go on."""
    command = (sys.executable, "-c", _HOLD, scene.url.removeprefix("sqlite:///"), str(seconds))
    other = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert other.stdout is not None
    assert await other.stdout.readline() == b"held\n"
    yield
    assert await other.wait() == 0


@asynccontextmanager
async def _backends_stopped(server: PostgresServer) -> AsyncIterator[None]:
    """Stop the processes of a server that serve the bot; let them go on afterwards."""
    ours = "application_name = 'crisis-bot' AND pid <> pg_backend_pid()"
    pids = [row[0] for row in server.run(f"SELECT pid FROM pg_stat_activity WHERE {ours}")]
    assert pids, "nothing is there to stop"
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


async def _go_on(scene: Stage, result: Result, process: BotProcess, titles: list[str], readers: int) -> None:
    await scene.rows.delivered(120)
    await process.stop()
    late = _lines(process, "took longer than its lease")
    result.expect(not late, f"claims ended: {late}")
    tally(scene, result, titles, readers)


async def _health(bot: BotProcess) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"{page_address(bot)}/healthz") as answer:
        return answer.status, await answer.text()


def _back_up(path: Path, copy: Path) -> None:
    # By SQLite itself: what was written last may not be in the file yet.
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)


def _went_on(scene: Stage, stood: int) -> bool:
    """Return whether more arrived than can have been in flight."""
    return len(scene.telegram.sent) > stood + AT_ONCE or scene.rows.waiting() == 0


def _migrate_further(scene: Stage) -> None:
    """Do what a later version's migration may do: add."""
    head = int(scene.rows.one("SELECT version_num FROM alembic_version"))
    scene.rows.run("ALTER TABLE deliveries ADD COLUMN later TEXT DEFAULT '' NOT NULL")
    scene.rows.run("ALTER TABLE feeds ADD COLUMN later BIGINT")
    scene.rows.run("CREATE TABLE later (id BIGINT PRIMARY KEY)")
    scene.rows.run("UPDATE alembic_version SET version_num = :later", later=f"{head + 1:04}")


async def _refuse_older(result: Result) -> None:
    with postgres_server() as server:
        async with stage(url=server.url(server.create_database()), limits=None) as scene:
            database = Database(scene.url)
            await schema.upgrade(database, "0001")
            await database.close()
            process = await begin(scene)
            status = await process.ends(60)
            wanted = "run `crisis-bot migrate` once, then start again"
            refused = status == 2 and wanted in process.output and process.output.count("\n") == 1
            result.expect(refused, f"on an older schema: exit status {status}, {process.output!r}")


def _lines(process: BotProcess, text: str) -> list[str]:
    return [line for line in process.output.splitlines() if text in line][:3]
