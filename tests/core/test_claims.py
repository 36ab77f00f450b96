"""Under an alert stand what the story calls unverified, and figures, never without who gave them."""

import tomllib
from typing import Any

import pytest

from bot.core.alert import alert
from bot.core.sentences import SENTENCES
from bot.core.story import Figure, Hedge
from tests.core.given import ENGLISH, a_story
from tests.fakes.environment import CONFIG
from tests.fakes.names import NAMES

SENTENCE = "Nearly 900 families are displaced, said the mayor."


def figure(kind: str = "displaced", amount: str = "Nearly 900", source: str = "the mayor", **more: Any) -> Figure:
    return Figure(kind, amount, 900.0, more.get("sentence", SENTENCE), source, "text")


def shown(**changed: Any) -> list[str]:
    return [line.text for line in alert(ENGLISH, NAMES, a_story(**changed), ()).lines]


def test_a_claim_that_is_not_verified_is_quoted() -> None:
    hedge = Hedge("could not be verified", "The toll could not be verified.", "text", "unverified")
    assert "Not verified: “The toll could not be verified.”" in shown(hedges=(hedge,))


@pytest.mark.parametrize(("strength", "summary"), [("reported", ""), ("unverified", "The toll could not be verified.")])
def test_what_is_only_reported_or_already_said_is_not(strength: str, summary: str) -> None:
    hedge = Hedge("could not be verified", "The toll could not be verified.", "text", strength)
    assert not any(line.startswith("Not verified") for line in shown(hedges=(hedge,), summary=summary))


def test_figures_of_one_source_stand_together_with_its_name() -> None:
    found = (figure(), figure("killed", "12"), figure("killed", "30", "the police"), figure())
    assert "Figures: Nearly 900 displaced, 12 killed (the mayor)" in shown(figures=found)


@pytest.mark.parametrize("changed", [{"source": ""}, {"sentence": "Said in the summary."}])
def test_a_figure_without_a_source_or_already_said_is_left_out(changed: dict[str, str]) -> None:
    lines = shown(figures=(figure(**changed),), summary="Said in the summary.")
    assert not any("Nearly 900" in line for line in lines)


def test_every_kind_of_figure_has_words() -> None:
    kinds = tomllib.loads((CONFIG / "reading" / "figures.toml").read_text("utf-8"))["kind"]
    assert {f"figure-{kind}" for kind in kinds} <= SENTENCES.keys()
