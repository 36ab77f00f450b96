"""What becomes known while a commit is under way goes into the next one, together."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from bot.core.errors import StoreFull

_T = TypeVar("_T")
_R = TypeVar("_R")
_MOST = 1_000


class Together(Generic[_T, _R]):
    """Hands what it is given to `write`, as much at a time as has come in the meantime.

    Nothing waits for others to come: the first is written at once. `write` returns when it has committed, with a result
    for each, and each caller gets its own, not before.
    """

    def __init__(self, write: Callable[[list[_T]], Awaitable[list[_R]]]) -> None:
        self._write = write
        self._waiting: list[tuple[_T, asyncio.Future[_R]]] = []
        self._work: asyncio.Task[None] | None = None

    async def add(self, what: _T) -> _R:
        """Return what `write` returned for this; raises what it raised."""
        result: asyncio.Future[_R] = asyncio.get_running_loop().create_future()
        self._waiting.append((what, result))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._write_all())
        return await result

    async def _write_all(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            await self._write_group(group)

    async def _write_group(self, group: list[tuple[_T, asyncio.Future[_R]]]) -> None:
        try:
            results = await self._write([what for what, _ in group])
        except Exception as error:
            await self._tell_trouble(group, error)
        except BaseException:
            for _, result in group:
                result.cancel()
            raise
        else:
            for (_, result), value in zip(group, results, strict=True):
                if not result.done():  # whoever asked may have gone
                    result.set_result(value)

    async def _tell_trouble(self, group: list[tuple[_T, asyncio.Future[_R]]], error: Exception) -> None:
        if len(group) > 1 and _is_of_one(error):
            for each in group:
                await self._write_group([each])
            return
        for _, result in group:
            if not result.done():
                result.set_exception(error)


def _is_of_one(error: Exception) -> bool:
    """Return whether the database refused something in particular, and would take the rest."""
    away = isinstance(error, StoreFull | OperationalError | InterfaceError)
    return not away and not (isinstance(error, DBAPIError) and error.connection_invalidated)
