"""Sends alerts into Slack channels."""

from collections.abc import Iterable
from typing import Any

from bot.core.chat import Address
from bot.core.errors import ContentRefused, Permanent, TokenRevoked
from bot.core.message import Message
from bot.platforms.slack.refusals import translated
from bot.platforms.slack.render import plain, render
from bot.platforms.slack.workspace import Workspace


class SlackNotifier:
    """Fulfils `bot.core.ports.Notifier` for any number of workspaces; an id is `channel:ts`."""

    def __init__(self, workspaces: Iterable[Workspace]) -> None:
        self._clients = {workspace.lane: workspace.client for workspace in workspaces}

    async def send(self, to: Address, message: Message) -> str:
        """Post a message; what Slack refuses to show as blocks goes once more as plain text."""
        shown = render(message)
        try:
            return await self._post(to, message, text=shown.text, blocks=list(shown.blocks))
        except ContentRefused as refused:
            first = refused.reason
        try:
            return await self._post(to, message, text=plain(message))
        except ContentRefused as refused:
            raise Permanent(f"{first}, and as plain text {refused.reason}") from None

    async def _post(self, to: Address, message: Message, **content: Any) -> str:
        client = self._clients.get(to.lane)
        if client is None:
            raise TokenRevoked(f"slack: no token for {to.lane}")
        try:
            posted = await client.chat_postMessage(
                channel=to.chat,
                unfurl_links=message.preview,
                unfurl_media=False,
                link_names=False,
                parse="none",
                **content,
            )
        except Exception as error:
            # Foreign errors hold the response and the request; neither goes on.
            raise translated(error) from None
        return f"{posted['channel']}:{posted['ts']}"
