"""What a sentence takes back: a number that is denied, feared or only possible, or of years long past, is no figure."""

from bot.core.figures.counted_noun import NOTHING, UNKNOWN, noun_behind
from bot.core.figures.marked import Marked, role
from bot.core.figures.numerals import Number
from bot.core.figures.roles import Mark, Role
from bot.core.patterns import Hit

_WITHIN = 12
_PAST = range(1900, 2000)


def is_doubted(sentence: Marked, number: Number, *, counts_effect: bool) -> bool:
    """Return whether the words before a number deny it or call it possible.

    `counts_effect` where the number is what the verb before it does: "may kill 20" is a guess, but in "may meet 20 who
    were hurt" the 20 were.
    """
    doubts = (Role.DENIED, Role.PERHAPS) if counts_effect else (Role.DENIED,)
    at = number.first
    while at > max(sentence.first, number.first - _WITHIN) and sentence.plain(at):
        hit = sentence.doubts_until.get(at)
        if hit and role(hit, *doubts) and not _means_else(sentence, hit):
            return True
        if role(sentence.until.get(at), Role.STOP) and not hit:
            return False
        at = hit.first if hit else at - 1
    return False


def _means_else(sentence: Marked, hit: Hit[Mark]) -> bool:
    # A quake that could be felt far away killed 84: what could be done to it has no object.
    passive = role(hit, Role.PERHAPS) and role(sentence.hits.get(hit.last), Role.BE)
    return bool(passive) or is_month(sentence, hit.first)


def is_month(sentence: Marked, at: int) -> bool:
    """Return whether a word is a month's name that small letters would make something else: May."""
    return sentence.passage.tokens[at].capital and role(sentence.hits.get(at), Role.MONTHS) is not None


def is_history(sentence: Marked, number: Number) -> bool:
    """Return whether the sentence tells of a year of the last century; not what goes on since then."""
    first, last = sentence.clause(number.first)
    others = (each for at, each in sentence.numbers.items() if first <= at < last and at != number.first)
    return any(each.year and each.value in _PAST and _is_year(sentence, each) for each in others)


def _is_year(sentence: Marked, other: Number) -> bool:
    since = role(sentence.doubts_until.get(other.first), Role.SINCE)
    return not since and noun_behind(sentence, other).role in (UNKNOWN, NOTHING)
