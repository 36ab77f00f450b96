"""Reads the filter language into trees: a small recursive-descent parser with errors that say what to do next."""

from dataclasses import dataclass, replace

from bot.core import filters
from bot.core.filters import All, Atom, Either, Filter, FilterError, Not, PlaceNames, Tree, tidy
from bot.core.lexemes import Lexeme, lexemes, plain
from bot.core.places import Place
from bot.core.text import words

_PLACE_FIELDS = {"country", "region", "mentions"}
_OWN_FIELDS = {"type", "source", "lang"}
_PREFIX_MIN = 3
_LONGEST_NAME = 6
"""Words in the longest name of a place that is looked up."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, as read: one filter or several (a comma makes several), and how it was understood."""

    filters: tuple[Filter, ...]
    places: tuple[str, ...] = ()
    """Bare words that were taken for a place, as typed."""
    both: bool = False
    """Whether words stood side by side and were taken together."""

    @property
    def either(self) -> bool:
        return len(self.filters) > 1


def read_filters(text: str, names: PlaceNames) -> Asked:
    """Read what somebody typed; raises FilterError with a sentence that says what to write instead."""
    text = plain(text)
    if len(text) > filters.MAX_CHARS:
        raise FilterError("too-long", count=len(text), limit=filters.MAX_CHARS)
    return _read(_Reader(text, names, filters.MAX_DEPTH))


def read_canonical(text: str, names: PlaceNames) -> Filter:
    """Read a canonical text back into its one filter; it may be longer than what was typed. Raises FilterError."""
    (found,) = _read(_Reader(plain(text), names, 3 * filters.MAX_DEPTH)).filters
    return found


def other_reading(asked: Asked) -> Asked | None:
    """Return the reading a person may have meant instead: either for both, or both for either."""
    if asked.either:
        return _if_readable(replace(asked, filters=(_filter(All(tuple(f.tree for f in asked.filters))),), both=True))
    (only,) = asked.filters
    if asked.both and isinstance(only.tree, All):
        wanted = tuple(part for part in only.tree.parts if not isinstance(part, Not))
        unwanted = tuple(part for part in only.tree.parts if isinstance(part, Not))
        if len(wanted) > 1:
            return _if_readable(replace(asked, filters=(_filter(All((Either(wanted), *unwanted))),), both=False))
    return None


def _if_readable(asked: Asked) -> Asked | None:
    try:
        return asked if asked.filters[0].clauses else None
    except FilterError:
        return None


def _filter(tree: Tree) -> Filter:
    return Filter(tidy(tree))


def _read(reader: "_Reader") -> Asked:
    found = {each.canonical: each for each in map(_filter, reader.alternatives()) if each.clauses}
    several = any(not isinstance(each.tree, Atom) for each in found.values())
    return Asked(tuple(found.values()), tuple(dict.fromkeys(reader.places)), reader.both and several)


