"""Sentences that say something is not certain are found and quoted; what only looks like one is not."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.hedges import MOST, HedgeReader
from bot.core.passage import Passage
from tests.core.reading import SEED, hedge_reader, hedges, seed


def said(text: str, language: str = "") -> list[str]:
    return [hedge.words for hedge in hedges(text, language)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The toll has not been independently verified.", "has not been independently verified"),
        ("The toll hasn’t been verified.", "hasn’t been verified"),
        ("The toll hasn't yet been officially confirmed.", "hasn't yet been officially confirmed"),
        ("The claims could not be independently verified.", "could not be independently verified"),
        ("We couldn't confirm the report.", "couldn't confirm"),
        ("The agency was unable to verify the images.", "was unable to verify"),
        ("These are unverified images.", "unverified"),
        ("According to unconfirmed reports, the mill burned.", "According to unconfirmed reports"),
        ("Selon des informations non confirmées, le pont est tombé.", "Selon des informations non confirmées"),
        ("Según informes no confirmados, el puente cayó.", "Según informes no confirmados"),
        ("An unconfirmed toll was given.", "unconfirmed"),
        ("There was no independent confirmation.", "no independent confirmation"),
        ("Its origin has yet to be verified.", "has yet to be verified"),
        ("Ce bilan n’a pas pu être vérifié de source indépendante.", "n’a pas pu être vérifié"),
        ("Ces images n'ont pas encore été authentifiées.", "n'ont pas encore été authentifiées"),
        ("Il s'agit d'informations non confirmées.", "non confirmées"),
        ("Il est impossible de vérifier ces chiffres.", "impossible de vérifier"),
        ("La cifra no ha podido ser verificada.", "no ha podido ser verificada"),
        ("Las imágenes no han sido verificadas de forma independiente.", "no han sido verificadas"),
        ("No se ha podido confirmar la noticia.", "No se ha podido confirmar"),
        ("Son datos sin confirmar.", "sin confirmar"),
        ("لم يتم التحقق من هذه الصور بشكل مستقل.", "لم يتم التحقق"),
        ("ولم يتسن لنا التأكد من صحة هذه الأنباء.", "ولم يتسن لنا التأكد"),
        ("هذه أرقام غير مؤكدة حتى الآن.", "غير مؤكدة"),
        ("لا يمكن التحقق من هذه الأرقام.", "لا يمكن التحقق"),
        ("سقط الجسر، وهو خبر لم يؤكده الجيش.", "لم يؤكده"),
    ],
)
def test_what_the_writer_says_is_not_verified_is_unverified(text: str, words: str) -> None:
    (hedge,) = hedges(text)
    assert (hedge.words, hedge.sentence, hedge.where, hedge.strength) == (words, text, "text", "unverified")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The convoy reportedly turned back.", "reportedly"),
        ("He allegedly sold the grain.", "allegedly"),
        ("An alleged spy was held.", "alleged"),
        ("Allegations of theft were made.", "Allegations"),
        ("The group claims it held the bridge.", "claims it"),
        ("The group claimed that the bridge fell.", "claimed that"),
        ("The rebels are believed to have left.", "believed to have"),
        ("Rumours spread through the camp.", "Rumours"),
        ("The toll, which nurses believe is an underestimate, rose.", "believe is an underestimate"),
        ("Le maire affirme sans preuve que le pont tient.", "affirme sans preuve"),
        ("Suspected raiders burned the mill.", "Suspected"),
        ("Le convoi aurait été attaqué près du pont.", "aurait été attaqué"),
        ("Des soldats auraient tué le berger.", "auraient tué"),
        ("Les auteurs présumés ont fui.", "présumés"),
        ("Al parecer, el puente cayó.", "Al parecer"),
        ("El grupo presuntamente vendió el grano.", "presuntamente"),
        ("El presunto autor huyó.", "presunto"),
        ("El pastor habría sido secuestrado.", "habría sido secuestrado"),
        ("مزاعم بأن الجسر سقط.", "مزاعم"),
        ("وسقط الجسر بحسب ما ورد.", "بحسب ما ورد"),
        ("زعمت الجماعة أنها أسقطت الجسر.", "زعمت الجماعة أنها"),
    ],
)
def test_what_is_only_passed_on_is_reported(text: str, words: str) -> None:
    (hedge,) = hedges(text)
    assert (hedge.words, hedge.sentence, hedge.where, hedge.strength) == (words, text, "text", "reported")


@pytest.mark.parametrize(
    "text",
    [
        "They run verified accounts and confirmed the date.",
        "The ministry reported 300 cases.",
        "The flood claimed the lives of nine people.",
        "It has claimed that many lives before.",
        "The group claimed responsibility, and a family claimed asylum.",
        "Ten suspected cholera cases were treated.",
        "It is no longer unconfirmed.",
        "He was never alleged to be there.",
        "The toll has been verified.",
        "It was not a day to verify anything.",
        "They have not slept. Verified seeds were sold.",
        "Le bilan a été vérifié et confirmé.",
        "Le maire affirme avoir vu la crue.",
        "S'il avait plu, la récolte aurait été brûlée.",
        "Si le pont tenait, le convoi aurait été attaqué.",
        "Il aurait fallu partir, il aurait pu tenir.",
        "Las cifras han sido verificadas.",
        "Habría que salir pronto, y habría sido justo.",
        "Ceux qui sont supposés aider sont partis.",
        "تم التحقق من الأرقام.",
        "أكدت الوزارة الأرقام.",
        "",
    ],
)
def test_what_is_denied_or_says_something_else_is_no_hedge(text: str) -> None:
    assert said(text) == []


def test_accents_quotes_spaces_and_spelt_out_forms_make_no_difference() -> None:
    written = (
        "It hasn’t been verified.",
        "It hasn't been verified.",
        "It HAS NOT BEEN VERIFIED.",
        "It\u00a0has\u00a0not\u00a0been\u00a0verified.",
    )
    assert [len(hedges(text)) for text in written] == [1, 1, 1, 1]
    assert said("Cela n'a pas e\u0301te\u0301 ve\u0301rifie\u0301.")


def test_a_sentence_is_quoted_once_for_its_strongest_words() -> None:
    (hedge,) = hedges("The mill reportedly burned, an alleged spy said, though this has not been verified. It rained.")
    assert hedge.words == "has not been verified"
    assert hedge.sentence == ("The mill reportedly burned, an alleged spy said, though this has not been verified.")


def test_what_is_unverified_comes_first_and_else_the_order_of_the_text_is_kept() -> None:
    found = hedges(
        "He reportedly left. An alleged spy stayed. The toll is unverified. The dates could not be confirmed."
    )
    assert [hedge.words for hedge in found] == ["unverified", "could not be confirmed", "reportedly", "alleged"]


def test_the_same_sentence_in_summary_and_text_is_told_once_and_where_it_first_stands() -> None:
    reader, sentence = hedge_reader(), "The toll is unverified."
    parts = [("title", "A bridge falls"), ("summary", sentence), ("text", f"{sentence} It rained.")]
    assert [(hedge.words, hedge.where) for hedge in reader.find(Passage.of(parts, "en"))] == [("unverified", "summary")]


def test_no_hedge_reaches_over_the_end_of_a_sentence_or_a_headline() -> None:
    assert said("They have not. Been verified sources gone?") == []
    assert said("The toll has not\n\nbeen verified by us") == []


def test_a_long_sentence_is_quoted_around_the_words() -> None:
    text = "and so on " * 60 + "which could not be verified " + "and so on " * 60
    (hedge,) = hedges(text)
    assert hedge.sentence.startswith("…")
    assert hedge.sentence.endswith("…")
    assert "could not be verified" in hedge.sentence
    assert len(hedge.sentence) <= 303


def test_a_story_quotes_no_more_than_a_dozen() -> None:
    text = " ".join(f"The toll of village {number} is unverified." for number in range(100))
    assert len(hedges(text)) == MOST


def with_table(**changed: Any) -> dict[str, Any]:
    return {"unverified": {"en": ["unverified"]}, "reported": {"en": ["reportedly"]}} | changed


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (with_table(typo=[]), "typo"),
        (with_table(reported={"en": ["not <nothing>"]}), "nothing"),
        (with_table(reported={"en": ["… it"]}), "begin and end"),
        (with_table(not_before={"two words": ["x"]}), "should be one word"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(table: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        HedgeReader.from_data(table)


def test_a_strength_that_is_missing_is_named() -> None:
    with pytest.raises(KeyError, match="reported"):
        HedgeReader.from_data({"unverified": {}})


def test_what_a_person_adds_to_the_file_is_found() -> None:
    reader = HedgeReader.from_data(with_table(reported={"de": ["angeblich|vermeintlich"]}))
    assert [hedge.words for hedge in reader.find(Passage.of([("text", "Er ist angeblich fort.")]))] == ["angeblich"]


@given(
    st.lists(
        st.sampled_from(["not", "been", "verified", "reportedly", "aurait", "été", ".", "\n\n", "It"]), max_size=40
    )
)
def test_any_text_gives_sentences_that_hold_their_words(pieces: list[str]) -> None:
    for hedge in hedges(" ".join(pieces)):
        assert hedge.words in hedge.sentence


@pytest.mark.parametrize(
    "unit", ["not been ", "has not ", "aurait été tué ", "reportedly. It ", "claims it has not been ", "لم يتم "]
)
def test_hostile_text_takes_no_longer_than_its_length(unit: str) -> None:
    hostile = Passage.of([("text", (unit * 20_000)[:20_000])])
    # Of a few runs the quickest: in the others Python may have looked through all that other tests left behind.
    assert min(_seconds(hostile) for _ in range(3)) < 0.5


def _seconds(passage: Passage) -> float:
    reader, began = hedge_reader(), time.process_time()
    reader.find(passage)
    return time.process_time() - began


@pytest.mark.skipif(not SEED.is_file(), reason="the seed story is not beside the project")
def test_the_seed_story_hedges_its_casualties_kyivs_part_and_who_took_part() -> None:
    found = hedge_reader().find(seed())
    assert [(hedge.words, hedge.strength) for hedge in found] == [
        ("hasn’t been verified", "unverified"),
        ("has not been independently verified", "unverified"),
        ("reportedly", "reported"),
    ]
    assert ["casualties" in found[0].sentence, "Kyiv" in found[1].sentence, "CSP" in found[2].sentence] == [True] * 3
