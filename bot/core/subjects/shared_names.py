"""Names that several bear: the Rapid Support Forces and Reporters without Borders, a group and a composer.

Which signs in a text decide comes from config/subjects.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from bot.core.places.toponyms import Reading
from bot.core.subjects.files import Condition, Signs
from bot.core.subjects.phrases import in_capitals
from bot.core.subjects.search import Said, says


def decide(
    reading: Reading, said: Sequence[Said], conditions: Mapping[str, Condition], places: Collection[str]
) -> Iterator[tuple[str, Said]]:
    """Yield each phrase of a text with the subject it means there; those that mean none are left out.

    `places` are the codes of the places found in the text.
    """
    sure = {each.phrase.codes[0] for each in said if each.phrase.role == "sure"}
    asked = {code for each in said if each.phrase.role == "shared" for code in each.phrase.codes}
    held = {code for code in asked if code in sure or _holds(reading, conditions[code], places)}
    persons = _persons(reading, said, conditions, sure) if held else frozenset()
    for each in said:
        if each.phrase.role == "sure":
            yield each.phrase.codes[0], each
        elif (code := _meant(each, held, sure)) and each.at[0] not in persons and _written_so(reading, each):
            yield code, each


def _holds(reading: Reading, condition: Condition, places: Collection[str]) -> bool:
    told = not condition.wanted or _shown(reading, condition.wanted, places)
    return told and not _shown(reading, condition.against, places)


def _shown(reading: Reading, signs: Signs, places: Collection[str]) -> bool:
    return not signs.places.isdisjoint(places) or says([token.word for token in reading.tokens], signs.phrases)


def _meant(each: Said, held: Collection[str], sure: Collection[str]) -> str:
    """Return the one subject a shared name means: one named in full as well before others, none where two may be."""
    may = [code for code in each.phrase.codes if code in held]
    choice = [code for code in may if code in sure] or may
    return choice[0] if len(choice) == 1 else ""


def _written_so(reading: Reading, each: Said) -> bool:
    # In a line all in capitals, an acronym may be an ordinary word (WHO).
    at = each.at[0]
    return not each.phrase.acronym or "." in reading.written(at) or not reading.headline(at, upper=True)


def _persons(
    reading: Reading, said: Sequence[Said], conditions: Mapping[str, Condition], sure: Collection[str]
) -> frozenset[int]:
    """Return where a shared name is a surname: beside a stranger, and then wherever it stands alone in that text.

    A text that also names the group in full keeps the others.
    """
    surnames = [each for each in said if _is_surname(each, conditions)]
    beside = {each.at[0] for each in surnames if _beside_stranger(reading, each.at[0])}
    people = {reading.tokens[at].word for at in beside}
    others = {each.at[0] for each in surnames if reading.tokens[each.at[0]].word in people and not _named(each, sure)}
    return frozenset(beside | others)


def _is_surname(each: Said, conditions: Mapping[str, Condition]) -> bool:
    shared = each.phrase.role == "shared" and len(each.at) == 1
    return shared and any(conditions[code].person for code in each.phrase.codes)


def _named(each: Said, sure: Collection[str]) -> bool:
    return any(code in sure for code in each.phrase.codes)


def _beside_stranger(reading: Reading, at: int) -> bool:
    return reading.has_beside(at, at + 1, lambda near: _stranger(reading, near))


def _stranger(reading: Reading, at: int) -> bool:
    token = reading.tokens[at]
    return token.capital and not in_capitals(reading.written(at)) and token.word not in reading.table.beside
