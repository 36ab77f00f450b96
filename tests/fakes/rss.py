"""Feeds as bytes."""

from xml.sax.saxutils import escape


def rss(*titles: str, site: str = "https://news.example") -> bytes:
    """Return an RSS feed with a story for each title, as a small publisher would write it."""
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{site}/news/{'-'.join(title.lower().split())}</link>"
        f"<description>{escape(title)}, and what follows.</description>"
        "<pubDate>Fri, 06 Feb 26 16:37:54 +0000</pubDate></item>"
        for title in titles
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()
