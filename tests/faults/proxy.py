"""A way between a process and its database that can fail: connections stay open, and nothing passes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_PIECE = 65_536


class Proxy:
    """Takes connections on loopback and passes them on to a server's unix socket."""

    def __init__(self, socket: str) -> None:
        self._socket = socket
        self._passing = True
        self._pumps: set[asyncio.Task[None]] = set()
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        assert self._server is not None, "the proxy was not started"
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._take, "127.0.0.1")

    def cut(self) -> None:
        """Let nothing pass any more, either way, on the connections there are and on new ones. None of them closes."""
        self._passing = False
        for pump in self._pumps:
            pump.cancel()

    def mend(self) -> None:
        """Let new connections pass. Those that were cut stay open, and dead, as a router leaves them that forgot."""
        self._passing = True

    async def close(self) -> None:
        self.cut()
        await asyncio.gather(*self._pumps, return_exceptions=True)
        for writer in self._writers:
            writer.close()
        for writer in self._writers:
            with suppress(ConnectionError):
                await writer.wait_closed()
        if self._server:
            self._server.close()
            await self._server.wait_closed()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        if not self._passing:
            return
        there, onward = await asyncio.open_unix_connection(self._socket)
        self._writers.append(onward)
        for source, target in ((reader, onward), (there, writer)):
            pump = asyncio.create_task(_pump(source, target))
            self._pumps.add(pump)
            pump.add_done_callback(self._pumps.discard)


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await source.read(_PIECE):
            target.write(piece)
            await target.drain()
        target.close()


@asynccontextmanager
async def proxy(socket: str) -> AsyncIterator[Proxy]:
    """Return a proxy that passes everything until it is cut."""
    made = Proxy(socket)
    await made.start()
    try:
        yield made
    finally:
        await made.close()
