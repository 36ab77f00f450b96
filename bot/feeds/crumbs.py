"""A page's breadcrumb: Home › West Africa › Mali, from the outside in."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from bot.core.text import clean, normalise
from bot.feeds.linked import Linked

_HOMES = frozenset(map(normalise, (
    "Home", "Home page", "Homepage", "Accueil", "Inicio", "Portada", "Startseite", "Início", "Главная",
    "الرئيسية", "الصفحة الرئيسية", "首页",
)))  # fmt: skip
_LISTS = (
    "//nav[contains(@aria-label,'readcrumb') or contains(@aria-labelledby,'readcrumb')]",
    "//*[contains(@class,'breadcrumb')]",
    "//*[@itemtype='https://schema.org/BreadcrumbList' or @itemtype='http://schema.org/BreadcrumbList']",
    "//ol[count(li)>1 and count(li)<8]",
)
_MAX_CANDIDATES = 20
_MAX_CRUMBS = 8
_MAX_NAME = 80
_SEPARATORS = " ›»>/|·→‹«"


def breadcrumb(tree: Any, linked: Linked, title: str) -> tuple[str, ...]:
    """Return the names above the page, without Home and without the page itself; empty where it shows none."""
    if told := inner_names([name for name, link in linked.crumbs if not _is_root(link)], title):
        return told
    for shape in _LISTS:
        for holder in tree.xpath(shape)[:_MAX_CANDIDATES]:
            names = list(_names(holder))
            # A list by its shape alone is a breadcrumb only where it begins at Home.
            sure = holder.tag != "ol" or "breadcrumb" in (holder.get("class") or "") or starts_at_home(names)
            if sure and (found := inner_names(names, title)):
                return found
    return ()


def _names(holder: Any) -> Iterator[str]:
    parts = holder.xpath(".//li") or holder.xpath(".//a | .//span[not(.//a)]")
    for part in parts[: _MAX_CRUMBS * 2]:
        yield clean(part.text_content()[:500]).strip(_SEPARATORS)


def inner_names(names: list[str], title: str) -> tuple[str, ...]:
    """Return a breadcrumb's names without Home, the page's own title and what is too long for a name."""
    compared = normalise(title)
    kept = [
        name
        for name in names
        if name and len(name) <= _MAX_NAME and normalise(name) not in _HOMES and normalise(name) != compared
    ]
    return tuple(dict.fromkeys(kept))[:_MAX_CRUMBS]


def starts_at_home(names: list[str]) -> bool:
    """Return whether a list of names begins as breadcrumbs do."""
    return bool(names) and normalise(names[0]) in _HOMES


def _is_root(link: str) -> bool:
    parts = urlsplit(link) if link.startswith("http") else None
    return parts is not None and not parts.path.strip("/") and not parts.query
