"""Two orders in which what waits can go: the outbox's, and that of a line."""

import heapq
from collections import deque
from collections.abc import Sequence
from typing import Protocol

HOT, SMALL, REPLY = 0, 1, 2
Row = tuple[int, int, int]
"""Turn, what (one of the two stories, or a reply), and the chat."""


class Queue(Protocol):
    """What waits, in the order in which it goes."""

    def add(self, what: int, chats: Sequence[int]) -> None: ...

    def pop(self) -> Row | None: ...

    def push(self, row: Row) -> None: ...


class FairQueue:
    """The outbox's order. The hot story's rows are not kept one by one: a chat's turn is its number."""

    def __init__(self, chats: int) -> None:
        self._hot = iter(range(chats))
        self._later: list[Row] = []
        self._has_hot = bytearray(chats)
        self._lowest = 0

    def add(self, what: int, chats: Sequence[int]) -> None:
        """Let a later story wait for chats, from the lowest waiting turn on."""
        for number, chat in enumerate(chats):
            self.push((self._lowest + number, what, chat))

    def pop(self) -> Row | None:
        """Return the row to send next. At the turn of its later row a chat gets the older one first."""
        if not self._later or self._later[0][0] > self._lowest:
            return self._next_hot() or (heapq.heappop(self._later) if self._later else None)
        turn, what, chat = heapq.heappop(self._later)
        if self._has_hot[chat]:
            return turn, what, chat
        self.push((turn, what, chat))
        self._has_hot[chat] = 1
        return turn, HOT, chat

    def push(self, row: Row) -> None:
        """Let a row wait again at its turn."""
        heapq.heappush(self._later, row)

    def _next_hot(self) -> Row | None:
        for chat in self._hot:
            self._lowest = chat + 1
            if not self._has_hot[chat]:
                self._has_hot[chat] = 1
                return chat, HOT, chat
        return None


class Line:
    """First come, first served, replies like all the rest."""

    def __init__(self, chats: int) -> None:
        self._first: deque[Row] = deque()
        self._hot = ((0, HOT, chat) for chat in range(chats))
        self._later: deque[Row] = deque()

    def add(self, what: int, chats: Sequence[int]) -> None:
        self._later.extend((0, what, chat) for chat in chats)

    def pop(self) -> Row | None:
        if self._first:
            return self._first.popleft()
        return next(self._hot, None) or (self._later.popleft() if self._later else None)

    def push(self, row: Row) -> None:
        self._first.append(row)
