"""A feed of invented stories, served by the bot itself, so that a newcomer sees alerts arrive without any network.

Everything follows from the time: which stories are out at `now` needs no memory, and a new start gives new links.
"""

import hashlib
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from itertools import islice

from aiohttp import web

from bot.core.sentences import Speaker
from bot.core.text import words
from bot.feeds.sample_page import PAGE_POLICY, sample_page

SOURCE = "Sample stories"
MARK = "(Sample story.)"
LISTED = 10
LATER_ROUNDS = timedelta(seconds=30)
_OLD_GAP = timedelta(hours=5)
_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-cache"}
_PAGE_HEADERS = _HEADERS | {"Content-Security-Policy": PAGE_POLICY}


@dataclass(frozen=True, slots=True)
class SampleStory:
    """An invented story. `path` is its breadcrumb without Home: (West Africa, Mali)."""

    type: str
    path: tuple[str, ...]
    title: str
    summary: str
    text: tuple[str, ...]

    @property
    def slug(self) -> str:
        return "-".join(words(self.title))[:60].strip("-")


@dataclass(frozen=True, slots=True)
class Released:
    """A story that is out: its id in links, and when it came."""

    id: str
    story: SampleStory
    at: datetime


def read_samples(toml: str) -> tuple[SampleStory, ...]:
    """Return the stories of a samples file; raises KeyError or tomllib.TOMLDecodeError where it is wrong."""
    return tuple(
        SampleStory(each["type"], tuple(each["path"]), each["title"], each["summary"], tuple(each["text"]))
        for each in tomllib.loads(toml)["story"]
    )


class SampleFeed:
    """Releases `stories` one by one, in order, round after round.

    `ahead` of them are out at the start, the next follow `every`; later rounds are slower, with links of their own.
    `base_url` is where the routes are served.
    """

    def __init__(
        self,
        stories: tuple[SampleStory, ...],
        *,
        started: datetime,
        base_url: str,
        every: timedelta = timedelta(seconds=3),
        ahead: int = 3,
    ) -> None:
        self._stories, self._started, self._every, self._ahead = stories, started, every, ahead
        self._base = base_url.rstrip("/")
        self._stamp = f"{int(started.timestamp() * 1000):x}"
        self._speaker = Speaker()

    def released(self, now: datetime) -> int:
        """Return how many stories are out, over all rounds."""
        passed = max(now - self._started, timedelta(0))
        quick = len(self._stories) - self._ahead
        if passed < self._every * quick:
            return self._ahead + passed // self._every
        return len(self._stories) + (passed - self._every * quick) // LATER_ROUNDS

    def newest(self, now: datetime) -> Iterator[Released]:
        """Give what is out, newest first."""
        return (self._story(number) for number in range(self.released(now) - 1, -1, -1))

    def link(self, released: Released) -> str:
        """Return the address of a story's page; its first segment is the story's type."""
        return f"{self._base}/{released.story.type}/sample/{released.id}"

    def rss(self, now: datetime) -> str:
        """Return the newest stories as RSS 2.0, dated the way the publication does: with a two-digit year."""
        items = "".join(self._entry(released) for released in islice(self.newest(now), LISTED))
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>\n'
            f"<title>{SOURCE}</title><link>{escape(self._base)}/</link>"
            f"<description>{escape(self._speaker.text('sample'))}</description><language>en</language>\n"
            f"{items}</channel></rss>\n"
        )

    def page(self, story_type: str, story_id: str, now: datetime) -> str | None:
        """Return a story's page as HTML, or None where there is no such story yet."""
        stamp, _, rest = story_id.partition("-")
        number = rest.partition("-")[0]
        if stamp != self._stamp or not (number.isascii() and number.isdigit() and len(number) < 10):
            return None
        if int(number) >= self.released(now):
            return None
        released = self._story(int(number))
        return self._article(released) if (released.story.type, released.id) == (story_type, story_id) else None

    def routes(self, now: Callable[[], datetime]) -> list[web.RouteDef]:
        """Return the feed's and the pages' routes."""

        async def feed(request: web.Request) -> web.Response:
            text = self.rss(now())
            etag = hashlib.sha256(text.encode()).hexdigest()[:20]
            if any(known.value in (etag, "*") for known in request.if_none_match or ()):
                return web.Response(status=304, headers=_HEADERS | {"ETag": f'"{etag}"'})
            response = web.Response(text=text, content_type="application/rss+xml", charset="utf-8", headers=_HEADERS)
            response.etag = etag
            return response

        async def page(request: web.Request) -> web.Response:
            text = self.page(request.match_info["type"], request.match_info["id"], now())
            if text is None:
                raise web.HTTPNotFound(text="There is no such sample story, or the bot was started anew since.\n")
            return web.Response(text=text, content_type="text/html", charset="utf-8", headers=_PAGE_HEADERS)

        return [web.get("/sample.xml", feed), web.get("/{type}/sample/{id}", page)]

    def _story(self, number: int) -> Released:
        story = self._stories[number % len(self._stories)]
        return Released(f"{self._stamp}-{number}-{story.slug}", story, self._moment(number))

    def _moment(self, number: int) -> datetime:
        if number < self._ahead:
            return self._started - _OLD_GAP * (self._ahead - number)
        quick = min(number + 1, len(self._stories)) - self._ahead
        slow = max(number + 1 - len(self._stories), 0)
        return self._started + self._every * quick + LATER_ROUNDS * slow

    def _entry(self, released: Released) -> str:
        link = escape(self.link(released))
        return (
            f"<item><title>{escape(released.story.title)}</title><link>{link}</link>"
            f"<description>{escape(f'{released.story.summary} {MARK}')}</description>"
            f'<pubDate>{_short_year(released.at)}</pubDate><guid isPermaLink="true">{link}</guid></item>\n'
        )

    def _article(self, released: Released) -> str:
        story = released.story
        return sample_page(
            title=story.title,
            summary=story.summary,
            paragraphs=story.text,
            path=story.path,
            published=released.at,
            source=SOURCE,
            mark=self._speaker.text("sample"),
        )


def _short_year(moment: datetime) -> str:
    # Fri, 06 Feb 26 16:37:54 +0000
    day, date, month, year, clock, zone = format_datetime(moment).split()
    return " ".join((day, date, month, year[-2:], clock, zone))
