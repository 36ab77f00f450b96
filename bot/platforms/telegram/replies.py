"""Shows replies where they were asked for."""

import asyncio
import logging

from bot.core.chat import Address, ChatKind
from bot.core.errors import ChatGone, ChatMoved, Permanent, SendError, Temporary
from bot.core.message import Reply, Showing
from bot.core.ports import Membership, Turn
from bot.platforms.telegram.notifier import TelegramNotifier

_log = logging.getLogger(__name__)
_TRIES = 3
_LONGEST_WAIT = 60.0


class Replies:
    """Answers people. A reply waits out what is temporary; one that cannot be shown is logged."""

    def __init__(self, notifier: TelegramNotifier, membership: Membership, turn: Turn | None = None) -> None:
        self._notifier = notifier
        self._membership = membership
        self._turn = turn

    async def show(self, to: Address, reply: Reply, pressed: int = 0) -> None:
        """Show a reply as it asks to be shown. `pressed` is the message whose button brought it, 0 for none."""
        try:
            try:
                await self._patiently(to, reply, pressed)
            except ChatMoved as error:
                await self._membership.moved(to, error.address)
                to = error.address
                await self._patiently(to, reply, 0)
        except ChatGone as error:
            await self._membership.gone(to, error.reason, alone=error.alone)
        except SendError as error:
            _log.warning("telegram: no reply to %s: %s", to, error)

    async def _patiently(self, to: Address, reply: Reply, pressed: int) -> None:
        for left in reversed(range(_TRIES)):
            try:
                return await self._once(to, reply, pressed)
            except Temporary as error:
                wait = 1.0 if error.retry_after is None else error.retry_after
                if self._turn:
                    self._turn.halt(wait, None if error.whole_lane else to)
                if not left or wait > _LONGEST_WAIT:
                    raise
                await asyncio.sleep(wait)

    async def _once(self, to: Address, reply: Reply, pressed: int) -> None:
        if pressed and reply.showing is not Showing.NEW:
            try:
                return await self._change(to, reply, str(pressed))
            except ChatGone:
                raise
            except Permanent:  # too old, or deleted
                if reply.showing is Showing.BUTTONS:
                    return None
        await self._send(to, reply)

    async def _send(self, to: Address, reply: Reply) -> None:
        await self._await_turn(to)
        await self._notifier.send(to, reply.message)

    async def _change(self, to: Address, reply: Reply, message_id: str) -> None:
        await self._await_turn(to)
        if reply.showing is Showing.BUTTONS:
            await self._notifier.edit_buttons(to, message_id, reply.message.rows)
        else:
            await self._notifier.edit(to, message_id, reply.message)

    async def _await_turn(self, to: Address) -> None:
        if self._turn:
            # Groups, supergroups and channels have ids below zero.
            await self._turn.wait(to, ChatKind.GROUP if to.chat.startswith("-") else ChatKind.PRIVATE)
