"""Updates by long polling."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.platforms.telegram.outage import Outage, persistently
from bot.platforms.telegram.wire import Wire

WANTED = ("message", "channel_post", "callback_query", "my_chat_member", "chat_member")
"""The kinds of updates we ask for; edited messages are none of them."""

POLL_SECONDS = 30


async def poll(wire: Wire, take: Callable[[list[dict[str, Any]]], Awaitable[None]], outage: Outage) -> None:
    """Fetch updates for ever, through lost networks and refusals; runs until it is cancelled.

    A batch is confirmed after `take` returned, so what a killed process had not handled comes again.
    """
    offset = 0

    async def fetch() -> list[dict[str, Any]]:
        fields = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": WANTED}
        found: list[dict[str, Any]] = await wire.call("getUpdates", fields, wait=POLL_SECONDS)
        return found

    await persistently(lambda: wire.call("deleteWebhook"), outage)
    while True:
        if updates := await persistently(fetch, outage):
            await take(updates)
            offset = updates[-1]["update_id"] + 1
