"""Sends messages to Telegram chats and changes those it sent."""

from typing import Any

from bot.core.chat import Address
from bot.core.errors import ContentRefused, Permanent
from bot.core.message import Button, Message
from bot.platforms.telegram.answers import UNCHANGED
from bot.platforms.telegram.keyboard import keyboard
from bot.platforms.telegram.render import render, render_plain
from bot.platforms.telegram.wire import Wire


class TelegramNotifier:
    """One bot's `bot.core.ports.Notifier`. Text that Telegram cannot read is tried once more without markup."""

    def __init__(self, wire: Wire) -> None:
        self.lane = wire.lane
        self._wire = wire

    async def send(self, to: Address, message: Message) -> str:
        """Return the message's id in its chat; raises `bot.core.errors.SendError` and nothing else."""
        topic = {"message_thread_id": int(to.topic)} if to.topic else {}
        result = await self._say("sendMessage", to, {"chat_id": to.chat, **topic}, message)
        return str(result["message_id"])

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Put a message in place of one sent before; nothing happens where it is the same."""
        await self._change("editMessageText", to, message_id, message)

    async def edit_buttons(self, to: Address, message_id: str, rows: tuple[tuple[Button, ...], ...]) -> None:
        """Change only the buttons of a message sent before."""
        fields = {"chat_id": to.chat, "message_id": int(message_id), "reply_markup": keyboard(rows)}
        try:
            await self._wire.call("editMessageReplyMarkup", fields, to)
        except Permanent as error:
            _unless_unchanged(error)
        except ContentRefused as error:
            raise Permanent(error.reason) from None

    async def _change(self, method: str, to: Address, message_id: str, message: Message) -> None:
        try:
            await self._say(method, to, {"chat_id": to.chat, "message_id": int(message_id)}, message)
        except Permanent as error:
            _unless_unchanged(error)

    async def _say(self, method: str, to: Address, fields: dict[str, Any], message: Message) -> Any:
        try:
            return await self._wire.call(method, fields | render(message), to)
        except ContentRefused:
            pass
        try:
            return await self._wire.call(method, fields | render_plain(message), to)
        except ContentRefused as error:
            raise Permanent(error.reason) from None


def _unless_unchanged(error: Permanent) -> None:
    if UNCHANGED not in error.reason.lower():
        raise error
