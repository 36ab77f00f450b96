"""Numbers in a text, with what qualifies them: nearly 350,000, seven million, between 10 and 15, 32%, $1.3 billion.

The words come in as data; this module only knows how to put them together. What tells no quantity is not found: a time,
a date, COVID-19, a 12-year-old, Article 14.
"""

import re
from dataclasses import dataclass, replace

from bot.core.arabic import without_prefix
from bot.core.figures.number_parts import Part, PartReader
from bot.core.figures.number_words import NumberWords
from bot.core.passage import Passage
from bot.core.sentence_split import written_start

PERCENT = "%"
MONEY = "money"
MOST = 60
"""So many numbers are read of a sentence at most; one with more is a table."""

_DASHES = frozenset(("-", "–", "‑"))
_PERCENT_SIGN = re.compile(r" ?[%٪]")
# US$ 300, €300, 300 €. The letters before a sign are a word of their own to the tokeniser.
_SIGN_BEFORE = re.compile(r"(\b[A-Z]{1,3})?[$€£¥] ?$")
_SIGN_AFTER = re.compile(r" ?[$€£¥]")
_LONGEST_SIGN = 5
_CURRENCY_SIGN = re.compile("[$€£¥]")
_MOST_LINKS = 3
_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class Number:
    """A number at tokens[first:last]; text[start:end] is how it is written, with what qualifies it and its unit."""

    first: int
    last: int
    start: int
    end: int
    value: float
    """The lower one of a range; of a vague word the least it can mean (“dozens” is 12)."""
    unit: str = ""
    """PERCENT, MONEY or nothing."""
    vague: bool = False
    """Whether it is no more than an order of size: dozens."""
    year: bool = False
    """Whether it may as well be a year: four bare digits."""


