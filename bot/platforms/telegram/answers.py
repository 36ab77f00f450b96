"""What the Bot API answered, and what that means for the send.

The texts come from tdlib/telegram-bot-api (Client.cpp, fail_query_with_error) and are compared in lower case.
"""

import json
from dataclasses import replace
from typing import Any

from bot.core.chat import Address
from bot.core.errors import (
    ChatGone,
    ChatMoved,
    ContentRefused,
    Permanent,
    SendError,
    Temporary,
    TokenRevoked,
    Uncertain,
)

_GONE = (
    "bot was blocked",
    "bot was kicked",
    "user is deactivated",
    "is not a member",
    "chat not found",
    "user not found",
    "can't initiate conversation",
    "can't send messages to bots",
    "chat was deleted",
    "chat was deactivated",
    "message thread not found",
    "topic_deleted",
    "topic_closed",
    "peer_id_invalid",
    "channel_private",
    # The bot is in but may not speak: it is told (my_chat_member) when it may again, so the chat rests until then.
    "not enough rights to send",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_restricted",
    "user_banned_in_channel",
)
# Of the above, what is said of one topic and not of its group. The General topic has no number but the same fate.
_TOPIC = ("message thread not found", "topic_deleted", "topic_closed")
_REFUSED = (
    "can't parse",
    "message is too long",
    "text must be non-empty",
    "message text is empty",
    "must be encoded in utf-8",
    "inline keyboard button",
    "button_",
    "reply markup is too long",
    "reply_markup_too_long",
    "entity_",
    "web page",
    "webpage",
    "wrong http url",
)
UNCHANGED = "message is not modified"
NOT_ANSWERABLE = ("message to be replied", "message to reply", "reply_message_id", "reply_to_")
"""Parts of what Telegram says where a message cannot be sent in answer to another."""
_GATEWAY = (502, 504)
_SERVER_ERROR = 500


def judge(status: int, body: bytes, to: Address | None = None) -> Any:
    """Return the result of a call, or raise the `SendError` that its refusal means."""
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or "ok" not in answer:
        raise _no_answer(status)
    if answer["ok"]:
        return answer["result"]
    raise _refusal(status, str(answer.get("description", "")), answer.get("parameters") or {}, to)


def _no_answer(status: int) -> SendError:
    # A gateway that lost its answer, or a success we cannot read: the request may well have been carried out.
    reason = f"HTTP {status} without an answer of the Bot API"
    return Uncertain(reason) if status in _GATEWAY or status < 300 else Temporary(reason)


def _refusal(status: int, description: str, parameters: dict[str, Any], to: Address | None) -> SendError:
    text = description.lower()
    if status == 429:
        # Telegram does not say whether the chat or the bot was too fast, and a call that slips through a halt of the
        # bot prolongs it; with our own pacing below both limits an answer like this is rare.
        return Temporary(description, retry_after=float(parameters.get("retry_after", 1)), whole_lane=True)
    if to is not None and (moved := parameters.get("migrate_to_chat_id")):
        return ChatMoved(description, address=replace(to, chat=str(moved)))
    if status in (401, 404):
        return TokenRevoked(f"Telegram does not know this token ({description})")
    if status in _GATEWAY:
        return Uncertain(description)
    if status == 409 or status >= _SERVER_ERROR:
        return Temporary(description)
    return _bad_request(description, text)


def _bad_request(description: str, text: str) -> SendError:
    if any(part in text for part in _GONE):
        return ChatGone(description, alone=any(part in text for part in _TOPIC))
    if any(part in text for part in _REFUSED):
        return ContentRefused(description)
    return Permanent(description)
