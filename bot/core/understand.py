"""What a story says, for filters and for people: its places, actors and topics, what it hedges, its figures."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.lexicon import Lexicon
from bot.core.passage import Passage
from bot.core.places.about import read_places
from bot.core.story import Figure, FoundPlace, FoundSubject, Hedge


@dataclass(frozen=True, slots=True)
class Understood:
    """What was found in a passage; the places it is about come first."""

    places: tuple[FoundPlace, ...]
    actors: tuple[FoundSubject, ...]
    topics: tuple[FoundSubject, ...]
    hedges: tuple[Hedge, ...]
    figures: tuple[Figure, ...]


def understand(
    lexicon: Lexicon, passage: Passage, breadcrumb: Iterable[str] = (), structured: Iterable[str] = ()
) -> Understood:
    """Read a passage; `breadcrumb` and `structured` name places by the page's editors and the feed's own fields."""
    places = read_places(lexicon.places, passage, breadcrumb, structured)
    named = {place.code for place in places}
    return Understood(
        places=places,
        actors=lexicon.actors.found(passage, named),
        topics=lexicon.topics.found(passage, named),
        hedges=lexicon.hedges.find(passage),
        figures=lexicon.figures.find(passage),
    )
