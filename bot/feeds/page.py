"""A story's own page into an Article. Imported in the worker only: the extractor is large."""

import re
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from bot.core.story import Article
from bot.core.text import MAX_CHARS, clean, cut
from bot.feeds.compose import MAX_TITLE, language_of
from bot.feeds.crumbs import breadcrumb
from bot.feeds.dates import believable, from_text
from bot.feeds.furniture import lead_of
from bot.feeds.linked import Linked, linked_data
from bot.feeds.prose import prose

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_SITE_SUFFIX = re.compile(r"\s+[|–—·»]\s+[^|–—·»]{2,60}$")
_MAX_TYPE = 40


def read_page(body: bytes, *, content_type: str = "") -> Article | None:
    """Return what the page says about its story, or None where it is no HTML or says nothing."""
    if not _is_html(body, content_type):
        return None
    try:
        tree = _tree(body, content_type)
    except etree.LxmlError:
        return None
    linked = linked_data(tree)
    title = _title(tree, linked)
    lines = prose(tree, title)
    crumbs = breadcrumb(tree, linked, title)
    if not (lines or crumbs or title):
        return None
    return Article(
        breadcrumb=crumbs,
        title=title,
        lead=lead_of(lines),
        text="\n\n".join(lines)[:MAX_CHARS],
        language=_language(tree, linked),
        published=believable(_published(tree, linked), None),
        type=_type(tree, linked),
    )


def _is_html(body: bytes, content_type: str) -> bool:
    head = body[:2_000].lower()
    return ("html" in content_type.lower() or not content_type) and b"<" in head and b"\0" not in head


def _tree(body: bytes, content_type: str) -> Any:
    said = _CHARSET.search(content_type) or _CHARSET.search(body[:4_096].decode("latin-1"))
    for encoding in (said[1] if said else "utf-8", "utf-8"):
        try:
            return lxml_html.document_fromstring(body.decode(encoding))
        except (LookupError, UnicodeDecodeError, ValueError):
            continue  # A charset that is none, or an XML declaration that lxml wants in bytes.
    return lxml_html.document_fromstring(body)


def _meta(tree: Any, *names: str) -> str:
    for name in names:
        for found in tree.xpath("//meta[@property=$name or @name=$name]/@content", name=name):
            if told := clean(found[:2_000]):
                return told
    return ""


def _title(tree: Any, linked: Linked) -> str:
    headings = [clean(heading.text_content()[:2_000]) for heading in tree.xpath("(//h1)[position()<4]")]
    named = _meta(tree, "og:title", "twitter:title")
    if named in headings:
        return cut(named, MAX_TITLE)
    in_head = [clean(text[:2_000]) for text in tree.xpath("//head/title/text()")]
    told = linked.headline or _SITE_SUFFIX.sub("", named) or next(filter(None, headings), "") or "".join(in_head[:1])
    return cut(told, MAX_TITLE)


def _language(tree: Any, linked: Linked) -> str:
    said = [str(value) for value in tree.xpath("/html/@lang | /html/@xml:lang", namespaces=_XML)[:1]]
    return language_of(*said, linked.language, _meta(tree, "og:locale", "dc.language"))


_XML = {"xml": "http://www.w3.org/XML/1998/namespace"}


def _published(tree: Any, linked: Linked) -> Any:
    said = _meta(tree, "article:published_time", "og:article:published_time", "dc.date", "date")
    times = [str(value) for value in tree.xpath("//article//time/@datetime | //main//time/@datetime")[:1]]
    return next((found for text in (said, linked.published, *times) if (found := from_text(text))), None)


def _type(tree: Any, linked: Linked) -> str:
    said = _meta(tree, "article:section", "og:article:section") or linked.section or linked.kind
    return cut(said.lower(), _MAX_TYPE)
