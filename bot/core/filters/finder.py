"""Finds in a story the atoms that filters ask for: words, phrases and beginnings, and what a story has by itself.

An atom in use is known by a text of its own (`words:aid worker`, `prefix:displac`, `title:mali`, `country:ML`) and by
a number. The story's texts are made in the same form and looked up: nothing is searched for, and what is looked up
hardly grows with the filters.
"""

from array import array
from collections.abc import Hashable, Iterator, Sequence
from typing import Generic, TypeVar

from bot.core.filters.terms import Field, StoryTerms
from bot.core.filters.tree import Atom
from bot.core.story import Evidence

_K = TypeVar("_K", bound=Hashable)
_Spot = tuple[str, int, int]
"""An atom's text, the first of the words it was found in, and how many they are."""


class Numbers(Generic[_K]):
    """Whole numbers from `first` on for keys in use. One is given anew after its key's last use has ended."""

    def __init__(self, first: int = 1) -> None:
        self.of: dict[_K, int] = {}
        self._first = first
        self._keys: list[_K] = []
        self._uses = array("q")
        self._free: list[int] = []

    def take(self, key: _K) -> int:
        """Count one more use of a key; return its number."""
        number = self.of.get(key)
        if number is None:
            number = self.of[key] = self._new(key)
        self._uses[number - self._first] += 1
        return number

    def give_up(self, key: _K) -> bool:
        """Count one use less; return whether it was the last."""
        number = self.of[key]
        self._uses[number - self._first] -= 1
        if self._uses[number - self._first]:
            return False
        del self.of[key]
        self._free.append(number)
        if not self.of:
            del self._keys[:], self._uses[:], self._free[:]
        return True

    def uses(self, number: int) -> int:
        return self._uses[number - self._first]

    def key(self, number: int) -> _K:
        return self._keys[number - self._first]

    def _new(self, key: _K) -> int:
        if self._free:
            number = self._free.pop()
            self._keys[number - self._first] = key
            return number
        self._keys.append(key)
        self._uses.append(0)
        return self._first + len(self._keys) - 1


class Finder:
    """The atoms in use. An atom's number is above 0 and stays while it is in use."""

    def __init__(self) -> None:
        self._numbers: Numbers[str] = Numbers()
        self._openings: dict[str, int] = {}
        """What longer texts open with, for how many of them: how far to read on from a word, or within it."""

    def take(self, atom: Atom) -> int:
        """Count one more use of an atom; return its number."""
        text = _text(atom)
        if text not in self._numbers.of:
            for opening in _openings(text):
                self._openings[opening] = self._openings.get(opening, 0) + 1
        return self._numbers.take(text)

    def give_up(self, atom: Atom) -> None:
        """Count one use less of an atom in use."""
        text = _text(atom)
        if self._numbers.give_up(text):
            for opening in _openings(text):
                self._openings[opening] -= 1
                if not self._openings[opening]:
                    del self._openings[opening]

    def number(self, atom: Atom) -> int:
        """Return an atom's number, 0 where it is not in use."""
        return self._numbers.of.get(_text(atom), 0)

    def uses(self, number: int) -> int:
        """Return how often an atom in use is taken."""
        return self._numbers.uses(number)

    def find(self, terms: StoryTerms) -> dict[int, Evidence]:
        """Return what a story has of the atoms in use, by number, in the order of atoms, each with why."""
        numbers = self._numbers.of
        found = {text: why for atom, why in terms.own.items() if (text := _text(atom)) in numbers}
        for field in terms.fields:
            for text, at, size in self._spots(field):
                if text not in found:
                    found[text] = field.quote(at, size)
        return {numbers[text]: found[text] for text in sorted(found)}

    def _spots(self, field: Field) -> Iterator[_Spot]:
        words = [token.word for token in field.tokens]
        yield from self._phrases("words:", words)
        yield from self._beginnings("prefix:", words)
        if field.where == "title":
            yield from self._phrases("title:", words)
            yield from self._beginnings("title:", words, "*")

    def _phrases(self, mark: str, words: Sequence[str]) -> Iterator[_Spot]:
        """Yield words and phrases in use, read on from each word as far as some phrase goes."""
        numbers, openings, count = self._numbers.of, self._openings, len(words)
        for at, word in enumerate(words):
            text, end = mark + word, at + 1
            if text in numbers:
                yield text, at, 1
            while text in openings and end < count:
                text, end = f"{text} {words[end]}", end + 1
                if text in numbers:
                    yield text, at, end - at

    def _beginnings(self, mark: str, words: Sequence[str], star: str = "") -> Iterator[_Spot]:
        """Yield beginnings in use with the first of the words that begins so."""
        numbers, openings = self._numbers.of, self._openings
        for at, word in enumerate(words):
            marked = mark + word
            for end in range(len(mark) + 1, len(marked) + 1):
                text = marked[:end]
                if text + star in numbers:
                    yield text + star, at, 1
                if text not in openings:
                    break


def _text(atom: Atom) -> str:
    # Sorted, these stand in the order of the atoms: no field's name begins with another's.
    return f"{atom.field}:{atom.value}"


def _openings(text: str) -> Iterator[str]:
    """Yield `words:aid` for `words:aid worker`, and `prefix:d`, `prefix:di` for `prefix:dis`."""
    field, _, value = text.partition(":")
    if field == "prefix" or (field == "title" and value.endswith("*")):
        yield from (text[:end] for end in range(len(field) + 2, len(text.removesuffix("*"))))
    elif field in ("words", "title"):
        yield from (text[:end] for end, letter in enumerate(text) if letter == " ")
