"""`crisis-bot explain` and `crisis-bot match`: what the bot sees in a story, and why a filter wants it or not."""

import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

STORY = """  1. Home
  2. East Africa
  3. Sudan

Cholera spreads as fighters close in on El Obeid

At least 40 people have died of cholera in North Kordofan this week, according to the health ministry.

Fighters of the Rapid Support Forces denied that they stop convoys. Their account could not be independently verified.

Share this article
"""
PAGE = "<html><body><article><h1>Floods in Chad</h1><p>{}</p></article></body></html>"


@pytest.fixture
def story() -> str:
    Path("story.txt").write_text(STORY, encoding="utf-8")
    return "story.txt"


def feed_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


async def test_explain_shows_places_actors_topics_claims_figures_and_a_summary(cli: Cli, story: str) -> None:
    told = await cli("explain", story)
    assert told.status == 0
    assert "Cholera spreads as fighters close in on El Obeid" in told.out
    assert "About       🇸🇩 Sudan" in told.out
    assert "breadcrumb: «Sudan»" in told.out
    assert "«El Obeid»" in told.out
    assert "Actor       Rapid Support Forces" in told.out
    assert "Topic       Cholera" in told.out
    assert "«could not be independently verified»" in told.out
    assert "killed: At least 40 (source: the health ministry)" in told.out
    assert "Share this article" not in told.out


async def test_explain_reads_standard_input_and_html(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    feed_in(monkeypatch, PAGE.format("The Chari rose over its banks in N'Djamena, and families fled to Kousséri. " * 5))
    told = await cli("explain")
    assert "Floods in Chad" in told.out
    assert "About       🇹🇩 Chad" in told.out
    assert "Cameroon" in told.out


async def test_explain_answers_json_lines_with_a_line_each(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = [
        {"id": 1, "title": "Mali and Wagner mercenaries", "text": "", "lang": "en"},
        {"id": "b", "title": "", "text": "Le choléra au Tchad.\n\nLe Niger voisin surveille.", "lang": "fr"},
    ]
    feed_in(monkeypatch, "\n".join(map(json.dumps, asked)) + "\n\n")
    told = await cli("explain", "--jsonl")
    first, second = map(json.loads, told.out.splitlines())
    assert (first["id"], first["mentions"], first["about"], first["actors"]) == (1, ["MLI"], ["MLI"], ["wagner"])
    assert first["evidence"]["MLI"] == [["Mali", "title"]]
    assert (second["id"], set(second["mentions"]), second["about"]) == ("b", {"TCD", "NER"}, ["TCD"])
    assert "cholera" in second["topics"]


@pytest.mark.parametrize("line", ["no json", "[1, 2]", '"text"'])
async def test_a_line_that_is_no_object_is_named(cli: Cli, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    feed_in(monkeypatch, '{"id": 1, "text": "Mali"}\n' + line + "\n")
    told = await cli("explain", "--jsonl")
    assert told.status == 2
    assert told.err.startswith("Line 2 is no JSON object")


@pytest.mark.parametrize("command", [("explain",), ("match", "mali")])
async def test_a_file_that_is_not_there_is_one_sentence(cli: Cli, command: tuple[str, ...]) -> None:
    told = await cli(*command, "nowhere.txt")
    assert (told.status, told.err) == (2, "nowhere.txt cannot be read: No such file or directory.\n")


async def test_match_says_yes_with_the_words_that_made_it(cli: Cli, story: str) -> None:
    told = await cli("match", "sudan topic:cholera", story)
    assert told.status == 0
    assert told.out.startswith("yes: 🇸🇩 Sudan and ")
    assert "country:SD: “El Obeid” (title)" in told.out
    assert "topic:cholera: “Cholera” (title)" in told.out


async def test_match_says_no_with_what_is_missing_or_in_the_way(cli: Cli, story: str) -> None:
    told = await cli("match", "chad drought", story)
    assert told.status == 1
    assert "country:TD: not in the story" in told.out
    told = await cli("match", "sudan -cholera", story)
    assert told.status == 1
    assert '-"cholera": but “Cholera” (title)' in told.out


async def test_one_of_several_filters_is_enough_for_a_yes(cli: Cli, story: str) -> None:
    told = await cli("match", "chad, sudan", story)
    assert told.status == 0
    assert [line[:3] for line in told.out.splitlines() if not line.startswith(" ")] == ["no:", "yes"]


async def test_a_filter_that_cannot_be_read_is_explained(cli: Cli, story: str) -> None:
    told = await cli("match", "(sudan", story)
    assert told.status == 2
    assert "bracket" in told.out
