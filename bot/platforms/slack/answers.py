"""A reply on its way back to where its command came from."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.core.chat import ChatKind, Sighting
from bot.core.errors import ContentRefused, Permanent, SendError, Temporary
from bot.core.message import Message, Reply, Showing
from bot.core.ports import Turn
from bot.platforms.slack.buttons import is_action_block
from bot.platforms.slack.heard import Heard, Origin
from bot.platforms.slack.refusals import translated
from bot.platforms.slack.render import plain, render
from bot.platforms.slack.workspace import quiet

Body = dict[str, Any]
_LONGEST_WAIT = 20.0
_log = logging.getLogger(__name__)


def answer_bodies(reply: Reply, origin: Origin) -> tuple[Body, ...]:
    """Return what to post to a response_url, in order.

    An ephemeral message cannot become one that all see: where a reply to it concerns everybody, it is deleted and the
    reply is a message of its own.
    """
    shown = render(reply.message)
    content: Body = {"text": shown.text, "blocks": list(shown.blocks)}
    kind = {"response_type": "in_channel" if reply.public else "ephemeral", "replace_original": False}
    if not origin.pressed or reply.showing is Showing.NEW:
        return ({**content, **kind},)
    if reply.showing is Showing.BUTTONS and not origin.blocks:
        # What the pressed message says is not told; rather a message beside it than one without its words.
        return ({**content, "response_type": "ephemeral", "replace_original": False},)
    if reply.showing is Showing.BUTTONS:
        kept = [block for block in origin.blocks if not is_action_block(block)]
        buttons = [block for block in shown.blocks if is_action_block(block)]
        return ({"text": origin.text, "blocks": [*kept, *buttons], "replace_original": True},)
    if reply.public and origin.ephemeral:
        return {"delete_original": True}, {**content, **kind}
    return ({**content, "replace_original": True},)


class Answers:
    """Shows replies. What cannot be shown is logged, never raised: the command itself was carried out."""

    def __init__(self, session: aiohttp.ClientSession, turns: Mapping[str, Turn] | None = None) -> None:
        self._session = session
        self._turns = turns or {}

    async def give(self, reply: Reply, heard: Heard, client: AsyncWebClient) -> None:
        """Show a reply where its command was given."""
        try:
            if heard.origin.url:
                await self._through_url(reply, heard.origin)
            else:
                await self._by_post(reply, heard, client)
        except SendError as error:
            _log.warning("an answer in %s was not shown: %s", heard.sighting.address, error)

    async def _through_url(self, reply: Reply, origin: Origin) -> None:
        hook = AsyncWebhookClient(origin.url, session=self._session, retry_handlers=[], logger=quiet(_log))
        for body in answer_bodies(reply, origin):
            try:
                await _patiently(_post, hook, body)
            except ContentRefused:
                words = {**body, "text": plain(reply.message)}
                await _patiently(_post, hook, {name: value for name, value in words.items() if name != "blocks"})

    async def _by_post(self, reply: Reply, heard: Heard, client: AsyncWebClient) -> None:
        shown = render(reply.message)
        blocks = {"text": shown.text, "blocks": list(shown.blocks)}
        try:
            await _patiently(self._say, reply, heard, client, blocks)
        except ContentRefused:
            await _patiently(self._say, reply, heard, client, {"text": plain(reply.message)})

    async def _say(self, reply: Reply, heard: Heard, client: AsyncWebClient, content: Body) -> None:
        whole: Body = {"channel": heard.sighting.address.chat, "parse": "none", "link_names": False, **content}
        if heard.origin.thread:
            whole["thread_ts"] = heard.origin.thread
        if reply.public or heard.sighting.kind is ChatKind.PRIVATE:
            await self._post(heard.sighting, client, {**whole, "unfurl_links": reply.message.preview})
            return
        try:
            await client.chat_postEphemeral(user=heard.origin.person, **whole)
        except Exception as error:
            raise translated(error) from None

    async def _post(self, where: Sighting, client: AsyncWebClient, fields: Body) -> None:
        # What all see counts as the alerts do; other ways to answer have limits of their own.
        turn = self._turns.get(where.address.lane)
        if turn:
            await turn.wait(where.address, where.kind)
        try:
            await client.chat_postMessage(unfurl_media=False, **fields)
        except Exception as error:
            failure = translated(error)
            if turn and isinstance(failure, Temporary) and failure.retry_after is not None:
                turn.halt(failure.retry_after, None if failure.whole_lane else where.address)
            raise failure from None


def notice(message: Message) -> Reply:
    """Return a reply for the asker alone, beside whatever was pressed."""
    return Reply(message, Showing.NEW)


async def _patiently(call: Callable[..., Awaitable[None]], *arguments: Any) -> None:
    """Make a call, and once more after a wait where Slack or the network asks for one."""
    try:
        await call(*arguments)
    except Temporary as error:
        await asyncio.sleep(min(error.retry_after or 1.0, _LONGEST_WAIT))
        await call(*arguments)


async def _post(hook: AsyncWebhookClient, body: Body) -> None:
    try:
        answer = await hook.send_dict(body)
    except Exception as error:
        raise translated(error) from None
    if answer.status_code != 200:
        # The body is a bare word, or the same object the Web API answers with.
        word = _word(answer.body)
        if answer.status_code in (429, 503):
            raise Temporary(f"slack: {word}")
        raise ContentRefused(f"slack: {word}") if answer.status_code == 400 else Permanent(f"slack: {word}")


def _word(body: str) -> str:
    try:
        told = json.loads(body)
    except ValueError:
        return body[:60]
    return str(told.get("error"))[:60] if isinstance(told, dict) else "refused"
