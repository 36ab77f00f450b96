"""What one would write first to match stories, and what one would install: both right, neither an index of filters."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import ahocorasick

from bot.core.filters.terms import StoryTerms
from bot.core.filters.tree import Atom, Clause
from tests.bench.match_world import clauses_of
from tests.core.given import holds

TEXTUAL = ("words", "title", "prefix")


class RegexLoop:
    """Asks every filter, with a compiled regular expression for each word it looks for."""

    def __init__(self, wishes: Sequence[str]) -> None:
        self._filters = [clauses_of(wish) for wish in wishes]
        atoms = {atom for clauses in self._filters for each in clauses for atom in each.required | each.forbidden}
        self._patterns = {atom: _pattern(atom) for atom in atoms}

    def match(self, terms: StoryTerms) -> set[int]:
        """Return the filters that match, by their place in the sequence."""
        text = terms.fields[0].text
        title = " ".join(token.word for field in terms.fields if field.where == "title" for token in field.tokens)
        own = {str(atom) for atom in terms.own}
        return {
            number
            for number, clauses in enumerate(self._filters)
            if any(self._holds(clause, title, text, own) for clause in clauses)
        }

    def _holds(self, clause: Clause, title: str, text: str, own: set[str]) -> bool:
        def has(atom: Atom) -> bool:
            pattern = self._patterns[atom]
            if pattern is None:
                return str(atom) in own
            return pattern.search(title if atom.field == "title" else text) is not None

        return all(map(has, clause.required)) and not any(map(has, clause.forbidden))


class Automaton:
    """Finds the words by pyahocorasick, then verifies the filters that wait for one of them."""

    def __init__(self, wishes: Iterable[str]) -> None:
        self._automaton: Any = ahocorasick.Automaton()
        self._filters = [clauses_of(wish) for wish in wishes]
        self._waiting: dict[Atom, list[int]] = {}
        uses = Counter(atom for clauses in self._filters for each in clauses for atom in each.required)
        for number, clauses in enumerate(self._filters):
            for clause in clauses:
                self._waiting.setdefault(min(clause.required, key=lambda atom: uses[atom]), []).append(number)
                self._add(clause)
        self._automaton.make_automaton()

    def match(self, terms: StoryTerms) -> set[int]:
        atoms = set(terms.own)
        for field in terms.fields:
            words = " ".join(token.word for token in field.tokens)
            for _, found in self._automaton.iter(f" {words} "):
                atoms.update(each for each in found if each.field != "title" or field.where == "title")
        candidates = {number for atom in atoms & self._waiting.keys() for number in self._waiting[atom]}
        return {number for number in candidates if holds(self._filters[number], atoms)}

    def change(self, wish: str) -> None:
        """Take in the words of one more filter, which makes the automaton anew."""
        for clause in clauses_of(wish):
            self._add(clause)
        self._automaton.make_automaton()

    def _add(self, clause: Clause) -> None:
        for atom in clause.required | clause.forbidden:
            if atom.field in TEXTUAL:
                key = f" {atom.value}" + (" " if atom.field != "prefix" else "")
                self._automaton.add_word(key, {*self._automaton.get(key, ()), atom})


def _pattern(atom: Atom) -> re.Pattern[str] | None:
    if atom.field not in TEXTUAL:
        return None
    return re.compile(rf"\b{re.escape(atom.value)}" + (r"\b" if atom.field != "prefix" else ""), re.IGNORECASE)
