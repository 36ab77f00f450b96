"""Two real polls of a publication in sequence, then the second in another shape: who got what.

`python -m tests.end_to_end.real_input` prints a table of it, and the messages as they were sent.
"""

import asyncio
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.end_to_end.audience import TEAM_PERSON, page_address
from tests.end_to_end.process import BotProcess
from tests.end_to_end.stage import Stage, stage
from tests.end_to_end.web_reader import WebReader, text_of
from tests.peers.slack_api import read_message
from tests.peers.web import Page

FEEDS = Path(__file__).parents[2] / "../shared/feeds"
POLLS = ("made_tnh_poll_2026-02-06.xml", "made_tnh_poll_2026-02-12.xml", "made_tnh_poll_2026-02-12_noderss.xml")
FOLLOWED = ("sudan", "palestine", "bangladesh", "burnout", "wagner", "south asia")
PLATFORMS = ("telegram", "slack", "webchat")
_PATH = "/rss/all.xml"


@dataclass(slots=True)
class Outcome:
    """What came of the polls; `got` is by platform and filter, `sent` what one chat of each platform was shown."""

    stories: list[int] = field(default_factory=list)
    deliveries: list[int] = field(default_factory=list)
    got: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    sent: list[tuple[str, str, str]] = field(default_factory=list)


async def play() -> Outcome:
    """Serve the polls, one after the other, to a bot with a chat for each filter on each platform."""
    async with stage() as made:
        outcome = Outcome()
        _settle(made)
        made.feed(_serve(made, POLLS[0]), name="The New Humanitarian")
        bot = await made.bot()
        _count(made, outcome)
        readers = [WebReader(page_address(bot), _page_chat(wanted)) for wanted in FOLLOWED]
        for reader in readers:
            await reader.__aenter__()
        try:
            await _follow(made, readers)
            for name in POLLS[1:]:
                _serve(made, name)
                await made.poll()
                _count(made, outcome)
            await _hear_all(made, readers)
            _collect(made, readers, outcome)
        finally:
            for reader in readers:
                await reader.__aexit__(None, None, None)
        await _end_well(bot)
        return outcome


def _serve(made: Stage, name: str) -> str:
    body = (FEEDS / name).read_bytes()
    return made.web.serve(_PATH, Page(body, etag=f'"{name}"'))


def _settle(made: Stage) -> None:
    made.slack.add_person(TEAM_PERSON)
    for number, wanted in enumerate(FOLLOWED, 1):
        made.telegram.add_private(number, f"Reader of {wanted}")
        made.slack.add_channel(_team_chat(wanted))


async def _follow(made: Stage, readers: Iterable[WebReader]) -> None:
    for number, (wanted, reader) in enumerate(zip(FOLLOWED, readers, strict=True), 1):
        made.telegram.say(number, text=f"/follow {wanted}")
        answer = await made.slack.command(_team_chat(wanted), TEAM_PERSON, "/crisis", f"follow {wanted}")
        await answer.wait_for()
        assert "now follows" in await reader.say(f"/follow {wanted}")
    await made.telegram.wait_for(len(FOLLOWED))


def _count(made: Stage, outcome: Outcome) -> None:
    outcome.stories.append(made.rows.one("SELECT count(*) FROM stories"))
    outcome.deliveries.append(made.rows.one("SELECT count(*) FROM deliveries"))


async def _hear_all(made: Stage, readers: Iterable[WebReader]) -> None:
    """Wait until every page shows what its chat was sent."""
    for reader in readers:
        sent = made.rows.one(
            "SELECT count(*) FROM deliveries JOIN chats ON chats.id = chat_id WHERE chat = :chat", chat=reader.chat
        )
        await reader.until_alerts(sent)


def _collect(made: Stage, readers: Iterable[WebReader], outcome: Outcome) -> None:
    for number, (wanted, reader) in enumerate(zip(FOLLOWED, readers, strict=True), 1):
        channel = made.slack.channel(_team_chat(wanted)).id
        shown = {
            "telegram": [sent.text for sent in made.telegram.sent if sent.chat_id == number],
            "slack": [read_message("", post.blocks).plain for post in made.slack.posts if post.channel == channel],
            "webchat": [text_of(each["body"]) for each in reader.heard if not each["mine"]],
        }
        for platform, texts in shown.items():
            alerts = [text for text in texts if "Matched: " in text]
            outcome.got[platform, wanted] = [_title(text) for text in alerts]
            outcome.sent += [(platform, wanted, text) for text in alerts]


async def _end_well(bot: BotProcess) -> None:
    status, _ = await bot.stop()
    assert status == 0, bot.output


def _title(alert: str) -> str:
    return alert.split("\n")[0]


def _team_chat(wanted: str) -> str:
    return f"follow-{wanted.replace(' ', '-')}"


def _page_chat(wanted: str) -> str:
    return f"page-{wanted.replace(' ', '-')}"


def _table(outcome: Outcome) -> str:
    lines = [f"after each poll: {outcome.stories} stories, {outcome.deliveries} deliveries", ""]
    lines += ["| chat | follows | titles received |", "|---|---|---|"]
    for (platform, wanted), titles in outcome.got.items():
        shown = "<br>".join(titles).replace("|", "\\|")
        lines.append(f"| {platform} | {wanted} | {shown or '–'} |")
    return "\n".join(lines)


def main() -> int:
    """Play and print."""
    if not FEEDS.exists():
        print(f"{FEEDS} is not here: nothing to play.")
        return 1
    outcome = asyncio.run(play())
    print(_table(outcome))
    for platform, wanted, text in outcome.sent:
        print(f"\n--- {platform}, follows {wanted}\n{text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
