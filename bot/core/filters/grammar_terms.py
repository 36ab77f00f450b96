"""Reads one term of a filter: a bare word or name, a phrase, a field with its value."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bot.core.filters.cursor import Cursor
from bot.core.filters.fields import field_named, language_named
from bot.core.filters.grammar_names import NAMED_FIELDS, find, find_bare, name_of, town_length
from bot.core.filters.lexemes import Lexeme
from bot.core.filters.names import Names
from bot.core.filters.tree import (
    MAX_DEPTH,
    MAX_PHRASE_WORDS,
    MAX_TERMS,
    MAX_VALUE_CHARS,
    Atom,
    Either,
    FilterError,
    Not,
)
from bot.core.filters.unknown import TOLD_CHARS, unknown_field, unknown_name
from bot.core.filters.wordings import SMALL_WORDS
from bot.core.nearness import one_slip
from bot.core.text import cut, normalise, words

_PREFIX_MIN = 3
_EXAMPLES = {
    **dict.fromkeys(("country", "about", "mentions"), "mali"),
    **{"region": "sahel", "actor": "wagner", "topic": "cholera"},
    **{"title": "drought", "type": "news", "source": '"un news"', "lang": "fr"},
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a text may hold: brackets within brackets; characters and words of one value."""

    depth: int = MAX_DEPTH
    chars: int = MAX_VALUE_CHARS
    words: int = MAX_PHRASE_WORDS


KEPT = Limits(3 * MAX_DEPTH, 10**6, 10**6)
"""For canonical texts: what was once within the limits has to stay readable, with all the brackets it got."""


@dataclass(frozen=True, slots=True)
class Named:
    """A bare name and what it was taken for: `typed` as written, at `start:end` of the whole text."""

    typed: str
    atom: Atom
    start: int
    end: int


