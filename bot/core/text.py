"""Text as the bot compares it: one normalisation for stories and filters alike."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

MAX_CHARS = 20_000
"""Longer text is cut before any work: what a story is about stands in its first pages."""

_MAX_MARKS = 8
# NFKC is quadratic in the length of a run of combining marks, so runs are capped before it sees them.
_MARK = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_MARK_RUN = re.compile(f"({_MARK}{{{_MAX_MARKS}}}){_MARK}+")
# Zero-width and bidi marks, the soft hyphen, Arabic tatweel: they draw nothing or only stretch a word.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_QUOTES = re.compile("[‘’‚‛ʼʹ`´′＇]")
# Combining marks belong to the word they stand in, though the regex engine takes them for no letters.
_WORD = rf"[^\W_]+(?:{_MARK}+[^\W_]*)*"
# Initials first (U.S., D.R.C, U.S.A), then words with inner apostrophes (N'Djamena).
# One group around it all, for `split` to keep what it splits at.
_TOKEN = re.compile(rf"((?:[^\W\d_]\.){{2,}}(?:[^\W\d_](?![^\W_]))?(?:'[sS](?![^\W_]))?|{_WORD}(?:'{_WORD})*)")
_BLANK_LINE = re.compile(r"\n\s*\n")
_POSSESSIVE = re.compile(r"'[sS]$")
# French and Italian elision: l'Ukraine, d'Haïti, qu'Israël. The article says nothing about the word.
_ELISION = re.compile(r"^(?:l|d|j|n|s|t|m|c|qu|jusqu|lorsqu|puisqu|dell|nell|all|dall|sull)'", re.IGNORECASE)
_ARABIC = str.maketrans("أإآٱىةؤئ", "ااااي\u0647وي")
_PLAIN = str.maketrans({"ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"})


class Token(NamedTuple):
    """One word of a clean text: `text[start:end]` is how it is written, `word` how it is compared.

    A tuple, for a text makes hundreds and a frozen dataclass takes four times as long to make.
    """

    word: str
    start: int
    end: int
    capital: bool
    """Whether it begins with a capital letter as written (Turkey, not turkey)."""


def clean(text: str) -> str:
    """Return text fit to show and to search: NFKC, no control, zero-width or bidi characters, single spaces.

    Case, accents and curly quotes stay. Linear in time on hostile text; cut to `MAX_CHARS`.
    """
    return " ".join(_swept(text).split())


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a raw text, those with blank lines between, each clean and none empty."""
    return [kept for part in _BLANK_LINE.split(_swept(text)) if (kept := " ".join(part.split()))]


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Return one written word as it is compared: case-folded, without accents, quotes and Arabic variants."""
    if word.isascii():  # most words, and nothing else to do for them
        return word.lower().replace("'", "").replace(".", "")
    plain = unicodedata.normalize("NFKD", word.casefold().translate(_PLAIN))
    bare = "".join(c for c in plain if not unicodedata.combining(c)).translate(_PLAIN)
    return unicodedata.normalize("NFKC", bare).casefold().translate(_ARABIC).replace("'", "").replace(".", "")


def tokenise(text: str) -> list[Token]:
    """Split clean text into words; initials become one word (D.R.C. is drc), possessives and elisions fall away."""
    tokens: list[Token] = []
    new = tuple.__new__  # Token(...) would cost more than all the rest of the loop.
    pieces, at = _TOKEN.split(_QUOTES.sub("'", text)), 0
    for gap, written in zip(pieces[::2], pieces[1::2], strict=False):
        at += len(gap)
        word, begin, end, capital = _read(written)
        if word:
            tokens.append(new(Token, (word, at + begin, at + end, capital)))
        at += len(written)
    return tokens


def words(text: str) -> tuple[str, ...]:
    """Return the compared words of any text, raw or clean."""
    return tuple(token.word for token in tokenise(clean(text)))


def normalise(text: str) -> str:
    """Return the compared words of a text with single spaces between: the one form for stories and filters."""
    return " ".join(words(text))


def cut(text: str, limit: int) -> str:
    """Return text of at most `limit` characters, ended at a word with an ellipsis where it was longer."""
    if len(text) <= limit:
        return text
    head = text[: max(limit - 1, 0)]
    at_word = head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head
    return at_word.rstrip(" ,;:–—-") + "…"


def _swept(text: str) -> str:
    text = _INVISIBLE.sub("", _CONTROL.sub(" ", text[:MAX_CHARS]))
    text = unicodedata.normalize("NFKC", _MARK_RUN.sub(r"\1", text))
    # NFKC can bring spaces and marks of its own, so the sweep runs once more over its result.
    # A single sign may become eighteen letters (ﷺ), so the limit holds for the result as well.
    return _INVISIBLE.sub("", text)[:MAX_CHARS]


@lru_cache(maxsize=65_536)
def _read(written: str) -> tuple[str, int, int, bool]:
    """Return a written word as it is compared, where it begins and ends in what is written, and its capital.

    The elided article before it and its possessive are no part of it.
    """
    begin, end = 0, len(written)
    if "'" in written:
        if elided := _ELISION.match(written):
            begin = elided.end()
        if possessive := _POSSESSIVE.search(written, begin):
            end = possessive.start()
    return fold(written[begin:end]), begin, end, written[begin : begin + 1].isupper()
