"""The web role: one HTTP server for the chat page, the platforms' posts, the sample feed and the console."""

import socket
from collections.abc import Iterable

from aiohttp import web

BODY_BYTES = 1024 * 1024


class WebServer:
    """Binds at once, so that the port is known; serves once the routes are."""

    def __init__(self, host: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.create_server((host, port), family=family)
        self._host = host
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    @property
    def url(self) -> str:
        """The address for a browser on this machine."""
        # By number: Telegram takes no button that leads to "localhost".
        host = "127.0.0.1" if self._host in ("", "0.0.0.0", "localhost") else self._host  # noqa: S104 - compared only
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    async def start(self, routes: Iterable[web.RouteDef]) -> None:
        """Serve the given routes."""
        application = web.Application(client_max_size=BODY_BYTES)
        application.add_routes(list(routes))
        # An access log would be a second line for every outcome.
        self._runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=2.0)
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()
        self._socket.close()
