"""What stands right behind a number in its sentence: people, families, deaths, or things that nobody counts here."""

from typing import NamedTuple

from bot.core.figures.marked import Marked, role
from bot.core.figures.numerals import PERCENT, Number
from bot.core.figures.roles import Role

UNKNOWN = "unknown"
"""Some word that no list knows: 84 raiders."""
NOTHING = "nothing"
"""No noun at all: 84 were killed."""
WHO = frozenset((Role.PEOPLE, Role.HOUSEHOLDS, Role.PERSONS))

_WITHIN = 6
_NOUNS = (Role.COUNTED, Role.PERSONS, Role.THINGS, Role.MONTHS, Role.HOUSEHOLDS, Role.PEOPLE)
_VERBS = (Role.DONE, Role.DID, Role.BE, Role.STOP, Role.BEFORE)


class Noun(NamedTuple):
    """A noun by its role (or UNKNOWN, NOTHING), with the kind it names and the token after it."""

    role: str
    kind: str
    last: int


def noun_behind(sentence: Marked, number: Number) -> Noun:
    """Return the noun behind a number: the first word near it that tells what is counted."""
    at, passed = number.last, False
    while at < min(number.last + _WITHIN, sentence.last) and sentence.plain(at) and at not in sentence.numbers:
        hit = sentence.hits.get(at)
        if hit and (mark := role(hit, *_NOUNS)):
            said = Role.THINGS if mark.role == Role.MONTHS else mark.role
            return _head(sentence, said, hit.last) or Noun(said, mark.kind, hit.last)
        if role(hit, *_VERBS) or (role(hit, Role.PREPOSITIONS) and (passed or not role(hit, Role.OF))):
            break  # "12 of the villagers", but not "12 crises of refugees"
        passed = passed or not role(hit, Role.OF)
        at = hit.last if hit else at + 1
    return Noun(UNKNOWN if at > number.last else NOTHING, "", at)


def is_named(sentence: Marked, number: Number) -> bool:
    """Return whether a name is counted: 350,000 Malians, which English and French write with a capital."""
    at = number.last
    return at < sentence.last and sentence.plain(at) and sentence.passage.tokens[at].capital


def with_households(sentence: Marked, number: Number, noun: Noun) -> int:
    """Return the token up to which the words are the amount's: of families their name is part of it."""
    for at in range(number.last, min(noun.last + 2, sentence.last)):
        if number.unit == PERCENT or not sentence.plain(at):
            break
        if sentence.passage.tokens[at].word in sentence.words.households:
            return at + 1
    return number.last


def _head(sentence: Marked, said: str, at: int) -> Noun | None:
    """Return the noun right behind people, who only describe it: 40 police stations, 12 civilian deaths."""
    if said not in WHO or sentence.words.verb_first:
        return None  # Arabic puts it first
    hit = sentence.hits.get(at)
    mark = role(hit, Role.THINGS, Role.COUNTED)
    return Noun(mark.role, mark.kind, hit.last) if hit and mark and sentence.plain(at) else None
