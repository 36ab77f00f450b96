"""Sends alerts into Slack channels and changes those it sent."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.chat import Address
from bot.core.errors import ContentRefused, Permanent, TokenRevoked
from bot.core.message import Message
from bot.platforms.slack.history import find, marked, message_id
from bot.platforms.slack.refusals import BesideRefused, translated
from bot.platforms.slack.render import plain, render
from bot.platforms.slack.workspace import Workspace

_T = TypeVar("_T")


class SlackNotifier:
    """Fulfils `bot.core.ports.Notifier` for any number of workspaces.

    A message's id is `channel:ts`, and `channel:ts:thread` for a reply.
    """

    def __init__(self, workspaces: Iterable[Workspace]) -> None:
        self._workspaces = {workspace.lane: workspace for workspace in workspaces}

    async def send(self, to: Address, message: Message, *, reply_to: str = "", key: str = "") -> str:
        """Post a message; what Slack refuses to show as blocks goes once more as plain text.

        A reply is shown in the channel too. Where its thread is shut or gone it is a message of its own.
        """
        beside: dict[str, Any] = {"metadata": marked(key)} if key else {}
        if thread := _thread(reply_to):
            beside |= {"thread_ts": thread, "reply_broadcast": True}
        while True:
            try:
                return await self._say(to, message, beside)
            except BesideRefused as refused:
                if beside.keys().isdisjoint(refused.arguments):
                    raise
                beside = {name: value for name, value in beside.items() if name not in refused.arguments}

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Put a message in place of one sent before. A wait that Slack asks for is for changes, not for posts."""
        change = partial(_change, self._client(to), to, _parts(message_id)[1])
        # Blocks that are left out stay as they were.
        await _shown(change, message, blocks=[])

    async def find(self, to: Address, key: str, since: datetime) -> str | None:
        """Return the id of the message sent with a key; Permanent where the app may not read the channel's history."""
        client = self._client(to)
        return await find(client, self._workspaces[to.lane].identity.bot_id, to.chat, key, since)

    def _client(self, to: Address) -> AsyncWebClient:
        workspace = self._workspaces.get(to.lane)
        if workspace is None:
            raise TokenRevoked(f"slack: no token for {to.lane}")
        return workspace.client

    async def _say(self, to: Address, message: Message, fields: dict[str, Any]) -> str:
        shown = {**fields, "unfurl_links": message.preview, "unfurl_media": False}
        return await _shown(partial(_post, self._client(to), to, **shown), message)


async def _shown(write: Callable[..., Awaitable[_T]], message: Message, **without: Any) -> _T:
    """Write a message as blocks, or as plain text where those are refused; `without` is what takes their place."""
    shown = render(message)
    try:
        return await write(text=shown.text, blocks=list(shown.blocks))
    except ContentRefused as refused:
        first = refused.reason
    try:
        return await write(text=plain(message), **without)
    except ContentRefused as refused:
        raise Permanent(f"{first}, and as plain text {refused.reason}") from None


async def _post(client: AsyncWebClient, to: Address, **fields: Any) -> str:
    try:
        posted = await client.chat_postMessage(channel=to.chat, link_names=False, parse="none", **fields)
    except Exception as error:
        # Foreign errors hold the response and the request; neither goes on.
        raise translated(error) from None
    # Slack says whether it became a reply: where the thread is gone it does not, and that is no error.
    return message_id(posted["channel"], {**(posted.get("message") or {}), "ts": posted["ts"]})


async def _change(client: AsyncWebClient, to: Address, ts: str, **fields: Any) -> None:
    try:
        await client.chat_update(channel=to.chat, ts=ts, link_names=False, parse="none", **fields)
    except Exception as error:
        raise translated(error) from None


def _thread(message_id: str) -> str:
    """Return the ts that a reply to a message names: that of the thread's first message."""
    _, ts, thread = _parts(message_id)
    return thread or ts


def _parts(message_id: str) -> tuple[str, str, str]:
    channel, _, rest = message_id.partition(":")
    ts, _, thread = rest.partition(":")
    return channel, ts, thread
