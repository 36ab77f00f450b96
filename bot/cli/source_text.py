"""The story an operator asks about: a file or standard input, a saved page or plain text."""

import io
import re
import sys
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path

from bot.clock import SystemClock
from bot.core.errors import Unusable
from bot.core.feed import FeedSource
from bot.core.lexicon import Lexicon
from bot.core.story import Article, Entry
from bot.feeds.pasted import read_pasted
from bot.pipeline.reading import Reading, ReadStory

STDIN = "-"
_ENCODING = "utf-8-sig"
# A comment is never tried at another end than its first, or thirty of them would take hours.
_FEED = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:(?><!--.*?-->)\s*)*<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE | re.DOTALL)


class InputError(Unusable):
    """What was given to read cannot be read: one sentence."""


def read_bytes(where: str) -> bytes:
    """Return a file's bytes, or standard input's for `-`; raises InputError where it cannot be read."""
    if where == STDIN:
        return sys.stdin.buffer.read()
    try:
        return Path(where).read_bytes()
    except OSError as error:
        raise InputError(f"{where} cannot be read: {error.strerror}.") from None


def read_lines(where: str) -> Iterator[str]:
    """Yield the lines of a file, or of standard input for `-`, as they come."""
    body = sys.stdin.buffer if where == STDIN else io.BytesIO(read_bytes(where))
    # Only a line feed ends one: JSON may have other separators within its texts.
    yield from io.TextIOWrapper(body, encoding=_ENCODING, errors="replace", newline="\n")


def read_story(lexicon: Lexicon, where: str) -> ReadStory:
    """Return the story in a file (`-`: standard input), read as one from a feed is, its breadcrumb included."""
    article = _article(read_bytes(where), where)
    source = FeedSource(name="", url="")
    return Reading(lexicon, None, SystemClock()).tell(source, Entry(article.title), article)


def _article(body: bytes, where: str) -> Article:
    body = body.removeprefix(BOM_UTF8)
    if not body.strip() or b"\0" in body:
        raise InputError(f"{where} holds no text; expected a story as plain text or HTML.")
    if _FEED.match(body):
        raise InputError(f"{where} is a feed; crisis-bot feeds preview {where} shows its stories.")
    if body.lstrip()[:1] == b"<":
        from bot.feeds.page import read_page  # the extractor takes longer to load than all the rest

        return read_page(body) or Article()
    return read_pasted(body.decode("utf-8", errors="replace"))
