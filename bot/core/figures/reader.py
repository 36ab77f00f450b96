"""Numbers that matter in a story, each with its sentence and who says so: 350,000 displaced, seven million in need.

The words come from config/reading/figures.toml; this module only knows how to look.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Any

from bot.core.figures.counting import counted
from bot.core.figures.marked import Marked
from bot.core.figures.numerals import Number
from bot.core.figures.sources import source_of
from bot.core.figures.words import LANGUAGES, FigureWords, read_language
from bot.core.passage import Passage
from bot.core.sentence_split import Span, quote, sentences_with
from bot.core.story import Figure

MOST = 12
"""So many figures a story has at most."""

# The same number may come in title, summary and text; a list of thousands must not keep anybody waiting.
_MOST_READ = 4 * MOST
_ONE_SIZE = 10
# A sentence of more words is a table, or made to keep us busy.
_LONGEST = 300
_start = attrgetter("start")


@dataclass(frozen=True, slots=True)
class FigureReader:
    """Finds figures. Built once from the config folder; safe to share."""

    languages: Mapping[str, FigureWords]

    @classmethod
    def from_data(cls, table: Mapping[str, Any]) -> "FigureReader":
        """Return the reader a file describes; raises ValueError, KeyError or TypeError for one that cannot be."""
        if unknown := table.keys() - {"sets", "kind", "language"}:
            raise ValueError(f"“{min(unknown)}” is not known; expected sets, kind, language")
        return cls({language: read_language(table, language) for language in LANGUAGES})

    def find(self, passage: Passage) -> tuple[Figure, ...]:
        """Return the figures in the order of the text, each kind and number once, with its source where it has one."""
        tried = (self.languages[passage.language],) if passage.language in self.languages else ()
        # A short text may be in any of them; one in another language is in none.
        for words in tried or (self.languages.values() if not passage.language else ()):
            if found := _figures(passage, words):
                return found
        return ()


def _figures(passage: Passage, words: FigureWords) -> tuple[Figure, ...]:
    best: dict[tuple[str, float, str], tuple[Number, Figure]] = {}
    for number, figure in islice(_read(passage, words), _MOST_READ):
        key = (figure.kind, figure.value, number.unit)
        if key not in best or (figure.source and not best[key][1].source):
            best[key] = number, figure
    exact = [(figure.kind, number.value) for number, figure in best.values() if not number.vague and not number.unit]
    told = (figure for number, figure in best.values() if not (number.vague and _is_told(figure, exact)))
    return tuple(islice(told, MOST))


def _is_told(vague: Figure, exact: Iterable[tuple[str, float]]) -> bool:
    """Return whether a vague figure says no more than an exact one: dozens killed, where 84 are said to be."""
    return any(kind == vague.kind and vague.value <= value < vague.value * _ONE_SIZE for kind, value in exact)


def _read(passage: Passage, words: FigureWords) -> Iterator[tuple[Number, Figure]]:
    for span, tokens in _telling(passage, words):
        numbers = words.numbers.find(passage, *tokens)
        sentence = Marked(passage, words, tokens, numbers) if numbers else None
        for number in numbers:
            if sentence and (found := counted(sentence, number)):
                end = max(number.end, passage.tokens[found.last - 1].end)
                figure = Figure(
                    kind=found.kind,
                    amount=passage.text[number.start : end],
                    value=number.value,
                    sentence=quote(passage.text, span, (number.start, end)),
                    source=source_of(sentence, number),
                    where=passage.where(number.start),
                )
                yield number, figure


def _telling(passage: Passage, words: FigureWords) -> Iterator[tuple[Span, tuple[int, int]]]:
    """Yield the sentences in which something is named that may be counted, each with its tokens."""
    tokens = passage.tokens
    told = words.kinds.tell([token.word for token in tokens], arabic=words.language == "ar")
    offsets = [tokens[at].start for at in told]
    if money := words.numbers.money_at(passage):
        offsets = sorted((*offsets, *money))
    for span, _ in sentences_with(passage.text, offsets):
        first = bisect_left(tokens, span[0], key=_start)
        last = bisect_left(tokens, span[1], lo=first, key=_start)
        yield span, (first, min(last, first + _LONGEST))
