"""Cuts what people type as a filter into lexemes: words, quotations, brackets, operators."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.filters.fields import field_named, field_near
from bot.core.text import clean, words

_LEXEME = re.compile(
    r"""(?P<open>\()|(?P<shut>\))|(?P<comma>[,;،؛、])|(?P<bar>\|+)"""
    r"""|(?P<field>[^\W\d_]+:)|(?P<quote>"[^"]*"?)"""
    # An apostrophe stands in words too: a quotation begins and ends where words do.
    r"""|(?P<single>(?<![^\s(,;،|:!+-])['‘‚‹](?=\S)[^"]*?(?<=\S)['’‘›](?=[\s(),;،|]|$))"""
    r"""|(?P<minus>(?<![^\s(,;،|:])[-!−‐–—](?=\S))|(?P<plus>(?<![^\s(,;،|])\+(?=\S))"""
    r"""|(?P<flag>[\U0001f1e6-\U0001f1ff]{2})"""
    # mali&niger are two words, AT&T is one.
    r"""|(?P<and>(?<=[^\W_]{2})&+(?=[^\W_]{2}))"""
    r"""|(?P<word>(?:(?!(?<=[^\W_]{2})&+[^\W_]{2}|[\U0001f1e6-\U0001f1ff]{2})[^\s(),;،؛、|"])+)""",
)
# A line is as good as a comma, and phones make quotation marks of every kind.
_PLAIN = str.maketrans(dict.fromkeys("“”„‟«»″＂〝〞〟「」『』《》", '"') | dict.fromkeys("\n\r", ","))
_OPERATORS = {"or": "bar", "and": "and", "&": "and", "&&": "and", "+": "and", "not": "minus"}
_MARKS = re.compile(r"[-!−‐–—*]+")


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of a filter, `typed[start:end]`. `kind` is open, shut, comma, bar, and, minus, field, quote or word."""

    kind: str
    text: str
    start: int
    end: int


def plain(text: str) -> str:
    """Return typed text with one kind of quotation mark and of separator, clean."""
    return clean(text.strip().translate(_PLAIN))


def lexemes(text: str) -> Iterator[Lexeme]:
    """Yield the lexemes of plain text. A word right after a field is its value, whatever it says (`lang:or`).

    What holds no word and means nothing here (an emoji, a full stop by itself) is passed over; a flag is a word.
    """
    before = ""
    for found in _LEXEME.finditer(text):
        kind, lexeme = _kind(found, before == "field")
        if kind:
            yield Lexeme(kind, lexeme, found.start(), found.end())
            before = kind


def _kind(found: re.Match[str], is_value: bool) -> tuple[str, str]:
    kind, lexeme = str(found.lastgroup), found.group()
    match kind:
        case "single":
            return "quote", f'"{lexeme[1:-1]}"'
        case "field" if not _is_field(found):
            return "word", lexeme[:-1]
        case "plus":
            return "", ""
        case "flag":
            return "word", lexeme
        case "word" if not is_value:
            return _OPERATORS.get(lexeme.lower(), "word" if _says_something(lexeme) else ""), lexeme
    return kind, lexeme


def _is_field(found: re.Match[str]) -> bool:
    # "Sudan: three killed" is a headline; "contry: mali" is a slip; "planet:mars" wants a field there is not.
    name, glued = found.group()[:-1], found.end() < len(found.string) and not found.string[found.end()].isspace()
    return glued or bool(field_named(name) or field_near(name))


def _says_something(lexeme: str) -> bool:
    return bool(_MARKS.fullmatch(lexeme) or words(lexeme))
