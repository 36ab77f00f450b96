"""Where sentences end: for a summary cut at one, and for the sentence a word is quoted with."""

import re
from collections.abc import Iterable, Iterator

from bot.core.text import cut

QUOTED_CHARS = 300
"""About how much of a long sentence is quoted around the words that matter."""

# Every run of stops matches and is then judged, so that no run is looked at twice.
_STOP = re.compile(r"[.!?؟۔…]+[\"'”’»)\]]*|[。\n]")
_OPENING = " \"'“‘«„([*¿¡–—-"
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_LONGEST_ABBREVIATION = 12
_LONGEST_ELISION = 8
Span = tuple[int, int]
"""Where something begins and ends in a text."""

# fmt: off
_BEFORE_A_NAME = frozenset((
    "dr", "mr", "mrs", "ms", "prof", "gen", "col", "lt", "sgt", "capt", "cpt", "maj", "brig", "cmdr", "adm", "sen",
    "rep", "gov", "pres", "st", "ste", "rev", "hon", "fr", "mt", "vs", "mme", "mlle", "mgr", "sr", "sra", "srta",
    "dra", "ud", "uds", "gral", "cnel", "cf",
))
_BEFORE_A_NUMBER = frozenset((
    "no", "nos", "nr", "núm", "art", "vol", "pp", "pág", "fig", "sec", "ch", "para", "approx", "ca", "av", "tel",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "janv", "févr", "déc",
))
# They may end a sentence too; then an ordinary word begins the next.
_EITHER = frozenset(("inc", "ltd", "corp", "co", "jr", "ee", "uu", "d.c", "ph.d"))
_BEGINNERS = frozenset((
    "the", "this", "these", "those", "it", "its", "he", "his", "she", "her", "they", "their", "we", "our", "you", "in",
    "on", "at", "by", "for", "from", "with", "but", "and", "if", "when", "while", "as", "after", "before", "since",
    "there", "here", "a", "an", "some", "many", "more", "most", "no", "not", "all", "both", "each", "what", "who",
    "how", "why", "where", "yet", "so", "then", "that", "one", "two", "meanwhile", "however", "also", "according",
    "le", "la", "les", "un", "une", "des", "ce", "cette", "ces", "il", "elle", "ils", "elles", "nous", "mais", "et",
    "en", "dans", "pour", "selon", "depuis", "el", "los", "las", "una", "pero", "y", "según", "desde", "para",
))
# fmt: on


def sentences(text: str, start: int = 0) -> Iterator[Span]:
    """Yield where each sentence from an offset on begins and ends, with its stop and closing quotes.

    A line break ends one too.
    """
    for end in sentence_ends(text, start):
        yield _trimmed(text, start, end)
        start = end
    if text[start:].strip():
        yield _trimmed(text, start, len(text))


def sentences_with(text: str, offsets: Iterable[int]) -> Iterator[tuple[Span, list[int]]]:
    """Yield the sentences in which ascending offsets lie, each with which of the offsets these are, from 0."""
    span, kept = (0, 0), list[int]()
    spans = sentences(text)
    for number, offset in enumerate(offsets):
        if offset >= span[1]:
            if kept:
                yield span, kept
            if (begins := text.rfind("\n", span[1], offset) + 1) > 0:
                spans = sentences(text, begins)  # what lies between is of no interest
            span, kept = next(found for found in spans if found[1] > offset), []
        kept.append(number)
    if kept:
        yield span, kept


def sentence_ends(text: str, start: int = 0) -> Iterator[int]:
    """Yield the offsets at which sentences end, in order; an abbreviation, a decimal or initials end none."""
    for stop in _STOP.finditer(text, start):
        if _is_end(text, stop, start) and text[start : stop.start()].strip():
            start = stop.end()
            yield start


def written_start(text: str, start: int) -> int:
    """Return where a word begins as written: its token leaves out what is elided before it (l’ONU, n’a)."""
    if start > 1 and text[start - 1] in "'’" and text[start - 2].isalpha():
        return max(text.rfind(" ", 0, start), start - _LONGEST_ELISION) + 1
    return start


def quote(text: str, sentence: Span, words: Span) -> str:
    """Return a sentence as written; of one longer than `QUOTED_CHARS` what stands around the words, with ellipses.

    All are offsets of the text.
    """
    (start, end), (first, last) = sentence, words
    if end - start <= QUOTED_CHARS:
        return text[start:end]
    before = max((QUOTED_CHARS - (last - first)) // 2, 0)
    begin = max(min(first - before, end - QUOTED_CHARS), start)
    if begin > start:
        begin = _next_word(text, begin, first)
    shown = cut(text[begin:end], max(QUOTED_CHARS, last - begin + 1))
    return shown if begin == start else f"…{shown}"


def _next_word(text: str, at: int, latest: int) -> int:
    space = text.find(" ", at - 1, latest)
    return latest if space < 0 else space + 1


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _is_end(text: str, stop: "re.Match[str]", start: int) -> bool:
    if stop[0] in ("\n", "。"):
        return True
    end = stop.end()
    if end < len(text) and not text[end].isspace():
        return False  # 3.5, example.org
    follows = text[end : end + 40].lstrip(_OPENING)
    if follows[:1].islower():
        return False
    if stop[0][0] != "." or stop[0][:2] == "..":
        return True
    before = text[max(start, stop.start() - _LONGEST_ABBREVIATION) : stop.start()].strip()
    if before.isdecimal() and stop.start() - start < _LONGEST_ABBREVIATION:
        return False  # the number of a list: "1. Water"
    return _ends_after(before.rsplit(" ", 1)[-1].lstrip(_OPENING), follows)


def _ends_after(word: str, follows: str) -> bool:
    lower = word.lower()
    if lower in _BEFORE_A_NAME:
        return not follows
    if lower in _BEFORE_A_NUMBER:
        return not follows[:1].isdecimal()
    if lower in _EITHER or _INITIALS.fullmatch(word):
        begins = follows.replace("’", " ").replace("'", " ").split(" ", 1)[0].rstrip(",").lower()
        return not follows or begins in _BEGINNERS
    return True
