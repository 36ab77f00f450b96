"""Puts alerts into web chats."""

import contextlib
import re
from collections.abc import Callable
from datetime import datetime

from bot.core.chat import Address
from bot.core.errors import ChatGone, Permanent, Temporary, Uncertain
from bot.core.message import Message
from bot.core.stores import Transcript
from bot.platforms.webchat.bell import Bell, is_chat_name
from bot.platforms.webchat.render import message_body

_TERMINAL_CODES = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")


class WebchatNotifier:
    """Fulfils `bot.core.ports.Notifier`. `echo` is given each message's plain text, for instance to print it."""

    def __init__(self, transcript: Transcript, bell: Bell, echo: Callable[[str], object] | None = None) -> None:
        self._transcript = transcript
        self._bell = bell
        self._echo = echo

    async def send(self, to: Address, message: Message, *, reply_to: str = "", key: str = "") -> str:  # noqa: ARG002 - nothing to find
        """Add a message to a chat and return its id; whoever has the page open sees it at once."""
        if not is_chat_name(to.chat):
            raise ChatGone("no web chat can have this name")
        added = await self._add(to.chat, message_body(message, follows=_number(reply_to)))
        self._bell.ring(to.chat)
        if self._echo:
            # The message is kept; a closed terminal must not make it look unsent.
            with contextlib.suppress(OSError, ValueError):
                self._echo(_TERMINAL_CODES.sub(" ", message.text))
        return str(added)

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Put a message in place of one sent before, on pages that are open and on those opened later."""
        replaces = _number(message_id)
        if not replaces or not is_chat_name(to.chat):
            raise Permanent("no web chat has such a message")
        await self._add(to.chat, message_body(message, changed=True), replaces)
        self._bell.ring(to.chat)

    async def find(self, to: Address, key: str, since: datetime) -> str | None:  # noqa: ARG002
        """Raise Permanent: a transcript keeps no keys."""
        raise Permanent("a web chat cannot tell what has arrived")

    async def _add(self, chat: str, body: str, replaces: int = 0) -> int:
        try:
            return await self._transcript.add(chat, False, body, replaces)
        except (TimeoutError, ConnectionError) as error:
            raise Uncertain(f"transcript: {type(error).__name__}") from error
        except Exception as error:
            raise Temporary(f"transcript: {type(error).__name__}", whole_lane=True) from error


def _number(message_id: str) -> int:
    return int(message_id) if message_id.isdecimal() else 0
