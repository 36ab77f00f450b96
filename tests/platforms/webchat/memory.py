"""A transcript in memory."""

from datetime import UTC, datetime, timedelta

from bot.core.stores import Said

_START = datetime(2026, 2, 6, 16, 37, tzinfo=UTC)


class MemoryTranscript:
    """Keeps rows in a list; `broken` is raised by whoever adds one."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Said]] = {}
        self.broken: Exception | None = None
        self._count = 0

    async def add(self, chat: str, mine: bool, body: str, replaces: int = 0) -> int:
        if self.broken:
            raise self.broken
        self._count += 1
        at = _START + timedelta(seconds=self._count)
        self.rows.setdefault(chat, []).append(Said(self._count, mine, body, at, replaces))
        return self._count

    async def since(self, chat: str, last_id: int, limit: int = 200) -> list[Said]:
        return [said for said in self.rows.get(chat, []) if said.id > last_id][:limit]
