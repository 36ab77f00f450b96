"""Who says so: the source of a figure as its sentence names it, “the UN” or “local health officials”."""

from collections.abc import Mapping
from itertools import islice

from bot.core.figures.marked import Marked, role
from bot.core.figures.numerals import Number
from bot.core.figures.roles import Mark, Role
from bot.core.patterns import Hit
from bot.core.sentence_split import written_start

_LONGEST_NAME = 9
_MOST_ASKED = 4
_QUOTATION = " \"'“”‘’«»"
_FOR_THE, _THE = "لل", "ال"

Hits = Mapping[int, Hit[Mark]]


def source_of(sentence: Marked, number: Number) -> str:
    """Return who the sentence says a number is from, the nearest to it in its clause; empty where it names nobody."""
    first, last = sentence.clause(number.first)
    hits = sentence.sources
    near = (hit for hit in hits.values() if first <= hit.first < last)
    ranked = sorted(near, key=lambda hit: max(hit.first - number.last, number.first - hit.last))
    saying = (hit for hit in ranked if role(hit, Role.BY, Role.SAID) or _found(sentence, hit, number))
    return next(filter(None, (_named_by(sentence, hits, hit) for hit in islice(saying, _MOST_ASKED))), "")


def _found(sentence: Marked, hit: Hit[Mark], number: Number) -> bool:
    # What was "reported" or "confirmed" may be anything, so the number must be its object, or all that comes before.
    follows = hit.last <= number.first or sentence.ends(hit.last)
    return bool(role(hit, Role.FOUND)) and follows and not sentence.passage.tokens[hit.first].capital


def _named_by(sentence: Marked, hits: Hits, hit: Hit[Mark]) -> str:
    if role(hit, Role.BY):
        return _after(sentence, hits, hit.last)
    inverted = not sentence.plain(hit.first) and hit.first > sentence.first
    if role(hit, Role.SAID) and (sentence.words.verb_first or inverted):
        return _after(sentence, hits, hit.last)
    return _before(sentence, hits, hit.first, sure=role(hit, Role.SAID) is not None)


def _after(sentence: Marked, hits: Hits, at: int) -> str:
    """Return the name that begins at a token: up to a stop, a number, or a word that ends names."""
    last = at
    while last < min(at + _LONGEST_NAME, sentence.last):
        if last in sentence.numbers and not sentence.numbers[last].year:
            break
        if not sentence.plain(last) or role(hits.get(last), Role.ENDS, Role.CLAUSES, Role.SAID):
            break
        last += 1
    alone = role(hits.get(at), Role.UNNAMED, Role.DETERMINERS) if last == at + 1 else None
    if last == at or alone or role(hits.get(at), Role.NOBODY):
        return ""
    tokens = sentence.passage.tokens
    written = sentence.passage.text[tokens[at - 1].end : tokens[last - 1].end].strip(_QUOTATION)
    return _without_for(written) if sentence.words.verb_first else written


def _before(sentence: Marked, hits: Hits, at: int, *, sure: bool) -> str:
    """Return the name that ends before a token; one that merely found something must look like one."""
    until = sentence.sources_until
    while at > sentence.first and role(until.get(at), Role.AUXILIARIES) and sentence.plain(at):
        at = until[at].first
    first = _beginning(sentence, until, at)
    while first < at and role(hits.get(first), Role.LEADING, Role.JOIN):
        first = next((i for i in range(first + 1, at) if role(hits.get(i), Role.DETERMINERS)), at)
    last = until.get(at)
    nobody = role(last, Role.PASSIVE, Role.JOIN) or (at - first == 1 and role(hits.get(first), Role.NOBODY))
    if first >= at or nobody:
        return ""
    tokens = sentence.passage.tokens
    text = sentence.passage.text
    initials = text[tokens[at - 1].start : tokens[at - 1].end].isupper()
    named = tokens[at - 1].capital and (initials or at - 1 != sentence.first)  # a sentence begins with a capital anyway
    if not (sure or named or role(last, Role.AUTHORITIES)):
        return ""
    return text[written_start(text, tokens[first].start) : tokens[at - 1].end].strip(_QUOTATION)


def _beginning(sentence: Marked, until: Hits, at: int) -> int:
    """Return where the name that ends before a token begins; the token itself where nothing bounds it."""
    first = joined = at
    while first > sentence.first and sentence.plain(first):
        hit = until.get(first)
        if role(hit, Role.CLAUSES):
            return first
        if first - 1 in sentence.covered or role(hit, Role.BY, Role.SAID, Role.FOUND) or at - first >= _LONGEST_NAME:
            return joined  # of "killed 12 and the army" the army is left
        if role(hit, Role.JOIN):
            if role(sentence.sources.get(first), Role.DETERMINERS):
                return first  # "the mill burned and the army said"
            joined = first
        first = hit.first if hit else first - 1
    return first


def _without_for(written: str) -> str:
    # Arabic writes "for" on to the name, and takes a letter of its article: للأمم is for الأمم.
    if written.startswith(_FOR_THE):
        return _THE + written[len(_FOR_THE) :]
    return written
