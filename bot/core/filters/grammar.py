"""Reads the filter language into trees: a small recursive-descent parser with errors that say what to do next."""

import re
from dataclasses import dataclass, replace

from bot.core.filters import tree as filters
from bot.core.filters.canonical import read_simple
from bot.core.filters.cursor import Cursor
from bot.core.filters.grammar_terms import KEPT, Limits, Named, TermReader
from bot.core.filters.lexemes import Lexeme, lexemes, plain
from bot.core.filters.list_end import with_last_comma
from bot.core.filters.names import Names
from bot.core.filters.tree import All, Atom, Either, Filter, FilterError, Not, Tree, tidy
from bot.core.filters.wishes import is_everything, wish_in

_LINK = re.compile(r"(?:https?://|www\.)\S", re.IGNORECASE)
_EXAMPLES = {"bar": "mali {} niger", "and": "mali {} niger", "minus": "mali {} football"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, as read: one filter or several (a comma makes several), and how it was understood."""

    filters: tuple[Filter, ...]
    typed: str = ""
    """The plain text that was read, an ordinary sentence's opening and closing left out."""
    named: tuple[Named, ...] = ()
    """Bare words that were taken for a place or an actor."""
    loose: tuple[tuple[int, int], ...] = ()
    """Where in `typed` bare words stand that are just words."""
    corrected: tuple[Named, ...] = ()
    """Names with a slip, after a field, that were understood all the same."""
    both: bool = False
    """Whether words stood side by side and were taken together."""

    @property
    def either(self) -> bool:
        return len(self.filters) > 1


def read_filters(text: str, names: Names) -> Asked:
    """Read what somebody typed; raises FilterError with a sentence that says what to write instead."""
    text = plain(text)
    if _LINK.match(text):
        raise FilterError("link-typed")
    if len(text) > filters.MAX_CHARS:
        raise FilterError("too-long", count=len(text), limit=filters.MAX_CHARS)
    return _read(_Reader(with_last_comma(text, names), names, Limits()))


def read_wish(text: str, names: Names) -> Asked:
    """As `read_filters`, for what may be an ordinary sentence with the wish in it (“news about Mali, please”)."""
    wish = wish_in(text, names) if len(text) <= 2 * filters.MAX_CHARS else text
    if is_everything(wish):
        raise FilterError("everything")
    return read_filters(wish, names)


def read_canonical(text: str, names: Names) -> Filter:
    """Read a canonical text back into its one filter; it may be longer than what was typed. Raises FilterError."""
    if simple := read_simple(text, names):
        return simple
    (found,) = _read(_Reader(plain(text), names, KEPT)).filters
    return found


def other_reading(asked: Asked) -> Asked | None:
    """Return the reading a person may have meant instead: either for both, or both for either."""
    if asked.either:
        return _if_readable(replace(asked, filters=(_filter(All(tuple(f.tree for f in asked.filters))),), both=True))
    (only,) = asked.filters
    if asked.both and isinstance(only.tree, All):
        wanted = tuple(part for part in only.tree.parts if not _narrows(part))
        narrowed = tuple(part for part in only.tree.parts if _narrows(part))
        if len(wanted) > 1:
            return _if_readable(replace(asked, filters=(_filter(All((Either(wanted), *narrowed))),), both=False))
    return None


def _narrows(part: Tree) -> bool:
    """Return whether a part says what to leave out or in which paper to look, so that it is no choice among others."""
    return isinstance(part, Not) or (isinstance(part, Atom) and part.field in ("type", "source", "lang"))


def _if_readable(asked: Asked) -> Asked | None:
    try:
        return asked if asked.filters[0].clauses else None
    except FilterError:
        return None


def _filter(tree: Tree) -> Filter:
    return Filter(tidy(tree))


def _read(reader: "_Reader") -> Asked:
    found = {each.canonical: each for each in map(_filter, reader.wanted()) if each.clauses}
    both = reader.both and any(not isinstance(each.tree, Atom) for each in found.values())
    terms = reader.terms
    return Asked(
        tuple(found.values()), reader.typed, tuple(terms.named), tuple(terms.loose), tuple(terms.corrected), both
    )


class _Reader:
    """One pass over the lexemes; `both` notes that words stood side by side."""

    def __init__(self, typed: str, names: Names, limits: Limits) -> None:
        self.typed = typed
        self._cursor = Cursor(typed, list(lexemes(typed)))
        self.terms = TermReader(self._cursor, names, limits)
        self._levels_left = limits.depth
        self.both = False

    def wanted(self) -> list[Tree]:
        """Read all that was typed: a tree for each alternative."""
        found, excluded = self._alternatives()
        if self._cursor.peek():
            raise self._stopped("bracket-shut", "bracket-shut-after", self._cursor.next())
        if not found and not excluded:
            raise FilterError("nothing-to-find", typed=self.typed)
        return [All((tree, *excluded)) for tree in found] or [All(tuple(excluded))]

    def _alternatives(self) -> tuple[list[Tree], list[Tree]]:
        """Read `mali, niger, !sport` up to a bracket: what is sought, and what stands alone and is left out of all."""
        found: list[Tree] = []
        excluded: list[Tree] = []
        while self._cursor.peek() not in ("", "shut"):
            if not self._cursor.take("comma"):
                tree = self._either()
                (excluded if _only_excludes(tree) else found).append(tree)
        return found, excluded

    def _either(self) -> Tree:
        parts = [self._all()]
        while operator := self._cursor.take("bar"):
            self._need_operand(operator)
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _all(self) -> Tree:
        parts: list[Tree] = []
        small: list[Atom] = []
        sought = 0
        while self._cursor.peek() not in ("", "comma", "bar", "shut"):
            operator = self._cursor.take("and")
            if operator:
                self._need_operand(operator, before=bool(parts or small))
            elif word := self.terms.small_word():
                small.append(word)
                continue
            is_field = self._cursor.peek() == "field"
            part = self._one()
            if not is_field and not isinstance(part, Not):
                # A small `and` is how people speak of two things, whichever way they mean it.
                self.both = self.both or (sought > 0 and (operator is None or operator.text in ("and", "And")))
                sought += 1
            parts.append(part)
        if not (parts or small):
            raise self._no_operand(self._cursor.next(), before=False)
        parts = parts or [self.terms.counted(word) for word in small]
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Tree:
        match self._cursor.peek():
            case "minus":
                self._need_operand(self._cursor.next())
                with self.terms.unsaid():
                    return Not(self._one())
            case "open":
                return self._group(self._cursor.next())
            case "field":
                return self.terms.field()
            case "quote":
                return self.terms.phrase()
        return self.terms.bare()

    def _group(self, opened: Lexeme) -> Tree:
        self._levels_left -= 1
        if self._levels_left < 0:
            raise FilterError("too-deep")
        found, excluded = self._alternatives()
        if not self._cursor.take("shut"):
            raise self._stopped("bracket-open", "bracket-open-after", opened)
        if not found and not excluded:
            raise self._stopped("bracket-empty", "bracket-empty-after", opened)
        self._levels_left += 1
        return All((*([Either(tuple(found))] if found else []), *excluded))

    def _stopped(self, alone: str, after: str, at: Lexeme) -> FilterError:
        """Return an error that says what was read before something, where anything was."""
        read = self._cursor.read(until=at)
        return FilterError(after, read=read) if read else FilterError(alone)

    def _need_operand(self, operator: Lexeme, *, before: bool = True) -> None:
        if not before or self._cursor.peek() in ("", "comma", "bar", "and", "shut"):
            raise self._no_operand(operator, before=before)

    def _no_operand(self, operator: Lexeme, *, before: bool) -> FilterError:
        example = _EXAMPLES[operator.kind].format(operator.text)
        if operator.kind == "minus" and not operator.text.isalpha():
            example = example.replace(f"{operator.text} ", operator.text)
        if not before:
            return FilterError("operand-none-before", typed=operator.text, example=example)
        return FilterError("operand-none-after", read=self._cursor.read(), typed=operator.text, example=example)


def _only_excludes(tree: Tree) -> bool:
    parts = tree.parts if isinstance(tree, All) else (tree,)
    return all(isinstance(part, Not) for part in parts)
