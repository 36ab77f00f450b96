"""Numbers that say what they count are found with their sentence and their source; all others are left alone."""

import copy
import time
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.figures.reader import MOST, FigureReader
from bot.core.passage import Passage
from tests.core.reading import CONFIG, SEED, figure_reader, figures, passage, seed


def counted(text: str, language: str = "en") -> list[tuple[str, str]]:
    return [(figure.kind, figure.amount) for figure in figures(text, language)]


def sources(text: str, language: str = "en") -> list[str]:
    return [figure.source for figure in figures(text, language)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Gunmen killed 84 raiders near the well.", [("killed", "84")]),
        ("A blast killed at least 84.", [("killed", "at least 84")]),
        ("84 people were killed.", [("killed", "84")]),
        ("84 killed in a raid", [("killed", "84")]),
        ("Twelve villagers have died of thirst.", [("killed", "Twelve")]),
        ("There were 20 cholera deaths.", [("killed", "20")]),
        ("There were 20 civilian deaths.", [("killed", "20")]),
        ("Up to 14,000 families may have been displaced.", [("displaced", "Up to 14,000 families")]),
        ("The death toll rose to 1,234 on Monday.", [("killed", "1,234")]),
        ("The number of deaths stands at 45.", [("killed", "45")]),
        ("Deaths: 84; injured: 120.", [("killed", "84"), ("injured", "120")]),
        ("The flood claimed 84 lives.", [("killed", "84")]),
        ("It left 12 dead and 30 wounded.", [("killed", "12"), ("injured", "30")]),
        ("84 people were killed and 120 others injured.", [("killed", "84"), ("injured", "120")]),
        ("The blast killed 12, wounding dozens.", [("killed", "12"), ("injured", "dozens")]),
        ("Between 10 and 15 fishermen are missing.", [("missing", "Between 10 and 15")]),
        ("Raiders abducted 40 girls.", [("abducted", "40")]),
        ("Police arrested 30 to 40 protesters.", [("arrested", "30 to 40")]),
        ("Two hundred refugees were detained.", [("arrested", "Two hundred")]),
        ("Nearly 410,000 Chadians are still displaced.", [("displaced", "Nearly 410,000")]),
        ("The fighting displaced 350,000 people.", [("displaced", "350,000")]),
        ("More than 12,000 families fled.", [("displaced", "More than 12,000 families")]),
        ("It hosts 2,300 displaced households.", [("displaced", "2,300 displaced households")]),
        ("Hundreds of thousands have fled to Chad.", [("displaced", "Hundreds of thousands")]),
        ("There are 38,600 IDPs in the town.", [("displaced", "38,600")]),
        ("Chad hosts 1.2 million refugees.", [("refugees", "1.2 million")]),
        ("The number of refugees in Chad has reached 1.2 million.", [("refugees", "1.2 million")]),
        ("Some 5,000 returnees arrived.", [("returned", "Some 5,000")]),
        ("About 5,000 people have returned home.", [("returned", "About 5,000")]),
        ("Seven million people need humanitarian aid.", [("in-need", "Seven million")]),
        ("1.5 million people are in dire need of food.", [("in-need", "1.5 million")]),
        ("3m people in need", [("in-need", "3m")]),
        ("Five million people face acute hunger.", [("hungry", "Five million")]),
        ("5 million are severely food insecure.", [("hungry", "5 million")]),
        ("The town counted 1,234 confirmed cases of cholera.", [("cases", "1,234")]),
        ("Measles cases rose to 340.", [("cases", "340")]),
        ("The floods affected 57,000 people.", [("affected", "57,000")]),
        ("COVID-19 killed 12,000 people.", [("killed", "12,000")]),
        ("All of the 12 people on board were killed.", [("killed", "12")]),
        ("Two of the 84 people killed were nurses.", [("killed", "84")]),
    ],
)
def test_english_says_what_it_counts_before_or_behind_the_number(text: str, found: list[tuple[str, str]]) -> None:
    assert counted(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("L’attaque a fait au moins 84 morts et 120 blessés.", [("killed", "au moins 84"), ("injured", "120")]),
        ("Des hommes armés ont tué 12 bergers.", [("killed", "12")]),
        ("Douze personnes ont été tuées.", [("killed", "Douze")]),
        ("Le bilan est passé à 45 morts.", [("killed", "45")]),
        ("Une trentaine de pêcheurs ont disparu.", [("missing", "Une trentaine")]),
        ("La police a arrêté 12 manifestants.", [("arrested", "12")]),
        ("Près de 350 000 Maliens sont déplacés.", [("displaced", "Près de 350 000")]),
        ("Des dizaines de milliers de personnes ont fui.", [("displaced", "Des dizaines de milliers")]),
        ("Le pays accueille 1,2 million de réfugiés.", [("refugees", "1,2 million")]),
        ("Le nombre des réfugiés dépasse les 500 000.", [("refugees", "500 000")]),
        ("Sept millions de personnes ont besoin d’aide.", [("in-need", "Sept millions")]),
        ("Plus d’un million de gens souffrent de la faim.", [("hungry", "Plus d’un million")]),
        ("32 % de la population est en insécurité alimentaire.", [("hungry", "32 %")]),
        ("On compte 1 234 cas de choléra.", [("cases", "1 234")]),
        ("Les crues ont touché 57 000 personnes.", [("affected", "57 000")]),
        ("L’Unicef demande 30 millions d’euros pour les réfugiés.", [("aid-asked", "30 millions d’euros")]),
    ],
)
def test_french_says_so_too(text: str, found: list[tuple[str, str]]) -> None:
    assert counted(text, "fr") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("El ataque dejó 12 muertos y 30 heridos.", [("killed", "12"), ("injured", "30")]),
        ("Al menos 84 personas murieron.", [("killed", "Al menos 84")]),
        ("Murieron 84 personas en el pueblo.", [("killed", "84")]),
        ("Hombres armados mataron a 12 pastores.", [("killed", "12")]),
        ("El número de muertos asciende a 45.", [("killed", "45")]),
        ("Unas veinte personas resultaron heridas.", [("injured", "Unas veinte")]),
        ("Siguen buscando a 15 pescadores desaparecidos.", [("missing", "15")]),
        ("La policía detuvo a 12 manifestantes.", [("arrested", "12")]),
        ("Más de 350.000 personas fueron desplazadas.", [("displaced", "Más de 350.000")]),
        ("Medio millón de personas huyeron.", [("displaced", "Medio millón")]),
        ("El país acoge a 1,2 millones de refugiados.", [("refugees", "1,2 millones")]),
        ("Unos siete millones de personas necesitan ayuda.", [("in-need", "Unos siete millones")]),
        ("El 32 % de la población necesita ayuda humanitaria.", [("in-need", "32 %")]),
        ("Cinco millones de personas padecen hambre.", [("hungry", "Cinco millones")]),
        ("Hubo 1.234 casos de dengue.", [("cases", "1.234")]),
    ],
)
def test_spanish_says_so_too(text: str, found: list[tuple[str, str]]) -> None:
    assert counted(text, "es") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("مقتل 84 شخصا وإصابة 120 آخرين في الهجوم.", [("killed", "84"), ("injured", "120")]),
        ("قتل 12 جنديا في الشمال.", [("killed", "12")]),
        ("سقط 40 قتيلا في القرية.", [("killed", "40")]),
        ("ارتفع عدد القتلى إلى 45.", [("killed", "45")]),
        ("أصيب خمسة وعشرون شخصا بجروح.", [("injured", "خمسة وعشرون")]),
        ("اعتقلت الشرطة 12 متظاهرا.", [("arrested", "12")]),
        ("نزوح ٣٥٠ ألف شخص من المدينة.", [("displaced", "٣٥٠ ألف")]),
        ("فر مئات الآلاف من السكان.", [("displaced", "مئات الآلاف")]),
        ("وصل نحو 350 ألف لاجئ.", [("refugees", "نحو 350 ألف")]),
        ("سبعة ملايين شخص بحاجة إلى المساعدة.", [("in-need", "سبعة ملايين")]),
        ("يحتاج نحو مليوني شخص إلى مساعدات.", [("in-need", "نحو مليوني")]),
        ("يعاني 32% من السكان من انعدام الأمن الغذائي.", [("hungry", "32%")]),
        ("سجلت الوزارة 120 حالة إصابة بالكوليرا.", [("cases", "120")]),
    ],
)
def test_arabic_says_so_too(text: str, found: list[tuple[str, str]]) -> None:
    assert counted(text, "ar") == found


