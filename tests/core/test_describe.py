"""Filters as people read them."""

from typing import Any

import pytest
from hypothesis import given

from bot.core.describe import describe
from bot.core.filters.tree import Atom, Filter
from tests.core.given import ENGLISH, canonical_of, one_filter, trees
from tests.fakes.names import NAMES


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("mali", "🇲🇱 Mali"),
        ("sahel", "Sahel"),
        ("mali wagner", "🇲🇱 Mali and Wagner / Africa Corps"),
        ('mali "wagner"', "🇲🇱 Mali and wagner"),
        ("topic:cholera mali", "🇲🇱 Mali and topic Cholera"),
        ("title:mali", "“mali” in the title"),
        ('title:"aid worker" drought', "drought and “aid worker” in the title"),
        ("title:displac*", "words beginning “displac” in the title"),
        ("mali OR niger", "🇲🇱 Mali or 🇳🇪 Niger"),
        ('"aid worker"', "“aid worker”"),
        ("(mali OR niger) drought", "drought and (🇲🇱 Mali or 🇳🇪 Niger)"),
        ("(mali drought) OR niger", "🇳🇪 Niger or (🇲🇱 Mali and drought)"),
        ("mali -football -sport", "🇲🇱 Mali, without football, without sport"),
        ("mali -(football cup)", "🇲🇱 Mali, without (cup and football)"),
        ("mali (-football OR drought)", "🇲🇱 Mali and (drought or without football)"),
        ("mentions:drc", "mentions of 🇨🇩 DR Congo"),
        ("displac*", "words beginning “displac”"),
        ('type:news source:"un news" lang:fr', "in language fr, from un news, type news"),
        ("mali drought type:opinion -football", "🇲🇱 Mali and drought, type opinion, without football"),
        ("mali OR (niger lang:fr)", "🇲🇱 Mali or (🇳🇪 Niger, in language fr)"),
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


@pytest.mark.parametrize(
    ("atom", "told"),
    [(Atom("country", "ZZ"), "ZZ"), (Atom("actor", "zorro"), "zorro"), (Atom("topic", "zorro"), "topic zorro")],
)
def test_what_nobody_knows_any_more_is_told_by_its_code(atom: Atom, told: str) -> None:
    assert describe(ENGLISH, NAMES, Filter(atom)) == told
