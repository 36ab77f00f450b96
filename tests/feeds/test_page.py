from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.core.story import Article
from bot.feeds.page import read_page

PAGES = Path(__file__).parent / "pages"


def page(name: str) -> Article:
    """Return what one of the pages here says."""
    article = read_page((PAGES / name).read_bytes(), content_type="text/html; charset=utf-8")
    assert article is not None
    return article


def test_a_story_page_gives_its_places_and_its_particulars() -> None:
    article = page("mali-market.html")
    assert article.breadcrumb == ("West Africa", "Mali")
    assert article.title == "Market reopens in Ségou after ferry strike ends"
    assert (article.language, article.type) == ("en", "news")
    assert article.published == datetime(2026, 2, 3, 8, 30, tzinfo=UTC)
    assert article.lead.startswith("Traders in the river town of Ségou have gone back")
    assert len(article.lead) <= 600


def test_the_text_is_the_story_and_nothing_of_what_stands_around_it() -> None:
    text = page("mali-market.html").text
    for inside in ("Traders in the river town", "roughly 18,000", "Burkina Faso"):
        assert inside in text
    for around in ("Share this", "Nigeria", "member", "donation", "Help us keep", "Geneva", "Ukraine", "Peru", "Join"):
        assert around not in text


def test_linked_data_goes_before_what_the_page_shows() -> None:
    article = page("chad-linked.html")
    assert article.breadcrumb == ("Afrique centrale", "Tchad")
    assert (article.language, article.type) == ("fr", "news")
    assert article.published == datetime(2026, 1, 20, 6, tzinfo=UTC)
    assert article.text.endswith("selon le comité du quartier.")


@pytest.mark.parametrize(
    "shown",
    [
        '<nav aria-label="Breadcrumb"><ol><li>Home<li><a>Sahel</a><li><a>Niger</a><li>The page</ol></nav>',
        '<nav aria-label="breadcrumb"><a href="/">Home</a> / <a>Sahel</a> / <a>Niger</a></nav>',
        '<div class="block-breadcrumbs"><ul><li>Home »</li><li>Sahel »</li><li>Niger</li></ul></div>',
        "<ol><li>1</li></ol><ol><li>Accueil</li><li>Sahel</li><li>Niger</li></ol>",
    ],
)
def test_a_breadcrumb_is_found_in_each_of_its_shapes(shown: str) -> None:
    article = read_page(f"<html><body>{shown}<h1>The page</h1><p>Text.</p></body></html>".encode())
    assert article is not None
    assert article.breadcrumb == ("Sahel", "Niger")


def test_a_list_that_does_not_begin_at_home_is_no_breadcrumb() -> None:
    article = read_page(b"<html><body><ol><li>Kenya<li>Peru</ol><h1>Most read</h1></body></html>")
    assert article is not None
    assert article.breadcrumb == ()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"", "text/html"),
        (b"<html></html>", "text/html"),
        (b"%PDF-1.7", "application/pdf"),
        (b"<rss/>", "application/rss+xml"),
        (b"\x00" * 100, ""),
        (b"just words", ""),
    ],
)
def test_what_is_no_story_page_gives_nothing(body: bytes, content_type: str) -> None:
    assert read_page(body, content_type=content_type) is None


@pytest.mark.parametrize(
    "linked",
    [
        "{",
        "[" * 5000,
        '{"@graph": [[[[1]]]]}',
        '{"@type": "BreadcrumbList", "itemListElement": {"a": 1}}',
        '{"@type": ["BreadcrumbList"], "itemListElement": [{"position": "x"}, 3, {"name": 4}]}',
        '{"@type": "NewsArticle", "headline": {"name": 3}, "datePublished": 7}',
    ],
)
def test_linked_data_that_makes_no_sense_does_no_harm(linked: str) -> None:
    body = f"<html><script type='application/ld+json'>{linked}</script><h1>A title</h1><p>Text.</p></html>"
    article = read_page(body.encode())
    assert article is not None
    assert article.title == "A title"


def test_a_page_in_another_encoding_is_read() -> None:
    body = "<html><head><meta charset=iso-8859-1></head><h1>Café fermé</h1></html>".encode("iso-8859-1")
    article = read_page(body)
    assert article is not None
    assert article.title == "Café fermé"
