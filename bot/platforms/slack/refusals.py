"""What Slack's errors and a broken connection mean for a message.

https://docs.slack.dev/reference/methods/chat.postMessage#errors
"""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.core.errors import ChatGone, ContentRefused, Permanent, SendError, Temporary, TokenRevoked, Uncertain

_BUSY_SECONDS = 30.0
_LIMITS = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_PASSING = frozenset({"service_unavailable", "request_timeout", "team_added_to_org", "accesslimited"})
# In these Slack's documentation says that part of the call may have succeeded before the error.
_AMBIGUOUS = frozenset({"fatal_error", "internal_error"})
# missing_scope is here because no call of this lane succeeds until an operator reinstalls the app.
_TOKEN = frozenset(
    {
        "account_inactive",
        "app_uninstalled",
        "ekm_access_denied",
        "invalid_auth",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
_CHAT = frozenset(
    {
        "cannot_dm_bot",
        "channel_is_archived",
        "channel_not_found",
        "is_archived",
        "is_inactive",
        "messages_tab_disabled",
        "no_permission",
        "not_in_channel",
        # The bot is in but may not post: a workspace's preference. Nothing tells when that changes, so the chat rests
        # until somebody uses the bot there.
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "user_disabled",
        "user_not_found",
    }
)
_IN_THREAD, _KEPT = ("thread_ts", "reply_broadcast"), ("metadata",)
# What is refused beside the message, and the arguments it came in.
_BESIDE = {
    "cannot_reply_to_message": _IN_THREAD,
    "invalid_thread_ts": _IN_THREAD,
    "restricted_action_non_threadable_channel": _IN_THREAD,
    "restricted_action_thread_locked": _IN_THREAD,
    "thread_not_found": _IN_THREAD,
    "invalid_metadata_format": _KEPT,
    "invalid_metadata_schema": _KEPT,
    "metadata_must_be_sent_from_app": _KEPT,
    "metadata_too_large": _KEPT,
}
_CONTENT = frozenset(
    {
        "invalid_arguments",
        "invalid_array_arg",
        "invalid_blocks",
        "invalid_blocks_format",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
    }
)


@dataclass(eq=False)
class BesideRefused(Permanent):
    """What goes with the message is refused, and the message itself is not."""

    arguments: tuple[str, ...] = field(default=(), kw_only=True)


def translated(error: Exception) -> SendError:
    """Return what a failed call means; the reason never holds a token or a message's words."""
    if isinstance(error, SlackApiError):
        return _answered(error.response)
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError | aiohttp.InvalidURL):
        return Temporary(f"slack: no connection ({type(error).__name__})", whole_lane=True)
    if isinstance(error, aiohttp.ClientError | asyncio.TimeoutError | OSError):
        return Uncertain(f"slack: no answer ({type(error).__name__})")
    if isinstance(error, SlackClientError):
        return Permanent(f"slack: request not made ({type(error).__name__})")
    # The library stumbles over answers that are no JSON objects; the request had been made by then.
    return Uncertain(f"slack: answer not understood ({type(error).__name__})")


def aside(error: Exception) -> SendError:
    """Return what a failed call means that holds up nothing else: each of Slack's methods has a limit of its own."""
    meant = translated(error)
    if isinstance(meant, Temporary) and meant.retry_after is not None:
        return replace(meant, whole_lane=False)
    return meant


def _answered(response: Any) -> SendError:
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    data = getattr(response, "data", None)
    word = str(data.get("error") or "") if isinstance(data, dict) else ""
    wait = _seconds(getattr(response, "headers", {}).get("Retry-After"))
    if status == 429 or word in _LIMITS:
        # Slack counts by method and workspace and does not say which channel was too quick.
        return Temporary(f"slack: {word or 'ratelimited'}", retry_after=wait or _BUSY_SECONDS, whole_lane=True)
    if isinstance(data, dict) and word:
        return _refused(word, data)
    if status == 503:
        return Temporary("slack: HTTP 503", retry_after=wait, whole_lane=True)
    if status >= 500:
        # A gateway's page may stand before a message that was taken: say that it is not known.
        return Uncertain(f"slack: HTTP {status}")
    return (
        Uncertain(f"slack: answer not understood (HTTP {status})") if status == 200 else Permanent(f"slack: {status}")
    )


def _refused(word: str, data: dict[str, Any]) -> SendError:
    reason = f"slack: {word}"
    if word in _TOKEN:
        needed = str(data.get("needed") or "")
        return TokenRevoked(f"{reason} ({needed})" if needed else reason)
    if word in _CHAT:
        return ChatGone(reason)
    if word in _BESIDE:
        return BesideRefused(reason, arguments=_BESIDE[word])
    if word in _CONTENT:
        return ContentRefused(reason)
    if word in _PASSING:
        return Temporary(reason, whole_lane=True)
    return Uncertain(reason) if word in _AMBIGUOUS else Permanent(reason)


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isascii() and header.isdigit() else None
