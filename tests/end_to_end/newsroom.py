"""A publication with a feed: stories are published, and the feed's validators change with them."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import escape
from urllib.parse import urlsplit

from tests.peers.web import Page, WebPeer

PATH = "/rss/all.xml"
LISTED = 10
_FIRST = datetime(2026, 2, 6, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Published:
    """A story as the publication has it."""

    title: str
    summary: str
    link: str
    at: datetime


class Newsroom:
    """Publishes on a web peer. `host` is what the stories' links begin with."""

    def __init__(self, web: WebPeer, host: str = "https://news.example") -> None:
        self._web, self._host = web, host
        self.stories: list[Published] = []
        self._print()

    @property
    def url(self) -> str:
        """The feed's address."""
        return self._web.url(PATH)

    @property
    def visits(self) -> int:
        return self._web.hits(PATH)

    def publish(self, title: str, summary: str = "", kind: str = "news") -> Published:
        """Put a story at the top of the feed."""
        slug = "-".join(re.findall(r"[a-z0-9]+", title.lower()))[:60]
        at = _FIRST + timedelta(hours=len(self.stories))
        story = Published(title, summary, f"{self._host}/{kind}/2026/02/06/{slug}", at)
        self.stories.append(story)
        self._print()
        return story

    def correct(self, story: Published, title: str) -> None:
        """Give a published story another title."""
        at = self.stories.index(story)
        self.stories[at] = replace(story, title=title)
        self._print()

    def publish_with_page(self, title: str, breadcrumb: tuple[str, ...]) -> Published:
        """Publish a story whose page, on this peer, shows where it is filed."""
        home, self._host = self._host, self._web.root
        story = self.publish(title)
        self._host = home
        crumbs = "".join(f'<li><a href="/{name.lower()}">{escape(name)}</a></li>' for name in ("Home", *breadcrumb))
        page = (
            f"<!doctype html><html lang=en><head><title>{escape(title)}</title></head><body>"
            f'<nav aria-label="Breadcrumb" class="breadcrumb"><ol>{crumbs}</ol></nav><article><h1>{escape(title)}</h1>'
            "<p>Traders had left before dawn, and those who stayed spoke in whispers.</p></article></body></html>"
        )
        self._web.serve(urlsplit(story.link).path, Page(page.encode(), content_type="text/html; charset=utf-8"))
        return story

    def _print(self) -> None:
        entries = "".join(map(_entry, reversed(self.stories[-LISTED:])))
        body = (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
            f"<title>The Daily Example</title><link>{self._host}/</link><description/>{entries}</channel></rss>"
        ).encode()
        self._web.serve(PATH, Page(body, etag=f'"{sha256(body).hexdigest()[:16]}"'))


def _entry(story: Published) -> str:
    # The publication in mind writes the year with two digits.
    parts = {
        "title": story.title,
        "link": story.link,
        "description": story.summary,
        "pubDate": f"{story.at:%a, %d %b %y %H:%M:%S} +0000",
        "guid": story.link,
    }
    return "<item>" + "".join(f"<{name}>{escape(text)}</{name}>" for name, text in parts.items()) + "</item>"