@pytest.mark.parametrize(
    "text",
    [
        "The price of bread rose 32% and 60% of traders closed.",
        "Shops offered a 32% discount to 500 customers.",
        "In 2024 people were killed in the north.",
        "They left on March 31, 2016 and were displaced.",
        "On 12 May people were killed. In May 12 people visited.",
        "The 12-year-old was killed at 10:30 on 12/05/2024.",
        "Amina Yusuf, 87, was killed.",
        "The town lies 30 km from where soldiers were killed.",
        "The fire killed 300 goats and 12 cows, and 24 animal deaths came later.",
        "Police executed two search warrants in the 4 affected districts.",
        "They were displaced 3 times in 12 months.",
        "He was killed 12 days later.",
        "There were 1,234 court cases.",
        "It affected 12 districts and 300 schools.",
        "IPC Phase 3 means a food crisis; Article 14 bans killing.",
        "300 soldiers killed civilians.",
        "Some 200 people protested after a man was killed.",
        "Some 200 people gathered to mourn those killed.",
        "The 500 people who came were not killed.",
        "None of the 500 people were killed.",
        "A third of the 500 people died.",
        "One in three people are hungry, and nine in ten children are displaced.",
        "Nine out of ten people were displaced.",
        "For every 10 people killed, three were children.",
        "Doctors saved 84 lives and rescued 40 hostages.",
        "Rebels freed 40 hostages.",
        "The 12 refugee camps and 40 police stations were closed.",
        "The stadium cost $1.3 billion.",
        "Call +254 700 123 456 to report the missing.",
        "One person was killed.",
        "They pity the millions displaced.",
        "0 deaths were recorded.",
        "5 million million million million people were killed.",
        f"5 {'million ' * 60}people were killed.",
        f"0 {'million ' * 60}people were killed.",
        "½ million people were killed and 2½ million people fled.",
        "Of 12 crises of displaced people the world sees two.",
        "Millions of students returned to school.",
        "350,000",
        "",
    ],
)
def test_a_number_whose_sentence_does_not_say_what_it_counts_is_no_figure(text: str) -> None:
    assert counted(text) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Le riz a augmenté de 32 % en 2024.", "fr"),
        ("Le feu a tué 30 têtes de bétail et détruit 12 maisons.", "fr"),
        ("Les dix crises de réfugiés les plus négligées.", "fr"),
        ("Les médecins ont sauvé 12 blessés.", "fr"),
        ("Un enfant sur quatre est déplacé.", "fr"),
        ("Neuf personnes sur dix ont été déplacées.", "fr"),
        ("Una de cada tres personas pasa hambre.", "es"),
        ("نزح واحد من كل ثلاثة أشخاص.", "ar"),
        ("La ruta une 12 pueblos y 3 ciudades.", "es"),
        ("El presupuesto es de 30 millones de euros.", "es"),
        ("Los médicos lograron salvar a 12 heridos.", "es"),
        ("بلغ سعر الخبز 30 دينارا في عام 2024.", "ar"),
        ("إنقاذ 40 رهينة من المبنى.", "ar"),
        ("Bei dem Angriff starben 84 Menschen, 12 wurden verletzt.", "de"),
    ],
)
def test_nor_is_it_in_other_languages(text: str, language: str) -> None:
    assert counted(text, language) == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The army denied it killed 20 villagers.", "en"),
        ("The rebels denied killing 20 villagers.", "en"),
        ("The army rejected claims that 20 villagers were killed.", "en"),
        ("Up to 90,000 may flee if the dam breaks.", "en"),
        ("An assault could kill 300 people.", "en"),
        ("Nurses fear 300 people will die.", "en"),
        ("Some 300 people risk being displaced.", "en"),
        ("L’armée nie avoir tué 20 bergers.", "fr"),
        ("Le ministère dément que 20 bergers ont été tués.", "fr"),
        ("Des soldats auraient abattu trois bergers.", "fr"),
        ("Près de 30 000 personnes pourraient fuir.", "fr"),
        ("La crue risque de tuer 20 personnes.", "fr"),
        ("El ejército negó haber asesinado a 20 pastores.", "es"),
        ("Los soldados habrían asesinado a 20 pastores.", "es"),
        ("Unas 30.000 personas podrían huir.", "es"),
        ("نفى الجيش قتل 20 راعيا.", "ar"),
        ("نفى الجيش أنه قتل 20 شخصا.", "ar"),
        ("ويخشى الأهالي من معركة قد تدفع مئة ألف شخص إلى النزوح.", "ar"),
        ("قد يضطر 90 ألف شخص إلى الفرار.", "ar"),
    ],
)
def test_what_is_denied_or_only_feared_is_no_figure(text: str, language: str) -> None:
    assert counted(text, language) == []


