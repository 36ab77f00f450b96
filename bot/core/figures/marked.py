"""A sentence with its numbers, and with what its words are to them."""

import re
from collections.abc import Iterator, Sequence

from bot.core.figures.numerals import Number
from bot.core.figures.roles import Mark, Role
from bot.core.figures.words import FigureWords
from bot.core.passage import Passage
from bot.core.patterns import Hit, Patterns

# What may stand between two words of one pattern: no comma, dash or bracket.
_PLAIN = re.compile(r"(?: ?[%٪+])?(?:['’]s?)?[ \-‑/&.]{0,3}(?:\w{1,3}['’])?[«“\"]?")
_SEMICOLONS = frozenset(";؛")


class Marked:
    """The tokens[first:last] of a passage that are one sentence, and what is found in them."""

    __slots__ = (
        "_doubts_until", "_runs", "_signs", "_sources", "_sources_until", "covered", "first", "hits", "last", "numbers",
        "passage", "until", "words",
    )  # fmt: skip

    def __init__(
        self, passage: Passage, words: FigureWords, tokens: tuple[int, int], numbers: Sequence[Number]
    ) -> None:
        self.passage, self.words = passage, words
        self.first, self.last = tokens
        self.numbers = {number.first: number for number in numbers}
        self.covered = frozenset(at for number in numbers for at in range(number.first, number.last))
        self._runs = list(self._split())
        self.hits = self._found(words.patterns)
        self.until = {hit.last: hit for hit in self.hits.values()}
        """The same by the token after their last."""
        self._sources: dict[int, Hit[Mark]] | None = None
        self._sources_until: dict[int, Hit[Mark]] | None = None
        self._signs: dict[int, Hit[Mark]] | None = None
        self._doubts_until: dict[int, Hit[Mark]] | None = None

    @property
    def sources(self) -> dict[int, Hit[Mark]]:
        """The words that tell who speaks, by their first token; looked for when first asked."""
        if self._sources is None:
            found = self._found(self.words.sources)
            self._sources = {at: hit for at, hit in found.items() if not self._is_acronym(hit)}
        return self._sources

    @property
    def sources_until(self) -> dict[int, Hit[Mark]]:
        """The same by the token after their last."""
        if self._sources_until is None:
            self._sources_until = {hit.last: hit for hit in self.sources.values()}
        return self._sources_until

    @property
    def signs(self) -> dict[int, Hit[Mark]]:
        """The words that only need to stand in the sentence, by their first token; looked for when first asked."""
        if self._signs is None:
            self._signs = self._found(self.words.signs)
        return self._signs

    @property
    def doubts_until(self) -> dict[int, Hit[Mark]]:
        """The words that deny or fear, by the token after their last; looked for when first asked."""
        if self._doubts_until is None:
            self._doubts_until = {hit.last: hit for hit in self._found(self.words.doubts).values()}
        return self._doubts_until

    def _is_acronym(self, hit: Hit[Mark]) -> bool:
        # The WHO said so, and the US; not who, nor us.
        token = self.passage.tokens[hit.first]
        written = self.passage.text[token.start : token.end]
        return role(hit, Role.NOBODY) is not None and len(written) > 1 and written.isupper()

    def _found(self, patterns: Patterns[Mark]) -> dict[int, Hit[Mark]]:
        # Run by run, for no pattern goes on behind a comma or across a number.
        arabic, hits = self.passage.language == "ar", {}
        for first, run in self._runs:
            for hit in patterns.find(run, arabic=arabic):
                hits[hit.first + first] = Hit(hit.first + first, hit.last + first, hit.meanings)
        return hits

    def _split(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the runs of words without a stop or a number between, each with its first token."""
        run: list[str] = []
        for at in range(self.first, self.last):
            counts = at in self.covered
            if run and (counts or not self.plain(at)):
                yield at - len(run), run
                run = []
            if not counts:
                run.append(self.passage.tokens[at].word)
        if run:
            yield self.last - len(run), run

    def gap(self, at: int) -> str:
        """Return what stands between a token and the one before; a line break before the first."""
        tokens = self.passage.tokens
        return self.passage.text[tokens[at - 1].end : tokens[at].start] if at > self.first else "\n"

    def plain(self, at: int) -> bool:
        """Return whether a token follows the one before without a stop."""
        gap = self.gap(at)
        return gap == " " or _PLAIN.fullmatch(gap) is not None

    def clause(self, at: int) -> tuple[int, int]:
        """Return the first token and the one after the last between the semicolons around a token."""
        stops = [each for each in range(self.first + 1, self.last) if not _SEMICOLONS.isdisjoint(self.gap(each))]
        before = [each for each in stops if each <= at]
        return before[-1] if before else self.first, next((each for each in stops if each > at), self.last)

    def ends(self, at: int) -> bool:
        """Return whether the sentence or a clause ends before a token."""
        return at >= self.last or not self.plain(at)


def role(hit: Hit[Mark] | None, *roles: str) -> Mark | None:
    """Return the first of a hit's marks that has one of the roles, in the order of the roles."""
    if hit is None:
        return None
    return next((mark for wanted in roles for mark in hit.meanings if mark.role == wanted), None)
