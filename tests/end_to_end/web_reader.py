"""A person at the chat page, as far as HTTP and server-sent events go."""

import asyncio
import json
from types import TracebackType
from typing import Any, Self

import aiohttp

Json = dict[str, Any]


class WebReader:
    """Keeps the stream of one chat open and collects what is said. Use as `async with WebReader(url, "amal")`."""

    def __init__(self, url: str, chat: str) -> None:
        self._url, self.chat = url.rstrip("/"), chat
        self.heard: list[Json] = []
        self._session: aiohttp.ClientSession | None = None
        self._reading: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        self._reading = asyncio.create_task(self._read(self._session))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._reading is not None
        assert self._session is not None
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)
        await self._session.close()

    @property
    def texts(self) -> list[str]:
        """What the bot said, each message as plain text, oldest first."""
        return [text_of(each["body"]) for each in self.heard if not each["mine"] and not each["replaces"]]

    async def say(self, text: str) -> str:
        """Type something; return the bot's answer as text."""
        before = len(self.texts)
        await self._post({"text": text})
        await self._until(lambda: len(self.texts) > before)
        return self.texts[before]

    async def press(self, command: str, message: int) -> Json:
        """Press the button with a command under a message; return what the bot showed for it."""
        before = len(self.heard)
        await self._post({"press": command, "message": message})
        await self._until(lambda: len(self.heard) > before)
        return self.heard[before]

    async def wait_for(self, text: str, timeout: float = 10.0) -> Json:  # noqa: ASYNC109 - says what came instead
        """Wait for a message of the bot that has a text."""

        def found() -> list[Json]:
            return [each for each in self.heard if not each["mine"] and text in text_of(each["body"])]

        await self._until(lambda: bool(found()), timeout)
        return found()[0]

    async def until_alerts(self, count: int) -> None:
        """Wait until so many alerts are on the page."""
        await self._until(lambda: sum("Matched: " in text for text in self.texts) >= count)

    async def get(self, path: str) -> tuple[int, str]:
        """Visit a page of the same server."""
        assert self._session is not None
        async with self._session.get(self._url + path) as answer:
            return answer.status, await answer.text()

    async def _post(self, body: Json) -> None:
        assert self._session is not None
        async with self._session.post(f"{self._url}/chat/{self.chat}", json=body) as answer:
            assert answer.status == 200, (answer.status, await answer.text())

    async def _until(self, holds: Any, timeout: float = 10.0) -> None:  # noqa: ASYNC109 - says what came instead
        try:
            async with asyncio.timeout(timeout):
                while not holds():
                    await self._news.wait()
                    self._news.clear()
        except TimeoutError:
            raise AssertionError(f"not within {timeout} s; the chat has {self.texts[-5:]}") from None

    async def _read(self, session: aiohttp.ClientSession) -> None:
        no_end = aiohttp.ClientTimeout(total=None)
        async with session.get(f"{self._url}/chat/{self.chat}/stream", timeout=no_end) as stream:
            async for line in stream.content:
                if line.startswith(b"data: {"):
                    self.heard.append(json.loads(line[6:]))
                    self._news.set()


def text_of(body: Json) -> str:
    """Return a message's words, a line each."""
    title = [body["title"]["text"]] if "title" in body else []
    return "\n".join([*title, *("".join(span["text"] for span in line["spans"]) for line in body.get("lines", []))])


def menu_of(body: Json) -> list[str]:
    """Return the addresses that a message's menus lead to."""
    buttons = [button for row in body["rows"] for button in row if button["kind"] == "menu"]
    return [option["url"] for button in buttons for option in button["options"] if "url" in option]
