"""Channels set up from a private chat: `/follow @channel mali`."""

import re
from dataclasses import replace
from typing import Any

from telegram.constants import ChatMemberStatus, ChatType

from bot.core.chat import Asker, ChatKind, Sighting
from bot.core.commands import CHANGES, Command, Verb, parse
from bot.core.errors import Permanent
from bot.core.message import COMMAND_BYTES, Button, Line, Message, Press, Reply, Span
from bot.core.ports import Execute
from bot.core.sentences import Speaker
from bot.platforms.telegram.admins import Admins
from bot.platforms.telegram.hearing import address
from bot.platforms.telegram.wire import Wire

_NAMED = re.compile(r"(?P<name>@[A-Za-z]\w{3,31}|-100\d{5,15})(?:\s+(?P<rest>.*))?", re.DOTALL)
_DIRECTED = (CHANGES - {Verb.SAY}) | {Verb.LIST, Verb.LATEST, Verb.SETTINGS}


def directed(command: Command) -> tuple[str, Command] | None:
    """Return the channel a command names and the command without it; None where it names none."""
    found = _NAMED.fullmatch(command.argument) if command.verb in _DIRECTED else None
    return (found["name"], replace(command, argument=found["rest"] or "")) if found else None


class Channels:
    """Lets the admins of a channel give commands for it elsewhere."""

    def __init__(self, wire: Wire, admins: Admins, speaker: Speaker, execute: Execute) -> None:
        self._wire = wire
        self._execute = execute
        self._admins = admins
        self._speaker = speaker

    async def carry_out(self, name: str, command: Command, asker: Asker, person_id: int) -> Reply:
        """Return a channel's reply to a command given elsewhere, fit to be shown there, or why there is none."""
        channel = await self._open(name, person_id)
        if not isinstance(channel, Sighting):
            return Reply(Message(lines=(channel,)))
        return self._retold(await self._execute(command, channel, asker), name)

    async def _open(self, name: str, person_id: int) -> Sighting | Line:
        try:
            chat = await self._wire.call("getChat", {"chat_id": name})
            own = await self._wire.call("getChatMember", {"chat_id": chat["id"], "user_id": self._wire.bot_id})
        except Permanent:
            return self._speaker.line("channel-unknown", channel=name)
        if not _can_post(chat, own):
            return self._speaker.line("channel-unknown", channel=name)
        if not await self._admins.administers(chat["id"], person_id):
            return self._speaker.line("channel-not-admin", channel=name)
        kind = ChatKind.BROADCAST if chat["type"] == ChatType.CHANNEL else ChatKind.GROUP
        return Sighting(address(self._wire.lane, chat["id"]), kind, chat.get("title", ""))

    def _retold(self, reply: Reply, name: str) -> Reply:
        told = reply.message
        title = (Line((told.title,)),) if told.title else ()
        aimed = (replace(each, spans=tuple(_aimed(span, name) for span in each.spans)) for each in told.lines)
        lines = (self._speaker.line("for-channel", channel=name), *title, *aimed)
        rows = tuple(tuple(made for each in row if (made := _redirected(each, name))) for row in told.rows)
        return replace(reply, message=Message(None, lines, tuple(row for row in rows if row), told.preview))


def _can_post(chat: dict[str, Any], own: dict[str, Any]) -> bool:
    if chat["type"] == ChatType.CHANNEL:
        return bool(own.get("can_post_messages"))
    return own["status"] not in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


def _aimed(span: Span, name: str) -> Span:
    """Return a command to type as one for the channel."""
    command = parse(span.text)
    if not span.code or command.verb not in _DIRECTED:
        return span
    return replace(span, text=f"/{command.verb} {name} {command.argument}".strip())


def _redirected(button: Button, name: str) -> Button | None:
    if not isinstance(button, Press):
        return button
    command = parse(button.command, bare=True)
    if command.verb not in _DIRECTED:
        return button
    aimed = f"{command.verb} {name} {command.argument}".strip()
    return Press(button.label, aimed) if len(aimed.encode()) <= COMMAND_BYTES else None
