"""The way out to the web: a session whose connections go to checked addresses only."""

import socket
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiohttp
from yarl import URL

from bot.feeds.guard import Guard, UnsafeAddress
from bot.feeds.resolve import GuardedResolver, Resolver


class Door:
    """A session made on first use: no proxies, cookies or credentials from around it, no redirects of its own."""

    def __init__(self, names: Resolver, guard: Guard) -> None:
        self.guard = guard
        self._names = names
        self._session: aiohttp.ClientSession | None = None

    def get(self, url: URL, headers: dict[str, str]) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """Begin a GET; the body comes as sent, still packed."""
        if self._session is None:
            self._session = self._open()
        return self._session.get(url, headers=headers, allow_redirects=False)

    async def close(self) -> None:
        """Close the session; the next `get` opens another."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=GuardedResolver(self._names, self.guard),
            use_dns_cache=False,
            family=socket.AF_UNSPEC,
            socket_factory=self._socket,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None),
        )

    def _socket(self, address: tuple[Any, ...]) -> socket.socket:
        # The last word, whatever way the address came: this is the one that is about to be connected to.
        family, kind, protocol, _, target = address
        if not self.guard.public(str(target[0])):
            raise UnsafeAddress("the name leads to a private address")
        return socket.socket(family, kind, protocol)
