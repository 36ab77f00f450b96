"""The wish in an ordinary sentence: “I want to follow Mali”, «noticias de Haití, por favor», “suivre le Niger”."""

import re
from collections.abc import Iterable, Sequence

from bot.core.filters.grammar_names import find_bare
from bot.core.filters.lexemes import plain
from bot.core.filters.names import Names
from bot.core.filters.wordings import LANGUAGES
from bot.core.nearness import one_slip
from bot.core.text import Token, normalise, tokenise


def _one_of(texts: Iterable[str]) -> str:
    """Return a pattern of phrases, the longest first: “i want to” before “i want”."""
    phrases = sorted({phrase for text in texts for phrase in text.split("|")}, key=len, reverse=True)
    return f"(?:{'|'.join(phrases)})"


_NEWS = "|".join(f"(?:{_one_of([each.more])} )*{_one_of([each.news])}" for each in LANGUAGES)
_NEWS_ABOUT = "|".join(
    f"(?:{_one_of([each.more])} )*{_one_of([each.news])} (?:{_one_of([each.about])} |d')" for each in LANGUAGES
)
_COURTESY, _WANTING = [each.courtesy for each in LANGUAGES], [each.wanting for each in LANGUAGES]
_ASKING = [*_WANTING, *(each.asking for each in LANGUAGES)]
_OPENS = re.compile(f"(?:{_NEWS_ABOUT}|{_one_of(_COURTESY + _ASKING)} )+")
_CLOSES = re.compile(f"(?: {_one_of(_COURTESY + [each.closing for each in LANGUAGES])})+$")
_BEFORE, _BEHIND = re.compile(f"(?:{_NEWS}) "), re.compile(f" (?:{_NEWS})$")
_ONLY_TALK = re.compile(f"(?:{_one_of(_COURTESY + _ASKING + [each.talk for each in LANGUAGES])} )+")
_STOPS = re.compile(f"(?:{_one_of(_COURTESY + _WANTING)} )*{_one_of(each.stopping for each in LANGUAGES)} ")
_LISTS = re.compile(
    f"(?:{_one_of(_COURTESY + _ASKING)} |show |see )*{_one_of(each.listing for each in LANGUAGES)} "
    f"(?:{_one_of(_COURTESY)} )*"
)
_MISSPELT = ("unfollow", "unsubscribe")
"""Verbs so long that a word one slip away is hardly another."""
_EVERYTHING = frozenset(normalise(said) for each in LANGUAGES for said in each.everything.split("|"))

# What may stand before, between and behind the words of an opening: no bracket, quotation mark, bar, or minus.
_FRONT = re.compile(r"[\s¡¿]*(?:\w{1,2}['’])?")
_GAP = re.compile(r"(?:['’]s)?(?:[.,:!?؟…]*\s+[¡¿]?|-)(?:\w{1,2}['’])?")
_GAP_BEFORE_CLOSING = re.compile(r"""([")*]*(?:['’]s)?)[\s.,:!?؟…]+(?:\w{1,2}['’])?""")
_PLAIN = re.compile(r"[\w\s'’.,?؟…]+")
_TAIL = re.compile(r'[^\w"()*|\U0001f1e6-\U0001f1ff]*')
_LEADING, _TRAILING = re.compile(r"\A(?:[.,:!?؟…]*\s+|[.,:…]+)*"), " .,!?؟…"


def wish_in(text: str, names: Names) -> str:
    """Return what a sentence asks for, without its opening and closing; the plain text where nothing else would remain.

    The word for news is left out where it stands beside one name alone (“Mali news”).
    """
    text = plain(text)
    for cut in (_without_opening, _without_closing):
        rest = cut(text, tokenise(text))
        text = rest if _says_something(rest) else text
    return _without_news(text, names)


def is_talk(text: str) -> bool:
    """Return whether somebody greets, thanks, asks what this is, or wants something without saying what."""
    return bool(_ONLY_TALK.fullmatch(_said(text)))


def is_list(text: str) -> bool:
    """Return whether somebody asks what the chat follows."""
    return bool(_LISTS.fullmatch(_said(text)))


def stop_in(text: str) -> str | None:
    """Return what a sentence asks to stop (“please unfollow Mali”), perhaps nothing; None where it asks no such thing.

    The verb itself may have a slip in it where it comes first.
    """
    text = plain(text)
    tokens = tokenise(text)
    if tokens and any(one_slip(tokens[0].word, verb) for verb in _MISSPELT):
        return text[tokens[0].end :].strip()
    return _behind(_STOPS, text, tokens)


def is_everything(text: str) -> bool:
    """Return whether somebody asks for all there is."""
    return text.strip() == "*" or normalise(text) in _EVERYTHING


def _without_opening(text: str, tokens: Sequence[Token]) -> str:
    rest = _behind(_OPENS, text, tokens)
    return text if rest is None else rest


def _behind(pattern: re.Pattern[str], text: str, tokens: Sequence[Token]) -> str | None:
    """Return what stands behind the words a pattern finds at a text's beginning; None where it finds none there."""
    if not tokens or not _FRONT.fullmatch(text[: tokens[0].start]):
        return None
    run = 1
    while run < len(tokens) and _GAP.fullmatch(text[tokens[run - 1].end : tokens[run].start]):
        run += 1
    opening = pattern.match("".join(_with_elision(text, token) for token in tokens[:run]))
    if opening is None:
        return None
    rest = text[tokens[opening.group().count(" ") - 1].end :].rstrip(_TRAILING)
    return _LEADING.sub("", rest, count=1)


def _with_elision(text: str, token: Token) -> str:
    # nouvelles d’Haïti: a token has lost its d’, which is as good as a word here.
    elided = text[max(token.start - 2, 0) : token.start].lower() in ("d'", "d’")
    return f"{'d' + chr(39) if elided else ''}{token.word} "


def _without_closing(text: str, tokens: Sequence[Token]) -> str:
    closing = _CLOSES.search("".join(f" {token.word}" for token in tokens))
    if not closing or not _TAIL.fullmatch(text[tokens[-1].end :]):
        return text
    first = len(tokens) - closing.group().count(" ")
    if first == 0:  # nothing but a flag may stand before
        return text[: tokens[0].start].rstrip(_TRAILING)
    gap = _GAP_BEFORE_CLOSING.fullmatch(text[tokens[first - 1].end : tokens[first].start])
    quoted = text[: tokens[first].start].count('"') % 2
    return text if quoted or not gap else text[: tokens[first - 1].end] + gap[1]


def _without_news(text: str, names: Names) -> str:
    tokens = tokenise(text)
    said = " ".join(token.word for token in tokens)
    before, behind = _BEFORE.match(said), _BEHIND.search(said)
    if not _PLAIN.fullmatch(text) or not (before or behind):
        return text
    first = before.group().count(" ") if before else 0
    last = len(tokens) - behind.group().count(" ") if behind and not before else len(tokens)
    rest = text[tokens[first].start : tokens[last - 1].end]
    return rest if find_bare(names, rest) else text


def _said(text: str) -> str:
    return "".join(f"{token.word} " for token in tokenise(plain(text)))


def _says_something(text: str) -> bool:
    return any(each.isalnum() or "\U0001f1e6" <= each <= "\U0001f1ff" for each in text)
