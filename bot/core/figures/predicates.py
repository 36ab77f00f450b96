"""What is said of those a number counts: 84 people were killed, seven million – a third of all – are in need."""

from bot.core.figures.counted_noun import NOTHING, WHO, Noun, is_named
from bot.core.figures.doubt import is_month
from bot.core.figures.marked import Marked, role
from bot.core.figures.numerals import Number
from bot.core.figures.roles import Mark, Role
from bot.core.patterns import Hit

_WITHIN = 14
_BE_WITHIN = 3
_ASIDE_WITHIN = 16
_DASHES = ("–", "—", " - ", " -- ")
_COMMAS = (",", "،")
_CLAUSE_ENDS = (";", ":", "\n")


def kind_behind(sentence: Marked, number: Number, noun: Noun) -> str:
    """Return the kind of the first thing said of those a number counts, or an empty string."""
    at, be, end, closed = noun.last, noun.last - _WITHIN, min(noun.last + _WITHIN, sentence.last), -1
    while at < end:
        after = at if at == closed else _past_aside(sentence, number, at)
        if after > at:
            closed, at, end = after, after, min(end + after - at, sentence.last)
            continue
        if after < 0 or _turns(sentence, noun, at):
            return ""
        hit = sentence.hits.get(at)
        if hit and (mark := role(hit, Role.DID, Role.DONE)):
            near = at - noun.last <= 1 or at - be <= _BE_WITHIN
            said = (mark.role == Role.DID or near) and not _has_object(sentence, hit, be)
            said = said and not (_is_whole(sentence, number) and (mark.role == Role.DID or at > noun.last))
            return mark.kind if said and _fits(sentence, mark.kind, number, noun, at) else ""
        at, be = (hit.last, hit.last if role(hit, Role.BE) else be) if hit else (at + 1, be)
    return ""


def _past_aside(sentence: Marked, number: Number, at: int) -> int:
    """Return where a sentence goes on behind an aside that opens before a token; -1 where a clause ends there."""
    gap = sentence.gap(at)
    if gap in (" ", "-") or ")" in gap:
        return at
    if any(end in gap for end in _CLAUSE_ENDS):
        return -1
    if "(" in gap:
        return _closing(sentence, at, (")",))
    if any(dash in gap for dash in _DASHES):
        return at if _is_inside(sentence, number) else _closing(sentence, at, _DASHES)
    if any(comma in gap for comma in _COMMAS) and role(sentence.hits.get(at), Role.ASIDE):
        return _closing(sentence, at, _COMMAS)
    return at


def _is_inside(sentence: Marked, number: Number) -> bool:
    """Return whether a number itself stands behind a dash, so that the next dash closes its aside."""
    before = range(max(number.first - _ASIDE_WITHIN // 2, sentence.first + 1), number.first + 1)
    return any(dash in sentence.gap(at) for at in before for dash in _DASHES)


def _closing(sentence: Marked, at: int, signs: tuple[str, ...]) -> int:
    for after in range(at + 1, min(at + _ASIDE_WITHIN, sentence.last)):
        if any(sign in sentence.gap(after) for sign in signs):
            return after
    return -1


def _turns(sentence: Marked, noun: Noun, at: int) -> bool:
    """Return whether something else is spoken of from a token on: another number, a clause, other people."""
    if at in sentence.numbers and not sentence.numbers[at].year:
        return True
    hit = sentence.hits.get(at)
    if role(hit, Role.STOP) and not is_month(sentence, at):
        return True
    people = role(hit, *WHO) and not role(hit, Role.DID, Role.DONE)
    return bool(people) and at > noun.last and not role(sentence.until.get(at), Role.PREPOSITIONS, Role.FILLERS)


def _is_whole(sentence: Marked, number: Number) -> bool:
    # "A third of the 300 people were killed": 300 were not, but of "the 300 people killed" all were.
    tokens, words = sentence.passage.tokens, sentence.words.numbers.words
    of = number.first - 2
    of_the = of >= sentence.first and tokens[of].word in words.of and tokens[of + 1].word in words.definite
    return of_the and not role(sentence.until.get(of), Role.FILLERS)  # all of the 300


def _has_object(sentence: Marked, hit: Hit[Mark], be: int) -> bool:
    # "300 soldiers killed 20 civilians": they were not killed, they did it.
    if not role(hit, Role.BEFORE) or hit.first - be <= _BE_WITHIN:
        return False
    at = hit.last
    while at < sentence.last and sentence.plain(at) and role(sentence.hits.get(at), Role.FILLERS):
        at += 1
    follows = at in sentence.numbers or role(sentence.hits.get(at), *WHO)
    return bool(follows) and sentence.plain(at)


def _fits(sentence: Marked, kind: str, number: Number, noun: Noun, at: int) -> bool:
    """Return whether what is counted can be what the kind is of; a noun that no list knows must stand close."""
    if noun.role in WHO:
        return True
    if at - noun.last > _BE_WITHIN:
        return False
    whoever = kind in sentence.words.whoever
    if noun.role == NOTHING:
        return whoever or at > number.last or _stands_alone(sentence, at)
    return whoever or is_named(sentence, number)


def _stands_alone(sentence: Marked, at: int) -> bool:
    # Twelve missing, but not four affected districts.
    after = sentence.hits[at].last
    hit = sentence.hits.get(after)
    return sentence.ends(after) or (hit is not None and not role(hit, Role.THINGS))
