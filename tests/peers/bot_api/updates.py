import asyncio
import json
from typing import Any

from tests.peers.bot_api import limits
from tests.peers.bot_api.limits import Clock
from tests.peers.bot_api.params import Params
from tests.peers.bot_api.refusal import Json, bad_request, conflict

FIRST_UPDATE_ID = 500_000_001
# docs, getUpdates.allowed_updates: an empty list means all but these three
NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}


class Updates:
    """The queue of updates nobody has confirmed, and the one reader that may wait for it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.pending: list[Json] = []
        self.webhook_url = ""
        self.allowed: list[str] = []
        self.arrived = asyncio.Event()
        self._born: dict[int, float] = {}
        self._next = FIRST_UPDATE_ID
        self._waiting: asyncio.Future[None] | None = None

    def put(self, kind: str, payload: Json) -> int | None:
        """Queue an update; returns its id, None when the reader does not want this kind."""
        if not self._wants(kind):
            return None
        taken, self._next = self._next, self._next + 1
        self.pending.append({"update_id": taken, kind: payload})
        self._born[taken] = self.clock()
        self.arrived.set()
        self._end_wait()
        return taken

    def _wants(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    async def poll(self, params: Params) -> list[Json]:
        """getUpdates. Source: docs, getUpdates; Client::do_get_updates."""
        if self.webhook_url:
            reason = (
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            )
            raise conflict(reason)
        self.allow(params)
        self._confirm(params.number("offset"))
        if self.pending or params.number("timeout") <= 0:
            return self._page(params)
        # the poll that waits is the one that loses (Client::abort_long_poll)
        self.end_poll("terminated by other getUpdates request; make sure that only one bot instance is running")
        await self._wait(min(params.number("timeout"), limits.POLL_SECONDS))
        return self._page(params)

    def _page(self, params: Params) -> list[Json]:
        wanted = params.number("limit", limits.UPDATES_A_CALL)
        return self.pending[: wanted if 1 <= wanted <= limits.UPDATES_A_CALL else limits.UPDATES_A_CALL]

    async def _wait(self, seconds: float) -> None:
        self._waiting = mine = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await mine
        except TimeoutError:
            pass
        finally:
            if self._waiting is mine:
                self._waiting = None

    def _confirm(self, offset: int) -> None:
        self._forget_old()
        if offset > 0:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]
        elif offset < 0:  # "starting from -offset update from the end"; all previous are forgotten
            self.pending = self.pending[offset:]

    def _forget_old(self) -> None:
        horizon = self.clock() - limits.UPDATE_SECONDS
        self.pending = [update for update in self.pending if self._born[update["update_id"]] > horizon]

    def end_poll(self, reason: str) -> None:
        """Answer the waiting poll, if there is one, with 409."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(conflict(reason))
        self._waiting = None

    def _end_wait(self) -> None:
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    def stop(self) -> None:
        """Let a waiting poll answer with nothing."""
        self._end_wait()

    def allow(self, params: Params) -> None:
        """Remember `allowed_updates`; absent keeps the last setting, an empty list restores the default."""
        allowed: Any = params.parsed("allowed_updates", "allowed updates") if params.given("allowed_updates") else None
        if allowed is None:
            return
        if not isinstance(allowed, list) or not all(isinstance(kind, str) for kind in allowed):
            raise bad_request(f"can't parse allowed updates: {json.dumps(allowed)[:40]}")
        self.allowed = allowed

    def done(self, update_id: int) -> None:
        """Forget an update the webhook has taken."""
        self.pending = [update for update in self.pending if update["update_id"] != update_id]

    def drop(self) -> None:
        """Forget all pending updates (drop_pending_updates)."""
        self.pending = []
