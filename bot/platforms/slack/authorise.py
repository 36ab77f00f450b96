"""Tells Bolt which of our workspaces a request is for, without asking Slack each time."""

from collections.abc import Callable

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext

from bot.platforms.slack.workspace import Workspace


class Installed(AsyncAuthorize):
    """Finds a workspace by its id; Bolt itself answers a request from one where the app is not installed."""

    def __init__(self, find: Callable[[str], Workspace | None]) -> None:
        self._find = find

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,  # noqa: ARG002 - Bolt names what it passes
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,  # noqa: ARG002
        actor_enterprise_id: str | None = None,  # noqa: ARG002
        actor_team_id: str | None = None,  # noqa: ARG002
        actor_user_id: str | None = None,  # noqa: ARG002
    ) -> AuthorizeResult | None:
        found = self._find(team_id or "")
        if found is None:
            return None
        who = found.identity
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=who.team,
            bot_user_id=who.bot,
            bot_id=who.bot_id,
            bot_token=found.client.token,
        )
