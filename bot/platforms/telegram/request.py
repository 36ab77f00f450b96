"""Requests to the Bot API over aiohttp, for python-telegram-bot and for the notifier. No error here names a URL."""

import json
from functools import lru_cache
from typing import Any

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0
_MOST_CONNECTIONS = 100
_JSON = {"Content-Type": "application/json"}
_BEFORE_WRITING = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class Unwritten(NetworkError):
    """No connection came about: the request surely had no effect."""


class Unanswered(TimedOut):
    """The request was written, or may have been, and no whole answer came."""


class AioRequest(BaseRequest):
    """A `BaseRequest` over one aiohttp session: the given one, which stays open, or its own, made on first use."""

    __slots__ = ("_connect_seconds", "_own", "_read_seconds", "_session")

    def __init__(
        self,
        session: aiohttp.ClientSession | None = None,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        self._session = session
        self._own = session is None
        self._connect_seconds = connect_seconds
        self._read_seconds = read_seconds

    @property
    def read_timeout(self) -> float:
        return self._read_seconds

    async def initialize(self) -> None:
        """Do nothing: the session is made when it is first needed."""

    async def shutdown(self) -> None:
        """Close the session, if it is our own; the next request opens another."""
        if self._own and self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - aiohttp has no such limit
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - part of connecting
    ) -> tuple[int, bytes]:
        if request_data is not None and request_data.contains_files:
            raise NetworkError("files are not sent here")
        payload = request_data.json_payload if request_data is not None else b"{}"
        read = self._read_seconds if read_timeout is self.DEFAULT_NONE else read_timeout
        connect = self._connect_seconds if connect_timeout is self.DEFAULT_NONE else connect_timeout
        return await self._exchange(URL(url, encoded=True), method, payload, connect, read)

    async def post_json(self, url: URL, fields: dict[str, Any], wait: float = 0.0) -> tuple[int, bytes]:
        """Return status and body of the answer to a POST; raises `Unwritten` or `Unanswered`.

        `wait` is how many seconds the answer may take by agreement (a long poll), on top of the usual.
        """
        payload = json.dumps(fields).encode()
        return await self._exchange(url, "POST", payload, self._connect_seconds, self._read_seconds + wait)

    async def _exchange(
        self, url: URL, method: str, payload: bytes, connect: float | None, read: float | None
    ) -> tuple[int, bytes]:
        # Connecting has its own limit within the total, so the total can only run out after the request was written.
        total = None if connect is None or read is None else connect + read
        timeout = _timeout(total, connect, read)
        if self._session is None:
            self._session = _open_session()
        try:
            async with self._session.request(
                method, url, data=payload, headers=_JSON, timeout=timeout, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except (aiohttp.ClientError, OSError, ValueError) as error:
            failure = _translate(error)
        # Raised out here so that the foreign error, whose text may hold the URL with the token, is no context of it.
        raise failure


@lru_cache(maxsize=16)
def _timeout(total: float | None, connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=total, connect=connect, sock_read=read)


def _open_session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=_MOST_CONNECTIONS),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )


def _translate(error: Exception) -> NetworkError:
    name = type(error).__name__
    if isinstance(error, _BEFORE_WRITING):
        return Unwritten(f"no connection to the Bot API ({name})")
    return Unanswered(f"no answer from the Bot API ({name})")
