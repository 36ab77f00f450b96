"""Hears what is written and pressed on Telegram, and what happens to the chats the bot is in."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update, User
from telegram.error import TelegramError

from bot.core import message as neutral
from bot.core.chat import Asker, ChatKind, Sighting
from bot.core.commands import CHANGES, Command, Verb, parse, refusal
from bot.core.message import Reply
from bot.core.ports import Execute, Membership, Turn
from bot.core.sentences import Speaker
from bot.core.stores import Seen
from bot.platforms.telegram.admins import Admins
from bot.platforms.telegram.channels import Channels, directed
from bot.platforms.telegram.flood import Allowance
from bot.platforms.telegram.hearing import address, heard, sighting, spoke_as
from bot.platforms.telegram.menu import publish_menu
from bot.platforms.telegram.notifier import TelegramNotifier
from bot.platforms.telegram.outage import Outage, persistently
from bot.platforms.telegram.polling import poll
from bot.platforms.telegram.repeats import Repeats
from bot.platforms.telegram.replies import Replies
from bot.platforms.telegram.standing import may_speak
from bot.platforms.telegram.turns import Turns, place_of
from bot.platforms.telegram.webhook import Webhook, announce
from bot.platforms.telegram.wire import Me, Wire, introduce

_log = logging.getLogger(__name__)
_BATCH_SECONDS = 5.0
_STOP_SECONDS = 3.0
_RESTART_SECONDS = 5.0
_HARMLESS = frozenset({Verb.HELP, Verb.LIST, Verb.LATEST, Verb.SHARE, Verb.UNKNOWN})
"""What needs no look at who asks. Plain words do: they may answer a question of ours and so change the chat."""

_COMMANDS_A_MINUTE, _PRESSES_A_MINUTE = 20, 40


class TelegramListener:
    """One bot's ears. Polls, or takes what `feed` brings where a webhook is set; never fails for want of a network."""

    def __init__(
        self,
        wire: Wire,
        notifier: TelegramNotifier,
        execute: Execute,
        membership: Membership,
        *,
        speaker: Speaker = Speaker(),  # noqa: B008 - frozen
        webhook: Webhook | None = None,
        turn: Turn | None = None,
        seen: Seen | None = None,
    ) -> None:
        self.lane = wire.lane
        self._wire = wire
        self._execute = execute
        self._membership = membership
        self._speaker = speaker
        self._webhook = webhook
        self._admins = Admins(wire)
        self._channels = Channels(wire, self._admins, speaker, execute)
        self._replies = Replies(notifier, membership, turn)
        self._turns = Turns()
        self._repeats = Repeats(seen, wire.lane, polled=webhook is None)
        self._commands, self._presses = Allowance(_COMMANDS_A_MINUTE, 60), Allowance(_PRESSES_A_MINUTE, 60)
        self._me: asyncio.Future[Me] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to listen; returns at once and goes on in the background."""
        self._me = asyncio.get_running_loop().create_future()
        self._tasks.append(asyncio.create_task(self._listen(self._me)))

    async def stop(self) -> None:
        """Stop hearing, let handlers under way finish, within five seconds."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        await self._turns.finish(_STOP_SECONDS)

    async def feed(self, update: dict[str, Any]) -> None:
        """Take one update as Telegram gives it; it is handled in its chat's turn, and one seen before is not."""
        self._take(update)

    async def _listen(self, known: asyncio.Future[Me]) -> None:
        outage = Outage()
        while True:
            try:
                if not known.done():
                    known.set_result(await persistently(partial(introduce, self._wire), outage))
                    self._tasks.append(asyncio.create_task(publish_menu(self._wire, self._speaker)))
                return await self._hear(outage)
            except Exception as error:
                _log.error("telegram: listening begins again after %s", place_of(error))
                await asyncio.sleep(_RESTART_SECONDS)

    async def _hear(self, outage: Outage) -> None:
        if self._webhook:
            await persistently(partial(announce, self._wire, self._webhook), outage)
        else:
            await poll(self._wire, self._take_all, outage)

    async def _take_all(self, updates: Sequence[dict[str, Any]]) -> None:
        begun = [task for update in updates if (task := self._take(update))]
        if begun:  # one slow chat may not keep the others waiting for long
            await asyncio.wait(begun, timeout=_BATCH_SECONDS)

    def _take(self, raw: dict[str, Any]) -> asyncio.Task[None] | None:
        if not self._turns.is_new(raw["update_id"]):
            return None
        try:
            update = Update.de_json(raw, self._wire.bot)
        except Exception as error:  # whatever the library makes of an update it does not know
            _log.error("telegram: an update could not be read (%s)", type(error).__name__)
            return None
        if (chat := update.effective_chat) is None:
            return None
        return self._turns.begin(chat.id, partial(self._handle, update), partial(self._excuse, update))

    async def _handle(self, update: Update) -> None:
        if await self._repeats.heard_before(update.update_id):
            return
        await self._act_on(update)
        await self._repeats.handled(update.update_id)

    async def _act_on(self, update: Update) -> None:
        if update.callback_query:
            await self._pressed(update.callback_query)
        elif written := update.message or update.channel_post:
            await self._written(written)
        elif update.my_chat_member:
            await self._stands(update.my_chat_member)
        elif update.chat_member:
            self._admins.forget(update.chat_member.chat.id)

    async def _written(self, message: Message) -> None:
        if message.migrate_to_chat_id:
            return await self._moved(message.chat.id, message.migrate_to_chat_id)
        if message.forum_topic_reopened:
            return await self._membership.back(sighting(self.lane, message.chat, None, message).address)
        command = heard(message, await self._known())
        writer = message.sender_chat or message.from_user or message.chat
        if command is None or not self._within_share(writer.id, message.chat.id):
            return
        where = sighting(self.lane, message.chat, message.from_user, message)
        may = command.verb in _HARMLESS or await self._admins.may_change(
            message.chat, message.from_user, spoke_as(message)
        )
        await self._carry_out(command, where, Asker(_name(message.from_user), may), message.from_user)

    def _within_share(self, writer: int, chat: int) -> bool:
        return self._commands.take(f"writer {writer}") and self._commands.take(f"chat {chat}")

    async def _pressed(self, query: CallbackQuery) -> None:
        place = query.message
        if place is None or not query.data or not self._presses.take(str(query.from_user.id)):
            return await _answer(query)
        command = parse(query.data, bare=True)
        may = command.verb in _HARMLESS or await self._admins.may_change(place.chat, query.from_user)
        refused = command.verb in CHANGES and not may
        # Who may not is told in a box of their own; a message would tell the whole group.
        await _answer(query, self._speaker.text(refusal(command.verb)) if refused else "")
        if not refused:
            where = sighting(self.lane, place.chat, query.from_user, place)
            await self._carry_out(command, where, Asker(_name(query.from_user), may), query.from_user, place.message_id)

    async def _carry_out(
        self, command: Command, where: Sighting, asker: Asker, person: User | None, pressed: int = 0
    ) -> None:
        aimed = directed(command) if where.kind is ChatKind.PRIVATE else None
        if aimed and person:
            reply = await self._channels.carry_out(*aimed, asker, person.id)
        else:
            reply = await self._execute(command, where, asker)
        await self._replies.show(where.address, reply, pressed)

    async def _stands(self, change: ChatMemberUpdated) -> None:
        self._admins.forget(change.chat.id)
        where = address(self.lane, change.chat.id)
        if not may_speak(change.chat, change.new_chat_member):
            await self._membership.gone(where, f"the bot is now {change.new_chat_member.status} there")
        elif not may_speak(change.chat, change.old_chat_member):
            await self._membership.back(where)

    async def _moved(self, old: int, new: int) -> None:
        await self._membership.moved(address(self.lane, old), address(self.lane, new))

    async def _excuse(self, update: Update) -> None:
        query, message = update.callback_query, update.message or update.channel_post
        if query and query.message:
            where = sighting(self.lane, query.message.chat, None, query.message)
        elif message:
            where = sighting(self.lane, message.chat, None, message)
        else:
            return
        await self._replies.show(where.address, Reply(neutral.Message(lines=(self._speaker.line("trouble"),))))

    async def _known(self) -> Me:
        if self._me is None:
            raise RuntimeError("the listener is not started")
        return await asyncio.shield(self._me)


async def _answer(query: CallbackQuery, text: str = "") -> None:
    # An old query can no longer be answered, which hurts nobody: the app has stopped waiting.
    with suppress(TelegramError):
        await query.answer(text or None, show_alert=bool(text))


def _name(person: User | None) -> str:
    return person.full_name if person else ""
