"""`crisis-bot match`: whether a filter wants a story, and why."""

import sys
from collections.abc import Iterator

from bot.cli.source_text import read_story
from bot.core.chat import Platform
from bot.core.describe import describe
from bot.core.filters.grammar import read_wish
from bot.core.filters.terms import Explanation, StoryTerms, explain
from bot.core.filters.tree import Atom, Filter, FilterError
from bot.core.lexicon import Lexicon
from bot.core.sentences import Speaker

_SPEAKER = Speaker(Platform.TELEGRAM)
EXIT_YES, EXIT_NO, EXIT_UNREADABLE = 0, 1, 2


def show(lexicon: Lexicon, typed: str, where: str) -> int:
    """Print yes or no with the reasons; return 0 for yes, 1 for no, 2 where the filter cannot be read."""
    try:
        filters = read_wish(typed, lexicon).filters
    except FilterError as error:
        sys.stderr.write(f"{_SPEAKER.fill(error.sentence, error.values).text}\n")
        return EXIT_UNREADABLE
    terms = read_story(lexicon, where).terms
    verdicts = [_told(lexicon, each, terms) for each in filters]
    return EXIT_YES if any(verdicts) else EXIT_NO


def _told(lexicon: Lexicon, wanted: Filter, terms: StoryTerms) -> bool:
    found = explain(wanted, terms)
    print(f"{'yes' if found.matched else 'no'}: {describe(_SPEAKER, lexicon, wanted)}")
    for line in _reasons(found, terms):
        print(f"  {line}")
    return found.matched


def _reasons(found: Explanation, terms: StoryTerms) -> Iterator[str]:
    for each in found.reasons:
        yield f"{each.atom}: “{each.evidence.words}” ({each.evidence.where})"
    for atom in found.missing:
        named = terms.own.get(Atom("mentions", atom.value)) if atom.field in ("country", "region") else None
        why = (
            f"only mentioned, “{named.words}” ({named.where}); try mentions:{atom.value}"
            if named
            else "not in the story"
        )
        yield f"{atom}: {why}"
    for each in found.against:
        yield f"-{each.atom}: but “{each.evidence.words}” ({each.evidence.where})"
