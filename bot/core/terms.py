"""What filters can find in a story: its words in order, and the atoms it has by itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.core.filters import Atom, Clause, Filter, PlaceNames, holds, place_of
from bot.core.story import Evidence, FoundPlace, Story
from bot.core.text import Token, clean, normalise, tokenise

BREAK = ""
"""Stands between fields in the words of a story, so that no phrase reaches from the title into the summary."""


@dataclass(frozen=True, slots=True)
class Field:
    """One text of a story: where it stands, how it is written, its words."""

    where: str
    text: str
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class StoryTerms:
    """A story as filters see it."""

    fields: tuple[Field, ...]
    own: dict[Atom, Evidence]
    """Atoms that are not words (places, type, source, language), each with why."""

    @property
    def words(self) -> list[str]:
        found: list[str] = []
        for each in self.fields:
            found.extend(token.word for token in each.tokens)
            found.append(BREAK)
        return found

    def evidence(self, atom: Atom) -> Evidence | None:
        """Return why the story has an atom, or None where it has not."""
        if atom.field not in ("words", "prefix"):
            return self.own.get(atom)
        return next(filter(None, (_find(atom, each) for each in self.fields)), None)


def read_terms(story: Story, names: PlaceNames, text: str = "") -> StoryTerms:
    """Return what filters can find in a story; `text` is its article's, for matching only."""
    texts = (("title", story.title), ("summary", story.summary), ("text", text))
    fields = tuple(_field(where, clean(written)) for where, written in texts if written)
    return StoryTerms(fields, dict(reversed(list(_own_atoms(story, names)))))


def explain(wanted: Filter, terms: StoryTerms) -> tuple[Evidence, ...] | None:
    """Return the evidence for a filter's yes, None for its no."""
    clauses = wanted.clauses
    asked = {atom for clause in clauses for atom in clause.required | clause.forbidden}
    clause = holds(clauses, {atom for atom in asked if terms.evidence(atom)})
    return None if clause is None else evidence_for(clause, terms)


def evidence_for(clause: Clause, terms: StoryTerms) -> tuple[Evidence, ...]:
    """Return why each thing a clause requires is there."""
    return tuple(found for atom in sorted(clause.required) if (found := terms.evidence(atom)))


def _field(where: str, text: str) -> Field:
    return Field(where, text, tuple(tokenise(text)))


def _own_atoms(story: Story, names: PlaceNames) -> Iterator[tuple[Atom, Evidence]]:
    """Yield atoms with their evidence, the most telling evidence of an atom first."""
    for found in story.places:
        yield from _place_atoms(found, names)
    main_language = story.language.replace("_", "-").split("-")[0]
    own = (("type", story.type), ("source", story.source), ("lang", main_language), ("lang", story.language))
    for field, value in own:
        if named := normalise(value):
            yield Atom(field, named), Evidence(value, field)


def _place_atoms(found: FoundPlace, names: PlaceNames) -> Iterator[tuple[Atom, Evidence]]:
    place = place_of(names, found.code)
    if place is None:
        return
    why = found.evidence[0] if found.evidence else Evidence(place.name, "feed")
    yield Atom("mentions", place.code), why
    if not found.about:
        return
    if place.is_region:
        yield Atom("region", place.code), why
        return
    yield Atom("country", place.code), why
    for region in place.regions:
        yield Atom("region", region), why


def _find(atom: Atom, field: Field) -> Evidence | None:
    if atom.field == "prefix":
        first = next((t for t in field.tokens if t.word.startswith(atom.value)), None)
        return Evidence(field.text[first.start : first.end], field.where) if first else None
    wanted = atom.value.split(" ")
    tokens, size = field.tokens, len(wanted)
    for at in range(len(tokens) - size + 1):
        if tokens[at].word == wanted[0] and [t.word for t in tokens[at : at + size]] == wanted:
            return Evidence(field.text[tokens[at].start : tokens[at + size - 1].end], field.where)
    return None
