"""Who may change what a chat follows."""

import time
from collections.abc import Awaitable, Callable

from telegram import Chat, User
from telegram.constants import ChatMemberStatus, ChatType

from bot.core.errors import Permanent
from bot.platforms.telegram.wire import Wire

_REMEMBERED_SECONDS = 60.0
_MOST_REMEMBERED = 10_000
_ADMINS = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR})


class Admins:
    """Asks Telegram who administers a chat, and remembers the answer for a minute or until it is told of a change.

    `clock` gives monotonic seconds. Raises `SendError` where Telegram gives no answer: a guess would be wrong either
    way. What it answers is read as it comes, for the library's types want fields that older servers do not send.
    """

    def __init__(self, wire: Wire, clock: Callable[[], float] = time.monotonic) -> None:
        self._wire = wire
        self._clock = clock
        self._known: dict[int, dict[int, tuple[float, bool]]] = {}

    async def may_change(self, chat: Chat, person: User | None, spoke_as: Chat | None = None) -> bool:
        """Whether a writer may change the chat. `spoke_as` is the chat in whose name the message was sent."""
        if chat.type == ChatType.PRIVATE:
            return True
        if spoke_as is not None:
            # In the name of the chat itself: an anonymous admin, or a post in a channel.
            return spoke_as.id == chat.id or await self._remembered(chat.id, spoke_as.id, self._is_linked)
        return person is not None and await self.administers(chat.id, person.id)

    async def administers(self, chat_id: int, person_id: int) -> bool:
        """Whether a person is the chat's owner or administrator."""
        return await self._remembered(chat_id, person_id, self._is_admin)

    def forget(self, chat_id: int) -> None:
        """Drop what is known of a chat."""
        self._known.pop(chat_id, None)

    async def _remembered(self, chat_id: int, who: int, ask: Callable[[int, int], Awaitable[bool]]) -> bool:
        until, answer = self._known.get(chat_id, {}).get(who, (0.0, False))
        if self._clock() < until:
            return answer
        if len(self._known) >= _MOST_REMEMBERED:
            self._known.clear()
        answer = await ask(chat_id, who)
        self._known.setdefault(chat_id, {})[who] = (self._clock() + _REMEMBERED_SECONDS, answer)
        return answer

    async def _is_admin(self, chat_id: int, person_id: int) -> bool:
        try:
            member = await self._wire.call("getChatMember", {"chat_id": chat_id, "user_id": person_id})
        except Permanent:
            return False
        return member["status"] in _ADMINS

    async def _is_linked(self, chat_id: int, channel_id: int) -> bool:
        # Only those who run a group's linked channel can write there in its name.
        try:
            chat = await self._wire.call("getChat", {"chat_id": chat_id})
        except Permanent:
            return False
        return bool(chat.get("linked_chat_id") == channel_id)
