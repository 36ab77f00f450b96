"""Strangers' addresses that lead into one's own network."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.end_to_end.crowd import settle_crowd
from tests.end_to_end.stage import stage
from tests.faults.result import Result
from tests.faults.skewed import MODULE
from tests.faults.sources import QUIET, item, let_poll, rss, state, visit_all, visits_ended
from tests.peers.web import RawPeer

_PORTS = (8080, 8443)
"""Those of the web, so that only the address keeps a visitor out."""


async def _welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readline()
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<rss/>")
    await writer.drain()


@asynccontextmanager
async def canary() -> AsyncIterator[RawPeer]:
    """A server at an inner address of its own, on a port of the web."""
    host = f"127.77.{random.randint(1, 254)}.{random.randint(1, 254)}"
    for port in _PORTS:
        try:
            async with RawPeer(_welcome, host, port) as peer:
                yield peer
                return
        except OSError:
            continue
    raise OSError("no port of the web is free")


def spellings(host: str) -> dict[str, str]:
    """Return ways to write one loopback address, and names that lead there."""
    a, b, c, d = map(int, host.split("."))
    whole = (a << 24) + (b << 16) + (c << 8) + d
    return {
        "plain": host,
        "dot": f"{host}.",
        "short": f"{a}.{(b << 16) + (c << 8) + d}",
        "number": str(whole),
        "hex": hex(whole),
        "octal": f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
        "mapped": f"[::ffff:{host}]",
        "mapped-hex": f"[::ffff:{whole >> 16:x}:{whole & 0xFFFF:x}]",
        "nat64": f"[64:ff9b::{whole >> 16:x}:{whole & 0xFFFF:x}]",
        "user": f"news.example@{host}",
        "name": "inner.test",
        "mixed": "mixed.test",
    }


async def f35_addresses_that_lead_inward() -> Result:
    """No spelling, name, redirect or story's page brings a visitor to an inner address that was not allowed."""
    async with stage() as scene, canary() as inner:
        ways = spellings(inner.host)
        urls = {way: f"http://{host}:{inner.port}/feed" for way, host in ways.items()}
        result = Result(2 * len(urls) + 1)
        names = json.dumps({"inner.test": [[inner.host]], "mixed.test": [["93.184.216.34", inner.host]]})
        await settle_crowd(scene, 1)
        let_poll(scene, urls)
        shut = {"module": MODULE, "NAMES": names, "ALLOW_PRIVATE_ADDRESSES": "false", **QUIET}
        worker = await scene.begin("worker", **shut)
        await visits_ended(scene)
        failures = {way: state(scene, way, "failures") for way in urls}
        result.expect(set(failures.values()) == {1}, f"failures {failures}")
        said = [line for line in worker.output.splitlines() if "poll " in line and ": unsafe (" not in line]
        result.remarks.extend(line.partition("poll ")[2] for line in said)
        await worker.stop()
        # The operator's own host may be inside; where it sends us, and the pages of its stories, may not.
        redirects = {way: scene.web.redirect(f"/{way}", url, 302) for way, url in urls.items()}
        let_poll(scene, redirects | {"pages": scene.web.serve("/pages", rss())}, country="page")
        await scene.begin("worker", **shut | {"ALLOW_PRIVATE_ADDRESSES": "true", "READ_ARTICLES": "true"})
        await visits_ended(scene, name="pages")
        story = item("Mali, with a page inside", host=f"http://{inner.host}:{inner.port}")
        scene.web.serve("/pages", rss().replace(b"</channel>", story.encode() + b"</channel>"))
        await visit_all(scene)
        await scene.rows.delivered()
        failures = {way: state(scene, way, "failures") for way in redirects}
        result.expect(set(failures.values()) <= {1, 2}, f"failures of redirects {failures}")
        result.expect(inner.visitors == 0, f"the inner address was visited {inner.visitors} times")
        result.count([(1, "Mali, with a page inside")], scene.telegram.sent)
    return result
