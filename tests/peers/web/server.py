"""The servers: one that speaks HTTP properly, one that says whatever bytes it is given."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.peers.web.page import Page


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came in. Header names are lower case; `at` is the event loop's clock, in seconds."""

    path: str
    """With the query."""
    headers: dict[str, str]
    at: float
    method: str = "GET"


class WebPeer:
    """Serves `pages` by path; anything else is 404. Use as `async with WebPeer() as peer`."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.pages: dict[str, Page] = {}
        self.seen: list[Seen] = []
        self.most_at_once = 0
        self.host, self.port = host, port
        self._at_once = 0
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, auto_decompress=False)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def root(self) -> str:
        """Without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    def url(self, path: str, host: str = "") -> str:
        """Return the address of a path, by another name where one is given."""
        return f"http://{host or self.host}:{self.port}{path}"

    def serve(self, path: str, page: Page | bytes | str) -> str:
        """Answer a path with a page or a feed's bytes from now on; returns its URL."""
        if isinstance(page, str):
            page = page.encode()
        self.pages[path] = Page(page) if isinstance(page, bytes) else page
        return self.url(path)

    def redirect(self, path: str, to: str, status: int = 301) -> str:
        """Send a path's visitors elsewhere; returns its URL."""
        return self.serve(path, Page(status=status, headers={"Location": to}))

    def robots(self, text: str, status: int = 200) -> None:
        """Serve a robots.txt."""
        self.serve("/robots.txt", Page(text.encode(), status=status, content_type="text/plain"))

    def hits(self, path: str) -> int:
        """Count the requests for a path, query aside."""
        return sum(seen.path.partition("?")[0] == path for seen in self.seen)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        now = asyncio.get_running_loop().time()
        asked = {name.lower(): value for name, value in request.headers.items()}
        self.seen.append(Seen(request.path_qs, asked, now, request.method))
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return await self._play(request, self.pages.get(request.path) or Page(b"not here", status=404), asked)
        finally:
            self._at_once -= 1

    async def _play(self, request: web.Request, page: Page, asked: dict[str, str]) -> web.StreamResponse:
        await asyncio.sleep(page.delay)
        if page.status == 200 and page.unchanged_for(asked):
            kept = {"ETag": page.etag, "Last-Modified": page.last_modified, **page.headers}
            return web.Response(status=304, headers={k: v for k, v in kept.items() if v})
        if page.streamed:
            return await _over_and_over(request, page)
        if page.drip or page.cut is not None:
            return await _in_pieces(request, page)
        return web.Response(body=page.sent(), status=page.status, headers=page.head())


async def _over_and_over(request: web.Request, page: Page) -> web.StreamResponse:
    response = web.StreamResponse(status=page.status, headers=page.head())
    response.enable_chunked_encoding()
    await response.prepare(request)
    body = page.sent()
    with suppress(ConnectionError):  # the visitor has had enough
        for _ in range(page.streamed):
            await response.write(body)
    return response


async def _in_pieces(request: web.Request, page: Page) -> web.StreamResponse:
    response = web.StreamResponse(status=page.status, headers=page.head())
    body = page.sent()
    response.content_length = len(body)
    await response.prepare(request)
    stop = len(body) if page.cut is None else page.cut
    if not page.drip:
        await response.write(body[:stop])
    else:
        with suppress(ConnectionError):  # the visitor has had enough
            for at in range(stop):
                await response.write(body[at : at + 1])
                await asyncio.sleep(page.drip)
    if page.cut is not None and request.transport is not None:
        request.transport.close()
    return response


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class RawPeer:
    """A TCP server that says what `talk` writes: half heads, no heads, nothing at all. Counts its visitors."""

    def __init__(self, talk: Talk, host: str = "127.0.0.1", port: int = 0) -> None:
        self._talk = talk
        self.host = host
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = port
        self.visitors = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._meet, self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visitors += 1
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass  # The visitor gave up, or the test is over.
        finally:
            self._tasks.discard(task)
            writer.close()
