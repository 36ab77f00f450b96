"""What the tests of reading begin with: the readers of the project's own files, and passages."""

import tomllib
from functools import cache
from pathlib import Path

from bot.core.figures.reader import FigureReader
from bot.core.hedges import HedgeReader
from bot.core.passage import Passage
from bot.core.story import Figure, Hedge

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config" / "reading"
SEED = ROOT / "../shared/seed/mali-cuts-ukraine-ties-after-wagner-ambush.txt"


@cache
def hedge_reader() -> HedgeReader:
    """Return the reader of the project's own hedges."""
    return HedgeReader.from_data(tomllib.loads((CONFIG / "hedges.toml").read_text("utf-8")))


@cache
def figure_reader() -> FigureReader:
    """Return the reader of the project's own figures."""
    return FigureReader.from_data(tomllib.loads((CONFIG / "figures.toml").read_text("utf-8")))


def passage(text: str, language: str = "") -> Passage:
    """Return a text alone as a passage."""
    return Passage.of([("text", text)], language)


def hedges(text: str, language: str = "") -> tuple[Hedge, ...]:
    """Return the hedges of a text."""
    return hedge_reader().find(passage(text, language))


def figures(text: str, language: str = "en") -> tuple[Figure, ...]:
    """Return the figures of a text."""
    return figure_reader().find(passage(text, language))


def seed() -> Passage:
    """Return the seed story: its title is its fourth paragraph."""
    title, text = SEED.read_text("utf-8").split("\n\n", 3)[2:]
    return Passage.of([("title", title), ("text", text)], "en")
