"""What a subject is called, as a person writes it down in config/subjects.

    cholera                 the word
    displac*                words that begin so
    air strike*|raid*       one word or another
    attack* on ~2 hospital  up to two other words may stand before the next

A hyphen is as good as a space. Small letters are found however a text writes them; a capital wants a capital, and
capitals (`RSF`) want capitals.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from bot.core.arabic import is_arabic
from bot.core.text import fold, tokenise

_UNCLEAR = re.compile(r"\|\S*-|-\S*\|")
_ACRONYM = 4
"""Letters; longer acronyms are written like names too (Unicef)."""
_WIDEST = 9
_PIECES = 8192
"""The pieces of phrases repeat; so many are remembered while the files are read."""


class Slot(NamedTuple):
    """One word of a phrase: what fills it, and how many other words may stand before it."""

    words: frozenset[str]
    stems: tuple[str, ...] = ()
    skip: int = 0

    def takes(self, word: str) -> bool:
        """Return whether a compared word fills it."""
        return word in self.words or word.startswith(self.stems)


class Phrase(NamedTuple):
    """A phrase of the subjects in `codes`; more than one code where they share a name and the text must tell."""

    slots: tuple[Slot, ...]
    codes: tuple[str, ...]
    role: str = "sure"
    """sure; shared: others bear this name too, so it needs a sign; not: an ordinary use that yields nothing."""
    capital: int = -1
    """Which slot wants a capital; -1 for none."""
    acronym: bool = False
    """Whether that slot wants capitals throughout."""
    language: str = ""
    """Only in texts of this language; empty for all."""
    gapped: bool = False
    """Whether other words may stand within it."""

    @property
    def names(self) -> list[str]:
        """Every way to write it, as compared words with single spaces; none where it has a star or a gap."""
        ways = [slot.words for slot in self.slots if not slot.stems]
        return [] if self.gapped or len(ways) < len(self.slots) else list(map(" ".join, product(*ways)))


def read_phrase(written: str, code: str, role: str = "sure", language: str = "") -> Phrase:
    """Return a phrase as a person wrote it; raises ValueError where it cannot be read.

    Small letters and acronyms bind it to its language; a name with a capital is used in all, and Arabic tells itself.
    """
    if "|" in written and _UNCLEAR.search(written):
        raise ValueError("within a choice a hyphen is written as a space")
    slots: list[Slot] = []
    cases: list[str] = []
    skip = 0
    for piece in written.replace("-", " ").split():
        if piece[0] == "~" and piece[1:].isdigit():
            skip = int(piece[1:])
            continue
        for slot, case in _read_piece(piece):
            slots.append(slot._replace(skip=skip) if skip else slot)
            cases.append(case)
            skip = 0
    if not slots or skip or slots[0].skip:
        raise ValueError("a phrase begins and ends with a word")
    if any(slot.skip > _WIDEST for slot in slots):
        raise ValueError(f"a gap spans {_WIDEST} words at most")
    capital = next((at for at, case in enumerate(cases) if case), -1) if any(cases) else -1
    alone = len(slots) == 1 and written.isupper()
    bound = "" if (capital >= 0 and not alone) or is_arabic(written) else language
    acronym = capital >= 0 and cases[capital] == "acronym"
    return Phrase(tuple(slots), (code,), role, capital, acronym, bound, "~" in written)


def fill(words: Sequence[str], first: int, slots: Sequence[Slot]) -> tuple[int, ...]:
    """Return the numbers of the words that fill the slots, beginning with `first`; empty where some stay unfilled.

    That the word at `first` fills the first slot is known already.
    """
    if len(slots) == 1:
        return (first,)
    following = slots[1]
    for at in range(first + 1, min(first + 2 + following.skip, len(words))):
        if following.takes(words[at]) and (rest := fill(words, at, slots[1:])):
            return (first, *rest)
    return ()


def in_capitals(written: str) -> bool:
    """Return whether a word is an acronym as written (RSF, M23, IDPs, U.N.)."""
    return written.isupper() or any(letter.isupper() for letter in written[1:])


@lru_cache(_PIECES)
def _read_piece(piece: str) -> tuple[tuple[Slot, str], ...]:
    """Return the slots of a piece between spaces, each with its case: capital, acronym or empty."""
    if "|" not in piece and "*" not in piece:
        return tuple([(Slot(frozenset((word,))), case) for word, case in _read_words(piece)])
    words: list[str] = []
    stems: list[str] = []
    cases: set[str] = set()
    for option in piece.split("|"):
        read = _read_words(option.removesuffix("*"))
        if len(read) != 1 or "*" in option[:-1]:
            raise ValueError(f"“{option}” is not one word, with a star at its end at most")
        ((word, case),) = read
        (stems if option.endswith("*") else words).append(word)
        cases.add(case)
    # "Army|army" asks for no capital.
    return ((Slot(frozenset(words), tuple(stems)), cases.pop() if len(cases) == 1 else "capital" * all(cases)),)


def _read_words(piece: str) -> Sequence[tuple[str, str]]:
    if piece.isalnum():  # One token, as `tokenise` would make it in several times the time.
        return ((piece.lower() if piece.isascii() else fold(piece), _case(piece)),)
    return [(token.word, _case(piece[token.start : token.end])) for token in tokenise(piece)]


def _case(written: str) -> str:
    if not written[0].isupper():
        return ""
    if written[1:].islower():
        return "capital"
    upper = sum(map(str.isupper, written))
    return "acronym" if upper > 1 and sum(map(str.isalpha, written)) <= _ACRONYM else "capital"
