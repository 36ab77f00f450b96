"""Languages that are called as a people is: "leaflets in Spanish and French", "speaks Somali", باللغة الفرنسية."""

from collections.abc import Iterator, Sequence

from bot.core.places.toponyms import Found, Reading

_LINKS = frozenset({"and", "or", "et", "ou", "y", "e", "o", "as", "well"})
# In French and Spanish what is said of a thing follows it: after "en" only the language can stand.
_AFTER_THE_NOUN = ("fr", "es")
_MAY_TAKE_A_NOUN = ("in", "into")
_LONGEST_LIST = 8
_LIST = 3
"""So many peoples in a row after "in" are languages: "in Portuguese, Spanish and French"."""


def without_tongues(reading: Reading, found: Sequence[Found]) -> list[Found]:
    """Return the places found without the demonyms that name a language here."""
    if not any(_may_be(reading, each) for each in found):
        return list(found)
    spoken = {each.first for chain in _chains(reading, found) if _is_spoken(reading, chain) for each in chain}
    return [each for each in found if each.first not in spoken]


def _chains(reading: Reading, found: Sequence[Found]) -> Iterator[list[Found]]:
    """Yield runs of such demonyms with nothing but commas and conjunctions between (Portuguese, Spanish and French)."""
    chain: list[Found] = []
    for each in found:
        if not _may_be(reading, each):
            continue
        if chain and not _linked(reading, chain[-1], each):
            yield chain
            chain = []
        chain.append(each)
    if chain:
        yield chain


def _may_be(reading: Reading, each: Found) -> bool:
    return each.name.kind == "demonym" and each.code in reading.table.tongues


def _linked(reading: Reading, left: Found, right: Found) -> bool:
    between = range(left.last, right.first)
    linked = len(between) < 4 and all(reading.tokens[at].word in _LINKS for at in between)
    return linked and not any(
        mark in reading.text[reading.tokens[left.last - 1].end : reading.tokens[right.first].start]
        for mark in ".;:\n(-"
    )


def _is_spoken(reading: Reading, chain: list[Found]) -> bool:
    taker, listed = _taker(reading, chain[0].first - 1)
    if taker not in reading.table.tongue_takers and not listed:
        return False
    if reading.language in _AFTER_THE_NOUN or (taker not in _MAY_TAKE_A_NOUN and not listed):
        return True
    if len(chain) >= _LIST or _carried(reading, chain[0].first - 2):
        return True
    return not _before_noun(reading, chain[-1].last)


def _taker(reading: Reading, at: int) -> tuple[str, bool]:
    """Return the word before a list of languages, and whether others stand in it ("in English, Hausa and French")."""
    listed = False
    for _ in range(_LONGEST_LIST):
        if at < 0 or reading.gap(at) not in (" ", ", "):
            break
        word = reading.tokens[at].word
        if word in reading.table.tongue_names:
            listed = True
        elif word not in _LINKS:
            return word, listed
        at -= 1
    return "", listed


def _carried(reading: Reading, at: int) -> bool:
    return at >= 0 and reading.tokens[at].word in reading.table.tongue_carriers


def _before_noun(reading: Reading, at: int) -> bool:
    # "In French hospitals" is France; "in French and on paper" is not.
    return (
        at < len(reading.tokens)
        and reading.gap(at - 1) in (" ", "-")
        and reading.tokens[at].word not in reading.table.beside
    )
