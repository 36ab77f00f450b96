"""What must hold of the files under config/places, whoever edits them next."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.core.places.gazetteer import Gazetteer
from bot.core.text import normalise
from tests.core.test_places import passage
from tests.fakes.environment import CONFIG

PLACES = CONFIG / "places"
LANGUAGES = ("en", "fr", "es", "ar")


@pytest.fixture(scope="module")
def files() -> dict[str, Any]:
    return {path.stem: tomllib.loads(path.read_text("utf-8")) for path in PLACES.glob("*.toml")}


def test_every_country_has_a_name_in_four_languages(files: dict[str, Any]) -> None:
    places = files["curated"]["place"]
    for code, row in files["countries"]["country"].items():
        named = {language for language in LANGUAGES if row.get(language)}
        assert named == set(LANGUAGES) or len(places[code].get("also", ())) >= 1, code


def test_there_are_all_iso_countries_and_kosovo(gazetteer: Gazetteer) -> None:
    countries = [place for place in gazetteer if not place.is_region]
    assert len(countries) == 250
    assert len({place.alpha3 for place in countries}) == 250
    assert all(len(place.code) == 2 and len(place.alpha3) == 3 for place in countries)


def test_every_country_is_found_by_the_name_it_is_shown_with(gazetteer: Gazetteer) -> None:
    lost = [place.name for place in gazetteer if gazetteer.named(place.name) != place]
    assert lost == []


def test_a_name_that_stands_for_two_places_is_refused_unless_declared_ambiguous() -> None:
    countries = {
        "country": {"AA": {"alpha3": "AAA", "en": ["Alphaland"]}, "BB": {"alpha3": "BBB", "en": ["Betaland"]}},
        "place": {"AA": {"towns": ["Twinton"]}, "BB": {"towns": ["Twinton"]}},
    }
    with pytest.raises(ValueError, match=r"Twinton.*AA and BB"):
        Gazetteer.from_data(countries)
    declared = {"ambiguous": [{"words": ["Twinton"], "choose": {"AA": ["@AA"], "BB": ["@BB"]}, "default": "AA"}]}
    gazetteer = Gazetteer.from_data(countries, declared)
    assert [hit.code for hit in gazetteer.find(passage("Twinton"))] == ["AA"]
    assert [hit.code for hit in gazetteer.find(passage("Twinton in Betaland"))] == ["BB", "BB"]


def test_every_member_of_a_region_is_a_country_once(gazetteer: Gazetteer) -> None:
    for region in gazetteer:
        assert all(not gazetteer[code].is_region for code in region.members), region.code
        assert len(set(region.members)) == len(region.members), region.code
        assert not region.is_region or region.members, region.code


def test_every_inhabited_country_lies_in_a_region(gazetteer: Gazetteer) -> None:
    outside = {place.code for place in gazetteer if not place.is_region and not place.regions}
    # Islands without people of their own, and the Antarctic.
    assert outside == {"AQ", "BV", "CC", "CX", "GS", "HM", "IO", "TF", "UM"}


def test_curated_files_speak_of_known_countries_only(files: dict[str, Any]) -> None:
    known = set(files["countries"]["country"])
    assert {code for table in files.values() for code in table.get("place", {})} <= known
    assert set(files["demonyms"]["demonym"]) <= known
    assert set(files["languages"]["combining"]) <= known
    assert set(files["languages"]["tongues"]) <= known
    for each in ambiguous(files):
        assert set(each.get("choose", {})) <= known | {""}
        assert each.get("default", "") in known | {""}
    for each in masks(files):
        assert set(each.get("code", "").split()) <= known


def masks(files: dict[str, Any]) -> list[dict[str, Any]]:
    return [mask for table in files.values() for mask in table.get("mask", ())]


def ambiguous(files: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for table in files.values() for each in table.get("ambiguous", ())]


def test_every_mask_and_every_ambiguous_name_says_why(files: dict[str, Any]) -> None:
    for each in [*masks(files), *ambiguous(files)]:
        assert len(each["reason"]) > 8


def test_a_name_is_declared_ambiguous_once(files: dict[str, Any]) -> None:
    declared = Counter(normalise(word) for each in ambiguous(files) for word in set(each["words"]))
    twice = {word for word, times in declared.items() if times > 1}
    assert twice == set()


def test_no_name_is_a_single_letter_or_a_number(files: dict[str, Any]) -> None:
    rows = [row for table in files.values() for row in table.get("place", {}).items()]
    for code, row in rows:
        for word in [*row.get("also", ()), *row.get("towns", ())]:
            assert len(normalise(word)) > 1, (code, word)
            assert not normalise(word).isdigit(), (code, word)


def test_the_built_file_matches_the_one_kept() -> None:
    pytest.importorskip("babel", reason="Babel builds the file and is not needed to run the bot")
    builder = Path(__file__).parents[2] / ".ci" / "build_places.py"
    kept = (PLACES / "countries.toml").read_text("utf-8")
    space: dict[str, Any] = {"__name__": "build_places", "__file__": str(builder)}
    exec(compile(builder.read_text("utf-8"), str(builder), "exec"), space)
    assert space["content"]() == kept


def test_a_misspelling_is_nobodys_right_name(gazetteer: Gazetteer, files: dict[str, Any]) -> None:
    right = Gazetteer.from_data(*(table for name, table in files.items() if name != "misspelt"))
    for code, words in files["misspelt"]["misspelt"].items():
        for word in words:
            place = gazetteer.named(word)
            assert place is not None, word
            assert place.code == code, word
            assert right.named(word) is None, f"{word} is a name already"