class TermReader:
    """Reads terms at a cursor. `named` are bare names it understood, `loose` says where bare words stayed words.

    `corrected` are misspelt names after a field.
    """

    def __init__(self, cursor: Cursor, names: Names, limits: Limits) -> None:
        self._cursor, self._names, self._limits = cursor, names, limits
        self._terms = 0
        self.named: list[Named] = []
        self.loose: list[tuple[int, int]] = []
        self.corrected: list[Named] = []

    @contextmanager
    def unsaid(self) -> Iterator[None]:
        """Note nothing of what is read meanwhile: what is left out needs no second thoughts."""
        named, loose = len(self.named), len(self.loose)
        yield
        del self.named[named:], self.loose[loose:]

    def small_word(self) -> Atom | None:
        """Step over a bare word that says nothing by itself (in, the, des), unless a name begins with it."""
        if self._cursor.peek() != "word":
            return None
        lexeme = self._cursor.next()
        found = words(lexeme.text)
        if len(found) == 1 and found[0] in SMALL_WORDS and "*" not in lexeme.text and not self._begins_name(lexeme):
            return Atom("words", found[0])
        self._cursor.at -= 1
        return None

    def _begins_name(self, lexeme: Lexeme) -> bool:
        """Return whether a name begins with a small word just stepped over: one we know, or El Niño by its capitals."""
        behind = self._cursor.run()
        is_new_name = lexeme.text[0].isupper() and behind and behind[0].text[0].isupper() and not self._longest()[1]
        self._cursor.at -= 1
        is_known = self._longest()[1] is not None or self._town_length() > 0
        self._cursor.at += 1
        return bool(is_new_name or is_known)

    def bare(self) -> Atom | Either:
        """Read one bare word, or the longest name of a place or an actor that begins here; mali/niger is either."""
        length, atom = self._longest()
        if atom:
            first, last = self._cursor.next(), self._cursor.lexemes[self._cursor.at + length - 2]
            self._cursor.at += length - 1
            self.named.append(Named(self._cursor.typed[first.start : last.end], atom, first.start, last.end))
            return self.counted(atom)
        if town := self._town():
            return town
        lexeme = self._cursor.next()
        slashed = [find_bare(self._names, name) for name in lexeme.text.split("/")]
        if len(slashed) > 1 and all(slashed):
            return Either(tuple(self.counted(each) for each in slashed if each))
        atom = self._words(lexeme.text)
        if atom.field == "words":
            self.loose.append((lexeme.start, lexeme.end))
        return atom

    def _town(self) -> Atom | None:
        """Read a town or an area of several words that lies in a known country (cabo delgado): one phrase."""
        run = self._cursor.run()[: self._town_length()]
        if not run:
            return None
        self._cursor.at += len(run)
        self.loose.append((run[0].start, run[-1].end))
        return self._words(" ".join(each.text for each in run))

    def _town_length(self) -> int:
        return town_length(self._names, [each.text for each in self._cursor.run()])

    def phrase(self) -> Atom:
        """Read a quotation: always the words themselves."""
        return self._words(self._unquoted(self._cursor.next()))

    def field(self) -> Atom | Not:
        """Read a field and its value (`country:burkina faso`, `title:"aid worker"`); `country:-mali` is without."""
        lexeme = self._cursor.next()
        field, typed = field_named(lexeme.text[:-1]), lexeme.text[:-1].lower()
        if not field:
            raise unknown_field(self._cursor, lexeme)
        minus = "-" if self._cursor.take("minus") else ""
        if self._cursor.peek() not in ("word", "quote"):
            if self._cursor.peek() == "open":
                raise FilterError("field-group", typed=typed)
            raise FilterError("field-empty", typed=typed, example=f"{typed}:{_EXAMPLES[field]}")
        atom = self._name(field, minus, lexeme.start) if field in NAMED_FIELDS else self._own(field, typed)
        return Not(self.counted(atom)) if minus else self.counted(atom)

    def counted(self, atom: Atom) -> Atom:
        """Return a term of the filter; raises FilterError where it is one too many to be read back when kept."""
        self._terms += 1
        if self._terms > MAX_TERMS:
            raise FilterError("too-many-terms", limit=MAX_TERMS)
        return atom

    def _longest(self) -> tuple[int, Atom | None]:
        run = [lexeme.text for lexeme in self._cursor.run()]
        for length in range(len(run), 0, -1):
            if atom := find_bare(self._names, " ".join(run[:length])):
                return length, atom
        return 0, None

    def _name(self, field: str, minus: str, start: int) -> Atom:
        """Read the name a field asks for, in quotation marks or not; `start` is where the field begins."""
        run = self._cursor.run() if self._cursor.peek() == "word" else []
        for length in range(len(run), 1, -1):
            if atom := find(self._names, field, " ".join(each.text for each in run[:length])):
                self._cursor.at += length
                return atom
        lexeme = self._cursor.next()
        typed = self._unquoted(lexeme) if lexeme.kind == "quote" else lexeme.text
        if atom := find(self._names, field, typed):
            if one_slip(normalise(typed), normalise(name_of(self._names, atom))):
                self.corrected.append(Named(typed, atom, lexeme.start, lexeme.end))
            return atom
        raise unknown_name(self._names, self._cursor, field, (run or [lexeme])[:2], minus, start)

    def _own(self, field: str, typed: str) -> Atom:
        lexeme = self._cursor.next()
        value = self._unquoted(lexeme) if lexeme.kind == "quote" else lexeme.text
        found = words(value)
        if not found:
            raise FilterError("field-empty", typed=typed, example=f"{typed}:{_EXAMPLES[field]}")
        if field == "title":
            return Atom(field, self._value(value, found))
        if field == "lang":
            if code := language_named(value):
                return Atom(field, code)
            raise FilterError("language-unknown", typed=cut(value, TOLD_CHARS))
        self._measure(found, self._limits.chars)  # a source's name may have many words
        return Atom(field, " ".join(found))

    def _words(self, typed: str) -> Atom:
        found = words(typed)
        if not found:
            raise self._wordless(typed)
        value = self._value(typed, found)
        return self.counted(Atom("prefix", value[:-1]) if value.endswith("*") else Atom("words", value))

    def _wordless(self, typed: str) -> FilterError:
        if typed and not typed.strip("-!−‐–—") and words(self._cursor.typed):
            return FilterError("dash-alone", typed=typed)
        return FilterError("nothing-to-find", typed=cut(typed or '""', TOLD_CHARS))

    def _value(self, typed: str, found: Sequence[str]) -> str:
        """Return words as they are compared, a beginning with its star."""
        if "*" not in typed:
            self._measure(found, self._limits.words)
            return " ".join(found)
        if len(found) > 1 or typed.index("*") != len(typed) - 1:
            raise FilterError("star-place", typed=cut(typed, TOLD_CHARS))
        if len(found[0]) < _PREFIX_MIN:
            raise FilterError("prefix-short", typed=found[0])
        self._measure(found, 1)
        return f"{found[0]}*"

    def _measure(self, found: Sequence[str], most_words: int) -> None:
        value = " ".join(found)
        if len(value) > self._limits.chars:
            raise FilterError(
                "value-too-long", typed=cut(value, TOLD_CHARS), count=len(value), limit=self._limits.chars
            )
        if len(found) > most_words:
            raise FilterError("phrase-too-long", typed=cut(value, TOLD_CHARS), count=len(found), limit=most_words)

    def _unquoted(self, lexeme: Lexeme) -> str:
        if len(lexeme.text) >= 2 and lexeme.text.endswith('"'):
            return lexeme.text[1:-1]
        if read := self._cursor.read(until=lexeme):
            raise FilterError("quote-open-after", read=read)
        raise FilterError("quote-open", typed=cut(self._cursor.typed, TOLD_CHARS))
