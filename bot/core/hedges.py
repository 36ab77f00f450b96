"""What a story does not vouch for: sentences that say something is unverified, alleged, reported.

The phrases come from config/reading/hedges.toml; this module only knows how to look.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.passage import Passage
from bot.core.patterns import Hit, Patterns
from bot.core.sentence_split import Span, quote, sentences_with, written_start
from bot.core.story import Hedge
from bot.core.text import normalise, words

STRENGTHS = ("unverified", "reported")
"""The writer says it is not verified; the writer passes on what others say."""

MOST = 12
"""So many sentences are quoted at most."""

_KNOWN = frozenset({*STRENGTHS, "sets", "not_after", "not_before", "not_with"})
_LOOK_AHEAD = 4
_NEAR = 40


@dataclass(frozen=True, slots=True)
class HedgeReader:
    """Finds hedges. Built once from the config folder; safe to share."""

    patterns: Patterns[int]
    """Each with its strength's place in STRENGTHS."""
    not_after: frozenset[str]
    not_before: Mapping[str, frozenset[str]]
    not_with: Mapping[str, frozenset[str]]

    @classmethod
    def from_data(cls, table: Mapping[str, Any]) -> "HedgeReader":
        """Return the reader a file describes; raises ValueError, KeyError or TypeError for one that cannot be."""
        if unknown := table.keys() - _KNOWN:
            raise ValueError(f"“{min(unknown)}” is not known; expected {', '.join(sorted(_KNOWN))}")
        written = [(p, i) for i, strength in enumerate(STRENGTHS) for some in table[strength].values() for p in some]
        return cls(
            Patterns.of(written, table.get("sets", {})),
            _all_words(table.get("not_after", ())),
            {_one(word): _all_words(others) for word, others in table.get("not_before", {}).items()},
            {_one(word): _all_words(others) for word, others in table.get("not_with", {}).items()},
        )

    def find(self, passage: Passage) -> tuple[Hedge, ...]:
        """Return the sentences that hedge, each once with the strongest words in it; the unverified ones first."""
        text, arabic = [token.word for token in passage.tokens], passage.language == "ar"
        found = list(self.patterns.find_few(text, arabic=arabic))
        said: dict[str, tuple[int, Hedge]] = {}
        for sentence, those in sentences_with(passage.text, (passage.tokens[hit.first].start for hit in found)):
            if kept := [found[at] for at in those if self._means_it(passage, text, sentence, found[at])]:
                hit = min(kept, key=lambda hit: hit.meanings)
                hedge = _hedge(passage, sentence, hit)
                said.setdefault(normalise(hedge.sentence), (min(hit.meanings), hedge))
        ranked = sorted(said.values(), key=lambda each: each[0])
        return tuple(hedge for _, hedge in ranked[:MOST])

    def _means_it(self, passage: Passage, text: Sequence[str], sentence: Span, hit: Hit[int]) -> bool:
        first = text[hit.first]
        if hit.first and text[hit.first - 1] in self.not_after:
            return False
        if passage.tokens[hit.last - 1].end > sentence[1]:
            return False
        if others := self.not_before.get(first):
            return others.isdisjoint(text[hit.last : hit.last + _LOOK_AHEAD])
        if others := self.not_with.get(first):
            return others.isdisjoint(_around(passage, text, sentence, hit))
        return True


def _hedge(passage: Passage, sentence: Span, hit: Hit[int]) -> Hedge:
    start = written_start(passage.text, passage.tokens[hit.first].start)
    end = passage.tokens[hit.last - 1].end
    sentence_shown = quote(passage.text, sentence, (start, end))
    return Hedge(passage.text[start:end], sentence_shown, passage.where(start), STRENGTHS[min(hit.meanings)])


def _around(passage: Passage, text: Sequence[str], sentence: Span, hit: Hit[int]) -> Iterable[str]:
    """Return the words of the sentence near a hit; near, for a sentence may be as long as a text."""
    first, last = max(hit.first - _NEAR, 0), hit.last + _NEAR
    near = zip(passage.tokens[first:last], text[first:last], strict=True)
    return (word for token, word in near if sentence[0] <= token.start < sentence[1])


def _all_words(written: Iterable[str]) -> frozenset[str]:
    return frozenset(word for each in written for word in words(each))


def _one(written: str) -> str:
    found = words(written)
    if len(found) != 1:
        raise ValueError(f"“{written}” should be one word")
    return found[0]
