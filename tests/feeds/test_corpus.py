"""Real and made feed files, where they are at hand."""

import asyncio
import time
from pathlib import Path

import pytest

from bot.core.outcomes import Failed, Fetched, Parsed
from bot.core.story import identity
from bot.feeds.parse import Parser, parse_feed
from tests.feeds.conftest import Stalls

CORPUS = Path(__file__).parents[2] / "../shared/feeds"
NO_FEED = {
    "broken_malformed_namespaced.xml",
    "broken_unrecognized.rss",
    "enc_iso88591_utf8_mismatch.xml",
}
EMPTY = {
    "atom_incomplete_fields.atom",
    "atom_missing_fields.atom",
    "bomb_fp_entity_in_doctype.xml",
    "bomb_fp_rdf_entity_decl.xml",
    "json_authors.json",
    "made_bomb_gzip_20mb.xml.gz",
    "reader_empty.rss",
}

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the collection of feed files is not beside the project")


def files() -> list[Path]:
    """Return the feed files."""
    return sorted(path for path in CORPUS.glob("*") if path.name != "index.tsv") if CORPUS.is_dir() else []


async def test_every_file_gives_its_stories_or_says_why_not_in_bounded_time_and_memory() -> None:
    parser = Parser()
    async with Stalls() as stalls:
        for path in files():
            body = await asyncio.to_thread(path.read_bytes)
            began = time.monotonic()
            outcome = await parser.parse(Fetched(body, f"https://feeds.example/{path.name}"))
            assert time.monotonic() - began < 10, path.name
            assert isinstance(outcome, Failed) == (path.name in NO_FEED), (path.name, outcome)
            if isinstance(outcome, Parsed):
                assert bool(outcome.entries) != (path.name in EMPTY), path.name
    assert stalls.longest < 0.25
    assert parser.pid, "one worker has read them all"
    assert await asyncio.to_thread(peak_bytes, parser.pid) < 150 * 2**20
    await parser.close()


def peak_bytes(pid: int) -> int:
    """Return the most memory a process has used, in bytes (proc(5), VmHWM)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def parsed(name: str) -> Parsed:
    """Return a file's entries."""
    outcome = parse_feed((CORPUS / name).read_bytes(), url="https://www.thenewhumanitarian.org/rss/all.xml")
    assert isinstance(outcome, Parsed)
    return outcome


def test_the_two_polls_and_the_other_shape_of_the_second_are_eighteen_stories() -> None:
    seen: set[str] = set()
    new = []
    for name in (
        "made_tnh_poll_2026-02-06.xml",
        "made_tnh_poll_2026-02-12.xml",
        "made_tnh_poll_2026-02-12_noderss.xml",
    ):
        outcome = parsed(name)
        keys = [set(identity(entry, "https://www.thenewhumanitarian.org/rss/all.xml")) for entry in outcome.entries]
        new.append(sum(seen.isdisjoint(of_entry) for of_entry in keys))
        seen.update(*keys)
        assert all(entry.published and entry.published.year == 2026 for entry in outcome.entries)
        assert all("<" not in entry.summary and entry.summary for entry in outcome.entries)
    assert new == [10, 8, 0]


def test_hostile_items_leave_plain_titles_and_safe_links() -> None:
    entries = parsed("made_hostile_items.xml").entries
    assert len(entries) == 10
    assert entries[0].title == "Mali & Niger"
    assert all("<" not in entry.title and len(entry.title) <= 500 for entry in entries)
    assert all(entry.link == "" or entry.link.startswith("http") for entry in entries)


def test_the_storm_feed_names_its_countries_and_levels() -> None:
    body = (CORPUS / "hum_gdacs_rss.xml").read_bytes()
    outcome = parse_feed(body, url="https://www.gdacs.org/xml/rss.xml", places_in="gdacs")
    assert isinstance(outcome, Parsed)
    assert all(entry.level in ("Green", "Orange", "Red") for entry in outcome.entries)
    assert sum(bool(entry.places) for entry in outcome.entries) >= len(outcome.entries) - 1
    assert not any("map" in entry.title.lower() for entry in outcome.entries)
