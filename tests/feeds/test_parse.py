import gzip
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.outcomes import Failed, Fault, Parse, Parsed
from bot.core.story import Entry
from bot.feeds.parse import parse_feed

NOW = datetime(2026, 2, 12, 12, tzinfo=UTC)
URL = "https://feeds.example/news/all.xml"


def rss(*items: str, head: str = "", attributes: str = "") -> bytes:
    """Return an RSS 2.0 feed of these items."""
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {attributes}><channel><title>Feed</title>{head}{inside}</channel></rss>'.encode()


def parsed(body: bytes, **more: Any) -> Parsed:
    """Return the entries of a feed that must be readable."""
    outcome: Parse = parse_feed(body, url=more.pop("url", URL), now=NOW, **more)
    assert isinstance(outcome, Parsed), outcome
    return outcome


def only(body: bytes, **more: Any) -> Entry:
    """Return the one entry of a feed."""
    (entry,) = parsed(body, **more).entries
    return entry


def unreadable(body: bytes, **more: Any) -> str:
    """Return why a body is no feed."""
    outcome = parse_feed(body, url=URL, now=NOW, **more)
    assert isinstance(outcome, Failed), outcome
    assert outcome.fault is Fault.UNREADABLE
    assert "\n" not in outcome.reason
    return outcome.reason


ITEM = "<title>River &amp;amp; road</title><link>https://e.example/1</link>"
RSS_090 = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>Old</title></channel>
 <item><title>River &amp;amp; road</title><link>https://e.example/1</link></item></rdf:RDF>"""
