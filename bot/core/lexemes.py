"""Cuts what people type as a filter into lexemes: words, quotations, brackets, operators."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.text import clean

_LEXEME = re.compile(
    r"""(?P<open>\()|(?P<shut>\))|(?P<comma>[,;،])|(?P<bar>\|)"""
    r"""|(?P<field>[a-z]+):|(?P<quote>"[^"]*"?)|(?P<minus>(?<![^\s(,;،|])[-!−–—](?=\S))"""
    r"""|(?P<word>[^\s(),;،|"]+)""",
    re.IGNORECASE,
)
# A line is as good as a comma, and phones make quotation marks of every kind.
_PLAIN = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"') | dict.fromkeys("\n\r", ","))
_OPERATORS = {"or": "bar", "and": "and", "&": "and", "not": "minus"}


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of a filter as typed. `kind` is open, shut, comma, bar, and, minus, field, quote or word."""

    kind: str
    text: str


def plain(text: str) -> str:
    """Return typed text with one kind of quotation mark and of separator, clean."""
    return clean(text.strip().translate(_PLAIN))


def lexemes(text: str) -> Iterator[Lexeme]:
    """Yield the lexemes of plain text. A word right after a field is its value, whatever it says (`lang:or`)."""
    before = ""
    for found in _LEXEME.finditer(text):
        kind, lexeme = str(found.lastgroup), found.group()
        if kind == "word" and before != "field":
            kind = _OPERATORS.get(lexeme.lower(), kind)
        yield Lexeme(kind, lexeme)
        before = kind
