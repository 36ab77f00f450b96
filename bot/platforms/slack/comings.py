"""Where the bot comes and goes: let into a channel, removed, archived; installed no more.

Scopes and meanings: https://docs.slack.dev/reference/events
"""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.core.ports import Membership
from bot.platforms.slack.heard import address
from bot.platforms.slack.workspace import Identity

LaneLost = Callable[[str, str], Awaitable[None]]
"""Called with a lane and a reason when its token is good no more."""

GONE = frozenset({f"{kind}_{what}" for kind in ("channel", "group") for what in ("left", "archive", "deleted")})
BACK = frozenset({"channel_unarchive", "group_unarchive"})


class Comings:
    """Passes on what Slack says about chats and workspaces outside of any command; anything else is nothing to us."""

    def __init__(self, membership: Membership, lane_lost: LaneLost | None) -> None:
        self._membership, self._lane_lost = membership, lane_lost

    async def note(self, told: dict[str, Any], who: Identity) -> None:
        """Note one event."""
        kind, chat = told.get("type"), _chat(told)
        if kind == "app_uninstalled" or (kind == "tokens_revoked" and (told.get("tokens") or {}).get("bot")):
            await self._lose(who, str(kind))
        elif kind == "channel_id_changed":
            old, new = address(who.team, told["old_channel_id"]), address(who.team, told["new_channel_id"])
            await self._membership.moved(old, new)
        elif chat and (kind in GONE or (kind == "member_left_channel" and told.get("user") == who.bot)):
            await self._membership.gone(address(who.team, chat), f"slack: {kind}")
        elif chat and (kind in BACK or (kind == "member_joined_channel" and told.get("user") == who.bot)):
            await self._membership.back(address(who.team, chat))

    async def _lose(self, who: Identity, reason: str) -> None:
        if self._lane_lost is not None:
            await self._lane_lost(who.lane, f"slack: {reason}")


def _chat(told: dict[str, Any]) -> str:
    named = told.get("channel")
    return str((named or {}).get("id") or "") if isinstance(named, dict) else str(named or "")
