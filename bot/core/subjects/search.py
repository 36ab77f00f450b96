"""Where a text says a phrase: the longest at each word, within a sentence, written as the phrase asks."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

from bot.core.arabic import is_arabic, without_prefix
from bot.core.places.toponyms import Reading
from bot.core.subjects.phrases import Phrase, fill, in_capitals

# What may stand between two words of a phrase: spaces, hyphens, quotation marks, the elided article, a possessive.
_JOIN = re.compile(r"(?:['’]s?)?[ \-–'’&/\"“”«»]{1,4}(?:[a-z]{1,6}['’])?", re.IGNORECASE)
# What parts a phrase with a gap: the end of a sentence or clause.
_STOP = re.compile(r"[.,!?;:…،؟؛][\s”\"»’]|\n")
_HEAD = 3
_REMEMBERED = 65_536


class Opening(NamedTuple):
    """What may begin with a word: the longest phrases first, ordinary uses apart."""

    phrases: tuple[Phrase, ...]
    ordinary: tuple[Phrase, ...]
    words: frozenset[str]
    """One of these, or a word that begins with a stem, is among the next `reach` words where any phrase is there."""
    stems: tuple[str, ...]
    reach: int
    """0 where a phrase is that word alone."""


class Said(NamedTuple):
    """A phrase in a text, by the numbers of the words that fill its slots."""

    at: tuple[int, ...]
    phrase: Phrase


class PhraseTable:
    """All phrases by the word they begin with. Safe to share: what it remembers of words is bounded."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._words: dict[str, list[Phrase]] = {}
        self._stems: dict[str, list[tuple[str, Phrase]]] = {}
        for phrase in phrases:
            for word in phrase.slots[0].words:
                self._words.setdefault(word, []).append(phrase)
            for stem in phrase.slots[0].stems:
                self._stems.setdefault(stem[:_HEAD], []).append((stem, phrase))
        self._known = _Known(self._at)

    def openings(self, words: Sequence[str]) -> Iterator[tuple[int, Opening]]:
        """Yield the words of a text that a phrase may begin with, by number: what follows leaves one possible."""
        for first, opening in [(at, found) for at, found in enumerate(map(self._known.__getitem__, words)) if found]:
            _, _, following, stems, reach = opening
            near = words[first + 1 : first + 1 + reach]
            if reach and following.isdisjoint(near) and not (stems and any(map(str.startswith, near, repeat(stems)))):
                continue
            yield first, opening

    def opening(self, word: str) -> Opening | None:
        """Return what may begin with a word, if anything may."""
        return self._known[word]

    def _at(self, word: str) -> Opening | None:
        found = self._beginning(word)
        if not found and is_arabic(word):
            found = next(filter(None, map(self._beginning, without_prefix(word))), [])
        return _opening([phrase for _, phrase in sorted(found, key=_most_telling)]) if found else None

    def _beginning(self, word: str) -> list[tuple[int, Phrase]]:
        whole = [(len(word) + 1, phrase) for phrase in self._words.get(word, ())]
        stems = self._stems.get(word[:_HEAD], ())
        return whole + [(len(stem), phrase) for stem, phrase in stems if word.startswith(stem)]


class _Known(dict[str, Opening | None]):
    # Texts repeat their words: the second time one is met, its phrases are a look-up away. (A cache that also counts
    # what was used last takes half as long again.)
    def __init__(self, find: Callable[[str], Opening | None]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, word: str) -> Opening | None:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[word] = self._find(word)
        return found


def scan(reading: Reading, table: PhraseTable) -> list[Said]:
    """Return what a text says, in order; `shared` names are not decided yet.

    Phrases without a gap do not overlap, the longest wins. One with a gap is a sentence's sense rather than a name:
    it takes no word from another subject, so that "a drone attack on a hospital" is both.
    """
    words = [token.word for token in reading.tokens]
    openings = list(table.openings(words))
    hidden = set(_hidden(reading, words, openings))
    said: list[Said] = []
    until: dict[str, int] = {}
    free = 0
    for first, opening in openings:
        for phrase in opening.phrases:
            code = phrase.codes[0]
            if first < (until.get(code, 0) if phrase.gapped else free):
                continue
            at = _placed(reading, words, first, phrase)
            if not at or (hidden and not hidden.isdisjoint((code, each) for each in at)):
                continue
            if not phrase.gapped:
                free = at[-1] + 1
            if first >= until.get(code, 0):
                said.append(Said(at, phrase))
                until[code] = at[-1] + 1
    return said


def says(words: Sequence[str], phrases: Iterable[Phrase]) -> bool:
    """Return whether a text has one of these phrases, however it is written."""
    present = set(words)
    for phrase in phrases:
        begins = phrase.slots[0]
        here = not begins.words.isdisjoint(present) or any(word.startswith(begins.stems) for word in present)
        if here and any(fill(words, at, phrase.slots) for at, word in enumerate(words) if begins.takes(word)):
            return True
    return False


def _opening(phrases: Sequence[Phrase]) -> Opening:
    seconds = [phrase.slots[1] for phrase in phrases if len(phrase.slots) > 1]
    return Opening(
        phrases=tuple(phrase for phrase in phrases if phrase.role != "not"),
        ordinary=tuple(phrase for phrase in phrases if phrase.role == "not"),
        words=frozenset(word for slot in seconds for word in slot.words),
        stems=tuple({stem for slot in seconds for stem in slot.stems}),
        reach=max(slot.skip for slot in seconds) + 1 if len(seconds) == len(phrases) else 0,
    )


def _most_telling(found: tuple[int, Phrase]) -> tuple[int, int]:
    letters, phrase = found
    return -len(phrase.slots), -letters


def _hidden(
    reading: Reading, words: Sequence[str], openings: Iterable[tuple[int, Opening]]
) -> Iterator[tuple[str, int]]:
    # Ordinary uses, as subject and word: a landslide victory is no landslide, but it may be an election.
    for first, opening in openings:
        for phrase in opening.ordinary:
            if at := _placed(reading, words, first, phrase):
                yield from ((phrase.codes[0], each) for each in range(at[0], at[-1] + 1))


def _placed(reading: Reading, words: Sequence[str], first: int, phrase: Phrase) -> tuple[int, ...]:
    slots = phrase.slots
    at: tuple[int, ...] = (first,)
    if len(slots) > 1:
        following = slots[1]
        # Most phrases fail at their second word, so it is compared before any call is made.
        if not following.skip and (
            first + 1 >= len(words)
            or (words[first + 1] not in following.words and not words[first + 1].startswith(following.stems))
        ):
            return ()
        at = fill(words, first, slots)
        if not at or not _joined(reading, at, phrase):
            return ()
    return at if _allowed(reading, at, phrase) else ()


def _joined(reading: Reading, at: tuple[int, ...], phrase: Phrase) -> bool:
    text, tokens = reading.text, reading.tokens
    for left, right, slot in zip(at, at[1:], phrase.slots[1:], strict=False):
        start, end = tokens[left].end, tokens[right].start
        # A full stop ends a sentence only where a space follows it, so the search looks one letter further.
        if _STOP.search(text, start, end + 1) if slot.skip else not _JOIN.fullmatch(text, start, end):
            return False
    return True


def _allowed(reading: Reading, at: tuple[int, ...], phrase: Phrase) -> bool:
    if phrase.language and reading.language and phrase.language != reading.language:
        return False
    if phrase.capital < 0:
        return True
    where = at[phrase.capital]
    if phrase.acronym:
        return in_capitals(reading.written(where))
    return reading.tokens[where].capital or reading.lower
