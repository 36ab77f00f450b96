"""Many readers at once: made in the database, for hundreds of commands would only show how quickly we type."""

from datetime import UTC, datetime

from bot.core.chat import Address, ChatKind, Platform, Sighting
from bot.store import schema
from bot.store.chats import ChatTable
from bot.store.database import Database
from bot.store.subscriptions import SubscriptionTable
from tests.end_to_end.stage import Stage

_NOW = datetime(2026, 2, 6, 9, 0, tzinfo=UTC)


async def settle_crowd(stage: Stage, count: int, canonical: str = "country:ML", first: int = 1) -> None:
    """Let so many people, whose numbers begin with `first`, follow a filter from their private Telegram chats."""
    lane = f"telegram:{stage.telegram.world.bot.id}"
    database = Database(stage.url)
    try:
        await schema.upgrade(database)
        chats, subscriptions = ChatTable(database), SubscriptionTable(database)
        for person in range(first, first + count):
            stage.telegram.add_private(person, f"Reader {person}")
            sighting = Sighting(Address(Platform.TELEGRAM, lane, str(person)), ChatKind.PRIVATE)
            chat = await chats.seen(sighting, _NOW)
            await subscriptions.add(chat.id, canonical, _NOW)
    finally:
        await database.close()
