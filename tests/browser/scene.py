"""A real server with a bot that follows a script, for the browser to visit."""

import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import web

from bot.core.chat import Address, Asker, Platform, Sighting
from bot.core.commands import Command, Verb
from bot.core.message import Link, Menu, Message, Press, Reply, Showing, Span, line, rows_of
from bot.core.sentences import Speaker
from bot.core.share import share_options
from bot.platforms.webchat.bell import LANE, Bell
from bot.platforms.webchat.listener import WebchatListener
from bot.platforms.webchat.notifier import WebchatNotifier
from tests.platforms.webchat.memory import MemoryTranscript

SPEAKER = Speaker(Platform.WEBCHAT)
PLACES = ("Mali", "Sudan", "Palestine", "Ukraine", "Haiti", "West Africa")


def alert(title: str, link: str = "https://news.example/news/2026/story", summary: str = "One sentence.") -> Message:
    """Return an alert in the shape that the core gives it."""
    return Message(
        Span(title, bold=True, link=link),
        (
            line("🇲🇱 Mali · West Africa"),
            line("News · 6 Feb 2026"),
            line(summary),
            SPEAKER.line("matched", evidence="Mali, Wagner", small=True),
            line("Sample stories", small=True),
        ),
        ((Link("Read", link), Menu("Share", "share 12", share_options(SPEAKER, title, link))),),
    )


async def execute(command: Command, sighting: Sighting, asker: Asker) -> Reply:
    """Answer like the bot, from a script."""
    match command.verb:
        case Verb.START:
            what = SPEAKER.line("welcome-what", sources="The New Humanitarian")
            welcome = (SPEAKER.line("welcome"), what, SPEAKER.line("welcome-how"))
            places = [Press(f"Follow {place}", f"follow {place}") for place in PLACES]
            return Reply(Message(lines=welcome, rows=rows_of(places, 3)))
        case Verb.FOLLOW:
            followed = (SPEAKER.line("following", filter=command.argument), SPEAKER.line("no-match-yet"))
            undo = (Press("Undo", f"unfollow {command.argument}"), Press("What I follow", "list"))
            return Reply(Message(lines=followed, rows=(undo,)))
        case Verb.UNFOLLOW:
            gone = SPEAKER.line("unfollowed", filter=command.argument)
            again = ((Press(f"Follow {command.argument}", f"follow {command.argument}"),),)
            return Reply(Message(lines=(gone,), rows=again), Showing.REPLACE)
        case Verb.HELP:
            keys = ("help-follow", "help-more", "help-unfollow", "help-list", "help-latest", "help-pause")
            title = Span(SPEAKER.text("help-title"), bold=True)
            return Reply(Message(title, tuple(SPEAKER.line(key) for key in keys)))
        case Verb.SHARE:
            return Reply(Message(rows=((Press("Opened", "share 12 close"),),)), Showing.BUTTONS)
    return Reply(Message(lines=(line("You said: ", Span(command.argument, bold=True)),)))


@dataclass
class Scene:
    """What a test sees: the page's address, and the bot's side of the chat."""

    url: str
    transcript: MemoryTranscript
    notifier: WebchatNotifier
    runner: web.AppRunner

    async def send(self, message: Message, chat: str = "trial", follows: int = 0) -> int:
        """Put a message into a chat, as the bot does."""
        where = Address(Platform.WEBCHAT, LANE, chat)
        return int(await self.notifier.send(where, message, reply_to=str(follows)))

    async def change(self, number: int, message: Message, chat: str = "trial") -> None:
        """Put a message in place of another, as the bot does where a story changed."""
        await self.notifier.edit(Address(Platform.WEBCHAT, LANE, chat), str(number), message)

    async def close(self) -> None:
        """Stop the server; its address can be taken again."""
        await self.runner.cleanup()


@contextlib.asynccontextmanager
async def opened(transcript: MemoryTranscript, port: int = 0) -> AsyncIterator[Scene]:
    """Serve the web chat on loopback."""
    bell = Bell()
    listener = WebchatListener(transcript, execute, bell, SPEAKER, monotonic=time.monotonic, poll=0.1, beat=1.0)
    app = web.Application()
    app.add_routes(listener.routes())
    app.on_shutdown.append(listener.close)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    try:
        yield Scene(f"http://127.0.0.1:{runner.addresses[0][1]}", transcript, WebchatNotifier(transcript, bell), runner)
    finally:
        await runner.cleanup()
