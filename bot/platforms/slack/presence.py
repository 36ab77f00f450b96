"""Whether the bot is where it is asked to send alerts to. Slash commands reach it from everywhere."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.core.chat import ChatKind
from bot.core.commands import Verb
from bot.core.errors import ChatGone
from bot.platforms.slack.heard import Heard
from bot.platforms.slack.refusals import translated

NEEDS_PRESENCE = frozenset({Verb.FOLLOW, Verb.RESUME, Verb.PREVIEW})
"""What makes no sense where alerts cannot arrive; to unfollow or pause needs nobody's presence."""


async def is_outside(heard: Heard, client: AsyncWebClient) -> str:
    """Return the sentence that says so where the bot is not in the chat; empty where it is, or where nobody knows."""
    if not heard.maybe_outside or heard.command.verb not in NEEDS_PRESENCE:
        return ""
    invite = "slack-direct" if heard.sighting.kind is ChatKind.PRIVATE or _is_group_talk(heard) else "slack-invite"
    try:
        told = await client.conversations_info(channel=heard.sighting.address.chat)
    except Exception as error:
        # Not even visible: a private chat without us. Any other trouble is no reason to refuse.
        return invite if isinstance(translated(error), ChatGone) else ""
    found = told.get("channel") or {}
    return "" if found.get("is_im") or found.get("is_member", True) else invite


def _is_group_talk(heard: Heard) -> bool:
    # A talk between several people, into which no app can be invited.
    return heard.sighting.title.startswith("mpdm-")
