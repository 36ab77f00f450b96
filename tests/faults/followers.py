"""Chats that follow one word each, so that many stories can be told apart and none waits for another's turn."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.core.chat import Address, ChatKind, Platform, Sighting
from bot.store import schema
from bot.store.chats import ChatTable
from bot.store.database import Database
from bot.store.subscriptions import SubscriptionTable
from tests.end_to_end.stage import Stage

_NOW = datetime(2026, 2, 6, 9, 0, tzinfo=UTC)


def word(number: int) -> str:
    """Return a word that is in no other text."""
    return "zubr" + chr(97 + number // 26) + chr(97 + number % 26)


async def settle_followers(scene: Stage, count: int, *, telegram: bool = True, slack: bool = False) -> None:
    """Let chat n of `count`, from 1, follow `word(n)`: private chats on Telegram, channels `desk-n` on Slack."""
    sightings = [(number, _telegram(scene, number)) for number in range(1, count + 1) if telegram]
    sightings += [(number, _slack(scene, number)) for number in range(1, count + 1) if slack]
    await settle(scene, [(sighting, word(number)) for number, sighting in sightings])


async def settle(scene: Stage, followed: Sequence[tuple[Sighting, str]]) -> None:
    """Let chats follow filters, before any process runs."""
    database = Database(scene.url)
    try:
        await schema.upgrade(database)
        chats, subscriptions = ChatTable(database), SubscriptionTable(database)
        for sighting, canonical in followed:
            chat = await chats.seen(sighting, _NOW)
            await subscriptions.add(chat.id, canonical, _NOW)
    finally:
        await database.close()


def _telegram(scene: Stage, number: int) -> Sighting:
    scene.telegram.add_private(number, f"Reader {number}")
    address = Address(Platform.TELEGRAM, f"telegram:{scene.telegram.world.bot.id}", str(number))
    return Sighting(address, ChatKind.PRIVATE)


def _slack(scene: Stage, number: int) -> Sighting:
    channel = scene.slack.add_channel(f"desk-{number}")
    return Sighting(Address(Platform.SLACK, f"slack:{scene.slack.workspace.id}", channel.id), ChatKind.TEAM)