RSS_10 = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>RDF</title></channel>
 <item rdf:about="https://e.example/1"><title>River &amp;amp; road</title><link>https://e.example/1</link>
 <dc:date>2026-02-06T10:00:00Z</dc:date></item></rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB"><title>Atom</title><entry><id>urn:1</id>
 <title type="html">River &amp;amp; road</title><link href="https://e.example/1"/><updated>2026-02-06T10:00:00Z</updated>
 <content type="html">&lt;p&gt;Water rose.&lt;/p&gt;</content></entry></feed>"""
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "JSON",
    "language": "en-US",
    "items": [{"id": 1, "url": "https://e.example/1", "title": "River & road", "content_html": "<p>Water rose.</p>"}],
}


@pytest.mark.parametrize(
    "body",
    [
        RSS_090.encode(),
        *(f'<rss version="{v}"><channel><item>{ITEM}</item></channel></rss>'.encode() for v in ("0.91", "0.92", "2.0")),
        RSS_10.encode(),
        ATOM.encode(),
        json.dumps(JSON_FEED).encode(),
    ],
)
def test_every_format_gives_its_story(body: bytes) -> None:
    entry = only(body)
    assert (entry.title, entry.link) == ("River & road", "https://e.example/1")
    assert only(gzip.compress(body)) == entry
    assert only(b"\xef\xbb\xbf" + body) == entry
    assert only(b"\n\n" + body) == entry


def test_an_atom_entry_without_summary_gives_its_content() -> None:
    entry = only(ATOM.encode())
    assert (entry.summary, entry.language, entry.guid) == ("Water rose.", "en", "urn:1")
    assert entry.published == datetime(2026, 2, 6, 10, tzinfo=UTC)


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252", "utf-16"])
def test_a_declared_encoding_is_honoured(encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    body = (head + rss("<title>Privés d’eau</title>".replace("’", "'")).decode()).encode(encoding)
    assert only(body).title == "Privés d'eau"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Fri, 06 Feb 26 16:37:54 +0000", datetime(2026, 2, 6, 16, 37, 54, tzinfo=UTC)),
        ("Fri, 06 Feb 2026 16:37:54 +0100", datetime(2026, 2, 6, 15, 37, 54, tzinfo=UTC)),
        ("06 Feb 26 16:37 GMT", datetime(2026, 2, 6, 16, 37, tzinfo=UTC)),
        ("Thu, 05 Feb 2026 16:37:54 EST", datetime(2026, 2, 5, 21, 37, 54, tzinfo=UTC)),
        ("2026-02-06T16:37:54.123Z", datetime(2026, 2, 6, 16, 37, 54, tzinfo=UTC)),
        ("2026-02-06 16:37", datetime(2026, 2, 6, 16, 37, tzinfo=UTC)),
        ("Fri, 13 Feb 2026 20:00:00 GMT", datetime(2026, 2, 13, 20, tzinfo=UTC)),
        ("Mon, 16 Feb 2026 00:00:00 GMT", None),
        ("Fri, 31 Dec 2049 23:59:59 +0000", None),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("ven., 28 août 2015 00:00:00 +0000", None),
        ("0000-00-00", None),
        ("Fri, 99 Xyz 2026 99:99:99", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_read_as_feeds_write_it_or_not_at_all(written: str, expected: datetime | None) -> None:
    found = only(rss(f"{ITEM}<pubDate>{written}</pubDate>")).published
    assert (found.replace(microsecond=0) if found else None) == expected


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_two_digit_years_of_a_json_feed_and_zones_are_understood(language: str) -> None:
    item = {"id": "1", "title": "x", "date_published": "2026-02-06T16:37:54+01:00", "language": language}
    entry = only(json.dumps({**JSON_FEED, "items": [item]}).encode())
    assert entry.published == datetime(2026, 2, 6, 15, 37, 54, tzinfo=UTC)
    assert entry.language == language


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://e.example/News/A?b=1&amp;c=2#d", "https://e.example/News/A?b=1&c=2#d"),
        ("/news/1", "https://feeds.example/news/1"),
        ("1.html", "https://feeds.example/news/1.html"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("https://e.example/a b", "https://e.example/a%20b"),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("tag:e.example,2026:1", ""),
        ("mailto:a@e.example", ""),
        ("https://good.example@evil.example/", ""),
        ("https://[::1", ""),
        ("https://e.example/" + "x" * 3000, ""),
        ("", ""),
    ],
)
def test_a_link_is_absolute_and_of_the_web_or_none(link: str, expected: str) -> None:
    assert only(rss(f"<title>x</title><link>{link}</link>")).link == expected


def test_a_link_follows_the_base_that_the_feed_names() -> None:
    body = rss("<title>x</title><link>news/1</link>", attributes='xml:base="https://base.example/fr/"')
    assert only(body).link == "https://base.example/fr/news/1"


@pytest.mark.parametrize("guid", ["264325", "264325 at https://www.example.org", "https://e.example/node/264325"])
@pytest.mark.parametrize("attribute", ["", ' isPermaLink="false"'])
def test_a_guid_stays_as_it_was_written(guid: str, attribute: str) -> None:
    if " " in guid and not attribute:
        pytest.skip("a permalink with spaces is a link")
    body = rss(f"{ITEM}<guid{attribute}>{guid}</guid>", attributes='xml:base="https://base.example/"')
    assert only(body).guid == guid


def test_an_entry_without_title_is_called_by_the_start_of_its_summary() -> None:
    entry = only(rss(f"<title></title><description>{'The river rose again. ' * 20}</description>"))
    assert entry.title.startswith("The river rose again.")
    assert len(entry.title) <= 100


def test_an_entry_that_is_only_a_link_has_a_name_all_the_same() -> None:
    assert only(rss("<link>https://e.example/news/1?a=b</link>")).title == "e.example/news/1"


def test_an_entry_without_title_summary_and_link_is_dropped() -> None:
    assert parsed(rss("<guid isPermaLink='false'>1</guid>", ITEM, "<title> &lt;b&gt;&lt;/b&gt; </title>")).entries == (
        Entry("River & road", "https://e.example/1"),
    )


def test_a_summary_is_its_first_paragraphs() -> None:
    long = "".join(f"&lt;p&gt;{'word ' * 60}{n}.&lt;/p&gt;" for n in range(10))
    entry = only(rss(f"{ITEM}<description>{long}</description>"))
    assert len(entry.summary) <= 1000
    assert entry.summary.endswith("2.")
    one = only(rss(f"{ITEM}<description>{'word ' * 600}</description>")).summary
    assert len(one) <= 1000
    assert one.endswith("…")


def test_at_most_500_entries_are_taken() -> None:
    assert len(parsed(rss(*(f"<title>{n}</title>" for n in range(700)))).entries) == 500


@pytest.mark.parametrize(
    ("of_entry", "operator", "of_feed", "expected"),
    [("fr", "en", "ar", "fr"), ("", "en", "ar", "en"), ("", "", "ar-EG", "ar"), ("", "", "", ""), ("", "", "??", "")],
)
def test_the_nearest_word_on_the_language_counts(of_entry: str, operator: str, of_feed: str, expected: str) -> None:
    item = f"{ITEM}<dc:language>{of_entry}</dc:language>" if of_entry else ITEM
    body = rss(
        item,
        head=f"<language>{of_feed}</language>" if of_feed else "",
        attributes='xmlns:dc="http://purl.org/dc/elements/1.1/"',
    )
    assert only(body, language=operator).language == expected


GDACS = """<title>Orange flood alert</title><gdacs:alertlevel>Orange</gdacs:alertlevel><gdacs:iso3>MOZ</gdacs:iso3>
<gdacs:country>{}</gdacs:country><gdacs:resources><gdacs:resource><gdacs:title>A map</gdacs:title>
<gdacs:description>Not the story</gdacs:description></gdacs:resource></gdacs:resources>"""


def test_gdacs_names_its_countries_and_its_level() -> None:
    space = 'xmlns:gdacs="http://www.gdacs.org"'
    entry = only(rss(GDACS.format("Mozambique, Malawi"), attributes=space), places_in="gdacs")
    assert (entry.title, entry.places, entry.level) == ("Orange flood alert", ("Mozambique", "Malawi"), "Orange")
    assert entry.summary == ""
    assert only(rss(GDACS.format(""), attributes=space), places_in="gdacs").places == ("MOZ",)
    assert only(rss(GDACS.format("Mozambique"), attributes=space)).places == ()


@pytest.mark.parametrize(
    ("said", "places"),
    [
        ("Country: Sudan", ("Sudan",)),
        ("Countries: Sudan, South Sudan", ("Sudan", "South Sudan")),
        ("Primary country: Bolivia (Plurinational State of)", ("Bolivia (Plurinational State of)",)),
        ("Countries: Korea (Republic, of), Chad", ("Korea (Republic, of)", "Chad")),
    ],
)
def test_reliefweb_names_its_countries_in_the_description_which_then_loses_them(
    said: str, places: tuple[str, ...]
) -> None:
    html = f'<div class="tag country">{said}</div><div class="tag source">Source: An agency</div><p>Water rose.</p>'
    entry = only(rss(f"{ITEM}<description><![CDATA[{html}]]></description>"), places_in="reliefweb")
    assert (entry.places, entry.summary) == (places, "Water rose.")


def test_categories_are_the_places_where_the_operator_says_so() -> None:
    item = f"{ITEM}<category>Chad</category><category domain='x'>Floods</category><category>Chad</category>"
    assert only(rss(item), places_in="category").places == ("Chad", "Floods")
    assert only(rss(item), places_in="reliefweb").places == ("Chad", "Floods")
    assert only(rss(item)).places == ()
    tagged = {**JSON_FEED, "items": [{"id": "1", "title": "x", "tags": ["Chad", 7, None]}]}
    assert only(json.dumps(tagged).encode(), places_in="category").places == ("Chad",)


def test_hostile_words_come_out_as_plain_text() -> None:
    entry = only(
        rss(
            "<title>&lt;script&gt;alert(1)&lt;/script&gt;Mali &lt;!channel&gt; &lt;b onclick=x&gt;now&lt;/b&gt;</title>"
            "<link>javascript:alert(1)</link><description>&lt;img src=x onerror=alert(1)&gt;\u202etxt</description>"
        )
    )
    assert (entry.title, entry.link, entry.summary) == ("Mali now", "", "txt")


def test_a_flood_of_combining_marks_is_quick() -> None:
    began = time.process_time()
    entry = only(rss(f"<title>e{chr(0x301) * 100_000}</title>"))
    assert time.process_time() - began < 2
    assert len(entry.title) <= 500


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9, 0.99])
def test_a_feed_cut_short_gives_the_stories_that_came(cut: float) -> None:
    body = rss(*(f"<title>Story {n}</title><link>https://e.example/{n}</link>" for n in range(50)))
    outcome = parsed(body[: int(len(body) * cut)])
    assert len(outcome.entries) >= int(50 * cut) - 1
    assert "well-formed" in outcome.problem


def test_a_bomb_of_entities_is_not_expanded() -> None:
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE rss [<!ENTITY a0 "Mali">{bomb}]>'.encode() + rss("<title>&a9;</title>", ITEM)
    assert [entry.title for entry in parsed(body).entries][-1] == "River & road"


def test_files_of_this_machine_are_not_read() -> None:
    body = b'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + rss(f"<title>t&x;</title>{ITEM[32:]}")
    assert only(body).title == "t"
    assert unreadable(b"/etc/passwd")


def test_a_small_entity_of_the_feeds_own_still_works() -> None:
    body = b'<!DOCTYPE rss [\n<!ENTITY org "An agency">\n]>' + rss("<title>&org; writes</title>")
    assert only(body).title == "An agency writes"


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><html><head><title>x</title></head></html>",
        b"<?xml version='1.0'?><!-- c --><html xmlns='http://www.w3.org/1999/xhtml'></html>",
        b"<html><body>Just a moment...</body></html>",
        b"<HEAD><TITLE>Moved</TITLE></HEAD>",
    ],
)
def test_a_web_page_is_called_one(page: bytes) -> None:
    assert unreadable(page) == "this is a web page, not a feed"


def test_a_web_page_that_names_its_feed_helps_the_operator() -> None:
    page = b"<html><link rel=alternate type='application/rss+xml' href='/rss/all.xml?token=secret'></html>"
    assert unreadable(page) == "this is a web page, not a feed; it names this one: https://feeds.example/rss/all.xml"
    assert unreadable(b"<p>hello", content_type="text/html").startswith("this is a web page")


def test_a_feed_called_html_by_its_server_is_still_a_feed() -> None:
    assert only(rss(ITEM), content_type="text/html; charset=utf-8").title == "River & road"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   \n",
        b"\x00\x01\x02\x03",
        b"hello",
        b"{",
        b"[]",
        b"null",
        b'{"items": 3}',
        b'{"items": [1, null, {"id": 2}]}',
        b"[" * 100_000,
        b'{"items": [' + b"9" * 5000 + b"]}",
        b"<note><to>you</to></note>",
        b"\x1f\x8bnot gzip at all",
        b"<rss",
        b"%PDF-1.7",
    ],
)
def test_what_is_no_feed_is_refused_in_a_line(body: bytes) -> None:
    assert unreadable(body)


def test_an_empty_feed_is_no_failure() -> None:
    assert parsed(rss()) == Parsed((), "Feed")
    assert parsed(json.dumps({**JSON_FEED, "items": []}).encode()).entries == ()
