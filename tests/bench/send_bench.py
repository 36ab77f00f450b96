"""How fast messages go to Telegram, beside two other ways: `python -m tests.bench.send_bench [--messages N]`.

All ways send the same message to one server on loopback, which is a process of its own, with as many in flight. Each
takes its turn several times, and the median counts. The limits are asked of messages a CPU second, which is the same
on an idle machine and steadier on a busy one.
"""

import argparse
import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.request import HTTPXRequest

from bot.core.alert import alert
from bot.core.chat import Address, Platform
from bot.core.message import Message
from bot.core.sentences import Speaker
from bot.core.story import Evidence, Story
from bot.platforms.telegram.notifier import TelegramNotifier
from bot.platforms.telegram.render import render
from bot.platforms.telegram.wire import Wire
from tests.bench.match_bench import Reach
from tests.bench.raw_server import RawServer, raw_server
from tests.fakes.clock import START
from tests.fakes.names import NAMES

IN_FLIGHT = 30
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
CHAT = "42"
OURS, HTTPX, BARE = "ours", "python-telegram-bot over httpx", "bare aiohttp, the JSON made before"
Send = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Way:
    """A way to send; `rate` in messages a second, `cpu` in ms a message, `server` the share of its core it used."""

    name: str
    rate: float
    cpu: float
    server: float

    def __str__(self) -> str:
        return f"{self.name:36} {self.rate:9,.0f} {self.cpu:10.2f} {self.server:10.0%}"


HEAD = f"{'way':36} {'messages/s':>9} {'CPU ms each':>10} {'server busy':>10}"


def message() -> Message:
    """Return an alert as people get it."""
    summary = "Traders had left before dawn, and those who stayed spoke in whispers of the road to the north. " * 3
    story = Story(
        keys=(),
        title="Mali: market in Gao closed for a third day",
        link="https://news.example/news/2026/02/06/mali-market",
        summary=summary,
        source="The Daily Example",
        type="news",
        language="en",
        published=START,
        fingerprint="1",
        id=1,
    )
    return alert(Speaker(Platform.TELEGRAM), NAMES, story, (Evidence("Mali", "title"),))


@asynccontextmanager
async def ways(url: str) -> AsyncIterator[dict[str, Send]]:
    """Open each way; all send `message()`."""
    said, to = message(), Address(Platform.TELEGRAM, "telegram:1", CHAT)
    fields = {"chat_id": CHAT, **render(said)}
    async with AsyncExitStack() as exits:
        wire = Wire(TOKEN, url)
        exits.push_async_callback(wire.close)
        notifier = TelegramNotifier(wire)
        session = await exits.enter_async_context(aiohttp.ClientSession())
        request = await exits.enter_async_context(HTTPXRequest(connection_pool_size=256))
        bot = Bot(TOKEN, f"{url}/bot", request=request)
        keyboard = InlineKeyboardMarkup.de_json(fields["reply_markup"], bot) if fields["reply_markup"] else None
        preview = LinkPreviewOptions(**fields["link_preview_options"])

        async def over_httpx() -> object:
            return await bot.send_message(
                CHAT, fields["text"], "HTML", link_preview_options=preview, reply_markup=keyboard
            )

        async def bare() -> object:
            async with session.post(f"{url}/bot{TOKEN}/sendMessage", json=fields) as answer:
                return (await answer.json())["result"]["message_id"]

        yield {OURS: lambda: notifier.send(to, said), HTTPX: over_httpx, BARE: bare}


async def measure(server: RawServer, messages: int, rounds: int) -> list[Way]:
    """Return the medians of each way; a slow one sends fewer messages, for the time it takes is the same."""
    found: dict[str, list[Way]] = {}
    async with ways(server.url) as opened:
        for name, send in opened.items():
            await _burst(send, IN_FLIGHT)  # connections are made, and what is read once is read
            found[name] = []
        for _ in range(rounds):
            for name, send in opened.items():
                found[name].append(await _clocked(server, name, send, messages // 16 if name is HTTPX else messages))
    return [_median(each) for each in found.values()]


async def _clocked(server: RawServer, name: str, send: Send, messages: int) -> Way:
    began, used, theirs = time.perf_counter(), time.process_time(), server.cpu()
    await _burst(send, messages)
    seconds = time.perf_counter() - began
    cpu = (time.process_time() - used) / messages * 1e3
    return Way(name, messages / seconds, cpu, (server.cpu() - theirs) / seconds)


async def _burst(send: Send, messages: int) -> None:
    left = iter(range(messages))

    async def one_after_another() -> None:
        for _ in left:
            await send()

    await asyncio.gather(*(one_after_another() for _ in range(IN_FLIGHT)))


def _median(rounds: list[Way]) -> Way:
    return sorted(rounds, key=lambda way: way.cpu)[len(rounds) // 2]


def reaches(found: list[Way]) -> list[Reach]:
    """Return what is asked of our way, beside the others."""
    cpu = {way.name: way.cpu for way in found}
    return [
        Reach("sends as fast as python-telegram-bot over httpx", cpu[HTTPX] / cpu[OURS], "x", 10, at_least=True),
        Reach("sends as fast as bare aiohttp", 100 * cpu[BARE] / cpu[OURS], "%", 45, at_least=True),
    ]


def run(messages: int, rounds: int, show: Callable[[str], None]) -> tuple[list[Way], list[Reach]]:
    """Measure all ways and show them."""
    show(f"Telegram messages to a server on loopback, {IN_FLIGHT} in flight, medians of {rounds} rounds\n{HEAD}")
    with raw_server() as server:
        found = asyncio.run(measure(server, messages, rounds))
    asked = reaches(found)
    for each in (*found, *asked):
        show(str(each))
    return found, asked


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=8_000, help="messages that each fast way sends in a round")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    run(arguments.messages, arguments.rounds, print)


if __name__ == "__main__":
    main()
