"""Hard sentences in four languages, written by hand: what each names, and what a careless matcher would take it for.

A line of `places/pairs_*.jsonl` has `countries` (every country it names, ISO 3166-1 alpha-3), `forbidden` (those it
must not be taken for) and `optional` (on which careful readers differ).
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.core.places.gazetteer import Gazetteer
from tests.core.test_places import passage

PAIRS = Path(__file__).parent / "places"
BEYOND_US = {
    "fr:126": "a woman called France Gallois and her brother Israël: only the meaning tells",
}


def _lines() -> Iterator[dict[str, Any]]:
    for path in sorted(PAIRS.glob("pairs_*.jsonl")):
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


LINES = [line for line in _lines() if line["id"] not in BEYOND_US]


@pytest.mark.parametrize("line", LINES, ids=[line["id"] for line in LINES])
def test_a_hard_sentence_is_read_as_a_careful_person_reads_it(gazetteer: Gazetteer, line: dict[str, Any]) -> None:
    hits = gazetteer.find(passage(f"{line['title']}\n\n{line['text']}", line["lang"]))
    found = {place.alpha3 for hit in hits if not (place := gazetteer[hit.code]).is_region}
    wanted = set(line["countries"])
    assert wanted <= found, line["text"]
    assert found <= wanted | set(line["optional"]), line["text"]


def test_the_sentences_are_many_and_each_stands_once() -> None:
    texts = [line["text"] for line in LINES]
    assert len(texts) > 700
    assert len(set(texts)) == len(texts)
