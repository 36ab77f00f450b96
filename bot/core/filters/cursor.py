"""A place in what was typed: which lexeme comes next, and what was read up to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.core.filters.lexemes import Lexeme
from bot.core.text import words

_LONGEST_NAME = 6
"""Words in the longest name that is looked up."""
_TOLD_CHARS = 40


@dataclass(slots=True)
class Cursor:
    """Moves over the lexemes of a typed text, from left to right."""

    typed: str
    lexemes: Sequence[Lexeme]
    at: int = 0

    def peek(self) -> str:
        """Return the kind of the next lexeme, empty at the end."""
        return self.lexemes[self.at].kind if self.at < len(self.lexemes) else ""

    def next(self) -> Lexeme:
        """Return the next lexeme and step over it."""
        self.at += 1
        return self.lexemes[self.at - 1]

    def take(self, kind: str) -> Lexeme | None:
        """Return the next lexeme and step over it where it is of this kind."""
        return self.next() if self.peek() == kind else None

    def run(self) -> list[Lexeme]:
        """Return the words from here that may be one name: `and` may stand within it, a star may not."""
        found: list[Lexeme] = []
        for lexeme in self.lexemes[self.at : self.at + _LONGEST_NAME]:
            if lexeme.kind not in ("word", "and") or "*" in lexeme.text:
                break
            if found and not words(lexeme.text):  # "mali - football": a dash belongs to no name
                break
            found.append(lexeme)
        while found and found[-1].kind == "and":
            found.pop()
        return found

    def read(self, until: Lexeme | None = None) -> str:
        """Return what was read: up to a lexeme or up to here; a long text by its end."""
        end = until.start if until else self.lexemes[self.at - 1].end if self.at else 0
        told = self.typed[:end].strip()
        return told if len(told) <= _TOLD_CHARS else f"…{told[1 - _TOLD_CHARS :].lstrip()}"

    def with_part(self, part: str, start: int, end: int) -> str:
        """Return the whole typed text with another part in place of `typed[start:end]`."""
        return f"{self.typed[:start]}{part}{self.typed[end:]}"
