"""Sends messages to Telegram chats and changes those it sent."""

from datetime import datetime
from typing import Any

from bot.core.chat import Address
from bot.core.errors import ChatGone, ContentRefused, Permanent
from bot.core.message import Button, Message
from bot.platforms.telegram.answers import NOT_ANSWERABLE, UNCHANGED
from bot.platforms.telegram.keyboard import keyboard
from bot.platforms.telegram.render import render, render_plain
from bot.platforms.telegram.wire import Wire


class TelegramNotifier:
    """One bot's `bot.core.ports.Notifier`. Text that Telegram cannot read is tried once more without markup.

    A message's id is `chat:number`, for numbers mean something in their own chat only: what a group was sent before it
    became a supergroup is out of reach, and its number may be another message's by now. A bare number is one of the
    chat itself. `paid` lets Telegram charge for what goes beyond its free rate.
    """

    def __init__(self, wire: Wire, *, paid: bool = False) -> None:
        self.lane = wire.lane
        self._wire = wire
        # core.telegram.org/bots/api, sendMessage: up to 1000 messages a second for a fee; no other method takes it.
        self._paid = {"allow_paid_broadcast": True} if paid else {}

    async def send(self, to: Address, message: Message, *, reply_to: str = "", key: str = "") -> str:  # noqa: ARG002 - Telegram keeps no key
        """Return the message's id; raises `bot.core.errors.SendError` and nothing else."""
        topic = {"message_thread_id": int(to.topic)} if to.topic else {}
        fields = {"chat_id": to.chat, **topic, **self._paid}
        if number := _number(to, reply_to):
            answered = {"message_id": number, "allow_sending_without_reply": True}
            result = await self._answer(to, fields, answered, message)
        else:
            result = await self._say("sendMessage", to, fields, message)
        return f"{to.chat}:{result['message_id']}"

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Put a message in place of one sent before; nothing happens where it is the same."""
        try:
            await self._say("editMessageText", to, _sent_before(to, message_id), message)
        except Permanent as error:
            _unless_unchanged(error)

    async def edit_buttons(self, to: Address, message_id: str, rows: tuple[tuple[Button, ...], ...]) -> None:
        """Change only the buttons of a message sent before."""
        fields = _sent_before(to, message_id) | {"reply_markup": keyboard(rows)}
        try:
            await self._wire.call("editMessageReplyMarkup", fields, to)
        except Permanent as error:
            _unless_unchanged(error)
        except ContentRefused as error:
            raise Permanent(error.reason) from None

    async def find(self, to: Address, key: str, since: datetime) -> str | None:  # noqa: ARG002
        """Raise Permanent: a bot cannot read what it sent."""
        raise Permanent("Telegram cannot tell what has arrived")

    async def _answer(self, to: Address, fields: dict[str, Any], answered: dict[str, Any], message: Message) -> Any:
        try:
            return await self._say("sendMessage", to, {**fields, "reply_parameters": answered}, message)
        except ChatGone:
            raise
        except Permanent as error:
            if not any(part in error.reason.lower() for part in NOT_ANSWERABLE):
                raise
        return await self._say("sendMessage", to, fields, message)

    async def _say(self, method: str, to: Address, fields: dict[str, Any], message: Message) -> Any:
        try:
            return await self._wire.call(method, fields | render(message), to)
        except ContentRefused:
            pass
        try:
            return await self._wire.call(method, fields | render_plain(message), to)
        except ContentRefused as error:
            raise Permanent(error.reason) from None


def _number(to: Address, message_id: str) -> int:
    """Return a message's number in a chat; 0 where it is none of this chat's."""
    home, _, number = message_id.rpartition(":")
    return int(number) if number.isdecimal() and home in ("", to.chat) else 0


def _sent_before(to: Address, message_id: str) -> dict[str, Any]:
    if number := _number(to, message_id):
        return {"chat_id": to.chat, "message_id": number}
    raise Permanent("the message was sent before the chat moved")


def _unless_unchanged(error: Permanent) -> None:
    if UNCHANGED not in error.reason.lower():
        raise error
