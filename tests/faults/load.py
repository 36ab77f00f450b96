"""What the rows about kills and databases begin and end with: a crowd, news for it, and a count of what arrived."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web
from sqlalchemy import Connection, insert, select, true

from bot.core.feed import FeedSource
from bot.store.database import Database
from bot.store.feeds import FeedTable
from bot.store.tables import chats, filters, subscriptions
from tests.end_to_end.crowd import settle_crowd
from tests.end_to_end.process import BotProcess
from tests.end_to_end.stage import Stage, stage
from tests.faults.result import Result, expect_all_ended, unmarked_extras
from tests.peers.bot_api import Fault
from tests.store.server import postgres_server

AT_ONCE = 30
"""Sends in flight at most, which bounds what one kill can double."""
SLOWEST_ANSWER = 0.3
QUIET = {"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": ""}
NOBODY = {**QUIET, "TELEGRAM_BOT_TOKEN": ""}
"""Settings of a process that visits feeds and has nobody to send to."""


@dataclass(frozen=True, slots=True)
class Slow(Fault):
    """Take a message, and answer after a while that is not the same for any two."""

    async def answer(self, request: web.Request, body: dict[str, object], status: int) -> web.StreamResponse:
        await asyncio.sleep(random.uniform(0, SLOWEST_ANSWER))
        return web.json_response(body, status=status)


@asynccontextmanager
async def stage_on(database: str) -> AsyncIterator[Stage]:
    """Set a stage on `sqlite` or on a `postgresql` of its own, whose peers take any number of messages at once."""
    if database == "sqlite":
        async with stage(limits=None) as made:
            yield made
        return
    with postgres_server() as server:
        async with stage(url=server.url(server.create_database()), limits=None) as made:
            yield made


async def crowd_with_news(scene: Stage, readers: int, stories: int) -> list[str]:
    """Let readers follow, and stories wait for each of them in the outbox; return the stories' titles."""
    await settle_crowd(scene, readers)
    await begin_feed(scene)
    titles = [scene.news.publish(f"Mali, part {number}").title for number in range(stories)]
    # A visit without a platform: nothing is sent yet.
    await scene.run("feeds", "poll")
    return titles


async def begin_feed(scene: Stage) -> None:
    """Let the feed have been visited before, and found empty: a process only for that would show nothing."""
    database = Database(scene.url)
    try:
        feed = FeedSource("The Daily Example", scene.news.url)
        await FeedTable(database).sync([feed], datetime.now(UTC))
    finally:
        await database.close()
    scene.rows.run("UPDATE feeds SET polled_before = (1 = 1)")


async def settle_many(scene: Stage, count: int, canonical: str = "country:ML") -> None:
    """Let very many people follow a filter; nobody can be sent to them."""
    await settle_crowd(scene, 1, canonical)
    lane, now = f"telegram:{scene.telegram.world.bot.id}", datetime(2026, 2, 6, 9, 0, tzinfo=UTC)
    known = {"platform": "telegram", "lane": lane, "kind": "private", "state": "active", "created_at": now}
    database = Database(scene.url)

    def fill(connection: Connection) -> None:
        connection.execute(insert(chats), [{**known, "chat": str(person)} for person in range(2, count + 1)])
        everybody = (
            select(chats.c.id, filters.c.id, chats.c.created_at)
            .select_from(chats.join(filters, true()))
            .where(chats.c.chat != "1")
        )
        follow = insert(subscriptions).from_select(["chat_id", "filter_id", "created_at"], everybody)
        connection.execute(follow)

    try:
        await database.write(fill)
    finally:
        await database.close()


async def finish(scene: Stage, result: Result, titles: list[str], readers: int) -> None:
    """Let a last process send what waits; count what arrived in all."""
    worker = await begin(scene)
    await scene.rows.delivered(120)
    await worker.stop()
    tally(scene, result, titles, readers)


def tally(scene: Stage, result: Result, titles: list[str], readers: int) -> None:
    """Count what arrived: each of the first so many readers should have each story once."""
    result.count([(reader, title) for reader in range(1, readers + 1) for title in titles], scene.telegram.sent)
    result.expect(unmarked_extras(scene.telegram.sent) == 0, "a repeat does not say that it may be one")
    expect_all_ended(result, scene)


async def worker(scene: Stage, **settings: str) -> BotProcess:
    """Start a worker; return once it has visited the feed."""
    process = await begin(scene, **settings)
    await scene.rows.visited(60)
    return process


async def begin(scene: Stage, **settings: str) -> BotProcess:
    """Start a worker that speaks Telegram only."""
    return await scene.begin("worker", **QUIET, **settings)


def asked(scene: Stage) -> int:
    """Return how often Telegram was asked to send something."""
    return sum(request.method == "sendMessage" for request in scene.telegram.requests)
