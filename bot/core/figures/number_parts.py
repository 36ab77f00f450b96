"""One plain number at a word of a text: 1.2 million, twenty-five, half a million, hundreds of thousands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from bot.core.figures.digits import Digits, read_digits, value_of
from bot.core.figures.number_words import NumberWords
from bot.core.passage import Passage

_JOINED = frozenset((" ", "-", "‑"))
_PERCENT_SIGNS = frozenset("%٪")
_MOST_WORDS = 12
_LARGEST = 10.0**15
"""A larger number counts nobody; "million million million…" is beyond what a float or a database can hold."""
_AND = "و"


class Part(NamedTuple):
    """A number at tokens[first:last]. `scale` is the last word that multiplied it, or 1."""

    first: int
    last: int
    start: int
    value: float
    scale: float = 1
    plain: bool = False
    """Digits without separator, suffix or scale."""
    vague: bool = False


@dataclass(frozen=True, slots=True)
class PartReader:
    """Reads the numbers of one language; `starts` are the words one may begin with."""

    words: NumberWords
    starts: frozenset[str]
    fractions: frozenset[str]
    """The first words of fractions, and of halves below."""
    halves: frozenset[str]

    @classmethod
    def of(cls, words: NumberWords) -> "PartReader":
        """Return a reader for a language's words."""
        fractions, halves = (frozenset(phrase[0] for phrase in those) for those in (words.fractions, words.halves))
        units = {key.split(" ")[0] for key in words.units}
        starts = frozenset((*units, *fractions, *words.hundreds, *words.scales, *words.vague))
        return cls(words, starts, fractions, halves)

    def may_begin(self, word: str) -> bool:
        """Return whether an Arabic word holds a number behind what is written on to it."""
        return word[-1].isdigit() or (word[0] == _AND and word[1:] in self.starts)

    def read(self, passage: Passage, at: int) -> Part | None:
        """Return the number that begins at a token. A lone “one” is none: half the time it is an article."""
        if at >= len(passage.tokens):
            return None
        if any(letter.isdigit() for letter in passage.tokens[at].word):
            digits = read_digits(passage, at)
            part = digits and self._digits(passage, at, digits)
        elif self._is_left_over(passage, at):
            part = None
        elif self._value(self.words.vague, passage, at):
            part = self._vague(passage, at)
        else:
            part = self._fraction(passage, at) or self._worded(passage, at)
        part = part and _bounded(self._and_a_half(passage, part))
        return None if part and part.value == 1 and part.last == at + 1 and not part.plain else part

    def _digits(self, passage: Passage, at: int, digits: Digits) -> Part | None:
        suffix = self.words.scales.get(digits.suffix, 0.0) if digits.suffix else 1.0
        last, scale = self._scaled(passage, digits.last)
        end = passage.tokens[digits.last - 1].end
        percent = not _PERCENT_SIGNS.isdisjoint(passage.text[end : end + 2])
        value = value_of(digits, self.words.decimal, scaled=percent or scale * suffix > 1)
        hyphened = last == digits.last and passage.text[end : end + 1] in ("-", "‑")
        if not suffix or (hyphened and passage.text[end + 1 : end + 2].isalpha()):
            return None  # 20th, 12-year-old
        plain = not digits.separators and scale * suffix == 1
        # What cannot be read (1.2.3) is worth nothing, but is kept, or its pieces would be read for numbers.
        return Part(at, last, digits.start, (value or 0.0) * scale * suffix, scale * suffix, plain)

    def _is_left_over(self, passage: Passage, at: int) -> bool:
        """Return whether a scale stands behind digits that could not be read with it: ½ million."""
        behind = at > 0 and self._goes_on(passage, at) and passage.tokens[at - 1].word[-1].isdigit()
        return behind and self._word(passage, at) in self.words.scales

    def _scaled(self, passage: Passage, last: int) -> tuple[int, float]:
        """Return where the scale words from a token on end, and what they multiply by: mil millones."""
        factor = 1.0
        while self._goes_on(passage, last) and (scale := self._value(self.words.scales, passage, last)):
            factor *= scale
            last += 1
        return last, factor

    def _vague(self, passage: Passage, at: int) -> Part | None:
        value, last = self._value(self.words.vague, passage, at) or 0.0, at + 1
        if at > 0 and passage.tokens[at - 1].word in self.words.definite:
            return None  # "The millions who watch" are not counted by anybody.
        while last - at < _MOST_WORDS:
            after = last + 1 if self._goes_on(passage, last) and passage.tokens[last].word in self.words.of else last
            more = self._goes_on(passage, after) and self._multiplier(passage, after)
            if not more:
                break
            value, last = value * more, after + 1
        return Part(at, last, passage.tokens[at].start, value, vague=True)

    def _multiplier(self, passage: Passage, at: int) -> float | None:
        return self._value(self.words.vague, passage, at) or self._value(self.words.scales, passage, at)

    def _fraction(self, passage: Passage, at: int) -> Part | None:
        if passage.tokens[at].word not in self.fractions:
            return None
        for phrase, value in self.words.fractions.items():
            last = at + len(phrase)
            if tuple(token.word for token in passage.tokens[at:last]) == phrase and self._goes_on(passage, last):
                last, scale = self._scaled(passage, last)
                if scale > 1:
                    return Part(at, last, passage.tokens[at].start, value * scale, scale)
        return None

    def _worded(self, passage: Passage, at: int) -> Part | None:
        total, current, scale, last = 0.0, 0.0, 1.0, at
        while last - at < _MOST_WORDS and (last == at or self._goes_on(passage, last)):
            joined = last > at and current + total > 0 and passage.tokens[last].word in self.words.joiners
            last += joined  # only where a smaller number follows: two million and three schools
            if joined and not self._goes_on(passage, last):
                return self._part_of(passage, at, last - 1, total + current, scale)
            taken, unit = self._unit(passage, last)
            if taken and _adds(current, unit):
                current += unit
            elif not joined and self._word(passage, last) in self.words.hundreds and current < 100:
                current, taken = max(current, 1) * 100, 1
            elif not joined and (by := self._value(self.words.scales, passage, last)):
                total, current = _multiplied(total, current, by)
                scale, taken = by, 1
            else:
                last -= joined
                break
            last += taken
        return self._part_of(passage, at, last, total + current, scale)

    def _part_of(self, passage: Passage, at: int, last: int, value: float, scale: float) -> Part | None:
        if last == at:
            return None
        if at > 0 and scale > 1 and passage.tokens[at - 1].word in self.words.articles:
            at -= 1
        return Part(at, last, passage.tokens[at].start, value, scale)

    def _and_a_half(self, passage: Passage, part: Part) -> Part:
        if part.last >= len(passage.tokens) or passage.tokens[part.last].word not in self.halves:
            return part
        for phrase in self.words.halves:
            last = part.last + len(phrase)
            if tuple(token.word for token in passage.tokens[part.last : last]) == phrase:
                last, scale = self._scaled(passage, last)
                value = (part.value + 0.5) * scale if scale > 1 else part.value + part.scale / 2
                return part._replace(last=last, value=value, scale=max(scale, part.scale), plain=False)
        return part

    def _unit(self, passage: Passage, at: int) -> tuple[int, float]:
        """Return how many words name a unit here, and which: quatre-vingt is one of two words."""
        word = self._word(passage, at)
        if self._goes_on(passage, at + 1) and (value := self.words.units.get(f"{word} {passage.tokens[at + 1].word}")):
            return 2, value
        return (1, self.words.units[word]) if word in self.words.units else (0, 0.0)

    def _value(self, table: Mapping[str, float], passage: Passage, at: int) -> float | None:
        return table.get(self._word(passage, at))

    def _word(self, passage: Passage, at: int) -> str:
        word = passage.tokens[at].word
        return word[1:] if word[0] == _AND and word not in self.starts else word

    def _goes_on(self, passage: Passage, at: int) -> bool:
        """Return whether a token follows the one before it without a stop between."""
        tokens = passage.tokens
        return at < len(tokens) and passage.text[tokens[at - 1].end : tokens[at].start] in _JOINED


def _bounded(part: Part) -> Part:
    # Worth nothing rather than not read, or its last words would be read for a number of their own.
    return part if part.value <= _LARGEST else part._replace(value=0.0)


def _adds(current: float, unit: float) -> bool:
    """Return whether a unit goes with what is said so far: twenty + five, soixante + quinze, خمسة + وعشرون."""
    if not current or (current in (60, 80) and unit < 20):
        return True
    if unit < 10:
        return current % 10 == 0
    return current % 100 == 0 or (current < 10 and unit < 100 and unit % 10 == 0)


def _multiplied(total: float, current: float, by: float) -> tuple[float, float]:
    # A larger scale multiplies all before it (tres mil millones), a smaller one only its own (a million two thousand).
    if total and by > total:
        return (total + current) * by, 0.0
    return total + max(current, 1) * by, 0.0
