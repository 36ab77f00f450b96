"""What filters can find in a story: its words in order, and the atoms it has by itself."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.core.filters.names import Names, place_of
from bot.core.filters.tree import Atom, Clause, Filter
from bot.core.passage import Passage
from bot.core.story import Evidence, FoundPlace, Story
from bot.core.text import Token, normalise


@dataclass(frozen=True, slots=True)
class Field:
    """One text of a story: where it stands and its words, as they stand in the passage's text."""

    where: str
    text: str
    tokens: Sequence[Token]

    def quote(self, at: int, size: int = 1) -> Evidence:
        """Return `size` words from the one at `at` as they are written."""
        return Evidence(self.text[self.tokens[at].start : self.tokens[at + size - 1].end], self.where)


@dataclass(frozen=True, slots=True)
class StoryTerms:
    """A story as filters see it."""

    fields: tuple[Field, ...]
    own: dict[Atom, Evidence]
    """Atoms that are not words (places, actors, topics, type, source, language), each with why."""

    def evidence(self, atom: Atom) -> Evidence | None:
        """Return why the story has an atom, or None where it has not."""
        if atom.field not in ("words", "prefix", "title"):
            return self.own.get(atom)
        return next(filter(None, (_find(atom, each) for each in self.fields)), None)


def read_terms(story: Story, names: Names, text: str = "") -> StoryTerms:
    """Return what filters can find in a story; `text` is its article's, for matching only."""
    parts = (("title", story.title), ("summary", story.summary), ("text", text))
    return terms_of(story, names, Passage.of(parts, story.language))


def terms_of(story: Story, names: Names, passage: Passage) -> StoryTerms:
    """As `read_terms`, for a story whose passage has been cut into words already."""
    return StoryTerms(tuple(_fields(passage)), dict(reversed(list(_own_atoms(story, names)))))


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing a filter asks for, and where the story has it."""

    atom: Atom
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a filter matches a story, or why not.

    Of a yes, `reasons` are all that the way that holds requires. Of a no, they are what was found of the way that comes
    nearest; `missing` is what it requires besides, `against` what the story has and it forbids.
    """

    matched: bool
    reasons: tuple[Reason, ...]
    missing: tuple[Atom, ...] = ()
    against: tuple[Reason, ...] = ()


def explain(wanted: Filter, terms: StoryTerms) -> Explanation:
    """Return why a filter matches a story, or why not."""
    told = [_explained(clause, terms) for clause in wanted.clauses]
    yes = next((each for each in told if each.matched), None)
    return yes or min(told, key=lambda each: (len(each.missing) + len(each.against), -len(each.reasons)))


def _explained(clause: Clause, terms: StoryTerms) -> Explanation:
    reasons, against = _reasons(clause.required, terms), _reasons(clause.forbidden, terms)
    missing = tuple(sorted(clause.required - {each.atom for each in reasons}))
    return Explanation(not missing and not against, reasons, missing, against)


def _reasons(atoms: Iterable[Atom], terms: StoryTerms) -> tuple[Reason, ...]:
    return tuple(Reason(atom, found) for atom in sorted(atoms) if (found := terms.evidence(atom)))


def _fields(passage: Passage) -> Iterator[Field]:
    ends = [*(start for start, _ in passage.parts[1:]), len(passage.text) + 1][: len(passage.parts)]
    at = 0
    for (_, where), end in zip(passage.parts, ends, strict=True):
        first = at
        while at < len(passage.tokens) and passage.tokens[at].start < end:
            at += 1
        yield Field(where, passage.text, passage.tokens[first:at])


def _own_atoms(story: Story, names: Names) -> Iterator[tuple[Atom, Evidence]]:
    """Yield atoms with their evidence, the most telling evidence of an atom first."""
    for found in story.places:
        yield from _place_atoms(found, names)
    for field, subjects in (("actor", story.actors), ("topic", story.topics)):
        for subject in subjects:
            yield Atom(field, subject.code), next(iter(subject.evidence), Evidence(subject.code, field))
    main_language = story.language.replace("_", "-").split("-")[0]
    own = (("source", story.source), ("lang", main_language), ("lang", story.language))
    for field, value in own:
        if named := normalise(value):
            yield Atom(field, named), Evidence(value, field)
    for named in _one_and_many(normalise(story.type)):
        yield Atom("type", named), Evidence(story.type, "type")


def _one_and_many(named: str) -> tuple[str, ...]:
    """Return a type as it is and in the other number: who asks for opinions means type opinion."""
    if not named:
        return ()
    if named.endswith("sis"):  # analysis
        return named, f"{named[:-2]}es"
    return named, named[:-1] if named.endswith("s") else f"{named}s"


def _place_atoms(found: FoundPlace, names: Names) -> Iterator[tuple[Atom, Evidence]]:
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
    if atom.field == "title" and field.where != "title":
        return None
    if atom.field == "prefix" or atom.value.endswith("*"):
        beginning = atom.value.removesuffix("*")
        return next((field.quote(at) for at, t in enumerate(field.tokens) if t.word.startswith(beginning)), None)
    wanted = atom.value.split(" ")
    tokens, size = field.tokens, len(wanted)
    for at in range(len(tokens) - size + 1):
        if tokens[at].word == wanted[0] and [t.word for t in tokens[at : at + size]] == wanted:
            return field.quote(at, size)
    return None
