"""Filters as people read them."""

from typing import Any

import pytest
from hypothesis import given

from bot.core.describe import describe
from bot.core.filters import Atom, Filter
from tests.core.given import ENGLISH, canonical_of, one_filter, trees
from tests.fakes.names import NAMES


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("mali", "🇲🇱 Mali"),
        ("sahel", "Sahel"),
        ("mali wagner", "🇲🇱 Mali and wagner"),
        ("mali OR niger", "🇲🇱 Mali or 🇳🇪 Niger"),
        ('"aid worker"', "“aid worker”"),
        ("(mali OR niger) drought", "drought and (🇲🇱 Mali or 🇳🇪 Niger)"),
        ("(mali drought) OR niger", "🇳🇪 Niger or (🇲🇱 Mali and drought)"),
        ("mali -football -sport", "🇲🇱 Mali, without football, without sport"),
        ("mali -(football cup)", "🇲🇱 Mali, without (cup and football)"),
        ("mali (-football OR wagner)", "🇲🇱 Mali and (wagner or without football)"),
        ("mentions:drc", "mentions of 🇨🇩 DR Congo"),
        ("displac*", "words beginning “displac”"),
        ('type:news source:"un news" lang:fr', "in language fr and from un news and type news"),
    ],
)
def test_a_filter_is_told_in_words(typed: str, told: str) -> None:
    assert describe(ENGLISH, NAMES, one_filter(typed)) == told


@given(trees)
def test_any_filter_can_be_told(tree: Any) -> None:
    told = describe(ENGLISH, NAMES, canonical_of(tree))
    assert told
    assert not told.startswith((",", " "))
    assert "{" not in told


def test_a_place_nobody_knows_any_more_is_told_by_its_code() -> None:
    assert describe(ENGLISH, NAMES, Filter(Atom("country", "ZZ"))) == "ZZ"
