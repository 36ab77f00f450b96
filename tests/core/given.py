"""Stories, filters and speakers the tests of the core begin with."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from bot.core.chat import Platform
from bot.core.filters.grammar import read_filters
from bot.core.filters.terms import StoryTerms
from bot.core.filters.tree import All, Atom, Clause, Either, Filter, Not, Tree, tidy
from bot.core.sentences import Speaker
from bot.core.story import Evidence, FoundPlace, Story, fingerprint
from bot.core.text import normalise
from tests.fakes.names import NAMES

# A machine shared with others is slow at times, which proves nothing about the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

NOON = datetime(2026, 2, 6, 12, tzinfo=UTC)
ENGLISH = Speaker(Platform.TELEGRAM)


def a_story(title: str = "Mali severs ties", summary: str = "", **changed: Any) -> Story:
    """Return a story with the given fields; what is not given is plain."""
    fields: dict[str, Any] = {
        "keys": ("link:https://news.example.org/news/1",),
        "title": title,
        "link": "https://news.example.org/news/1",
        "summary": summary,
        "source": "The New Humanitarian",
        "type": "news",
        "language": "en",
        "published": NOON,
        "fingerprint": fingerprint(title, summary),
        "id": 7,
    }
    return Story(**(fields | changed))


def about(*codes: str) -> tuple[FoundPlace, ...]:
    """Return places a story is about, each named in its title."""
    return tuple(FoundPlace(code, True, (Evidence(NAMES.places[code].name, "title"),)) for code in codes)


def mentioned(*codes: str) -> tuple[FoundPlace, ...]:
    """Return places a story only names, in its text."""
    return tuple(FoundPlace(code, False, (Evidence(NAMES.places[code].name, "text"),)) for code in codes)


def one_filter(typed: str) -> Filter:
    """Return the one filter a text means."""
    (found,) = read_filters(typed, NAMES).filters
    return found


def canonicals(typed: str) -> list[str]:
    """Return the canonical texts of what was typed."""
    return [each.canonical for each in read_filters(typed, NAMES).filters]


WORDS = ("mali", "drought", "aid", "worker", "wagner", "mal", "or", "not", "and", "étranger", "食料", "нигер", "7")
_plain = [w.replace("é", "e") for w in WORDS]
_FIELDS = {
    "country": ["ML", "NE", "SD", "BF"],
    "region": ["sahel", "west-africa"],
    "mentions": ["ML", "CD", "sahel"],
    "actor": ["wagner", "jnim"],
    "topic": ["cholera", "aid-access"],
    "title": ["mali", "or", "aid worker", "not mali", "displac*", "food*"],
    "type": ["news", "press release", "or"],
    "source": ["un news", "bbc"],
    "lang": ["fr", "or", "not", "fr ca"],
}

atoms: st.SearchStrategy[Atom] = st.one_of(
    st.builds(Atom, st.just("words"), st.lists(st.sampled_from(_plain), min_size=1, max_size=3).map(" ".join)),
    st.builds(Atom, st.just("prefix"), st.sampled_from(["mal", "displac", "drou", "andorr", "wag"])),
    st.sampled_from([Atom(field, value) for field, values in _FIELDS.items() for value in values]),
)
"""Every kind of atom, with values that look like operators among them."""


def _grown(trees: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    several = st.lists(trees, min_size=1, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, trees), st.builds(All, several), st.builds(Either, several))


trees: st.SearchStrategy[Tree] = st.recursive(atoms, _grown, max_leaves=8)

_any_words = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["mali OR", '"', "“aid”", "(a)", "-a", "a*", "حرب أهلية", "食料不足", "🔥 mali 🇲🇱", "l'eau", "AND"]
    ),
).map(normalise)
_wild_values = _any_words.filter(bool)
wild_trees: st.SearchStrategy[Tree] = st.recursive(
    st.one_of(
        st.builds(Atom, st.sampled_from(["words", "title", "type", "source"]), _wild_values),
        _wild_values.filter(lambda word: " " not in word and len(word) > 2).flatmap(
            lambda word: st.sampled_from([Atom("prefix", word), Atom("title", f"{word}*")])
        ),
    ),
    _grown,
    max_leaves=6,
)
"""Trees of words as they are compared, whatever was typed: operators, stars, quotation marks, any script, emoji."""


def holds_by_itself(tree: Tree, has: frozenset[Atom]) -> bool:
    """Return whether a tree holds for a story with these atoms: what the words of the language mean, and no more."""
    match tree:
        case Not(part):
            return not holds_by_itself(part, has)
        case All(parts):
            return all(holds_by_itself(part, has) for part in parts)
        case Either(parts):
            return any(holds_by_itself(part, has) for part in parts)
    return tree in has


def canonical_of(tree: Tree) -> Filter:
    """Return a tree as a filter in its canonical form."""
    return Filter(tidy(tree))


def holds(clauses: Iterable[Clause], atoms: AbstractSet[Atom]) -> Clause | None:
    """Return the first clause that holds for a story with these atoms: what a clause means, and no more."""
    return next((c for c in clauses if c.required <= atoms and c.forbidden.isdisjoint(atoms)), None)


def evidence_for(clause: Clause, terms: StoryTerms) -> tuple[Evidence, ...]:
    """Return why each thing a clause requires is there."""
    return tuple(found for atom in sorted(clause.required) if (found := terms.evidence(atom)))