@pytest.mark.parametrize(
    ("text", "found", "language"),
    [
        ("The army denied any part in the raid that killed 20 villagers.", ("killed", "20"), "en"),
        ("The general denied the raid, in which 20 villagers were killed.", ("killed", "20"), "en"),
        ("The ministry never denied that soldiers killed 20 villagers.", ("killed", "20"), "en"),
        ("The raid may have killed 40 people.", ("killed", "40"), "en"),
        ("Forty people are feared dead.", ("killed", "Forty"), "en"),
        ("Lorries could not reach 5,000 displaced people.", ("displaced", "5,000"), "en"),
        ("Hospitals fear a new wave after 300 people were killed.", ("killed", "300"), "en"),
        ("People living in fear buried 30 dead.", ("killed", "30"), "en"),
        ("A quake that could be felt in Chad killed 300 people.", ("killed", "300"), "en"),
        ("The UN said it might cut food for 300,000 people in need.", ("in-need", "300,000"), "en"),
        ("In May 300 people were killed.", ("killed", "300"), "en"),
        ("Le pays craint une crue après que 30 personnes ont été tuées.", ("killed", "30"), "fr"),
        ("L’armée dit avoir tué 30 rebelles.", ("killed", "30"), "fr"),
        ("نفى الجيش مسؤوليته عن هجوم قتل 20 شخصا.", ("killed", "20"), "ar"),
        ("The 300 people of May were killed.", ("killed", "300"), "en"),
        ("وقد قتل 12 راعيا في الشمال.", ("killed", "12"), "ar"),
    ],
)
def test_what_stands_near_a_denial_or_a_guess_stays(text: str, found: tuple[str, str], language: str) -> None:
    assert counted(text, language) == [found]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In the 1972 massacre, 3,000 people were killed.", []),
        ("The storm of 1999 killed 3,000 people.", []),
        ("Since 1991 the war has killed 3,000 people.", [("killed", "3,000")]),
        ("The war, which began in 1983, has killed 3,000 people.", [("killed", "3,000")]),
        ("The famine of 1984 killed many; now 3,000 people fled.", [("displaced", "3,000")]),
        ("The storm of 2019 killed 3,000 people.", [("killed", "3,000")]),
        ("Storms displaced 1950 people and killed 12 people.", [("displaced", "1950"), ("killed", "12")]),
    ],
)
def test_years_of_the_last_century_make_history(text: str, found: list[tuple[str, str]]) -> None:
    assert counted(text) == found


