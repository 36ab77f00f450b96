"""Which places a story is about and which it only mentions, with the words that say so."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from bot.core.passage import Passage
from bot.core.places.gazetteer import Gazetteer, Place
from bot.core.story import Evidence, FoundPlace

__all__ = ["Place", "read_places"]

# Mentions saturate: past a score of them, more say nothing new. A lower cap ties the countries of a long report.
_TITLE, _LEAD, _MOST_MENTIONS = 4, 2, 20
# A place is what a story is about from this share of the best place's points on.
_SHARE = 0.7
# Where neither title nor summary names a place, the text must name it this often.
_ENOUGH_IN_TEXT = 3
_MOST_EVIDENCE = 5


@dataclass(slots=True)
class _Tally:
    """What speaks for one place."""

    evidence: dict[tuple[str, str], None] = field(default_factory=dict)
    fields: set[str] = field(default_factory=set)
    mentions: int = 0

    @property
    def points(self) -> int:
        own = _TITLE * ("title" in self.fields) + _LEAD * ("summary" in self.fields)
        return own + min(self.mentions, _MOST_MENTIONS)

    def shown(self) -> Iterator[Evidence]:
        """The first few words that name it, each once."""
        return (Evidence(words, where) for words, where in islice(self.evidence, _MOST_EVIDENCE))

    @property
    def told(self) -> bool:
        """Whether an editor or a feed's own field said it."""
        return not self.fields.isdisjoint(("breadcrumb", "feed"))


def read_places(
    gazetteer: Gazetteer, passage: Passage, breadcrumb: Iterable[str] = (), structured: Iterable[str] = ()
) -> tuple[FoundPlace, ...]:
    """Return the places of a story, those it is about first, each with its evidence.

    What the page's breadcrumb or the feed's own fields name decides what it is about, together with the title; else the
    title, the summary and how often the text comes back to a place.
    """
    tallies: dict[str, _Tally] = {}
    for hit in gazetteer.find(passage):
        _count(tallies, hit.code, (hit.words, passage.where(hit.start)), 0 if hit.aside else 1)
    for where, said in (("breadcrumb", breadcrumb), ("feed", structured)):
        for words in said:
            for code in _said(gazetteer, words):
                _count(tallies, code, (words, where), 1)
    about = _about({c: t for c, t in tallies.items() if not gazetteer[c].is_region})
    about |= _about({c: t for c, t in tallies.items() if gazetteer[c].is_region})
    ranked = sorted(tallies, key=lambda code: (code not in about, gazetteer[code].is_region, -tallies[code].points))
    return tuple(FoundPlace(code, code in about, tuple(tallies[code].shown())) for code in ranked)


def _said(gazetteer: Gazetteer, words: str) -> list[str]:
    place = gazetteer.named(words)
    return [place.code] if place else [hit.code for hit in gazetteer.find(Passage.of([("feed", words)]))]


def _count(tallies: dict[str, _Tally], code: str, evidence: tuple[str, str], mentions: int) -> None:
    tally = tallies.setdefault(code, _Tally())
    tally.evidence[evidence] = None
    tally.mentions += mentions
    if mentions:
        tally.fields.add(evidence[1])


def _about(tallies: dict[str, _Tally]) -> set[str]:
    titled = {code for code, tally in tallies.items() if "title" in tally.fields}
    if told := {code for code, tally in tallies.items() if tally.told}:
        return told | titled
    best = max((tally.points for tally in tallies.values()), default=0)
    return titled | {code for code, tally in tallies.items() if _leads(tally) and tally.points >= _SHARE * best}


def _leads(tally: _Tally) -> bool:
    return "summary" in tally.fields or tally.mentions >= _ENOUGH_IN_TEXT
