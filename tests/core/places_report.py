"""Answers labelled texts for a scorer: `python -m tests.core.places_report` reads and writes JSON lines.

In: id, title, text, lang. Out: id, mentions, about, as ISO 3166-1 alpha-3 codes; regions are left out.
"""

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

from bot.core.gazetteer import Gazetteer
from bot.core.places import read_places

CONFIG = Path(__file__).parents[2] / "config" / "places"


def load(folder: Path = CONFIG) -> Gazetteer:
    """Return the project's own gazetteer."""
    return Gazetteer.from_data(*(tomllib.loads(p.read_text("utf-8")) for p in sorted(folder.glob("*.toml"))))


def answer(gazetteer: Gazetteer, asked: dict[str, Any]) -> dict[str, Any]:
    """Return one line's answer. The first paragraph stands for the summary."""
    lead, _, rest = asked["text"].strip().partition("\n")
    found = read_places(gazetteer, title=asked["title"], summary=lead, text=rest, language=asked.get("lang", ""))
    countries = [place for place in found if not gazetteer[place.code].is_region]
    alpha3 = {place.code: gazetteer[place.code].alpha3 for place in countries}
    return {
        "id": asked["id"],
        "mentions": [alpha3[place.code] for place in countries],
        "about": [alpha3[place.code] for place in countries if place.about],
    }


def main() -> None:
    """Answer every line of standard input."""
    gazetteer = load()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(gazetteer, json.loads(line)), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
