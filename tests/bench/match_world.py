"""A made-up world to match stories in: words nobody speaks, what a million chats follow, and stories to tell them.

What is popular is followed as words are used: the second half as often as the first, the third a third as often.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice

from bot.core.filters.terms import Field, StoryTerms
from bot.core.filters.tree import All, Atom, Clause, Either, Filter, Not, Tree, tidy
from bot.core.story import Evidence
from bot.core.text import tokenise

STORY_WORDS, _TITLE_WORDS = 800, 12
_WORDS, _PHRASES = 101_000, 40_000
_OWN = {"country": 240, "actor": 300, "topic": 100, "region": 30}
_HOT = 235
"""So many of the most popular atoms make a story that 58,000 of a million's filters match."""
_POPULAR = 3_000
"""Words that share the upper ranks with places, actors and topics; phrases and the other words come after."""
_SHAPES = {"one": 38, "two": 32, "without": 10, "either": 7, "three": 4, "prefix": 5, "title": 4}
"""How often filters have which shape."""
_ONSETS = (*"bcdfghjklmnprstvwz", "br", "ch", "dr", "gr", "kr", "pr", "sh", "st", "tr")
_CODAS = ("", "", "", "n", "r", "s", "l", "m", "nd")
_SMALL = [f"qu{letter}{other}" for letter in "aeiou" for other in "bcdfghjklmnprstvxz"]
"""Words of every story that nobody follows."""


@dataclass(frozen=True, slots=True)
class World:
    """What so many subscriptions follow.

    `atoms` are all there are, the most popular first, as `field:value`. `wishes` are the distinct filters in the order
    in which they came up, each as one line: clauses with a bar between, atoms with a tab between, `-` before what is
    forbidden.
    """

    subscriptions: int
    atoms: Sequence[str]
    wishes: Sequence[str]


def make_worlds(sizes: Sequence[int], seed: int = 2026) -> list[World]:
    """Return a world for each number of subscriptions, smallest first, always the same; the next goes on from it."""
    dice = random.Random(seed)
    atoms = _atoms(dice)
    popularity = list(accumulate(1 / (rank + 10) ** 0.9 for rank in range(len(atoms))))
    beginnings = [f"prefix:{each[6:-2]}" for each in atoms[:_POPULAR] if each.startswith("words:") and len(each) > 11]
    wishes: dict[str, None] = {}
    counts: list[int] = []
    for size, before in zip(sizes, (0, *sizes), strict=False):
        for _ in range(size - before):
            shape = dice.choices(list(_SHAPES), list(_SHAPES.values()))[0]
            first, second, third = dice.choices(atoms, cum_weights=popularity, k=3)
            wishes[_wish(shape, first, second, third, dice.choice(beginnings))] = None
        counts.append(len(wishes))
    lines = list(wishes)
    return [World(size, atoms, lines[:count]) for size, count in zip(sizes, counts, strict=True)]


def clauses_of(wish: str) -> tuple[Clause, ...]:
    """Return a wish as the index takes it."""
    return tuple(_clause(way.split("\t")) for way in wish.split("|"))


def stories(world: World) -> dict[str, StoryTerms]:
    """Return a story that few follow, one as most are, and one about all that is popular."""
    dice = random.Random(len(world.atoms))
    popular, others = world.atoms[:_HOT], world.atoms[_POPULAR:]
    words = [each for each in others if " " not in each]
    usual = (*dice.sample(popular, 6), *dice.sample(words, 300), *dice.sample(others, 20))
    return {
        "quiet": a_story(dice, dice.sample(words, 30)),
        "typical": a_story(dice, usual),
        "hot": a_story(dice, popular),
    }


def a_story(dice: random.Random, atoms: Iterable[str]) -> StoryTerms:
    """Return a story of 800 words that has these atoms, as far as there is room."""
    written = [each for each in atoms if each.startswith("words:")]
    own = {_atom(each): Evidence(each, "feed") for each in atoms if each not in written}
    words = " ".join(each.removeprefix("words:") for each in written).split()
    words += dice.choices(_SMALL, k=max(0, STORY_WORDS - len(words)))
    text = " ".join(words[:STORY_WORDS])
    tokens = tokenise(text)
    title = tokens[:_TITLE_WORDS]
    return StoryTerms((Field("title", text, title), Field("text", text, tokens[_TITLE_WORDS:])), own)


def canonical_of(wish: str) -> str:
    """Return a wish as the store keeps it."""
    ways: list[Tree] = []
    for clause in clauses_of(wish):
        ways.append(All((*clause.required, *map(Not, clause.forbidden))))
    return Filter(tidy(Either(tuple(ways)))).canonical


def _wish(shape: str, first: str, second: str, third: str, beginning: str) -> str:
    if first == second or shape == "one":
        return first
    match shape:
        case "two":
            return "\t".join(sorted((first, second)))
        case "without":
            return f"{first}\t-{second}"
        case "either":
            return "|".join(sorted((first, second)))
        case "three":
            return "\t".join(sorted({first, second, third}))
        case "title":
            return first.replace("words:", "title:")
    return "\t".join(sorted((first, beginning)))


def _clause(atoms: Sequence[str]) -> Clause:
    required = frozenset(_atom(each) for each in atoms if not each.startswith("-"))
    return Clause(required, frozenset(_atom(each[1:]) for each in atoms if each.startswith("-")))


def _atom(written: str) -> Atom:
    field, _, value = written.partition(":")
    return Atom(field, value)


def _atoms(dice: random.Random) -> list[str]:
    words = list(islice(_words(dice), _WORDS))
    use = list(accumulate(1 / (rank + 20) for rank in range(_WORDS)))
    lengths = dice.choices((2, 3, 4, 5), (6, 3, 1, 1), k=_PHRASES)
    phrases = {" ".join(dice.choices(words, cum_weights=use, k=length)): None for length in lengths}
    popular = [f"words:{word}" for word in words[:_POPULAR]]
    popular += [f"{field}:{field[0]}{number}" for field, count in _OWN.items() for number in range(count)]
    others = [f"words:{text}" for text in (*words[_POPULAR:], *phrases)]
    dice.shuffle(popular)
    dice.shuffle(others)
    return popular + others


def _words(dice: random.Random) -> Iterator[str]:
    seen: set[str] = set()
    while True:
        count = dice.choice((2, 2, 3, 3, 4))
        word = "".join(dice.choice(_ONSETS) + dice.choice("aeiou") + dice.choice(_CODAS) for _ in range(count))
        if word not in seen:
            seen.add(word)
            yield word
