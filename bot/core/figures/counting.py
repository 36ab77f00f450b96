"""What a number in a sentence counts: killed, displaced, in need, cases. Where the sentence does not say, nothing."""

from typing import NamedTuple

from bot.core.figures.counted_noun import NOTHING, UNKNOWN, WHO, Noun, is_named, noun_behind, with_households
from bot.core.figures.doubt import is_doubted, is_history
from bot.core.figures.marked import Marked, role
from bot.core.figures.numerals import MONEY, PERCENT, Number
from bot.core.figures.predicates import kind_behind
from bot.core.figures.roles import Mark, Role

_TOLL_WITHIN = 8
_MONEY_WITHIN = 12
_MOST_FILLERS = 3
_OLDEST = 120
# What a family is given for its rent is no story's figure.
_LEAST_MONEY = 1000
_LAST_OF_MONTH = 31


class Counted(NamedTuple):
    """A kind, and the token up to which the words are the amount's (12,000 families)."""

    kind: str
    last: int


def counted(sentence: Marked, number: Number) -> Counted | None:
    """Return what a number counts, or None where its sentence does not say."""
    if number.unit == MONEY:
        kind = _money(sentence, number) if number.value >= _LEAST_MONEY else ""
        return Counted(kind, number.last) if kind else None
    if not number.value or any(test(sentence, number) for test in (_is_date, _is_age, _is_share)):
        return None
    noun = noun_behind(sentence, number)
    if noun.role == Role.THINGS or (number.year and noun.role in (UNKNOWN, NOTHING)):
        return None
    kind = _kind(sentence, number, noun)
    if not kind or (kind in sentence.words.needs_sign and not _signed(sentence, kind)) or is_history(sentence, number):
        return None
    return Counted(kind, with_households(sentence, number, noun))


def _kind(sentence: Marked, number: Number, noun: Noun) -> str:
    """Return the kind that the words before, behind or at a distance give a number, unless they take it back."""
    done = _before(sentence, number, noun)
    said = "" if done else _behind(sentence, number, noun)
    kind = done or said or _toll(sentence, number, noun)
    sure = noun.role == Role.PERSONS and not done  # 84 refugees are refugees whatever may happen to them
    effect = not said or noun.role == Role.COUNTED or sentence.words.verb_first
    return "" if kind and not sure and is_doubted(sentence, number, counts_effect=effect) else kind


def _is_date(sentence: Marked, number: Number) -> bool:
    before = sentence.until.get(number.first)
    if role(before, Role.MONTHS) and number.value <= _LAST_OF_MONTH:
        return True
    return number.year and bool(role(before, Role.TIMES) or number.first == sentence.first)


def _is_age(sentence: Marked, number: Number) -> bool:
    # "Amina Yusuf, 87, was killed": a number that stands alone between commas.
    if number.last >= sentence.last or number.first + 1 != number.last or number.value > _OLDEST:
        return False
    return sentence.gap(number.first)[:1] == "," == sentence.gap(number.last)[:1]


def _is_share(sentence: Marked, number: Number) -> bool:
    # "One in three people": three are nobody. A lone "in" makes a share only behind another number: nine in ten.
    hit = sentence.until.get(number.first)
    if hit is None or not role(hit, Role.SHARES) or not sentence.plain(number.first):
        return False
    return hit.last - hit.first > 1 or any(other.last == hit.first for other in sentence.numbers.values())


def _before(sentence: Marked, number: Number, noun: Noun) -> str:
    """Return the kind of the word right before a number: killed (at least) 84."""
    at = number.first
    subject = _MOST_FILLERS if sentence.words.verb_first and noun.role in WHO else 0
    for _ in range(_MOST_FILLERS + subject):
        hit = sentence.until.get(at)
        if mark := role(hit, Role.BEFORE):
            return mark.kind if sentence.plain(at) and _may_be(sentence, mark.kind, number, noun) else ""
        if not sentence.plain(at) or not (role(hit, Role.FILLERS) or (hit is None and subject)):
            return ""
        subject -= hit is None  # Arabic: killed the army twelve raiders
        at = hit.first if hit else at - 1
    return ""


def _may_be(sentence: Marked, kind: str, number: Number, noun: Noun) -> bool:
    if number.unit == PERCENT:
        return noun.role in (Role.PEOPLE, Role.HOUSEHOLDS)
    if noun.role == Role.COUNTED:
        return noun.kind == kind
    return noun.role not in (UNKNOWN, NOTHING) or kind in sentence.words.whoever or is_named(sentence, number)


def _behind(sentence: Marked, number: Number, noun: Noun) -> str:
    """Return the kind that what stands behind a number says: 84 deaths, 84 people were killed."""
    share = number.unit == PERCENT
    if share and noun.role not in WHO:
        return ""
    if noun.role in (Role.COUNTED, Role.PERSONS) and _spared(sentence, number):
        return ""
    if noun.role == Role.COUNTED:
        return noun.kind
    kind = kind_behind(sentence, number, noun)
    if noun.role == Role.PERSONS and not share:  # of 84 refugees who were killed it matters more that they were
        rank = sentence.words.rank
        return kind if kind and rank[kind] < rank[noun.kind] else noun.kind
    return kind


def _spared(sentence: Marked, number: Number) -> bool:
    """Return whether the words before a number say the contrary: saved 84 lives, freed 40 hostages."""
    at = number.first
    for _ in range(_MOST_FILLERS):
        hit = sentence.until.get(at)
        if hit is None or role(hit, Role.SPARED) or not role(hit, Role.FILLERS):
            return role(hit, Role.SPARED) is not None
        at = hit.first
    return False


def _toll(sentence: Marked, number: Number, noun: Noun) -> str:
    """Return the kind of what reaches a number: the death toll rose to 84; or of a label: Deaths: 84."""
    at = number.first
    hit = sentence.until.get(at)
    if ":" in sentence.gap(at):
        label = role(hit, Role.TOLL, Role.COUNTED, Role.DONE)
        return label.kind if label and sentence.ends(number.last) else ""
    if hit and role(hit, Role.FILLERS) and not role(hit, Role.REACH) and sentence.plain(at):
        at, hit = hit.first, sentence.until.get(hit.first)  # "dépasse les 500 000"
    if not role(hit, Role.REACH) or noun.role in (Role.COUNTED, Role.PERSONS):
        return ""
    first = max(at - _TOLL_WITHIN, sentence.first)
    while at > first and sentence.plain(at):
        hit = sentence.until.get(at)
        if mark := role(hit, Role.TOLL):
            return mark.kind
        at = hit.first if hit else at - 1
        if role(hit, Role.STOP) or (at in sentence.numbers and not sentence.numbers[at].year):
            return ""
    return ""


def _signed(sentence: Marked, kind: str) -> bool:
    return any(Mark(Role.SIGNS, kind) in hit.meanings for hit in sentence.signs.values())


def _money(sentence: Marked, number: Number) -> str:
    """Return whether the sentence says that an amount was asked or given, the nearest word deciding."""
    until = {hit.last: hit for hit in sentence.signs.values()}
    for away in range(_MONEY_WITHIN):
        for hit in (until.get(number.first - away), sentence.signs.get(number.last + away)):
            for mark in hit.meanings if hit else ():
                if mark.role == Role.NEAR and _signed(sentence, mark.kind):
                    return mark.kind
    return ""