@pytest.mark.parametrize(
    ("text", "found", "language"),
    [
        ("The navy evacuated 300 villagers.", [], "en"),
        ("L’armée a évacué 300 villageois.", [], "fr"),
        ("El ejército evacuó a 300 aldeanos.", [], "es"),
        ("إجلاء 300 شخص من القرية.", [], "ar"),
        ("A clinic recorded 200 new cases.", [], "en"),
        ("A clinic treated 200 cases of rape during the cholera outbreak.", [], "en"),
        ("Police opened 200 rape cases during the epidemic.", [], "en"),
        ("On compte 200 cas de viol pendant l’épidémie.", [], "fr"),
        ("Hubo 200 casos de violencia durante la epidemia.", [], "es"),
        ("سجلت الوزارة 200 حالة اغتصاب خلال تفشي الكوليرا.", [], "ar"),
        ("The ward holds 2,400 suspected cholera patients.", [("cases", "2,400")], "en"),
        ("La clinique a soigné 300 malades du choléra.", [("cases", "300")], "fr"),
        ("El hospital atendió a 300 pacientes con cólera.", [("cases", "300")], "es"),
        ("Some 4,000 people have crossed the border.", [("refugees", "Some 4,000")], "en"),
        ("Près de 4 000 personnes ont franchi la frontière.", [("refugees", "Près de 4 000")], "fr"),
        ("Unas 4.000 personas cruzaron la frontera.", [("refugees", "Unas 4.000")], "es"),
        ("In the hills 63,000 face catastrophic levels of hunger.", [("hungry", "63,000")], "en"),
        ("Some 63,000 face famine conditions.", [("hungry", "Some 63,000")], "en"),
    ],
)
def test_a_kind_is_told_only_where_the_words_mean_it(text: str, found: list[tuple[str, str]], language: str) -> None:
    assert counted(text, language) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("84 people, including 12 children, were killed.", [("killed", "84"), ("killed", "12")]),
        (
            "About 1.5 million people – mostly women and children – are in need of aid.",
            [("in-need", "About 1.5 million")],
        ),
        (
            "Five million people – 41% of all residents – need food aid.",
            [("in-need", "Five million"), ("in-need", "41%")],
        ),
        ("Some 400 people (most of them children) were injured.", [("injured", "Some 400")]),
        ("Some 400 people came, and 3 were injured.", [("injured", "3")]),
        ("Some 400 people came – 3 were injured.", [("injured", "3")]),
        ("300 rebels killed 20 villagers.", [("killed", "20")]),
        ("400 trucks came; 5,000 people had fled.", [("displaced", "5,000")]),
    ],
)
def test_an_aside_is_passed_over_and_another_number_is_not(text: str, found: list[tuple[str, str]]) -> None:
    assert counted(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The UN appealed for $1.3 billion to help refugees.", [("aid-asked", "$1.3 billion")]),
        ("Donors pledged US$200m in aid.", [("aid-given", "US$200m")]),
        ("The €30 million appeal for the displaced is unfunded.", [("aid-asked", "€30 million")]),
        ("Donors gave 160,000 EUR for emergency aid.", [("aid-given", "160,000 EUR")]),
        ("The firm needs $1.3 billion for its mine.", []),
        ("Families received $200 in aid for their rent.", []),
    ],
)
def test_money_is_a_figure_only_where_it_is_aid(text: str, found: list[tuple[str, str]]) -> None:
    assert counted(text) == found


