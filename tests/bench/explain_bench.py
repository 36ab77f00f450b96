"""How long it takes to understand a story: `python -m tests.bench.explain_bench [--runs N]`.

Texts of about 3,000 characters are made of the hard sentences that test the places, which name more than news does. The
times are medians of one process on one core, in ms a text; beside them the barest way: one regular expression of all
names, which decides nothing and knows no actors, topics, claims or figures.
"""

import argparse
import gc
import json
import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot import config_folder
from bot.core.lexicon import Lexicon
from bot.core.passage import Passage
from bot.core.places.about import read_places
from bot.core.understand import understand

ROOT = Path(__file__).parents[2]
PAIRS = ROOT / "tests" / "core" / "places"
CHARS = 3_000


@dataclass(frozen=True, slots=True)
class Step:
    """What one step takes for a text of one language."""

    language: str
    what: str
    ms: float

    def __str__(self) -> str:
        return f"{self.language:9} {self.what:34} {self.ms:8.2f}"


HEAD = f"{'language':9} {'ms a text of 3,000 characters':34} {'median':>8}"


def texts(language: str) -> list[str]:
    """Return texts of about `CHARS` characters, the same each time."""
    lines = (PAIRS / f"pairs_{language}.jsonl").read_text(encoding="utf-8").splitlines()
    found, text = [], ""
    for sentence in (json.loads(line)["text"] for line in lines):
        text = f"{text} {sentence}".strip()
        if len(text) >= CHARS:
            found.append(text[:CHARS])
            text = ""
    return found


def measure(lexicon: Lexicon, language: str, runs: int) -> list[Step]:
    """Return what each step takes, and the regular expression beside them."""
    told = [[("title", text[:80]), ("summary", text[80:300]), ("text", text[300:])] for text in texts(language)]
    passages = [Passage.of(parts, language) for parts in told]
    read = [(passage, {place.code for place in read_places(lexicon.places, passage)}) for passage in passages]
    names = _all_names()
    steps: dict[str, Callable[[], object]] = {
        "into words": lambda: [Passage.of(parts, language) for parts in told],
        "places": lambda: [read_places(lexicon.places, passage) for passage in passages],
        "actors and topics": lambda: [(lexicon.actors.found(*each), lexicon.topics.found(*each)) for each in read],
        "claims and figures": lambda: [(lexicon.hedges.find(p), lexicon.figures.find(p)) for p in passages],
        "all of it": lambda: [understand(lexicon, Passage.of(parts, language)) for parts in told],
        "one regular expression of all names": lambda: [names.findall(passage.text) for passage in passages],
    }
    return [Step(language, what, _median(work, runs) / len(told)) for what, work in steps.items()]


def _all_names() -> re.Pattern[str]:
    tables = [config_folder.read_toml(path) for path in (ROOT / "config" / "places").glob("*.toml")]
    rows = [row for table in tables for kind in ("country", "place") for row in table.get(kind, {}).values()]
    listed = {name for row in rows for names in row.values() if isinstance(names, list) for name in names}
    longest_first = sorted(map(re.escape, listed), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(longest_first)})\b", re.IGNORECASE)


def _median(work: Callable[[], object], runs: int) -> float:
    work()  # once for what is remembered from then on
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        taken.append(1_000 * (time.perf_counter() - started))
    return statistics.median(taken)


def run(runs: int, languages: Sequence[str], show: Callable[[str], None]) -> list[Step]:
    """Measure and show each language's steps."""
    started = time.perf_counter()
    lexicon = config_folder.read_lexicon(ROOT / "config")
    show(f"what is known by name and by phrase is read in {time.perf_counter() - started:.2f} s\n{HEAD}")
    gc.collect()
    gc.freeze()
    steps = [step for language in languages for step in measure(lexicon, language, runs)]
    gc.unfreeze()
    for step in steps:
        show(str(step))
    return steps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="how often each step is repeated")
    run(parser.parse_args().runs, ("en", "fr", "es", "ar"), print)


if __name__ == "__main__":
    main()
