"""People, streets and ships that bear a place's name, told by the word beside it: Irving Berlin, Lisbon Road."""

from bot.core.arabic import is_arabic
from bot.core.places.toponyms import Found, Reading

_JUNIOR = frozenset({"jr", "junior", "sr"})
_OF = frozenset({"de", "du", "des", "del", "la", "les", "las", "los", "d"})
# "In a street of Gaza" is in Gaza; "the rue de Gaza" may be anywhere.
_SOME = frozenset({"une", "una", "cette", "esta", "chaque", "cada", "quelque", "alguna"})
_GAPS = (" ", " d'", " d’")
_NO_TITLE_CASE = ("fr", "es")


def is_person(reading: Reading, each: Found) -> bool:
    """Return whether a found name is a person's: right after a first name, or a first name itself."""
    if each.last - each.first > 1 or each.name.kind not in ("name", "town", "state", "demonym"):
        return False
    return _after_first_name(reading, each) or _is_first_name(reading, each)


def is_elsewhere(reading: Reading, each: Found) -> bool:
    """Return whether the name is only borrowed by a street, a hotel or a ship."""
    after = _next(reading, each)
    if after and reading.tokens[each.last].capital and after in reading.table.streets_after:
        return True
    at = each.first - 1
    while at > 0 and reading.tokens[at].word in _OF and each.first - at < 3:
        at -= 1
    if at < 0 or reading.gap(at) not in _GAPS or reading.tokens[at].word not in reading.table.streets_before:
        return False
    return not (at > 0 and reading.tokens[at - 1].word in _SOME)


def _after_first_name(reading: Reading, each: Found) -> bool:
    at = each.first - 1
    if at < 0 or reading.gap(at) != " " or each.prefix:
        return False
    first = reading.tokens[at]
    # Arabic has no capitals; elsewhere a small word is no first name, and a demonym in small letters no surname.
    written_as_names = (first.capital and reading.tokens[each.first].capital) or is_arabic(first.word)
    return written_as_names and first.word in reading.table.given


def _is_first_name(reading: Reading, each: Found) -> bool:
    if reading.tokens[each.first].word not in reading.table.namesakes:
        return False
    return _after_kin(reading, each) or _before_surname(reading, each)


def _after_kin(reading: Reading, each: Found) -> bool:
    at = each.first - 1
    return at >= 0 and reading.gap(at) in (" ", ", ") and reading.tokens[at].word in reading.table.kin


def _before_surname(reading: Reading, each: Found) -> bool:
    after = _next(reading, each)
    if not after or not reading.tokens[each.last].capital:
        return False
    if after in reading.table.surnames or after in reading.table.given or _has_junior(reading, each.last):
        return True
    # Where titles are not written in capitals, any name behind it will do, but for those of places and bodies.
    if reading.language not in _NO_TITLE_CASE or after in reading.table.names or after in reading.table.beside:
        return False
    return reading.tokens[each.first].word in reading.table.first_names


def _next(reading: Reading, each: Found) -> str:
    """Return the word right behind a name, with nothing but a space between, or nothing."""
    if each.last >= len(reading.tokens) or reading.gap(each.last - 1) != " ":
        return ""
    return reading.tokens[each.last].word


def _has_junior(reading: Reading, at: int) -> bool:
    return at + 1 < len(reading.tokens) and reading.tokens[at + 1].word in _JUNIOR
