"""Promises about work that must not grow with the history: no statement of the outbox reads all deliveries."""

from typing import Any

import pytest
from sqlalchemy import event, text

from bot.core.delivery import sent
from bot.store.database import Database
from tests.store.scene import LANE, NOW, Scene, address


@pytest.mark.parametrize("kind", ["sqlite"])
async def test_the_outbox_never_reads_the_whole_history(sql_scene: Scene, database: Database) -> None:
    await sql_scene.chat("1", "mali")
    await sql_scene.tell("a", "b")
    plans: list[tuple[str, str]] = []

    def explain(_c: Any, cursor: Any, statement: str, parameters: Any, _x: Any, many: bool) -> None:
        if "deliveries" in statement and "EXPLAIN" not in statement and not many:
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
            plans.extend((str(row[3]), statement) for row in rows)

    event.listen(database.engine, "before_cursor_execute", explain)
    outbox = sql_scene.store.outbox
    delivery = (await sql_scene.claim())[0]
    await outbox.release([delivery])
    delivery = (await sql_scene.claim())[0]
    await outbox.record(delivery, sent("m"), NOW)
    await outbox.recover(NOW)
    await outbox.next_due(LANE)
    await outbox.lanes()
    await sql_scene.tell("c")
    await sql_scene.store.chats.gone(address("1"), "kicked")
    await sql_scene.store.chats.moved(address("1"), address("2"))
    assert len(plans) > 10
    whole = [each for each in plans if each[0] in ("SCAN deliveries", "SCAN earlier", "SCAN under_way")]
    assert whole == []


async def test_a_claim_is_as_quick_after_many_deliveries_as_before(sql_scene: Scene, database: Database) -> None:
    """The plan above, seen from outside, on both."""
    for number in range(3):
        await sql_scene.chat(str(number), "mali")
    await sql_scene.tell("a")
    history = text("""
        INSERT INTO deliveries (story_id, chat_id, lane, state, due_at, created_at)
        SELECT s.id, c.id, c.lane, 'sent', 0, 0 FROM stories s, chats c WHERE s.fingerprint LIKE 'old%'
    """)
    await sql_scene.tell(*(f"old{n}" for n in range(300)), silent=True)
    await database.write(lambda connection: connection.execute(history).rowcount)
    assert sorted(each.to.chat for each in await sql_scene.claim()) == ["0", "1", "2"]
