"""Names into addresses, once per connection, each checked before anybody connects."""

import asyncio
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from bot.feeds.guard import Guard, UnsafeAddress

LookUp = Callable[[str, int], Sequence[str]]
"""Blocking: a host and port into address literals; raises OSError where there are none."""

_AT_ONCE = 16
PATIENCE = 10.0
"""Seconds for a look-up, the wait for a free thread included: names that hang must not hold up other feeds for long."""


def system_look_up(host: str, port: int) -> Sequence[str]:
    """Ask the machine's own resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


class Resolver:
    """Runs blocking look-ups in a few threads of its own, so that a name server that hangs holds up nobody else.

    Look-ups of one name at the same time share a thread. The threads do not outlive the process.
    """

    def __init__(self, look_up: LookUp = system_look_up, *, at_once: int = _AT_ONCE) -> None:
        self._look_up = look_up
        self._slots = asyncio.Semaphore(at_once)
        self._under_way: dict[str, asyncio.Future[Sequence[str]]] = {}

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of a name; raises OSError where it has none, or none in time."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._asked(host, port)
        except TimeoutError:
            raise OSError("the name server does not answer") from None

    async def _asked(self, host: str, port: int) -> Sequence[str]:
        future = self._under_way.get(host)
        if future is None:
            await self._slots.acquire()
            future = self._under_way.get(host) or self._start(host, port)
        return await asyncio.shield(future)

    def _start(self, host: str, port: int) -> asyncio.Future[Sequence[str]]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Sequence[str]] = loop.create_future()
        future.add_done_callback(lambda done: self._forget(host, done))
        self._under_way[host] = future
        # A daemon thread, for a pool's threads would hold up the end of the process as long as the name server does.
        threading.Thread(target=self._work, args=(loop, future, host, port), daemon=True, name="look-up").start()
        return future

    def _forget(self, host: str, done: asyncio.Future[Sequence[str]]) -> None:
        self._under_way.pop(host, None)
        self._slots.release()
        if not done.cancelled():
            done.exception()  # Marked as seen: whoever asked may have given up.

    def _work(
        self, loop: asyncio.AbstractEventLoop, future: asyncio.Future[Sequence[str]], host: str, port: int
    ) -> None:
        settle: Callable[[Any], None]
        try:
            answer: Sequence[str] | Exception = self._look_up(host, port)
            settle = future.set_result
        except Exception as error:
            # UnicodeError for names that are no names; anything else is just as much a name without an address.
            answer, settle = OSError(f"{type(error).__name__} while looking up a name"), future.set_exception
        try:
            loop.call_soon_threadsafe(_settle, future, settle, answer)
        except RuntimeError:
            return  # The loop has ended; nobody waits.


def _settle(future: asyncio.Future[Sequence[str]], settle: Callable[[Any], None], answer: object) -> None:
    if not future.done():
        settle(answer)


class GuardedResolver(AbstractResolver):
    """What the connector asks: every address of a name must pass the guard, or none is used."""

    def __init__(self, resolver: Resolver, guard: Guard) -> None:
        self._resolver = resolver
        self._guard = guard

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - the library's signature; both are used
    ) -> list[ResolveResult]:
        addresses = await self._resolver.addresses(host, port)
        if not addresses:
            raise OSError("the name has no address")
        if not all(map(self._guard.public, addresses)):
            raise UnsafeAddress("the name leads to a private address")
        return [_result(host, address, port) for address in addresses]

    async def close(self) -> None:
        """Nothing is held between look-ups."""


def _result(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=flags)