@pytest.mark.parametrize(
    ("text", "source", "language"),
    [
        ("84 people were killed, according to the UN.", "the UN", "en"),
        ("According to the health ministry in Goma, 84 people were killed.", "the health ministry", "en"),
        ("The army said 84 people were killed.", "The army", "en"),
        ("84 people were killed, the army said.", "the army", "en"),
        ("84 people were killed, said Amina Yusuf, a nurse.", "Amina Yusuf", "en"),
        ("“84 people were killed,” local officials told reporters.", "local officials", "en"),
        ("The rebels fled while the army says it killed 84 fighters.", "the army", "en"),
        ("The mill burned and the army said 84 people were killed.", "the army", "en"),
        ("On Monday the UN said 84 people were killed.", "the UN", "en"),
        ("UNHCR estimates that 84 people were killed.", "UNHCR", "en"),
        ("The health ministry reported 84 deaths.", "The health ministry", "en"),
        ("The fever killed 84 people, WHO said.", "WHO", "en"),
        ("A drone killed 84 people, US officials said.", "US officials", "en"),
        ("The man who said so killed 84 people.", "", "en"),
        ("84 people were killed.", "", "en"),
        ("He said 84 people were killed.", "", "en"),
        ("84 people were killed, according to estimates.", "", "en"),
        ("84 deaths were reported.", "", "en"),
        ("Newly reported fighting killed 84 people.", "", "en"),
        ("Selon l’ONU, 84 personnes ont été tuées.", "l’ONU", "fr"),
        ("84 personnes ont été tuées, a indiqué l’ONU.", "l’ONU", "fr"),
        ("Le ministère a annoncé que 84 personnes ont été tuées.", "Le ministère", "fr"),
        ("MSF signale 84 cas de rougeole.", "MSF", "fr"),
        (
            "Selon le Haut-Commissariat des Nations unies pour les réfugiés, 84 personnes ont fui.",
            "le Haut-Commissariat des Nations unies pour les réfugiés",
            "fr",
        ),
        ("Il a dit que 84 personnes ont été tuées.", "", "fr"),
        ("Según la ONU, 84 personas murieron.", "la ONU", "es"),
        ("84 personas murieron, informó el gobierno.", "el gobierno", "es"),
        ("La policía dijo que 84 personas murieron.", "La policía", "es"),
        ("قالت الأمم المتحدة إن 84 شخصا قتلوا.", "الأمم المتحدة", "ar"),
        ("مقتل 84 شخصا وفقا للأمم المتحدة.", "الأمم المتحدة", "ar"),
        ("مقتل 84 شخصا بحسب وزارة الصحة.", "وزارة الصحة", "ar"),
        ("مقتل 84 شخصا.", "", "ar"),
    ],
)
def test_who_says_so_is_named_as_the_sentence_names_them(text: str, source: str, language: str) -> None:
    assert sources(text, language) == [source]


