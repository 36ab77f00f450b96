"""A message from its arguments: the rules that chat methods, response_urls and acks share."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.peers.slack_api.blocks import check_blocks, completed, too_long, walk
from tests.peers.slack_api.ledger import Ledger, Post
from tests.peers.slack_api.shapes import Json
from tests.peers.slack_api.world import Channel, Message, World

MESSAGE_TEXT = 40_000  # https://docs.slack.dev/reference/methods/chat.postMessage (msg_too_long)
ATTACHMENTS = 100  # https://docs.slack.dev/reference/methods/chat.postMessage (too_many_attachments)


class Refused(Exception):
    """Slack's no: the error's word, its explanations, and fields the answer carries besides."""

    def __init__(self, error: str, messages: list[str] | None = None, **more: Any) -> None:
        super().__init__(error)
        self.error, self.messages, self.more = error, messages or [], more

    @property
    def answer(self) -> Json:
        """The body of the answer."""
        body: Json = {"ok": False, "error": self.error, **self.more}
        if self.messages:
            # Both places carry the explanations: https://github.com/slackapi/java-slack-sdk/issues/1017
            body |= {"errors": [m.removeprefix("[ERROR] ") for m in self.messages]}
            body["response_metadata"] = {"messages": self.messages}
        return body


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that passed the rules. `blocks` is None where the arguments did not speak of blocks."""

    text: str
    blocks: list[Json] | None
    attachments: list[Json]
    thread_ts: str = ""
    broadcast: bool = False
    metadata: Json | None = None
    args: Json = field(default_factory=dict)


def compose(args: Json) -> Draft:
    """Return the message that arguments describe; Refused where Slack would not take it."""
    # Arguments: https://docs.slack.dev/reference/methods/chat.postMessage
    text = args.get("text") or ""
    blocks = _listed(args, "blocks", "invalid_blocks_format")
    attachments = _listed(args, "attachments", "invalid_attachments") or []
    if not isinstance(text, str):
        raise Refused("invalid_arguments", ["[ERROR] must be a string [json-pointer:/text]"])
    if not text.strip() and not blocks and not attachments:
        raise Refused("no_text")
    if len(text) > MESSAGE_TEXT:
        raise Refused("msg_too_long")
    _judge(blocks or [], attachments)
    return Draft(text, blocks, attachments, *_thread(args), _metadata(args), args)


def place(world: World, ledger: Ledger, channel: Channel, draft: Draft, via: str, ephemeral_to: str = "") -> Message:
    """Put a message into a channel and into the ledger."""
    blocks = completed(draft.blocks or [])
    sender = world.workspaces[channel.team].bot_id
    # A thread whose first message is gone is no error: the reply becomes a message of its own, and the answer names no
    # thread. https://github.com/slack-go/slack/issues/1571
    thread = draft.thread_ts if channel.thread(draft.thread_ts) else ""
    message = Message(world.next_ts(), draft.text, blocks, sender, ephemeral_to, thread)
    message.broadcast = draft.broadcast and bool(thread)
    message.attachments, message.metadata = draft.attachments, draft.metadata
    (channel.ephemeral if ephemeral_to else channel.messages).append(message)
    ledger.note(record(world, channel, message, draft, via))
    return message


def replace(world: World, ledger: Ledger, channel: Channel, message: Message, draft: Draft, via: str) -> None:
    """Change what a message shows. chat.update keeps what its arguments leave out, a response_url keeps nothing."""
    # https://docs.slack.dev/reference/methods/chat.update: previous blocks are retained unless text or blocks are
    # given, previous metadata unless that is given.
    whole = via != "chat.update"
    message.metadata = draft.metadata if whole or "metadata" in draft.args else message.metadata
    if whole or draft.blocks is not None or "text" in draft.args:
        message.blocks = completed(draft.blocks or [])
    if whole or "attachments" in draft.args:
        message.attachments = draft.attachments
    message.text = draft.text if whole or "text" in draft.args else message.text
    message.edits += 1
    ledger.edits.append(record(world, channel, message, draft, via))
    ledger.changed()


def record(world: World, channel: Channel, message: Message, draft: Draft, via: str) -> Post:
    """Return the ledger's entry for a message as it is now."""
    return Post(
        at=world.clock(),
        team=channel.team,
        channel=channel.id,
        text=message.text,
        blocks=message.blocks,
        ts=message.ts,
        via=via,
        ephemeral_to=message.ephemeral_to,
        thread_ts=message.thread_ts,
        args=draft.args,
    )


def _judge(blocks: list[Json], attachments: list[Json]) -> None:
    if problems := check_blocks(blocks):
        raise Refused("invalid_blocks", problems)
    if too_long(blocks):
        raise Refused("msg_blocks_too_long")
    if sum(len(b["text"]) for b in walk(blocks) if b.get("type") == "markdown") > 12_000:
        raise Refused("msg_blocks_too_long")
    if len(attachments) > ATTACHMENTS:
        raise Refused("too_many_attachments")
    for position, attachment in enumerate(attachments):
        inner = attachment.get("blocks", []) if isinstance(attachment, dict) else None
        if inner is None or check_blocks(inner, f"/attachments/{position}/blocks"):
            raise Refused("invalid_attachments", check_blocks(inner) if inner else None)


def _listed(args: Json, name: str, error: str) -> list[Json] | None:
    # In a form a list is a JSON string; in a JSON body it may be either.
    value = args.get(name)
    if isinstance(value, str):
        try:
            value = json.loads(value) if value else None
        except ValueError:
            raise Refused(error) from None
    if value is not None and not isinstance(value, list):
        raise Refused(error)
    return value


def _thread(args: Json) -> tuple[str, bool]:
    # A number loses digits on the way: https://github.com/slackapi/python-slack-sdk/issues/840
    ts = args.get("thread_ts") or ""
    if not isinstance(ts, str):
        raise Refused("invalid_arguments", ["[ERROR] must be a string [json-pointer:/thread_ts]"])
    return ts, args.get("reply_broadcast") in (True, 1, "1", "true")


def _metadata(args: Json) -> Json | None:
    # https://docs.slack.dev/messaging/message-metadata
    value = args.get("metadata")
    if value in (None, ""):
        return None
    try:
        value = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise Refused("invalid_metadata_format") from None
    if not (isinstance(value, dict) and isinstance(value.get("event_type"), str) and "event_payload" in value):
        raise Refused("invalid_metadata_schema")
    return value
