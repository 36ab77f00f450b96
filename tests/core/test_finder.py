"""The numbers of what is in use, and what a story has of it."""

import pytest

from bot.core.filters.finder import Finder, Numbers
from bot.core.filters.terms import read_terms
from bot.core.filters.tree import Atom
from tests.core.given import a_story
from tests.fakes.names import NAMES


def test_a_key_keeps_its_number_while_it_is_in_use() -> None:
    numbers: Numbers[str] = Numbers(first=10)
    assert [numbers.take(key) for key in ("a", "b", "a")] == [10, 11, 10]
    assert not numbers.give_up("a")
    assert numbers.take("a") == 10
    assert numbers.uses(10) == 2
    assert [numbers.key(number) for number in (10, 11)] == ["a", "b"]


def test_a_number_nobody_uses_is_given_anew() -> None:
    numbers: Numbers[int] = Numbers()
    numbers.take(0)
    for key in range(1, 100):
        assert numbers.take(key) == 2
        assert (numbers.key(2), numbers.uses(2)) == (key, 1)
        assert numbers.give_up(key)
    assert len(numbers.of) == 1


def test_who_takes_an_atom_twice_gives_it_up_twice() -> None:
    finder, atom = Finder(), Atom("words", "aid worker")
    assert finder.number(atom) == 0
    number = finder.take(atom)
    assert finder.take(atom) == number
    finder.give_up(atom)
    assert finder.number(atom) == number
    finder.give_up(atom)
    assert finder.number(atom) == 0
    assert not finder.find(read_terms(a_story("Aid worker"), NAMES))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("words:aid", "AID"),
        ("words:aid workers", "AID workers"),
        ("words:workers plight", "workers’ plight"),
        ("words:plight their", None),
        ("words:aid workers plight now", None),
        ("prefix:aid", "AID"),
        ("prefix:worker", "workers"),
        ("prefix:workers p", None),
        ("title:plig*", "plight"),
        ("title:right*", None),
        ("title:rights", None),
        ("lang:en", "en"),
    ],
)
def test_what_is_found_is_told_as_it_is_written(written: str, found: str | None) -> None:
    finder = Finder()
    number = finder.take(Atom(*written.split(":")))
    story = finder.find(read_terms(a_story("AID workers’ plight", "Their rights"), NAMES))
    assert (story[number].words if number in story else None) == found


def test_atoms_are_found_in_their_own_order() -> None:
    finder = Finder()
    atoms = [Atom("words", "wagner"), Atom("type", "news"), Atom("title", "wag*"), Atom("prefix", "wagn")]
    numbers = {finder.take(atom): atom for atom in atoms}
    found = finder.find(read_terms(a_story("Wagner"), NAMES))
    assert [numbers[number] for number in found] == sorted(atoms)
