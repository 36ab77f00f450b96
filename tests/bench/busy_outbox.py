"""An outbox in which every chat always has something that waits."""

import heapq
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import count

from bot.core.chat import Address, Chat, ChatKind, ChatState, Platform
from bot.core.delivery import Delivery, Verdict
from bot.core.story import Story
from tests.fakes.clock import START

_STORY = Story((), "Mali: market closed", "https://news.example/1", "", "Example", "news", "en", START, "1", id=1)


class BusyOutbox:
    """Serves chats in turn, each one delivery at a time; what was sent waits again at once."""

    def __init__(self, platform: Platform, kind: ChatKind, chats: int) -> None:
        self._numbers = count(1)
        self._waiting: list[tuple[datetime, int, Chat]] = []
        for number in range(1, chats + 1):
            to = Address(platform, "lane", str(number))
            self._put(START, Chat(number, to, kind, "", "en", ChatState.ACTIVE, False, "", START))

    async def claim(self, lane: str, now: datetime, lease: timedelta, limit: int, **_more: object) -> list[Delivery]:
        claimed: list[Delivery] = []
        while self._waiting and self._waiting[0][0] <= now and len(claimed) < limit:
            _, number, chat = heapq.heappop(self._waiting)
            claimed.append(Delivery(number, "lease", chat, _STORY, (), START))
        return claimed

    async def record(self, delivery: Delivery, verdict: Verdict, now: datetime) -> bool:
        self._put(verdict.due_at or now, delivery.chat)
        return True

    async def release(self, deliveries: Iterable[Delivery]) -> None:
        for delivery in deliveries:
            self._put(START, delivery.chat)

    def _put(self, due: datetime, chat: Chat) -> None:
        heapq.heappush(self._waiting, (due, next(self._numbers), chat))
