"""What a name means in a filter: a place, an actor or a topic, by what is asked for."""

from collections.abc import Iterator, Sequence

from bot.core.filters.names import Names, PlaceNames, SubjectNames, place_of, subject_of
from bot.core.filters.tree import Atom
from bot.core.places.gazetteer import Place
from bot.core.subjects.vocabulary import Subject
from bot.core.text import normalise

NAMED_FIELDS = frozenset({"country", "region", "about", "mentions", "actor", "topic"})
"""Fields whose value is a name of something known."""

_MOST_NEAR = 3
_TOWN_WORDS = 3
_Found = tuple[str, str, Atom]
"""A name near what was typed, with its flag, and what it means."""


def find_bare(names: Names, typed: str) -> Atom | None:
    """Return the place, else the actor that a bare name means."""
    if place := names.places.named(typed):
        return about(place)
    actor = names.actors.named(typed)
    return Atom("actor", actor.code) if actor else None


def town_length(names: Names, typed: Sequence[str]) -> int:
    """Return how many of these words, two at least, are a town or an area known in texts (cabo delgado); 0 for none."""
    lengths = range(min(len(typed), _TOWN_WORDS), 1, -1)
    return next((length for length in lengths if names.places.lies_in(" ".join(typed[:length]))), 0)


def find(names: Names, field: str, typed: str) -> Atom | None:
    """Return what a name or a code means after a field.

    `country:` takes a region's name too and `region:` a country's: the name tells which it is. `about:` takes any name.
    """
    if field in ("actor", "topic"):
        subject = _subject(names.actors if field == "actor" else names.topics, typed)
        return Atom(field, subject.code) if subject else None
    if place := _place(names, typed):
        return Atom("mentions", place.code) if field == "mentions" else about(place)
    return (find(names, "actor", typed) or find(names, "topic", typed)) if field == "about" else None


def near_names(names: Names, field: str, typed: str) -> list[_Found]:
    """Return at most three things that may be meant by a name a field does not know, those of its kind first."""
    found: dict[Atom, _Found] = {each[2]: each for each in _elsewhere(names, field, typed)}
    if field in ("actor", "topic"):
        subjects = names.actors if field == "actor" else names.topics
        found |= {Atom(field, each.code): _told(field, each) for each in subjects.suggest(typed, _MOST_NEAR)}
    else:
        found |= {each[2]: each for each in _near_places(names.places, field, typed)}
    return list(found.values())[:_MOST_NEAR]


def about(place: Place) -> Atom:
    """Return what asks for stories about a place."""
    return Atom("region" if place.is_region else "country", place.code)


def _place(names: Names, typed: str) -> Place | None:
    # People write codes in small letters (ml); a bare `us` is a word, but a field says it is a place.
    named = names.places.named
    code = place_of(names, typed) or (named(typed.upper()) if len(typed) == 2 else None)
    return code or named(typed) or named(typed.upper())


def _subject(subjects: SubjectNames, typed: str) -> Subject | None:
    return subject_of(subjects, typed.lower()) or subjects.named(typed) or subjects.named(typed.upper())


def _elsewhere(names: Names, field: str, typed: str) -> Iterator[_Found]:
    """Yield what the very name means after another field: country:wagner, actor:mali."""
    for other in ("actor", "topic"):
        if other != field and (atom := find(names, other, typed)):
            subject = (names.actors if other == "actor" else names.topics)[atom.value]
            yield _told(other, subject)
    if field in ("actor", "topic") and (place := _place(names, typed)):
        yield place.name, f"{place.flag} {place.name}".strip(), about(place)


def _near_places(places: PlaceNames, field: str, typed: str) -> Iterator[_Found]:
    typed = normalise(typed)
    near = sorted(places.suggest(typed, 4 * _MOST_NEAR), key=lambda place: not normalise(place.name).startswith(typed))
    same_kind = [place for place in near if place.is_region is (field == "region")]
    for place in (same_kind if field in ("country", "region") else []) or near:
        atom = Atom("mentions", place.code) if field == "mentions" else about(place)
        yield place.name, f"{place.flag} {place.name}".strip(), atom


def _told(field: str, subject: Subject) -> _Found:
    return subject.name, subject.name, Atom(field, subject.code)


def name_of(names: Names, atom: Atom) -> str:
    """Return the name of what an atom stands for, of a place, an actor or a topic that is known."""
    if atom.field in ("actor", "topic"):
        return (names.actors if atom.field == "actor" else names.topics)[atom.value].name
    return names.places[atom.value].name
