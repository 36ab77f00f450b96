"""How those who watch a web chat hear that something was said."""

import asyncio
import contextlib
import re
from collections import defaultdict
from collections.abc import Iterator

LANE = "webchat"
_NAME = re.compile(r"[a-z0-9-]{1,40}")


def is_chat_name(name: str) -> bool:
    """Say whether a web chat can have this name: 1-40 small letters, digits and hyphens."""
    return bool(_NAME.fullmatch(name))


class Bell:
    """Wakes those who watch a chat in this process. Another process's messages are found by polling."""

    def __init__(self) -> None:
        self._ears: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def ring(self, chat: str) -> None:
        """Say that a chat has something new."""
        for ear in self._ears.get(chat, ()):
            ear.set()

    def ring_all(self) -> None:
        """Wake everybody, for instance to let them go."""
        for chat in list(self._ears):
            self.ring(chat)

    @contextlib.contextmanager
    def listening(self, chat: str) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever the chat's bell rings; the listener clears it."""
        ear = asyncio.Event()
        self._ears[chat].add(ear)
        try:
            yield ear
        finally:
            self._ears[chat].discard(ear)
            if not self._ears[chat]:
                del self._ears[chat]
