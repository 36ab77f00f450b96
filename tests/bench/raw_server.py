"""A server of a process of its own that answers with fixed bytes, so that it is never what a benchmark measures.

`python -m tests.bench.raw_server N` says its port and serves on N loopback addresses until its input ends.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

ENTRIES = 20
FLOOD = 20_000
"""So many comments are begun in the hostile feed: feedparser is busy with them for seconds."""
_TICKS = os.sysconf("SC_CLK_TCK")


def _answer(status: str, body: bytes = b"", headers: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def _feed() -> bytes:
    words = "Traders had left before dawn, and those who stayed spoke in whispers. " * 6
    items = "".join(
        f"<item><title>Story {n}</title><link>https://news.example/{n}</link><description>{words}</description>"
        f"<guid>https://news.example/{n}</guid><pubDate>Fri, 06 Feb 2026 16:{n:02}:00 +0000</pubDate></item>"
        for n in range(ENTRIES)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()


def _hostile() -> bytes:
    item = f"<item><title>Story</title><description>{'&lt;!-- ' * FLOOD}</description></item>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{item}</channel></rss>'.encode()


_MESSAGE = {
    "message_id": 7,
    "from": {"id": 1, "is_bot": True, "first_name": "Crisis", "username": "crisis_bot"},
    "chat": {"id": 42, "first_name": "Aminata", "type": "private"},
    "date": 1770000000,
    "text": "Mali: traders had left before dawn, and those who stayed spoke in whispers. " * 4,
}
_JSON = "Content-Type: application/json\r\n"
SENT = _answer("200 OK", json.dumps({"ok": True, "result": _MESSAGE}).encode(), _JSON)
# Feeds are visited minutes apart: no connection is kept so long.
_RSS = 'Content-Type: application/rss+xml\r\nETag: "1"\r\nConnection: close\r\n'
UNCHANGED = _answer("304 Not Modified", headers='ETag: "1"\r\nConnection: close\r\n')
FEED = _answer("200 OK", _feed(), _RSS)
HOSTILE = _answer("200 OK", _hostile(), _RSS)


class _Connection(asyncio.Protocol):
    def __init__(self) -> None:
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while (end := self._heard.find(b"\r\n\r\n")) >= 0:
            head = self._heard[:end].lower()
            _, _, length = head.partition(b"content-length:")
            whole = end + 4 + int(length.partition(b"\r\n")[0] or 0)
            if len(self._heard) < whole:
                return
            self._heard = self._heard[whole:]
            self._transport.write(_answer_to(head))
            if head.startswith(b"get"):
                self._transport.close()


def _answer_to(head: bytes) -> bytes:
    if head.startswith(b"post"):
        return SENT
    if b"/hostile" in head.partition(b"\r\n")[0]:
        return HOSTILE
    return UNCHANGED if b"if-none-match" in head else FEED


@dataclass(frozen=True, slots=True)
class RawServer:
    """A running server, seen from outside."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def feed(self, number: int, path: str = "/feed.xml") -> str:
        """Return the address of a feed at a host of its own."""
        return f"http://{_host(number)}:{self.port}{path}"

    def cpu(self) -> float:
        """Return the CPU seconds it has used."""
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


def _host(number: int) -> str:
    return f"127.0.{number // 200}.{number % 200 + 1}"


@contextmanager
def raw_server(hosts: int = 1) -> Iterator[RawServer]:
    """Serve while the context lasts, with so many hosts of one feed each."""
    command = (sys.executable, "-m", "tests.bench.raw_server", str(hosts))
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with child:
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            yield RawServer(int(child.stdout.readline()), child.pid)
        finally:
            child.stdin.close()


async def _serve(hosts: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Connection, _host(0), 0)
    port = server.sockets[0].getsockname()[1]
    others = [await loop.create_server(_Connection, _host(number), port) for number in range(1, hosts)]
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    for each in (server, *others):
        each.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
