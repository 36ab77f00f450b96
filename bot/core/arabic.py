"""Arabic words: how they are told, and the small words that are written on to them, taken off again."""

from collections.abc import Iterator
from functools import lru_cache

WRITTEN_ON = frozenset("وفبكل")
"""And, so, in, like, for: what a word may begin with that is not its own."""


def is_arabic(word: str) -> bool:
    """Return whether a word begins with an Arabic letter."""
    return "\u0600" <= word[:1] <= "\u06ff"


@lru_cache(maxsize=65_536)
def without_prefix(word: str) -> tuple[str, ...]:
    """Return what a folded Arabic word may be without what is written on to it: and, so, in, like, for.

    "For the" loses the article's first letter, which is put back. Other words give nothing.
    """
    return tuple(_bare(word)) if word[0] in WRITTEN_ON else ()


def _bare(word: str) -> Iterator[str]:
    for conjunction in ("", *("وف" if word[0] in "وف" else "")):
        rest = word[len(conjunction) :]
        if conjunction and len(rest) > 2:
            yield rest
        if rest.startswith("لل") and len(rest) > 4:
            yield "ال" + rest[2:]
        if rest[:1] and rest[0] in "بكل" and len(rest) > 3:
            yield rest[1:]
