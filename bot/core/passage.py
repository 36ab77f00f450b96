"""A story's texts as one clean text, cut into words once and read by many: places, actors, topics, figures, filters."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.language import language_of
from bot.core.text import Token, paragraphs, tokenise

BREAK = "\n"
"""Ends a paragraph and a part: no name, phrase or sentence reaches across it. Elsewhere a clean text has none."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A clean text with its words. `text[token.start:token.end]` is how a word is written."""

    text: str
    tokens: Sequence[Token]
    language: str
    """en, fr, es, ar, another tag's first two letters, or empty where nothing tells."""
    parts: tuple[tuple[int, str], ...]
    """Where each part begins in the text, and what it is: title, summary, text."""

    @classmethod
    def of(cls, parts: Iterable[tuple[str, str]], language: str = "") -> "Passage":
        """Return the passage of parts as (what it is, raw text), paragraphs between blank lines.

        `language` may be a tag, wrong or empty.
        """
        texts: list[str] = []
        begins: list[tuple[int, str]] = []
        at = 0
        for what, raw in parts:
            if written := BREAK.join(paragraphs(raw)):
                texts.append(written)
                begins.append((at, what))
                at += len(written) + len(BREAK)
        text = BREAK.join(texts)
        tokens = tokenise(text)
        return cls(text, tokens, language_of(tokens, language), tuple(begins))

    def where(self, start: int) -> str:
        """Return which part an offset of the text lies in."""
        return self.parts[bisect_right(self.parts, start, key=lambda part: part[0]) - 1][1]

    def part(self, what: str) -> str:
        """Return one part's clean text; empty where the passage has none of that name."""
        ends = [begin - len(BREAK) for begin, _ in self.parts[1:]] + [len(self.text)]
        texts = {each: self.text[begin:end] for (begin, each), end in zip(self.parts, ends, strict=True)}
        return texts.get(what, "")