class _Reader:
    """One pass over the lexemes; `places` and `both` note what had more than one possible meaning."""

    def __init__(self, typed: str, names: PlaceNames, deepest: int) -> None:
        self._lexemes, self._at = list(lexemes(typed)), 0
        self._names, self._typed = names, typed
        self._terms, self._levels_left = 0, deepest
        self.places: list[str] = []
        self.both = False

    def alternatives(self) -> list[Tree]:
        """Read `mali, niger, !sport`: a filter each; an exclusion that stands alone holds for all."""
        found: list[Tree] = []
        excluded: list[Tree] = []
        while self._peek():
            if self._take("comma"):
                continue
            tree = self._either()
            (excluded if _only_excludes(tree) else found).append(tree)
            if self._peek() == "shut":
                raise FilterError("bracket-shut")
        if not found and not excluded:
            raise FilterError("nothing-to-find", typed=self._typed)
        return [All((tree, *excluded)) for tree in found] or [All(tuple(excluded))]

    def _either(self) -> Tree:
        parts = [self._all()]
        while operator := self._take("bar"):
            self._need_operand(operator)
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _all(self) -> Tree:
        parts: list[Tree] = []
        while self._peek() not in ("", "comma", "bar", "shut"):
            if operator := self._take("and"):
                self._need_operand(operator, before=bool(parts))
            part = self._one()
            beside = not operator and not isinstance(part, Not)
            self.both = self.both or (beside and any(not isinstance(each, Not) for each in parts))
            parts.append(part)
        if not parts:
            raise FilterError("operand-missing", typed=self._rest())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Tree:
        if self._peek() == "word":
            return self._bare()
        lexeme = self._next()
        match lexeme.kind:
            case "minus":
                self._need_operand(lexeme)
                return Not(self._one())
            case "open":
                return self._group()
            case "field":
                return self._field(lexeme.text[:-1].lower())
        return self._words(self._unquoted(lexeme))

    def _group(self) -> Tree:
        if self._peek() == "shut":
            raise FilterError("bracket-empty")
        self._levels_left -= 1
        if self._levels_left < 0:
            raise FilterError("too-deep")
        parts = [self._either()] if self._peek() else []
        while self._take("comma"):
            if self._peek() not in ("comma", "shut", ""):
                parts.append(self._either())
        if not self._take("shut"):
            raise FilterError("bracket-open")
        self._levels_left += 1
        return Either(tuple(parts))

    def _unquoted(self, lexeme: Lexeme) -> str:
        if len(lexeme.text) < 2 or not lexeme.text.endswith('"'):
            raise FilterError("quote-open", typed=self._typed)
        return lexeme.text[1:-1]

    def _field(self, field: str) -> Tree:
        if field not in _PLACE_FIELDS | _OWN_FIELDS:
            raise FilterError("field-unknown", typed=field)
        if self._peek() not in ("word", "quote"):
            raise FilterError("field-empty", typed=field)
        if field in _PLACE_FIELDS:
            place = self._place()
            return self._counted(Atom("mentions", place.code) if field == "mentions" else _about(place))
        lexeme = self._next()
        found = words(self._unquoted(lexeme) if lexeme.kind == "quote" else lexeme.text)
        if not found:
            raise FilterError("field-empty", typed=field)
        return self._counted(Atom(field, " ".join(found)))

    def _place(self) -> Place:
        """Read the place a field names, in quotation marks or not (`country:burkina faso`)."""
        length, place = self._longest_place() if self._peek() == "word" else (0, None)
        if length > 1 and place:
            self._at += length
            return place
        lexeme = self._next()
        typed = self._unquoted(lexeme) if lexeme.kind == "quote" else lexeme.text
        # People write codes in small letters (ml); a bare `us` is a word, but a field says it is a place.
        code = self._names.named(typed.upper()) if len(typed) == 2 else None
        if place := code or self._names.named(typed) or self._names.named(typed.upper()):
            return place
        raise self._unknown_place(typed)

    def _unknown_place(self, typed: str) -> FilterError:
        if near := ", ".join(place.name for place in self._names.suggest(typed)):
            return FilterError("place-unknown-near", typed=typed, near=near)
        return FilterError("place-unknown", typed=typed)

    def _bare(self) -> Tree:
        """Read one bare word, or the longest name of a place that begins here."""
        length, place = self._longest_place()
        if not place:
            return self._words(self._next().text)
        self.places.append(" ".join(self._run()[:length]))
        self._at += length
        return self._counted(_about(place))

    def _longest_place(self) -> tuple[int, Place | None]:
        run = self._run()
        for length in range(len(run), 0, -1):
            if place := self._names.named(" ".join(run[:length])):
                return length, place
        return 0, None

    def _run(self) -> list[str]:
        """Return the words that may be one name: `and` may stand within it, a star may not."""
        run: list[Lexeme] = []
        for lexeme in self._lexemes[self._at : self._at + _LONGEST_NAME]:
            if lexeme.kind not in ("word", "and") or "*" in lexeme.text:
                break
            if run and not words(lexeme.text):  # "mali - football": a dash belongs to no name
                break
            run.append(lexeme)
        while run and run[-1].kind == "and":
            run.pop()
        return [lexeme.text for lexeme in run]

    def _words(self, typed: str) -> Tree:
        found = words(typed)
        if not found:
            raise FilterError("nothing-to-find", typed=typed or self._typed)
        if "*" not in typed:
            return self._counted(Atom("words", " ".join(found)))
        if len(found) > 1 or typed.index("*") != len(typed) - 1:
            raise FilterError("star-place", typed=typed)
        if len(found[0]) < _PREFIX_MIN:
            raise FilterError("prefix-short", typed=found[0])
        return self._counted(Atom("prefix", found[0]))

    def _counted(self, atom: Atom) -> Atom:
        self._terms += 1
        if self._terms > filters.MAX_TERMS:
            raise FilterError("too-many-terms", limit=filters.MAX_TERMS)
        return atom

    def _need_operand(self, operator: Lexeme, *, before: bool = True) -> None:
        if not before or self._peek() in ("", "comma", "bar", "and", "shut"):
            raise FilterError("operand-missing", typed=operator.text)

    def _rest(self) -> str:
        return self._lexemes[self._at].text if self._peek() else self._typed

    def _peek(self) -> str:
        return self._lexemes[self._at].kind if self._at < len(self._lexemes) else ""

    def _next(self) -> Lexeme:
        self._at += 1
        return self._lexemes[self._at - 1]

    def _take(self, kind: str) -> Lexeme | None:
        return self._next() if self._peek() == kind else None


def _about(place: Place) -> Atom:
    return Atom("region" if place.is_region else "country", place.code)


def _only_excludes(tree: Tree) -> bool:
    parts = tree.parts if isinstance(tree, All) else (tree,)
    return all(isinstance(part, Not) for part in parts)
