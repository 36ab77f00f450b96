"""Numbers are read as they are written in four languages, and what is no quantity is left alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.figures.numerals import MONEY, PERCENT, Number
from tests.core.reading import figure_reader, passage


def numbers(text: str, language: str = "en") -> list[tuple[str, float, str]]:
    said = passage(text, language)
    found = figure_reader().languages[language].numbers.find(said, 0, len(said.tokens))
    return [(said.text[each.start : each.end], each.value, each.unit) for each in found if each.value]


def one(text: str, language: str = "en") -> tuple[str, float]:
    ((written, value, _),) = numbers(text, language)
    return written, value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("350,000", 350_000),
        ("350 000", 350_000),
        ("350\u00a0000", 350_000),
        ("350\u202f000", 350_000),
        ("350.000", 350_000),
        ("350'000", 350_000),
        ("350’000", 350_000),
        ("1,234,567", 1_234_567),
        ("1 234 567", 1_234_567),
        ("1.2 million", 1_200_000),
        ("1,2 million", 1_200_000),
        ("1.234 million", 1_234_000),
        ("12k", 12_000),
        ("1.3million", 1_300_000),
        ("1.3m", 1_300_000),
        ("2bn", 2_000_000_000),
        ("3 thousand", 3_000),
        ("12 dozen", 144),
        ("7.5", 7.5),
        ("1,234.5", 1_234.5),
        ("2 million", 2_000_000),
    ],
)
def test_digits_are_read_whatever_separates_them(text: str, value: float) -> None:
    written, read = one(f"They counted {text} of them")
    assert (written.replace("\u202f", "\u00a0"), read) == (text.replace("\u00a0", " ").replace("\u202f", " "), value)


@pytest.mark.parametrize(
    ("text", "value", "language"),
    [
        ("seven million", 7_000_000, "en"),
        ("two dozen", 24, "en"),
        ("twenty-five", 25, "en"),
        ("three hundred and fifty thousand", 350_000, "en"),
        ("one million two hundred thousand", 1_200_000, "en"),
        ("half a million", 500_000, "en"),
        ("a quarter of a million", 250_000, "en"),
        ("one and a half million", 1_500_000, "en"),
        ("a dozen", 12, "en"),
        ("dozens", 12, "en"),
        ("hundreds of thousands", 100_000, "en"),
        ("tens of millions", 10_000_000, "en"),
        ("sept millions", 7_000_000, "fr"),
        ("3,5 millions", 3_500_000, "fr"),
        ("350.000", 350_000, "fr"),
        ("soixante-quinze", 75, "fr"),
        ("quatre-vingt-dix-sept", 97, "fr"),
        ("deux cent cinquante", 250, "fr"),
        ("vingt et un", 21, "fr"),
        ("une vingtaine", 20, "fr"),
        ("un demi-million", 500_000, "fr"),
        ("des dizaines de milliers", 10_000, "fr"),
        ("siete millones", 7_000_000, "es"),
        ("1,2 millones", 1_200_000, "es"),
        ("treinta y cinco", 35, "es"),
        ("dos mil quinientos", 2_500, "es"),
        ("3.500 millones", 3_500_000_000, "es"),
        ("tres mil millones", 3_000_000_000, "es"),
        ("medio millón", 500_000, "es"),
        ("cientos de miles", 100_000, "es"),
        ("سبعة ملايين", 7_000_000, "ar"),
        ("٣٥٠ ألف", 350_000, "ar"),
        ("٣٫٥ ملايين", 3_500_000, "ar"),
        ("خمسة وعشرون", 25, "ar"),
        ("مئة وخمسون", 150, "ar"),
        ("مليوني", 2_000_000, "ar"),
        ("نصف مليون", 500_000, "ar"),
        ("مئات الآلاف", 100_000, "ar"),
    ],
)
def test_numbers_in_words_are_added_and_multiplied(text: str, value: float, language: str) -> None:
    assert one(text, language) == (text, value)


@pytest.mark.parametrize(
    ("text", "written", "value", "language"),
    [
        ("Nearly 350,000 left", "Nearly 350,000", 350_000, "en"),
        ("at least some 300 left", "at least some 300", 300, "en"),
        ("more than two million left", "more than two million", 2_000_000, "en"),
        ("as many as 45,000 left", "as many as 45,000", 45_000, "en"),
        ("300,000+ left", "300,000+", 300_000, "en"),
        ("près de 350 000 personnes", "près de 350 000", 350_000, "fr"),
        ("plus d’un million de gens", "plus d’un million", 1_000_000, "fr"),
        ("jusqu’à 30 000 personnes", "jusqu’à 30 000", 30_000, "fr"),
        ("estimé à 30 000", "estimé à 30 000", 30_000, "fr"),
        ("passé à 30 000", "30 000", 30_000, "fr"),
        ("unos siete mil vecinos", "unos siete mil", 7_000, "es"),
        ("más de 350.000 vecinos", "más de 350.000", 350_000, "es"),
        ("نحو 350 ألف شخص", "نحو 350 ألف", 350_000, "ar"),
        ("ما لا يقل عن 40 شخصا", "ما لا يقل عن 40", 40, "ar"),
    ],
)
def test_what_qualifies_a_number_is_kept_with_it(text: str, written: str, value: float, language: str) -> None:
    assert one(text, language) == (written, value)


@pytest.mark.parametrize(
    ("text", "written", "value", "language"),
    [
        ("between 10 and 15 left", "between 10 and 15", 10, "en"),
        ("10-15 left", "10-15", 10, "en"),
        ("10–15 left", "10–15", 10, "en"),
        ("10 to 15 left", "10 to 15", 10, "en"),
        ("2-3 million left", "2-3 million", 2_000_000, "en"),
        ("between two and three million", "between two and three million", 2_000_000, "en"),
        ("it rose from 10 to 15", "15", 15, "en"),
        ("entre 10 et 15 partis", "entre 10 et 15", 10, "fr"),
        ("10 à 15 partis", "10 à 15", 10, "fr"),
        ("entre 10 y 15 personas", "entre 10 y 15", 10, "es"),
        ("بين 10 و15 شخصا", "بين 10 و15", 10, "ar"),
    ],
)
def test_a_range_is_one_number_and_worth_its_lower_end(text: str, written: str, value: float, language: str) -> None:
    assert one(text, language) == (written, value)


@pytest.mark.parametrize(
    ("text", "found", "language"),
    [
        ("32% of them", ("32%", 32, PERCENT), "en"),
        ("32 % de ellos", ("32 %", 32, PERCENT), "es"),
        ("32 per cent of them", ("32 per cent", 32, PERCENT), "en"),
        ("12.5 percent", ("12.5 percent", 12.5, PERCENT), "en"),
        ("10-15% of them", ("10-15%", 10, PERCENT), "en"),
        ("32,5 pour cent", ("32,5 pour cent", 32.5, PERCENT), "fr"),
        ("32 por ciento", ("32 por ciento", 32, PERCENT), "es"),
        ("٣٢٪ منهم", ("٣٢٪", 32, PERCENT), "ar"),
        ("32 في المئة", ("32 في المئة", 32, PERCENT), "ar"),
        ("$1.3 billion", ("$1.3 billion", 1.3e9, MONEY), "en"),
        ("nearly US$200m", ("nearly US$200m", 2e8, MONEY), "en"),
        ("USD 211.6 m", ("USD 211.6 m", 2.116e8, MONEY), "en"),
        ("(€30m)", ("€30m", 3e7, MONEY), "en"),
        ("160,000 EUR", ("160,000 EUR", 160_000, MONEY), "en"),
        ("30 million US dollars", ("30 million US dollars", 3e7, MONEY), "en"),
        ("30 000 $ en tout", ("30 000 $", 30_000, MONEY), "fr"),
        ("1,9 million d’euros", ("1,9 million d’euros", 1.9e6, MONEY), "fr"),
        ("30 millones de dólares", ("30 millones de dólares", 3e7, MONEY), "es"),
        ("30 مليون دولار", ("30 مليون دولار", 3e7, MONEY), "ar"),
    ],
)
def test_shares_and_money_are_told_by_their_unit(text: str, found: tuple[str, float, str], language: str) -> None:
    assert numbers(text, language) == [found]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("COVID-19 and M23", "en"),
        ("at 10:30 on 12/05/2024", "en"),
        ("version 1.2.3", "en"),
        ("a 12-year-old and a 5-day trip", "en"),
        ("the 20th of the month", "en"),
        ("Article 14 and Phase 3", "en"),
        ("Resolution 2417, page 5, No. 7", "en"),
        ("Camp 26", "en"),
        ("#12 and +254", "en"),
        ("3½ times", "en"),
        ("no one, one of them", "en"),
        ("the millions who watch", "en"),
        ("une maison et un village", "fr"),
        ("l'article 14 et la phase 3", "fr"),
        ("les millions de gens", "fr"),
        ("el artículo 14", "es"),
        ("una casa y un pueblo", "es"),
        ("القرار 2417 والمادة 14", "ar"),
    ],
)
def test_what_tells_no_quantity_is_no_number(text: str, language: str) -> None:
    assert numbers(text, language) == []


def test_a_label_holds_for_the_number_right_behind_it_only() -> None:
    assert numbers("They reached the camp; 5,000 people were there.") == [("5,000", 5_000, "")]


@pytest.mark.parametrize(("text", "year"), [("in 2024", True), ("2019-2020", True), ("2,024", False), ("350", False)])
def test_four_bare_digits_may_be_a_year(text: str, year: bool) -> None:
    said = passage(text, "en")
    (found,) = figure_reader().languages["en"].numbers.find(said, 0, len(said.tokens))
    assert isinstance(found, Number)
    assert found.year == year


@given(st.integers(2, 999_999_999), st.sampled_from([",", ".", " ", "\u00a0"]))
def test_every_grouped_number_is_read_for_what_it_is(value: int, separator: str) -> None:
    written = f"{value:,}".replace(",", separator)
    assert one(f"of {written} people")[1] == value


@given(
    st.text(st.sampled_from("12.,- %$k:/’\u0663millionanadozen "), max_size=60),
    st.sampled_from(["en", "fr", "es", "ar"]),
)
def test_any_text_is_read_in_order_and_without_overlap(text: str, language: str) -> None:
    said = passage(text, language)
    found = figure_reader().languages[language].numbers.find(said, 0, len(said.tokens))
    assert all(0 <= each.start < each.end <= len(said.text) for each in found)
    assert all(left.last <= right.first for left, right in pairwise(found))
