"""Promises about work that must not grow with the history: no statement of the outbox reads all deliveries."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from bot.core.delivery import State, Verdict, sent
from bot.core.stores import NewStory, Revision
from bot.store.database import Database
from tests.store.scene import LANE, LEASE, NOW, SECOND, Scene, address, story

ALIASES = ("deliveries", "patient", "next", "under_way")
HISTORY = text("""
    INSERT INTO deliveries (story_id, chat_id, lane, state, due_at, created_at)
    SELECT s.id, c.id, c.lane, 'sent', 0, 0 FROM stories s, chats c WHERE s.fingerprint LIKE 'old%'
""")


class Plans:
    """Every plan by which a database carried out a statement about deliveries."""

    def __init__(self, database: Database) -> None:
        self._asks = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        self.seen: list[tuple[str, str]] = []
        event.listen(database.engine, "before_cursor_execute", self._explain)

    def _explain(self, _c: Any, cursor: Any, statement: str, parameters: Any, _x: Any, many: bool) -> None:
        if "deliveries" not in statement or statement.startswith(("EXPLAIN", "ANALYZE")) or many:
            return
        asking = cursor.connection.cursor()
        asking.execute(f"{self._asks} {statement}", parameters)
        self.seen += [(str(row[-1]), statement) for row in asking.fetchall()]
        asking.close()

    @property
    def of_all(self) -> list[tuple[str, str]]:
        """Return what read a whole table of deliveries, or a whole index of one."""
        whole = [f"SCAN {name}" for name in ALIASES] + ["Seq Scan on deliveries"]
        return [each for each in self.seen if any(name in each[0] for name in whole)]


async def _with_history(scene: Scene, database: Database, *, known: bool) -> None:
    """Keep 30,000 deliveries of before and 300 that wait; `known` as a database that has counted its rows."""
    for number in range(100):
        await scene.chat(str(number), "mali")
    await scene.tell(*(f"old{n}" for n in range(300)), silent=True)

    def work(connection: Connection) -> None:
        connection.execute(HISTORY)
        if known:
            connection.execute(text("ANALYZE"))

    await scene.tell("a", "b", "c")
    await database.write(work)


@pytest.mark.parametrize(("kind", "known"), [("sqlite", False), ("sqlite", True), ("postgresql", True)])
async def test_the_outbox_never_reads_the_whole_history(sql_scene: Scene, database: Database, known: bool) -> None:
    await _with_history(sql_scene, database, known=known)
    plans, outbox = Plans(database), sql_scene.store.outbox
    delivery = (await sql_scene.claim(limit=1))[0]
    await outbox.release([delivery])
    delivery, other = await sql_scene.claim(limit=2)
    await outbox.record(delivery, sent("m"), NOW)
    await outbox.record(other, Verdict(State.QUEUED, due_at=NOW + SECOND), NOW)
    await outbox.recover(NOW)
    await outbox.recover(NOW, lane=LANE)
    await sql_scene.record(NewStory(story("d", "d"), {}, cluster=delivery.story.id, continues=delivery.story.id))
    await sql_scene.tell("e")
    await sql_scene.store.chats.gone(address("1"), "kicked")
    await sql_scene.store.chats.moved(address("2"), address("1002"))
    assert len(plans.seen) > 20
    assert plans.of_all == []


@pytest.mark.parametrize(("kind", "known"), [("sqlite", False), ("sqlite", True), ("postgresql", True)])
async def test_edits_and_looks_at_pages_never_read_the_whole_history(
    sql_scene: Scene, database: Database, known: bool
) -> None:
    await _with_history(sql_scene, database, known=known)
    store = sql_scene.store
    for delivery in await sql_scene.claim(limit=3):
        await store.outbox.record(delivery, sent("m"), NOW)
    plans, kept = Plans(database), delivery.story
    assert await store.edits.revise([Revision(kept, "headline")], NOW) > 0
    await store.edits.claim(LANE, NOW, LEASE, 10)
    await store.edits.recover(NOW)
    assert await store.withdrawals.next_check(NOW + timedelta(hours=2)) is not None
    await store.withdrawals.withdraw(kept.id, NOW, edit=True)
    assert len(plans.seen) > 8
    assert plans.of_all == []


@pytest.mark.parametrize("known", [False, True])
async def test_what_cannot_go_is_put_out_of_the_way_without_reading_the_history(
    sql_scene: Scene, database: Database, known: bool
) -> None:
    await _with_history(sql_scene, database, known=known)
    claimed = await sql_scene.claim(limit=50)
    for delivery in claimed[:25]:
        await sql_scene.store.outbox.record(delivery, Verdict(State.QUEUED, due_at=NOW + SECOND), NOW)
    plans = Plans(database)
    assert len(await sql_scene.claim(limit=60)) == 50
    await sql_scene.store.outbox.record(claimed[30], sent("m"), NOW)
    assert any("SET turn" in statement for _, statement in plans.seen)
    # PostgreSQL does not know yet how many rows there are unless it has counted.
    assert plans.of_all == [] or (not known and not database.is_sqlite)


async def test_a_claim_is_as_quick_after_many_deliveries_as_before(sql_scene: Scene, database: Database) -> None:
    """The plan above, seen from outside, on both."""
    await _with_history(sql_scene, database, known=False)
    assert len(await sql_scene.store.outbox.claim(LANE, NOW, LEASE, 500)) == 100
