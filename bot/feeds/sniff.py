"""What bytes are before anybody parses them: a web page, a feed with a bomb in its DTD, or neither."""

import codecs
import re
from urllib.parse import urljoin, urlsplit

from bot.core.text import clean, cut

_HEAD = 200_000
_PROLOG = re.compile(r"\s*+(?:<\?[^>]{0,1000}+>|<!--|(<!doctype\b))", re.IGNORECASE)
_ROOT = re.compile(r"\s*+<([A-Za-z_][\w.:-]{0,60})")
_PAGE_ROOTS = frozenset({"html", "head", "body"})
_FEED_ROOTS = frozenset({"rss", "rdf", "feed", "channel", "entry", "cdf"})
_WRAPPED_FEED = re.compile(r"<(?:rss|feed|rdf:RDF)[\s>]")
_LINK = re.compile(r"<link\b([^<>]{1,1000})>", re.IGNORECASE)
_FEED_TYPE = re.compile(r"type\s*=\s*[\"']?application/(?:rss\+xml|atom\+xml|feed\+json)", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*[\"']?([^\"'\s<>]{1,500})", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE\b", re.IGNORECASE)
_ENTITY = re.compile(rb"<!ENTITY\b", re.IGNORECASE)
_WILD = re.compile(rb"<!ENTITY\s+%|<!ENTITY[^>]{0,300}(?:SYSTEM|PUBLIC|&)", re.IGNORECASE)
_TRIVIAL_DTD = 4_000


def looks_like_page(body: bytes, content_type: str) -> bool:
    """Say whether the bytes are a web page rather than a feed (a feed wrapped up in a page is a feed)."""
    head = _head(body)
    doctype, root = _root(head)
    if root in _PAGE_ROOTS or doctype.startswith("html"):
        return not _WRAPPED_FEED.search(head)
    return "html" in content_type.lower() and root.rpartition(":")[2] not in _FEED_ROOTS


def feed_named_by(body: bytes, url: str) -> str:
    """Return the address of the feed that a web page names, without its query, or empty."""
    for link in _LINK.finditer(_head(body)):
        href = _HREF.search(link[1])
        if href and _FEED_TYPE.search(link[1]):
            return _shown(urljoin(url, href[1]))
    return ""


def without_wild_dtd(body: bytes) -> bytes:
    """Return XML without a DTD that declares more than a few plain characters: nothing in a feed needs it."""
    found = _DOCTYPE.search(body, 0, _HEAD)
    if not found or not _ENTITY.search(body, found.end()):
        return body
    end = _end_of_doctype(body, found.end())
    dtd = body[found.start() : end]
    wild = len(dtd) > _TRIVIAL_DTD or _WILD.search(dtd)
    return body[: found.start()] + body[end:] if wild else body


def _end_of_doctype(body: bytes, at: int) -> int:
    subset, close = body.find(b"[", at), body.find(b">", at)
    if subset < 0 or (0 <= close < subset):
        return close + 1 or len(body)
    subset_end = re.compile(rb"\]\s*>").search(body, subset)
    return subset_end.end() if subset_end else len(body)


def _head(body: bytes) -> str:
    head = body[:_HEAD]
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", errors="replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def _root(head: str) -> tuple[str, str]:
    at, doctype = 0, ""
    while prolog := _PROLOG.match(head, at):
        at = prolog.end()
        if prolog.group().endswith("<!--"):
            at = head.find("-->", at) + 3
            if at < 3:
                return doctype, ""
        elif prolog[1]:
            doctype = head[at : at + 20].strip().lower()
            at = _end_of_doctype(head.encode("latin-1", "replace"), at)
    root = _ROOT.match(head, at)
    return doctype, root[1].lower() if root else ""


def _shown(url: str) -> str:
    try:
        parts = urlsplit(url)
        return cut(clean(f"{parts.scheme}://{parts.hostname}{parts.path}"), 200)
    except ValueError:
        return ""
