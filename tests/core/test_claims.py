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
    return Figure(kind, amount, 900.0, more.get("sentence", SENTENCE), source, more.get("where", "text"))


def shown(**changed: Any) -> list[str]:
    return [line.text for line in alert(ENGLISH, NAMES, a_story(**changed), ()).lines]


def test_a_claim_that_is_not_verified_is_quoted() -> None:
    hedge = Hedge("could not be verified", "The toll could not be verified.", "text", "unverified")
    assert "Not verified: “The toll could not be verified.”" in shown(hedges=(hedge,))


@pytest.mark.parametrize(("strength", "summary"), [("reported", ""), ("unverified", "The toll could not be verified.")])
def test_what_is_only_reported_or_already_said_is_not(strength: str, summary: str) -> None:
    hedge = Hedge("could not be verified", "The toll could not be verified.", "text", strength)
    assert not any(line.startswith("Not verified") for line in shown(hedges=(hedge,), summary=summary))


@pytest.mark.parametrize("where", ["title", "summary"])
def test_what_stands_above_is_not_said_again_though_it_was_quoted_in_part(where: str) -> None:
    hedge = Hedge("could not be verified", "…the toll, which could not be verified, rose…", where, "unverified")
    lines = shown(hedges=(hedge,), figures=(figure(where=where),), summary="It rained.")
    assert not any(line.startswith(("Not verified", "Figures")) for line in lines)


def test_a_quotation_keeps_the_words_that_hedge() -> None:
    sentence = f"{'The toll of the raid ' * 12}could not be verified."
    hedge = Hedge("could not be verified", sentence, "text", "unverified")
    assert f"Not verified: “{sentence}”" in shown(hedges=(hedge,))


def test_figures_of_one_source_stand_together_with_its_name() -> None:
    found = (figure(), figure("killed", "12"), figure("killed", "30", "the police"), figure())
    assert "Figures: Nearly 900 displaced, 12 dead (the mayor)" in shown(figures=found)


@pytest.mark.parametrize("changed", [{"source": ""}, {"sentence": "Said in the summary."}])
def test_a_figure_without_a_source_or_already_said_is_left_out(changed: dict[str, str]) -> None:
    lines = shown(figures=(figure(**changed),), summary="Said in the summary.")
    assert not any("Nearly 900" in line for line in lines)


@pytest.mark.parametrize(
    ("summary", "told"),
    [
        ("Some 900 households left.", False),
        ("900", False),
        ("Some 1,900 left, and 900,000 stayed.", True),
        ("Many households left.", True),
    ],
)
def test_a_figure_whose_number_the_summary_gives_is_left_out(summary: str, told: bool) -> None:
    lines = shown(figures=(figure(),), summary=summary)
    assert any(line.startswith("Figures") for line in lines) is told


def test_a_number_in_words_is_known_in_the_summary_too() -> None:
    lines = shown(figures=(figure(amount="Seven hundred"),), summary="Of seven hundred who fled few are back.")
    assert not any(line.startswith("Figures") for line in lines)


def test_every_kind_of_figure_has_words() -> None:
    kinds = tomllib.loads((CONFIG / "reading" / "figures.toml").read_text("utf-8"))["kind"]
    assert {f"figure-{kind}" for kind in kinds} <= SENTENCES.keys()
