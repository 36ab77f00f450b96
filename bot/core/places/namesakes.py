"""Names that are not always what they seem: two Congos, a state called Georgia, a man called Jordan.

What each name may mean, and what speaks for it, comes from the [[ambiguous]] entries under config/places.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from bot.core.arabic import without_prefix
from bot.core.places.persons import is_elsewhere, is_person
from bot.core.places.toponyms import MASK, Choice, Found, Reading

# Where a name stands after one of these it is a place, whoever else bears it.
_PLACE_TAKERS = frozenset({"in", "to", "from", "across", "inside", "near", "outside", "into", "throughout", "within"})


def decide(reading: Reading, names: Iterable[Found]) -> list[Found]:
    """Return the names found that mean a place in this text, each with the code it means."""
    return list(_without_towns_of_states(reading, _chosen_places(reading, list(names))))


def _chosen_places(reading: Reading, found: list[Found]) -> list[Found]:
    found = [each for each in found if not is_elsewhere(reading, each)]
    people = {each.first for each in found if is_person(reading, each)}
    if not people and not any(each.name.choice for each in found):
        return [each for each in found if each.code]
    signs = _signs(reading, found)
    persons = _persons(reading, found, signs, people)
    decided = (each if each.name.choice is None else _chosen(reading, each, signs) for each in found)
    return [each for each in decided if each.code and each.first not in persons]


def _signs(reading: Reading, found: Iterable[Found]) -> dict[str, list[int]]:
    """Return where the words stand that may decide a name, and under "@ML" where Mali is named beyond doubt."""
    at: dict[str, list[int]] = {}
    wanted: set[str] = set()
    for each in found:
        if each.name.choice:
            wanted.update(*(words for _, words in each.name.choice.signs))
        elif each.code:
            at.setdefault("@" + each.code, []).append(each.first)
    for position, token in enumerate(reading.tokens):
        if token.word in wanted:
            at.setdefault(token.word, []).append(position)
        elif reading.language == "ar" and (bare := next((w for w in without_prefix(token.word) if w in wanted), "")):
            at.setdefault(bare, []).append(position)
    return at


def _chosen(reading: Reading, each: Found, signs: Mapping[str, list[int]]) -> Found:
    choice = each.name.choice
    assert choice is not None  # noqa: S101
    if choice.languages and reading.language and reading.language not in choice.languages:
        return each._replace(code=MASK)
    if choice.after and not _after_taker(reading, each, choice) and "@" + choice.default not in signs:
        return each._replace(code=MASK)
    near = [
        (away, order, code)
        for order, (code, words) in enumerate(choice.signs)
        for word in words
        if word in signs
        for away in _distances(each, signs[word])
        if not choice.reach or away <= choice.reach
    ]
    return each._replace(code=min(near)[2] if near else choice.default)


def _distances(each: Found, positions: Sequence[int]) -> Iterator[int]:
    """Yield how far the nearest of ascending positions are, before a name and behind it."""
    if before := bisect_left(positions, each.first):
        yield each.first - positions[before - 1]
    if (behind := bisect_left(positions, each.last)) < len(positions):
        yield positions[behind] - each.first


def _after_taker(reading: Reading, each: Found, choice: Choice) -> bool:
    # "In" and "for" may also be written on to the Arabic name itself.
    return each.prefix[-1:] in ("ب", "ل") or (each.first > 0 and reading.tokens[each.first - 1].word in choice.after)


def _persons(reading: Reading, found: Sequence[Found], signs: Mapping[str, list[int]], people: set[int]) -> set[int]:
    """Return where a name is a person's: in `people`, beside another name, and then wherever it stands alone there."""
    taken = {at for each in found for at in range(each.first, each.last)}
    known = {reading.tokens[first].word for first in people}
    by_name: dict[str, list[Found]] = {}
    for each in found:
        word = reading.tokens[each.first].word
        if word in known or (each.name.choice and each.name.choice.person):
            by_name.setdefault(word, []).append(each)
    persons: set[int] = set()
    for places in by_name.values():
        beside = {each.first for each in places if each.first in people or _is_beside(reading, each, taken)}
        sure = any(_sure_place(reading, each.first) for each in places if each.first not in beside)
        if beside and not sure and not any("@" + each.code in signs for each in places if each.name.choice):
            beside = {each.first for each in places}
        persons |= beside
    return persons


def _is_beside(reading: Reading, each: Found, taken: set[int]) -> bool:
    may_be = each.name.choice is not None and each.name.choice.person
    return may_be and reading.has_beside(each.first, each.last, lambda at: _stranger(reading, at, taken))


def _sure_place(reading: Reading, first: int) -> bool:
    return first > 0 and reading.tokens[first - 1].word in _PLACE_TAKERS


def _stranger(reading: Reading, at: int, taken: set[int]) -> bool:
    token, written = reading.tokens[at], reading.written(at)
    initials = len(written) > 1 and written.isupper()
    return token.capital and not initials and at not in taken and token.word not in reading.table.beside


def _without_towns_of_states(reading: Reading, found: Sequence[Found]) -> Iterator[Found]:
    # "Lebanon, Pa." and "Paris, Texas" lie in the state that follows; "Athens, Georgia" too, once Georgia is the state.
    pairs = [(each, after) for each, after in pairwise(found) if _lies_in(reading, each, after)]
    tied = {each.first for each, _ in pairs}
    words = {reading.tokens[each.first].word for each, after in pairs if not _in_a_list(reading, each, after)}
    # In such a text the name alone is the same town, unless the country is named in another way as well.
    elsewhere = {each.code for each in found if reading.tokens[each.first].word not in words}
    for each in found:
        same = reading.tokens[each.first].word in words and each.code not in elsewhere
        if each.first not in tied and not same and not _says_where_somebody_sits(reading, each):
            yield each


def _in_a_list(reading: Reading, each: Found, after: Found) -> bool:
    """Return whether the two may just stand side by side: “Mexico, Texas and California”."""
    more = after.last < len(reading.tokens) and reading.tokens[after.last].word in ("and", "or", "et", "y")
    return more or each.last - each.first > 1


def _lies_in(reading: Reading, each: Found, after: Found) -> bool:
    beside = after.first == each.last and reading.gap(each.last - 1) == ", "
    state = after.name.kind == "state" or after.code != after.name.code
    return beside and state and after.code != each.code


def _says_where_somebody_sits(reading: Reading, each: Found) -> bool:
    # "The London-based charity", "(Paris, 12 May 2025)": where an organisation has its desk, not what it speaks of.
    if each.name.kind != "town" or each.last >= len(reading.tokens):
        return False
    gap, after = reading.gap(each.last - 1), reading.written(each.last)
    bracket = reading.text.endswith("(", 0, reading.tokens[each.first].start)
    return (gap == "-" and after == "based") or (bracket and gap == ", " and after.isdigit())
