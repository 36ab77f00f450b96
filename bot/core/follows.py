"""Whether a story follows on an earlier one: the same place or actor, and enough words that few other stories use."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from bot.core.same import telling
from bot.core.story import Story
from bot.core.text import words

WITHIN = timedelta(days=5)
"""Between the publications of a story and of one that follows on it."""
SHARED = 3
"""Rare words that two stories must share: two happen by chance about the same place in the same week."""
SHARE = 0.25
"""Of the rare words of the one that has fewer, so that a long summary does not follow on everything."""
_IN_TITLE = 2
"""Of these, in the title of either: what a feed says below every story stands in no title."""
_FEW, _SELDOM = 1, 0.01
"""A word is rare that at most one story, or one of a hundred, about other places and actors uses."""
_SHORTEST = 4
_SHORTEST_ARABIC = 3
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""))
_SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True)
class Gist:
    """What of a story is compared; made once, for a story is compared with many."""

    published: datetime
    subjects: frozenset[str]
    """The countries it is about, and its actors."""
    said: frozenset[str]
    """The words of title and summary, but for small and common ones and the names of the subjects."""
    titled: frozenset[str]
    """Those that stand in the title."""


def gist(story: Story) -> Gist:
    """Return what of a story is compared."""
    countries = {f"place:{place.code}" for place in story.places if place.about and place.code.isupper()}
    actors = {f"actor:{actor.code}" for actor in story.actors}
    found = (*(place.evidence for place in story.places), *(actor.evidence for actor in story.actors))
    named = {word for why in chain.from_iterable(found) for word in words(why.words)}
    titled = _stems(story.title, named)
    return Gist(story.published, frozenset(countries | actors), titled | _stems(story.summary, named), titled)


def followed(new: Gist, earlier: Sequence[Gist]) -> int | None:
    """Return the place, in `earlier`, of the story that one follows on; None where there is none."""
    near = [at for at, each in enumerate(earlier) if _may_follow(new, each)]
    if not near:
        return None
    usage, others = _usage(new, earlier)
    most = max(_FEW, _SELDOM * others)
    rare = frozenset(word for word in new.said if usage[word] <= most)
    scores = {at: score for at in near if (score := _score(new, earlier[at], rare))}
    return max(scores, key=lambda at: (scores[at], earlier[at].published), default=None)


def _may_follow(new: Gist, old: Gist) -> bool:
    passed = new.published - old.published
    return timedelta(0) <= passed <= WITHIN and not new.subjects.isdisjoint(old.subjects)


def _usage(new: Gist, earlier: Iterable[Gist]) -> tuple[Counter[str], int]:
    """Count how many stories about other subjects use each word of a story, and how many there are."""
    usage, others = Counter[str](), 0
    for each in earlier:
        if new.subjects.isdisjoint(each.subjects):
            others += 1
            usage.update(new.said & each.said)
    return usage, others


def _score(new: Gist, old: Gist, rare: frozenset[str]) -> int:
    """Return how many rare words two stories share, 0 where they are too few."""
    shared = rare & old.said
    enough = len(shared) >= SHARED and len(shared) >= SHARE * min(len(new.said), len(old.said))
    return len(shared) if enough and len(shared & (new.titled | old.titled)) >= _IN_TITLE else 0


def _stems(text: str, named: set[str]) -> frozenset[str]:
    stems = {_stem(word) for word in telling(text) if word not in named and _says_something(word)}
    return frozenset(stems - _COMMON)


def _says_something(word: str) -> bool:
    if any(map(str.isdigit, word)):
        return False  # 12 killed on Monday are not the 12 killed on Friday
    return len(word) >= (_SHORTEST if word.isascii() else _SHORTEST_ARABIC)


def _stem(word: str) -> str:
    for ending, stem in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: len(word) - len(ending)] + stem
    return word


# fmt: off
_COMMON = frozenset(map(_stem, (
    # What any story of a crisis may say of it, in four languages.
    "people", "killed", "killing", "kill", "kills", "dead", "death", "deaths", "died", "dies", "injured", "wounded",
    "attack", "attacks", "attacked", "fighting", "fight", "war", "conflict", "crisis", "violence", "violent",
    "armed", "group", "groups", "army", "military", "soldier", "soldiers", "forces", "force", "troops", "rebel",
    "rebels", "militant", "militants", "fighters", "government", "minister", "ministry", "president", "official",
    "officials", "authorities", "authority", "leader", "leaders", "state", "states", "country", "countries",
    "region", "regional", "city", "town", "village", "villages", "capital", "north", "northern", "south", "southern",
    "east", "eastern", "west", "western", "central", "border", "near", "area", "areas", "world", "international",
    "national", "local", "united", "nations", "agency", "agencies", "aid", "humanitarian", "help", "relief",
    "support", "response", "emergency", "need", "needs", "needed", "food", "water", "health", "children", "women",
    "civilians", "civilian", "family", "families", "displaced", "refugees", "refugee", "home", "homes", "security",
    "political", "peace", "rights", "human", "news", "report", "reports", "reported", "says", "said", "warn",
    "warns", "warned", "call", "calls", "called", "told", "according", "amid", "after", "before", "over", "more",
    "most", "than", "least", "many", "some", "thousands", "hundreds", "million", "dozens", "new", "first", "last",
    "latest", "year", "years", "month", "months", "week", "weeks", "days", "today", "monday", "tuesday", "wednesday",
    "thursday", "friday", "saturday", "sunday", "since", "during", "while", "when", "where", "which", "what", "will",
    "would", "could", "should", "they", "them", "there", "here", "against", "between", "into", "about", "under",
    "back", "down", "being", "other", "another", "also", "still", "only", "both", "does", "make", "makes", "made",
    "take", "takes", "taken", "face", "faces", "facing", "continue", "continues", "part", "time", "long", "life",
    "lives", "left", "three", "four", "five", "seven", "eight", "nine", "hundred", "thousand", "biggest", "major",
    "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december",
    "personnes", "morts", "mort", "tues", "blesses", "attaque", "attaques", "guerre", "conflit", "crise", "violences",
    "armee", "armes", "groupe", "groupes", "gouvernement", "ministre", "pays", "ville", "nord", "ouest", "centre",
    "apres", "avant", "depuis", "contre", "selon", "plus", "moins", "leur", "leurs", "elle", "elles", "nous", "vous",
    "comme", "entre", "cette", "etre", "fait", "deux", "trois", "quatre", "cinq", "aide", "humanitaire", "situation",
    "personas", "muertos", "muertes", "heridos", "guerra", "conflicto", "crisis", "violencia", "ejercito", "grupo",
    "grupos", "gobierno", "ministro", "presidente", "pais", "ciudad", "norte", "oeste", "este", "tras", "desde",
    "contra", "segun", "menos", "como", "entre", "esta", "dos", "tres", "cuatro", "cinco", "ayuda", "humanitaria",
    "قتلي", "قتل", "مقتل", "جرحي", "هجوم", "حرب", "ازمه", "الحرب", "الازمه", "الحكومه", "الرئيس", "الجيش", "قوات",
    "مدينه", "البلاد", "بعد", "قبل", "خلال", "الذي", "التي", "هذا", "هذه", "الف", "شخص", "المتحده", "الامم",
)))
# fmt: on
