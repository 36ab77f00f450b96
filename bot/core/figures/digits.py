"""Digits with their separators, as a number: 350,000 and 350 000, 3,5 and 3.5, ٣٥٠."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.core.passage import Passage

# What Arabic writes on to a number (and, by, for, the), the digits, a unit written on (12k, 3m).
_DIGITS = re.compile(r"([\u0621-\u064a]{0,3})(\d{1,15})([a-z]{0,8})")
_SEPARATORS = frozenset(".,٫٬' ’")
_DECIMALS = ".,٫"
_ARABIC_DECIMAL = "٫"
_MOST_GROUPS = 6
_HYPHENS = "-\u2011"


class Digits(NamedTuple):
    """Groups of digits up to a token. `suffix` is what is written on to the last of them."""

    last: int
    start: int
    groups: tuple[str, ...]
    separators: str
    suffix: str


def read_digits(passage: Passage, at: int) -> Digits | None:
    """Return the digits that begin at a token; None where they are a time, a date, a name's part, a word's."""
    found = _DIGITS.fullmatch(passage.tokens[at].word)
    if not found or (found[1] and found[1][-1] not in "وبلكفا"):
        return None
    start = passage.tokens[at].start + len(found[1])
    groups, separators, suffix, last = [found[2]], "", found[3], at + 1
    while not suffix and len(groups) < _MOST_GROUPS and (more := _next_group(passage, last, groups, separators)):
        separator, group, suffix = more
        groups.append(group)
        separators += separator
        last += 1
    if _only_names(passage.text, start, passage.tokens[last - 1].end):
        return None
    return Digits(last, start, tuple(groups), separators, suffix)


def value_of(digits: Digits, decimal: str, *, scaled: bool) -> float | None:
    """Return the number, or None for digits that are none (1.2.3).

    `decimal` is the language's mark; a lone group of three behind it is a fraction only where the number is `scaled`
    (1.234 million, 1.234 %), for nobody counts thousandths of a person.
    """
    groups, separators = digits.groups, digits.separators
    if not separators:
        return float(groups[0])
    fraction = len(separators) == 1 and (separators == _ARABIC_DECIMAL or (scaled and separators == decimal))
    if len(set(separators)) == 1 and _grouped(groups) and not fraction:
        return float("".join(groups))
    whole, mark = separators[:-1], separators[-1]
    if mark in _DECIMALS and mark not in whole and len(set(whole)) <= 1 and (not whole or _grouped(groups[:-1])):
        return float(f"{''.join(groups[:-1])}.{groups[-1]}")
    return None


def _next_group(passage: Passage, at: int, groups: Sequence[str], separators: str) -> tuple[str, str, str] | None:
    if at >= len(passage.tokens):
        return None
    separator = passage.text[passage.tokens[at - 1].end : passage.tokens[at].start]
    if separator not in _SEPARATORS:
        return None
    found = _DIGITS.fullmatch(passage.tokens[at].word)
    if not found or found[1]:
        return None
    if separator == " " and not (len(found[2]) == 3 and len(groups[0]) <= 3 and not separators.strip()):
        return None
    return separator, found[2], found[3]


def _grouped(groups: Sequence[str]) -> bool:
    return len(groups[0]) <= 3 and groups[0][0] != "0" and all(len(group) == 3 for group in groups[1:])


def _only_names(text: str, start: int, end: int) -> bool:
    """Whether the digits belong to a name, a time, a date or an address: COVID-19, 10:30, 12/05, No.5, 12-year-old."""
    before, after = text[max(start - 2, 0) : start], text[end : end + 2]
    if before[-1:] in tuple("#№+_@⁄") or after[:1] in tuple("⁄°ºª_@"):
        return True
    if before[-1:] in tuple(":/") and before[:1].isdigit():
        return True
    if before[-1:] in tuple(_HYPHENS + ".") and before[:1].isalpha():
        return True
    return after[:1] in tuple(":/") and after[1:].isdigit()
