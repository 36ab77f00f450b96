"""Trial mode: sample stories served by the bot itself, and a first chat that already follows something."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bot.app.foundation import Foundation
from bot.config_folder import ConfigError
from bot.core.chat import Address, Asker, ChatKind, Platform, Sighting
from bot.core.commands import parse
from bot.core.feed import FeedSource
from bot.core.ports import Execute
from bot.feeds.sample import SOURCE, SampleFeed, read_samples

CHAT = "trial"
FOLLOWED = "sudan, mali, palestine, wagner"
"""What the first chat follows; the first sample stories are about these."""
INTERVAL = timedelta(seconds=2)


def sample_feed(foundation: Foundation, base_url: str) -> tuple[SampleFeed, FeedSource]:
    """Return the sample feed and its description for polling."""
    path: Path = foundation.settings.bot_config / "samples.toml"
    try:
        stories = read_samples(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = getattr(error, "strerror", None) or f"{type(error).__name__}: {error}"
        raise ConfigError(f"{path} cannot be read: {why}. SAMPLE_FEED=false does without it.") from None
    feed = SampleFeed(stories, started=foundation.clock.now(), base_url=base_url)
    # Our own server is a private address to any guard, and the only one trusted here.
    url = f"{base_url}/sample.xml"
    return feed, FeedSource(name=SOURCE, url=url, interval=INTERVAL, language="en", trusted=True, repeats=True)


async def first_chat(
    foundation: Foundation, execute: Execute, typed_body: Callable[[str], str], shown_body: Callable[..., str]
) -> None:
    """Give a new database a chat that follows something, with the words that did it, so that a newcomer sees how."""
    if await foundation.store.chats.count():
        return
    transcript = foundation.store.transcript
    sighting = Sighting(Address(Platform.WEBCHAT, "webchat", CHAT), ChatKind.TRIAL)
    for typed in ("/start", f"/follow {FOLLOWED}"):
        reply = await execute(parse(typed), sighting, Asker())
        await transcript.add(CHAT, True, typed_body(typed))
        await transcript.add(CHAT, False, shown_body(reply.message))