def test_of_two_sources_each_number_has_the_nearer_one() -> None:
    text = "The army said 12 soldiers were killed, while the rebels said 30 soldiers died."
    assert [(figure.amount, figure.source) for figure in figures(text)] == [("12", "The army"), ("30", "the rebels")]


def test_each_clause_between_semicolons_has_its_own_source() -> None:
    text = "The mayor estimates that 900 people need aid; the IFRC launched an appeal for 13 million Swiss francs."
    assert sources(text) == ["The mayor", "the IFRC"]
    assert sources("The army said 12 people were killed; 30 people were hurt.") == ["The army", ""]


def test_a_figure_comes_with_its_sentence_its_value_and_where_it_stands() -> None:
    parts = [
        ("title", "A town empties"),
        ("summary", "It rained."),
        ("text", "Rain fell. About 3.5 million people fled. So."),
    ]
    (figure,) = figure_reader().find(Passage.of(parts, "en"))
    assert (figure.kind, figure.amount, figure.value) == ("displaced", "About 3.5 million", 3_500_000)
    assert (figure.sentence, figure.where) == ("About 3.5 million people fled.", "text")


def test_a_number_told_twice_is_one_figure_the_one_that_names_its_source() -> None:
    parts = [("title", "84 killed in raid"), ("text", "At least 84 people were killed, the UN said.")]
    (figure,) = figure_reader().find(Passage.of(parts, "en"))
    assert (figure.amount, figure.source, figure.where) == ("At least 84", "the UN", "text")


def test_a_vague_number_is_left_out_where_an_exact_one_says_the_same() -> None:
    assert counted("Dozens of people were killed. The army said 84 people were killed.") == [("killed", "84")]
    assert counted("Thousands were killed. On Monday 84 people were killed.") == [
        ("killed", "Thousands"),
        ("killed", "84"),
    ]


def test_title_summary_and_text_keep_their_order_and_no_more_than_a_dozen_are_told() -> None:
    text = " ".join(f"{number} people were killed." for number in range(100, 200))
    found = figure_reader().find(Passage.of([("title", "Raids kill 99"), ("text", text)], "en"))
    assert [figure.value for figure in found] == [99, *range(100, 99 + MOST)]


