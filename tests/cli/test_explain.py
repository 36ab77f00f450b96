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


def write(name: str, body: bytes) -> None:
    Path(name).write_bytes(body)


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
    assert "At least 40 dead (source: the health ministry)" in told.out
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


async def test_what_is_only_reported_is_not_called_unverified(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    feed_in(monkeypatch, "The mayor reportedly fled. The toll could not be verified.")
    told = await cli("explain")
    assert "Unverified  The toll «could not be verified»." in told.out
    assert "Reported    The mayor «reportedly» fled." in told.out


async def test_a_byte_order_mark_is_no_part_of_a_text(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    page = PAGE.format("The Chari rose over its banks in N'Djamena, and families fled to Kousséri. " * 5)
    feed_in(monkeypatch, f"\ufeff{page}")
    assert "Title       Floods in Chad\n" in (await cli("explain")).out
    feed_in(monkeypatch, '\ufeff{"id": 1, "title": "Mali"}')
    assert json.loads((await cli("explain", "--jsonl")).out)["mentions"] == ["MLI"]


@pytest.fixture(params=["\u2028", "\u0085"])
def json_lines(request: pytest.FixtureRequest) -> str:
    asked = json.dumps({"id": 1, "title": f"Mali{request.param}Niger"}, ensure_ascii=False)
    Path("lines.jsonl").write_text(f"{asked}\r\n{asked}\n", encoding="utf-8")
    return "lines.jsonl"


async def test_only_a_line_feed_ends_a_json_line(cli: Cli, json_lines: str) -> None:
    told = await cli("explain", "--jsonl", json_lines)
    assert [json.loads(line)["mentions"] for line in told.out.splitlines()] == [["MLI", "NER"]] * 2


async def test_odd_values_of_a_json_line_are_no_trouble(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = ['{"id": "\\ud800", "title": 5, "text": null}', '{"title": ["Mali"], "lang": 7}', '{"text": "\\u0000 Mali"}']
    feed_in(monkeypatch, "\n".join(odd))
    told = await cli("explain", "--jsonl")
    answers = [json.loads(line) for line in told.out.splitlines()]
    assert [each["id"] for each in answers] == ["\ud800", None, None]
    assert [each["mentions"] for each in answers] == [[], ["MLI"], ["MLI"]]


@pytest.mark.parametrize("line", ["no json", "[1, 2]", '"text"', "[" * 100_000])
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


async def test_match_reads_a_sentence_as_the_chat_does(cli: Cli, story: str) -> None:
    assert (await cli("match", "news about Sudan, please", story)).out.startswith("yes: 🇸🇩 Sudan\n")


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
    assert "bracket" in told.err


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "holds no text"),
        (b" \n", "holds no text"),
        (b"\x89PNG\r\n\x1a\n\0\0", "holds no text"),
        (
            b'<?xml version="1.0"?>\n<rss><channel/></rss>',
            "is a feed; crisis-bot feeds preview given shows its stories.",
        ),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "is a feed"),
    ],
)
async def test_what_is_no_story_is_refused_with_what_to_do(cli: Cli, body: bytes, said: str) -> None:
    write("given", body)
    told = await cli("explain", "given")
    assert told.status == 2
    assert told.err.startswith(f"given {said}")


async def test_a_page_that_begins_with_many_comments_is_read_at_once(cli: Cli) -> None:
    write("page.html", (b"<!-- x -->" * 60) + PAGE.format("The Chari rose over its banks. " * 9).encode())
    assert "Title       Floods in Chad\n" in (await cli("explain", "page.html")).out


async def test_a_place_that_is_only_mentioned_is_told_from_one_that_is_not_there(cli: Cli) -> None:
    write("aid.txt", b"Floods in Chad\n\nRain fell for days. Some fled to Mali.\n")
    told = await cli("match", "mali", "aid.txt")
    assert told.status == 1
    assert "country:ML: only mentioned, “Mali” (summary); try mentions:ML" in told.out
    assert (await cli("match", "mentions:ML", "aid.txt")).status == 0


async def test_the_language_is_told_from_the_text(cli: Cli) -> None:
    text = "Le choléra gagne\n\nLes pluies ont détruit des ponts et les routes sont coupées dans le sud du pays.\n"
    write("fr.txt", text.encode())
    assert (await cli("match", "lang:fr", "fr.txt")).status == 0