@dataclass(frozen=True, slots=True)
class NumberReader:
    """Finds the numbers of one language."""

    words: NumberWords
    parts: PartReader

    @classmethod
    def of(cls, words: NumberWords) -> "NumberReader":
        """Return a reader for a language's words."""
        return cls(words, PartReader.of(words))

    def find(self, passage: Passage, first: int, last: int) -> list[Number]:
        """Return the numbers among tokens[first:last] in order, none overlapping, no more than MOST."""
        found: list[Number] = []
        done, starts, hidden = first, self.parts.starts, passage.language == "ar" and self.parts.may_begin
        for at in range(first, last):
            word = passage.tokens[at].word
            if (word in starts or word[0] <= "9" or (hidden and hidden(word))) and at >= done:
                part = self.parts.read(passage, at)
                if part and self._only_names(passage, part):
                    done = part.last
                elif part:
                    found.append(self._whole(passage, part))
                    done = found[-1].last
                if len(found) == MOST:
                    break
        return found

    def money_at(self, passage: Passage) -> list[int]:
        """Return the offsets at which the text names a currency."""
        currencies = self.words.currencies
        named = [token.start for token in passage.tokens if token.word in currencies]
        return named + [found.start() for found in _CURRENCY_SIGN.finditer(passage.text)]

    def _only_names(self, passage: Passage, part: Part) -> bool:
        before = self._before(passage, part.first)
        if not before or self.words.labels.isdisjoint((before, *without_prefix(before))):
            return False
        return not passage.text[passage.tokens[part.first - 1].end : part.start].strip(" .-°º#")

    def _whole(self, passage: Passage, low: Part) -> Number:
        """Return a number with its range, its unit and its qualifiers."""
        high = self._range_end(passage, low)
        if high and self._before(passage, low.first) in self.words.range_from:
            low, high = high, None  # from 10 to 15: it is 15 now
        value = low.value
        if high and low.scale == 1 < high.scale and low.value < high.value / high.scale:
            value *= high.scale  # 2-3 million
        last = high.last if high else low.last
        year = low.plain and low.value in _YEARS and (high is None or (high.plain and high.value in _YEARS))
        number = Number(low.first, last, low.start, passage.tokens[last - 1].end, value, vague=low.vague, year=year)
        return self._qualified(passage, self._with_unit(passage, number), ranged=high is not None)

    def _range_end(self, passage: Passage, low: Part) -> Part | None:
        tokens, at = passage.tokens, low.last
        if at >= len(tokens):
            return None
        gap = passage.text[tokens[at - 1].end : tokens[at].start].lstrip("%٪")
        if gap in _DASHES:
            high = self.parts.read(passage, at)
        elif gap == " " and self._links(passage, low, at):
            high = self.parts.read(passage, at + 1)
        else:
            high = self._arabic_end(passage, low)
        return high if high and high.value > low.value / max(low.scale, 1) else None

    def _links(self, passage: Passage, low: Part, at: int) -> bool:
        word = passage.tokens[at].word
        between = self._before(passage, low.first) in self.words.between
        return word in self.words.range_to or (between and word in self.words.range_and)

    def _arabic_end(self, passage: Passage, low: Part) -> Part | None:
        # بين 10 و15: the "and" is written on to the number.
        if self._before(passage, low.first) in self.words.between and passage.tokens[low.last].word[0] == "و":
            return self.parts.read(passage, low.last)
        return None

    def _before(self, passage: Passage, at: int) -> str:
        return passage.tokens[at - 1].word if at > 0 else ""

    def _with_unit(self, passage: Passage, number: Number) -> Number:
        text, tokens = passage.text, passage.tokens
        after = text[number.end : number.end + 2]
        if after[:1] == "+":
            return replace(number, end=number.end + 1)
        if sign := _PERCENT_SIGN.match(after):
            return replace(number, end=number.end + len(sign[0]), unit=PERCENT)
        for phrase in self.words.percent:
            last = number.last + len(phrase)
            if tuple(token.word for token in tokens[number.last : last]) == phrase:
                return replace(number, last=last, end=tokens[last - 1].end, unit=PERCENT)
        return self._money(passage, number)

    def _money(self, passage: Passage, number: Number) -> Number:
        text, tokens, first = passage.text, passage.tokens, number.first
        before = self._before(passage, first)
        if sign := _SIGN_BEFORE.search(text[max(number.start - _LONGEST_SIGN, 0) : number.start]):
            first -= bool(sign[1])
            return replace(number, first=first, start=number.start - len(sign[0]), unit=MONEY)
        if before in self.words.currencies and text[tokens[first - 1].end : number.start] in ("", " "):
            return replace(number, first=first - 1, start=tokens[first - 1].start, unit=MONEY)
        if sign := _SIGN_AFTER.match(text[number.end : number.end + 2]):
            return replace(number, end=number.end + len(sign[0]), unit=MONEY)
        for at in range(number.last, min(number.last + _MOST_LINKS, len(tokens))):
            if tokens[at].word in self.words.currencies:
                return replace(number, last=at + 1, end=tokens[at].end, unit=MONEY)
            if tokens[at].word not in self.words.currency_links:
                break
        return number

    def _qualified(self, passage: Passage, number: Number, *, ranged: bool) -> Number:
        """Return a number with its qualifiers, at most two: at least some 300."""
        first = number.first
        if ranged and self._before(passage, first) in self.words.between:
            first -= 1
        for _ in range(2):
            if first and (phrase := self._qualifier(passage, first)):
                first -= len(phrase)
        if first == number.first:
            return number
        start = written_start(passage.text, passage.tokens[first].start)
        return replace(number, first=first, start=min(start, number.start))

    def _qualifier(self, passage: Passage, first: int) -> tuple[str, ...]:
        tokens = passage.tokens
        for phrase in self.words.qualifiers.get(tokens[first - 1].word, ()):
            before = tokens[max(first - len(phrase), 0) : first]
            if tuple(token.word for token in before) == phrase and (
                phrase not in self.words.elided or written_start(passage.text, before[0].start) < before[0].start
            ):
                return phrase
        return ()