def test_a_short_text_in_an_unknown_language_is_tried_in_all_four() -> None:
    for text in ("12 morts", "12 muertos", "12 dead", "12 قتيلا"):
        assert [(figure.kind, figure.value) for figure in figures(text, "")] == [("killed", 12)]


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f", "\u2009"])
def test_any_kind_of_space_and_quotation_mark_is_the_same(space: str) -> None:
    assert [f.value for f in figures(f"Nearly 350{space}000 people{space}fled, the UN’s agency said.")] == [350_000]


def test_no_figure_reaches_over_the_end_of_a_headline() -> None:
    found = figure_reader().find(Passage.of([("title", "The road to 84"), ("text", "People were killed.")], "en"))
    assert found == ()


def the_file() -> dict[str, Any]:
    return tomllib.loads((CONFIG / "figures.toml").read_text("utf-8"))


def test_what_a_person_adds_to_the_file_is_counted() -> None:
    table = the_file()
    table["kind"]["orphaned"] = {"en": {"done": ["orphaned"]}}
    found = FigureReader.from_data(table).find(passage("Some 300 children were orphaned.", "en"))
    assert [(figure.kind, figure.amount) for figure in found] == [("orphaned", "Some 300")]


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (("typo",), {}, "typo"),
        (("kind", "killed", "typo"), True, "typo"),
        (("kind", "killed", "en", "typo"), ["x"], "typo"),
        (("kind", "killed", "en", "done"), ["<nothing>"], "nothing"),
        (("language", "fr", "who", "typo"), [], "typo"),
        (("language", "fr", "numbers", "typo"), [], "typo"),
        (("language", "fr", "doubt", "typo"), [], "typo"),
        (("language", "fr", "numbers", "units"), ["one un"], "one"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(path: tuple[str, ...], value: Any, why: str) -> None:
    table = copy.deepcopy(the_file())
    inner = table
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    with pytest.raises(ValueError, match=why):
        FigureReader.from_data(table)


@pytest.mark.parametrize("missing", ["who", "source", "doubt", "numbers"])
def test_a_language_without_one_of_its_tables_is_refused(missing: str) -> None:
    table = the_file()
    del table["language"]["es"][missing]
    with pytest.raises(KeyError, match=missing):
        FigureReader.from_data(table)


_PIECES = [
    "84",
    "1,200",
    "people",
    "were",
    "killed",
    ",",
    "–",
    "(",
    ")",
    ".",
    "said",
    "the UN",
    "$3m",
    "aid",
    "in need",
    "%",
    "\n\n",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=40))
def test_any_text_gives_figures_whose_sentences_hold_them(pieces: list[str]) -> None:
    for figure in figures(" ".join(pieces)):
        assert figure.amount in figure.sentence
        assert figure.source in figure.sentence
        assert figure.value > 0


_HOSTILE = [
    "1", "12 ", "1,", "123,", "12 killed, ", "killed 12 people and ", "he said 12 people were killed and ", "million ",
    "hundreds of thousands of ", "appeal for $12 million in aid ", "12 people – ", "(12 people ", "toll of ", "need ",
    "between 12 and ", "one hundred and ", "according to 12 killed ", "12 killed. ", "number of ", "12 قتيل و13 ",
    "may kill 12 ", "denied it killed 12 ", "12 killed in 1972 ", "12 killed; ", "not deny ",
]  # fmt: skip


@pytest.mark.parametrize("unit", _HOSTILE)
def test_hostile_text_takes_no_longer_than_its_length(unit: str) -> None:
    hostile = passage((unit * 20_000)[:20_000], "")
    began = time.process_time()
    figure_reader().find(hostile)
    assert time.process_time() - began < 1


@pytest.mark.skipif(not SEED.is_file(), reason="the seed story is not beside the project")
def test_the_seed_story_gives_its_four_figures_with_their_sources_and_nothing_of_the_appeal() -> None:
    found = figure_reader().find(seed())
    assert [(figure.kind, figure.amount, figure.value, figure.source) for figure in found] == [
        ("killed", "84", 84, "the CSP"),
        ("displaced", "Nearly 350,000", 350_000, "the UN"),
        ("in-need", "seven million", 7_000_000, "the UN"),
        ("in-need", "32%", 32, "the UN"),
    ]
