"""All that the bot knows by name and by phrase, in one hand."""

from dataclasses import dataclass

from bot.core.figures.reader import FigureReader
from bot.core.hedges import HedgeReader
from bot.core.places.gazetteer import Gazetteer
from bot.core.subjects.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Fulfils `bot.core.filters.names.Names`. Built once from the config folder; safe to share."""

    places: Gazetteer
    actors: Vocabulary
    topics: Vocabulary
    hedges: HedgeReader
    figures: FigureReader
