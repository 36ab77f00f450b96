"""Promises about what a process finds that takes over from another."""

from datetime import timedelta

from sqlalchemy import text, update

from bot.core.delivery import LONGEST_HALT, State
from bot.pipeline.lanes import LEASE_SECONDS
from bot.store.database import Database
from bot.store.tables import deliveries
from tests.store.scene import LANE, LEASE, NOW, SECOND, Scene

OTHER = "slack:T1"
DAY = timedelta(days=1)


async def test_a_new_owner_recovers_its_lane_s_claims_however_long_they_would_last(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.chat("2", "mali", lane=OTHER)
    await scene.tell("a")
    await scene.claim()
    await scene.claim(lane=OTHER)
    assert await scene.store.outbox.recover(NOW, lane=LANE) == 1
    assert await scene.store.outbox.counts() == {State.QUEUED: 1, State.CLAIMED: 1}
    assert [delivery.repeat for delivery in await scene.claim()] == [True]


async def test_an_owner_recovers_what_lapsed_in_its_own_lane_only(scene: Scene) -> None:
    await scene.chat("1", "mali")
    await scene.chat("2", "mali", lane=OTHER)
    await scene.tell("a")
    await scene.claim()
    await scene.claim(lane=OTHER)
    assert await scene.store.outbox.recover(NOW + LEASE, lane=LANE, lapsed=True) == 0
    assert await scene.store.outbox.recover(NOW + LEASE + SECOND, lane=LANE, lapsed=True) == 1
    assert await scene.store.outbox.counts() == {State.QUEUED: 1, State.CLAIMED: 1}


async def test_deliveries_that_a_clock_which_ran_ahead_put_off_are_due_at_the_next_start(
    sql_scene: Scene, database: Database
) -> None:
    for chat in ("waits", "ahead", "too far"):
        await sql_scene.chat(chat, "mali")
    await sql_scene.tell("a")
    waits, ahead, too_far = (delivery.id for delivery in sorted(await sql_scene.claim(), key=lambda each: each.id))
    times = {
        waits: {"created_at": NOW, "due_at": NOW + LONGEST_HALT},
        ahead: {"created_at": NOW + DAY, "due_at": NOW + DAY + SECOND},
        too_far: {"created_at": NOW, "due_at": NOW + 2 * DAY},
    }
    for number, values in times.items():
        put_off = update(deliveries).where(deliveries.c.id == number).values(state="queued", lease="", **values)
        await database.write(lambda connection, it=put_off: connection.execute(it).rowcount)  # type: ignore[misc]
    assert await sql_scene.store.outbox.bring_forward(NOW) == 2
    assert {delivery.id for delivery in await sql_scene.claim()} == {ahead, too_far}


async def test_locks_of_a_process_that_froze_in_a_transaction_end_before_its_lease(database: Database) -> None:
    if database.is_sqlite:
        return
    shown = text("SELECT setting FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'")
    setting = await database.read(lambda connection: int(connection.execute(shown).scalar_one()))
    assert 0 < setting <= LEASE_SECONDS * 1000 / 2
