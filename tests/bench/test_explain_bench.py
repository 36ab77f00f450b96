"""The benchmark of understanding runs and tells every step of every language."""

import pytest

from tests.bench.explain_bench import CHARS, run, texts

pytestmark = pytest.mark.bench


def test_the_explain_bench_prints_a_line_for_each_step_of_each_language() -> None:
    shown: list[str] = []
    steps = run(1, ("fr", "ar"), shown.append)
    assert {step.language for step in steps} == {"fr", "ar"}
    assert len({step.what for step in steps}) == 6
    assert all(step.ms > 0 for step in steps)
    assert shown[1:] == [str(step) for step in steps]


@pytest.mark.parametrize("language", ["en", "fr", "es", "ar"])
def test_its_texts_are_as_long_as_they_say(language: str) -> None:
    made = texts(language)
    assert len(made) >= 3
    assert all(len(text) == CHARS for text in made)
