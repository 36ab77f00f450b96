"""Several feeds for one bot, and visits to all of them, however they end."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from tests.end_to_end.stage import Stage

QUIET = {"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": ""}
"""A process without Slack."""
_ENDED = 10 * 60 * 1_000_000
"""A visit under way keeps its feed for less than this; one that has ended, of a feed with `INTERVAL`, for longer."""
INTERVAL = "1h"
_FEED = '[[feed]]\nname = {name}\nurl = {url}\ninterval = "{interval}"\nlanguage = "en"\ncountry = "{country}"\n'
_HEAD = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Example</title>'


def let_poll(scene: Stage, feeds: Mapping[str, str], *, interval: str = INTERVAL, country: str = "text") -> None:
    """Let the bot poll these feeds, URLs by name, and no others."""
    texts = [
        _FEED.format(name=json.dumps(name), url=json.dumps(url), interval=interval, country=country)
        for name, url in feeds.items()
    ]
    (scene.folder / "config" / "feeds.toml").write_text("".join(texts), encoding="utf-8")


def rss(*titles: str, host: str = "https://news.example") -> bytes:
    """Return a feed with an entry for each title."""
    return (_HEAD + "".join(map(item, titles, [host] * len(titles))) + "</channel></rss>").encode()


def item(title: str, host: str = "https://news.example", summary: str = "") -> str:
    """Return one entry; its link is made of its title's letters."""
    link = f"{host}/news/{'-'.join(''.join(c if c.isascii() and c.isalnum() else ' ' for c in title).lower().split())}"
    parts = {"title": title, "link": link, "guid": link, "description": summary}
    return "<item>" + "".join(f"<{name}>{escape(text)}</{name}>" for name, text in parts.items()) + "</item>"


async def visit_all(scene: Stage, timeout: float = 15.0) -> None:  # noqa: ASYNC109 - handed on
    """Let every feed that is on be visited now; return once each visit has ended."""
    scene.rows.make_feeds_due()
    await visits_ended(scene, timeout)


async def visits_ended(scene: Stage, timeout: float = 15.0, name: str = "%") -> None:  # noqa: ASYNC109
    """Wait until no feed of this name is due or being visited."""
    question = (
        "SELECT count(*) > 0 AND sum(CASE WHEN off_because = '' AND next_poll_at < :now + :ended THEN 1 ELSE 0 END) = 0"
        " FROM feeds WHERE enabled AND name LIKE :name"
    )
    await scene.rows.until(question, timeout, ended=_ENDED, name=name)


def state(scene: Stage, name: str, *columns: str) -> Any:
    """Return columns of a feed's row; the value itself where one is asked for."""
    (row,) = scene.rows.run(f"SELECT {', '.join(columns)} FROM feeds WHERE name = :name AND enabled", name=name)
    return row if len(columns) > 1 else row[0]


def backdate(scene: Stage, column: str, hours: float) -> None:
    """Let what was noted in a column have been so many hours earlier."""
    microseconds = int(hours * 3600 * 1_000_000)
    scene.rows.run(f"UPDATE feeds SET {column} = {column} - :by WHERE {column} IS NOT NULL", by=microseconds)
