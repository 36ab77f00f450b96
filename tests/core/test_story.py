"""When two entries are the same story."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.story import Entry, clean_link, fingerprint, identity, normal_link, type_of

FEED = "https://www.thenewhumanitarian.org/rss/all.xml"
HOSTILE = [
    "http://[::1",
    "http://[::1]:99999/x",
    "http://example.org:port/x",
    "http://example.org:-1/",
    "http://ex℀mple.org/a",
    "http://bücher.example/ä?ö=ü#ß",
    "http://例え.テスト/記事",
    "http://user:pass@EXAMPLE.org/a",
    "http://exa mple.org/a b",
    "http:///path",
    "http://",
    "https:",
    "//example.org/a",
    "javascript:alert(1)",
    "mailto:a@example.org",
    "http://example.org/%ff%fe?%e9=%e8",
    "http://example.org/?" + "&" * 5000,
    "http://example.org/" + "x" * 20_000,
    "\ud800",
    "http://example.org/\ud800?\udfff",
    "http://[fe80::1%25eth0]/a",
    "http://[v1.x]/a",
    "",
]


def _same(one: Entry, other: Entry, feed: str = FEED) -> bool:
    return not set(identity(one, feed)).isdisjoint(identity(other, feed))


@pytest.mark.parametrize(
    "twin",
    [
        "http://www.example.org/News/2026/Mali",
        "https://WWW.Example.ORG/News/2026/Mali",
        "https://www.example.org/News/2026/Mali/",
        "https://www.example.org:443/News/2026/Mali",
        "http://www.example.org:80/News/2026/Mali",
        "HTTPS://www.example.org/News/2026/Mali#share",
        "https://www.example.org/News/2026/Mali?utm_source=rss&utm_medium=feed",
        "https://www.example.org/News/2026/Mali?traffic_source=rss",
        "https://www.example.org/News/2026/Mali?at_medium=RSS&at_campaign=KARANGA",
        "https://www.example.org/News/2026/Mali?UTM_Source=x&fbclid=1&",
    ],
)
def test_links_that_differ_only_in_scheme_host_case_tracking_and_decoration_are_one(twin: str) -> None:
    link = "https://www.example.org/News/2026/Mali"
    assert normal_link(twin) == link
    assert _same(Entry("a", link), Entry("b", twin))


@pytest.mark.parametrize(
    "other",
    [
        "https://www.example.org/news/2026/mali",
        "https://www.example.org/News/2026/Mali2",
        "https://www.example.org/News/2026/Mali?page=2",
        "https://example.com/News/2026/Mali",
        "https://www.example.org:8443/News/2026/Mali",
    ],
)
def test_links_that_lead_elsewhere_are_not_one(other: str) -> None:
    assert not _same(Entry("a", "https://www.example.org/News/2026/Mali"), Entry("a", other))


def test_a_path_keeps_its_case_and_a_query_its_very_bytes() -> None:
    assert normal_link("http://A.org/B/c?D=%E9&e=F+g&utm_x=1&h") == "https://a.org/B/c?D=%E9&e=F+g&h"
    assert normal_link("http://a.org/?x=%E9") != normal_link("http://a.org/?x=%E8")


@pytest.mark.parametrize(
    ("link", "clean"),
    [
        ("http://A.org/b/?utm_source=rss&x=1#part", "http://A.org/b/?x=1#part"),
        ("https://a.org/b?traffic_source=rss", "https://a.org/b"),
        ("https://a.org/b?x=%E9+y", "https://a.org/b?x=%E9+y"),
        ("https://a.org/b", "https://a.org/b"),
        ("http://[::1", "http://[::1"),
    ],
)
def test_a_clean_link_leads_where_it_led_without_tracking(link: str, clean: str) -> None:
    assert clean_link(link) == clean


def test_updates_that_only_count_up_in_their_guid_are_one_story() -> None:
    link = "https://www.bbc.com/news/articles/c1x"
    first, *others = [Entry("t", f"{link}?at_medium=RSS", f"{link}#{n}") for n in range(11)]
    assert all(_same(first, other, "https://feeds.bbci.co.uk/news/world/rss.xml") for other in others)


def test_guids_that_are_the_site_and_a_time_make_nothing_one() -> None:
    one = Entry("a", "https://www.aljazeera.com/news/2026/2/6/a?traffic_source=rss", "https://www.aljazeera.com/?t=1")
    other = Entry("b", "https://www.aljazeera.com/news/2026/2/6/b?traffic_source=rss", "https://www.aljazeera.com/?t=1")
    assert not _same(one, other)
    assert _same(one, replace(one, guid="https://www.aljazeera.com/?t=2"))


def test_disasters_are_told_apart_by_the_number_in_their_query() -> None:
    flood = Entry("Flood", "http://www.gdacs.org/report.aspx?eventtype=FL&eventid=1103", "FL1103")
    other = Entry("Flood", "http://www.gdacs.org/report.aspx?eventtype=FL&eventid=1104", "FL1104")
    quake = Entry("Quake", "http://www.gdacs.org/report.aspx?eventtype=EQ&eventid=1103", "EQ1103")
    assert not _same(flood, other)
    assert not _same(flood, quake)
    assert _same(flood, replace(flood, title="Flood, updated", link=flood.link.replace("http:", "https:")))


@pytest.mark.parametrize("guid", ["264332", "https://www.thenewhumanitarian.org/node/264332", "/node/264332"])
def test_a_node_is_one_story_in_all_three_shapes_though_its_link_changes(guid: str) -> None:
    known = Entry("t", "https://www.thenewhumanitarian.org/news/old", "264332 at http://www.thenewhumanitarian.org")
    assert _same(known, Entry("u", "https://www.thenewhumanitarian.org/news/new", guid))
    assert _same(known, Entry("u", "", guid))


def test_the_same_node_number_at_another_site_is_another_story() -> None:
    one = Entry("t", "https://one.example.org/a", "17")
    assert not _same(one, Entry("t", "https://two.example.org/b", "17"))
    assert not _same(one, Entry("t", "https://one.example.org/b", "18"))


def test_an_entry_that_links_to_the_front_page_is_known_by_its_guid_or_its_words() -> None:
    one = Entry("One", "https://example.org/", "tag:example.org,2026:1")
    assert not _same(one, replace(one, guid="tag:example.org,2026:2"))
    assert _same(one, replace(one, title="One, corrected"))
    bare = Entry("One", "https://example.org", summary="Said")
    assert not _same(bare, replace(bare, title="Two"))
    assert _same(bare, replace(bare, title="ONE", summary="“said”"))


def test_guids_and_words_are_a_feeds_own() -> None:
    entry = Entry("t", guid="abc")
    assert set(identity(entry, FEED)).isdisjoint(identity(entry, "https://other.example.org/feed"))


@pytest.mark.parametrize("link", HOSTILE)
def test_no_link_breaks_anything(link: str) -> None:
    for entry in (
        Entry("t", link),
        Entry("t", link, link),
        Entry("t", link, "12"),
        Entry("t", "", f"1 at {link or 'x'}"),
    ):
        keys = identity(entry, link)
        assert keys
        assert all(keys)
        assert all(len(key) < 600 for key in keys)
    assert isinstance(normal_link(link), str)
    assert isinstance(clean_link(link), str)
    assert isinstance(type_of(link), str)


@given(st.text() | st.text(st.sampled_from("htps:/[]@#?&=%.eé\ud800 a1℀")).map(lambda t: f"http://{t}"), st.text())
def test_no_text_at_all_breaks_anything(link: str, guid: str) -> None:
    assert identity(Entry("t", link, guid), FEED)
    assert normal_link(normal_link(link)) == normal_link(link) or "[" in link or "%" in link or not link.isascii()
    assert isinstance(type_of(link), str)


def test_long_links_that_differ_at_their_end_stay_apart() -> None:
    one, other = (Entry("t", "https://example.org/" + "x" * 5000 + end) for end in "ab")
    assert not _same(one, other)
    assert _same(one, one)


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("https://www.thenewhumanitarian.org/news/2026/02/06/mali", "news"),
        ("https://www.thenewhumanitarian.org/fr/analyse/2026/02/06/mali", "analyse"),
        ("https://news.example.org/zh-hans/opinion/1", "opinion"),
        ("https://news.example.org/photo-essay/1", "photo-essay"),
        ("https://news.example.org/news", ""),
        ("https://news.example.org/", ""),
        ("https://news.example.org/2026/02/06/mali", ""),
        ("https://news.example.org/News/x", ""),
        ("https://news.example.org/report.aspx?x=1", ""),
        ("", ""),
    ],
)
def test_the_type_is_the_first_segment_after_a_language(link: str, kind: str) -> None:
    assert type_of(link) == kind


def test_a_fingerprint_follows_the_words_and_not_how_they_are_written() -> None:
    assert fingerprint("Mali’s  “junta”", "Déjà vu") == fingerprint("MALI'S junta", "deja\u00a0vu")
    assert fingerprint("a", "b c") != fingerprint("a b", "c")
    assert fingerprint("Mali", "") != fingerprint("Niger", "")


def test_a_fingerprint_of_anything_is_short_ascii() -> None:
    assert all(len(fingerprint(text, text)) == 32 for text in ("", "\ud800", "x" * 50_000, "\u0301" * 50_000))


def test_stored_polls_keep_their_stories_apart() -> None:
    folder = Path(__file__).parents[2] / "../shared/feeds"
    if not folder.is_dir():
        pytest.skip("the stored feeds are not here")
    seen: dict[str, set[str]] = {}
    for name in (
        "made_tnh_poll_2026-02-06.xml",
        "made_tnh_poll_2026-02-12.xml",
        "made_tnh_poll_2026-02-12_noderss.xml",
    ):
        for item in _items((folder / name).read_text()):
            seen.setdefault(min(identity(item, FEED)), set()).add(item.title)
    assert len(seen) == 18


def _items(text: str) -> list[Entry]:
    from xml.etree import ElementTree

    return [
        Entry(item.findtext("title") or "", item.findtext("link") or "", item.findtext("guid") or "")
        for item in ElementTree.fromstring(text).iter("item")
    ]
