"""Whether a post has arrived: with each of ours Slack keeps its key, in metadata that people do not see.

https://docs.slack.dev/messaging/message-metadata
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import Permanent, SendError, Temporary
from bot.platforms.slack.refusals import aside

Json = dict[str, Any]

EVENT = "crisis_alert"
CLOCKS_APART = timedelta(minutes=5)
"""How much earlier we look than the post was made, by our clock: Slack has another."""
PAGE, MOST_PAGES = 200, 5


def marked(key: str) -> Json:
    """Return the metadata that keeps a key."""
    return {"event_type": EVENT, "event_payload": {"key": key}}


def message_id(channel: str, message: Json) -> str:
    """Return our id of a message: `channel:ts`, and for a reply the ts of the message its thread hangs on."""
    ts, thread = message["ts"], message.get("thread_ts")
    return f"{channel}:{ts}:{thread}" if thread and thread != ts else f"{channel}:{ts}"


async def find(client: AsyncWebClient, bot_id: str, channel: str, key: str, since: datetime) -> str | None:
    """Return our id of the post with a key, None where there is surely none.

    Raises `SendError`: Temporary where Slack wants us to ask later, Permanent where it cannot tell us.
    """
    where = {
        "channel": channel,
        "oldest": f"{(since - CLOCKS_APART).timestamp():.6f}",
        "include_all_metadata": True,
        "limit": PAGE,
    }
    threads: set[str] = set()
    async for message in _messages(client.conversations_history, where):
        if _key(message) == key:
            return message_id(channel, message)
        if _is_bare(message, bot_id):
            threads.add(message["thread_ts"])
    return await _find_in(client, bot_id, threads, where, key)


async def _find_in(client: AsyncWebClient, bot_id: str, threads: set[str], where: Json, key: str) -> str | None:
    """Look into threads whose replies the channel shows without what we keep with them."""
    for ts in sorted(threads):
        async for message in _messages(client.conversations_replies, {**where, "ts": ts}):
            if _key(message) == key:
                return message_id(where["channel"], message)
            if _is_bare(message, bot_id):
                raise Permanent("slack: one of our posts does not show its key")
    return None


def _key(message: Json) -> str:
    found = message.get("metadata") or {}
    return str((found.get("event_payload") or {}).get("key") or "") if found.get("event_type") == EVENT else ""


def _is_bare(message: Json, bot_id: str) -> bool:
    ours = message.get("bot_id") == bot_id and message.get("subtype") == "thread_broadcast"
    return ours and not message.get("metadata")


async def _messages(ask: Callable[..., Awaitable[Any]], where: Json) -> AsyncIterator[Json]:
    cursor = ""
    for page in range(MOST_PAGES):
        try:
            told = await ask(**where, **({"cursor": cursor} if cursor else {}))
        except Exception as error:
            raise _no_answer(aside(error), first=page == 0) from None
        for message in told.get("messages") or ():
            yield message
        cursor = (told.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
    raise Permanent("slack: too much was said since to look through")


def _no_answer(error: SendError, *, first: bool) -> SendError:
    # Without the scope for it there is nothing to find out, and nothing wrong with the lane.
    if "missing_scope" in error.reason:
        return Permanent(error.reason)
    # Some apps may look once a minute and are shown 15 messages: they never get to a second page.
    # https://docs.slack.dev/apis/web-api/rate-limits
    return Permanent(error.reason) if isinstance(error, Temporary) and not first else error
