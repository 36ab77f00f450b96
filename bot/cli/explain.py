"""`crisis-bot explain`: what the bot sees in a story, for a person or as JSON lines."""

import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from bot.cli.marking import Pen
from bot.cli.source_text import InputError, read_story
from bot.core.claims import counted
from bot.core.lexicon import Lexicon
from bot.core.passage import Passage
from bot.core.places.about import read_places
from bot.core.sentences import Speaker
from bot.core.story import Evidence, FoundPlace, FoundSubject
from bot.core.subjects.vocabulary import Vocabulary
from bot.core.summary import shown_summary
from bot.pipeline.reading import ReadStory

_LABEL = 12
_SPEAKER = Speaker()


def show(lexicon: Lexicon, where: str) -> None:
    """Print what the bot sees in a file, or in standard input for `-`."""
    read = read_story(lexicon, where)
    for label, text in _lines(lexicon, read, Pen(sys.stdout.isatty())):
        print(f"{label:{_LABEL}}{text}".rstrip())


def answer_lines(lexicon: Lexicon, asked: Iterable[str], out: TextIO) -> None:
    """Read lines of {"id", "title", "text", "lang"}, write an answer for each; raises InputError for any other line."""
    for number, line in enumerate(asked, 1):
        if line.strip():
            told = json.dumps(answer(lexicon, _object(line, number)), ensure_ascii=False)
            # Half a surrogate pair in an id goes out as it came in: as an escape.
            out.write(told.encode(errors="backslashreplace").decode() + "\n")


def answer(lexicon: Lexicon, asked: dict[str, Any]) -> dict[str, Any]:
    """Return one line's answer; the text's first line stands for the summary.

    Places are countries only, as ISO 3166-1 alpha-3 codes; evidence is a list of [words, where] for each code.
    """
    lead, _, rest = str(asked.get("text") or "").strip().partition("\n")
    parts = (("title", str(asked.get("title") or "")), ("summary", lead), ("text", rest))
    passage = Passage.of(parts, str(asked.get("lang") or ""))
    places = read_places(lexicon.places, passage)
    named = {place.code for place in places}
    countries = {p.alpha3: found for found in places if not (p := lexicon.places[found.code]).is_region}
    actors, topics = lexicon.actors.found(passage, named), lexicon.topics.found(passage, named)
    evidence = {code: _pairs(found.evidence) for code, found in countries.items()}
    return {
        "id": asked.get("id"),
        "mentions": list(countries),
        "about": [code for code, found in countries.items() if found.about],
        "actors": [found.code for found in actors],
        "topics": [found.code for found in topics],
        "evidence": evidence | {found.code: _pairs(found.evidence) for found in (*actors, *topics)},
    }


def _object(line: str, number: int) -> dict[str, Any]:
    try:
        read = json.loads(line)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise InputError(f"Line {number} is no JSON object; expected id, title, text and lang in braces.")
    return read


def _pairs(evidence: Iterable[Evidence]) -> list[list[str]]:
    return [[each.words, each.where] for each in evidence]


def _lines(lexicon: Lexicon, read: ReadStory, pen: Pen) -> Iterator[tuple[str, str]]:
    story, passage = read.story, read.passage
    yield "Title", pen.bold(story.title or "(none)")
    yield "Language", passage.language or "(not known)"
    yield "Summary", shown_summary(story) or "(none)"
    for label, about in (("About", True), ("Mentions", False)):
        for found in (each for each in story.places if each.about is about):
            yield label, _place(lexicon, found)
            yield from _where(found.evidence, passage, pen)
    for label, subjects, vocabulary in (
        ("Actor", story.actors, lexicon.actors),
        ("Topic", story.topics, lexicon.topics),
    ):
        yield from _subjects(label, subjects, vocabulary, passage, pen)
    for hedge in story.hedges:
        yield hedge.strength.capitalize(), pen.marked(hedge.sentence, hedge.words)
    for figure in story.figures:
        yield "Figure", counted(_SPEAKER, figure) + (f" (source: {figure.source})" if figure.source else "")
        yield "", pen.marked(figure.sentence, figure.amount)


def _place(lexicon: Lexicon, found: FoundPlace) -> str:
    place = lexicon.places[found.code]
    regions = [lexicon.places[code].name for code in place.regions]
    return f"{place.flag} {place.name}".strip() + (f" ({', '.join(regions)})" if regions else "")


def _subjects(
    label: str, subjects: Iterable[FoundSubject], vocabulary: Vocabulary, passage: Passage, pen: Pen
) -> Iterator[tuple[str, str]]:
    for found in subjects:
        yield label, vocabulary[found.code].name
        yield from _where(found.evidence, passage, pen)


def _where(evidence: Iterable[Evidence], passage: Passage, pen: Pen) -> Iterator[tuple[str, str]]:
    for each in evidence:
        yield "", f"{each.where}: {pen.in_context(passage.part(each.where), each.words)}"
