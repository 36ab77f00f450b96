"""What filters ask of all that the bot knows by name."""

from typing import Protocol

from bot.core.places.gazetteer import Place
from bot.core.subjects.vocabulary import Subject


class PlaceNames(Protocol):
    """What the filter language asks of a gazetteer; an unknown code raises KeyError."""

    def named(self, name: str) -> Place | None: ...

    def suggest(self, word: str, limit: int = 3) -> list[Place]: ...

    def lies_in(self, name: str) -> tuple[Place, ...]: ...

    def __getitem__(self, code: str) -> Place: ...


class SubjectNames(Protocol):
    """What the filter language asks of the actors, or of the topics; an unknown code raises KeyError."""

    def named(self, name: str) -> Subject | None: ...

    def suggest(self, word: str, limit: int = 3) -> list[Subject]: ...

    def __getitem__(self, code: str) -> Subject: ...


class Names(Protocol):
    """All that a filter can name."""

    @property
    def places(self) -> PlaceNames: ...

    @property
    def actors(self) -> SubjectNames: ...

    @property
    def topics(self) -> SubjectNames: ...


def place_of(names: Names, code: str) -> Place | None:
    """Return a place by its code; None for one that was known when a story was kept and is no longer."""
    try:
        return names.places[code]
    except KeyError:
        return None


def subject_of(subjects: SubjectNames, code: str) -> Subject | None:
    """Return an actor or a topic by its code; None for one that is known no longer."""
    try:
        return subjects[code]
    except KeyError:
        return None
