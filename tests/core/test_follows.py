"""Which story follows on which: hard pairs about one country in one week, written by hand."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.follows import WITHIN, Gist, followed, gist
from bot.core.story import Evidence, FoundSubject, Story
from tests.core.given import NOON, a_story, about, mentioned

DAY = timedelta(days=1)
SEVERED = (
    "Mali severs ties with Ukraine over rebel ambush",
    "The junta in Bamako accuses Kyiv of helping the rebels who ambushed a convoy near Tinzaouaten.",
)
FUEL = (
    "Fuel blockade leaves Bamako in the dark",
    "Tanker drivers refuse to cross the checkpoints that fighters have set up on the road from Senegal.",
)
FOLLOWING = [
    (
        SEVERED,
        (
            "Ukraine denies role in Tinzaouaten ambush",
            "Kyiv says it helped no rebels, after Mali broke off ties over the convoy that was lost there.",
        ),
    ),
    (
        SEVERED,
        (
            "After the convoy ambush, Mali buries its soldiers",
            "Relatives of those lost near Tinzaouaten ask what the convoy was for.",
        ),
    ),
    (
        FUEL,
        (
            "Schools in Mali shut as fuel blockade bites",
            "Tankers wait at checkpoints on the road from Senegal, drivers say.",
        ),
    ),
    (
        ("Cholera reaches Mopti camps", "Doctors have set up a treatment centre beside the river port."),
        ("Mopti cholera: second treatment centre opens", "Doctors at the river port say beds were full within a day."),
    ),
    (
        (
            "Le blocus du carburant étouffe Bamako",
            "Les citernes restent bloquées aux barrages sur la route du Sénégal.",
        ),
        (
            "Blocus au Mali : les écoles ferment",
            "Faute de carburant, les citernes ne passant plus les barrages, les cours cessent.",
        ),
    ),
]
UNRELATED = [
    (SEVERED, FUEL),
    (SEVERED, ("Drought in Mali deepens", "Farmers in the north say that the rains have failed again.")),
    (SEVERED, ("Mali rebels kill 12 in attack on army base", "The government said the army fought back in the north.")),
    (FUEL, ("Mali's musicians look for a new stage", "Festivals were called off; singers play in living rooms.")),
    (
        ("Twelve killed in attack near Gao", "Armed men on motorbikes attacked a village on Monday, officials said."),
        ("Nine killed in attack near Kidal", "Armed men attacked a village in the north on Friday, officials said."),
    ),
    (
        ("Mali: humanitarian needs overview", "Millions need food aid as the crisis and conflict displace families."),
        ("Mali: refugees wait for food aid", "Families displaced by conflict need aid, agencies warn."),
    ),
    (
        ("Mali vote put off", "No new date is named. Sign up for our newsletter and read more every morning."),
        ("Mali gold mine reopens", "Pits are full. Sign up for our newsletter and read more every morning."),
    ),
    (
        ("Le gouvernement du Mali reçoit l’ambassadeur", "Le ministre des Affaires étrangères a parlé du nord."),
        ("Mali : le gouvernement annonce des mesures", "Le ministre de la Santé a parlé des villages."),
    ),
]


def _story(told: tuple[str, str], age: timedelta = timedelta(0), code: str = "ML") -> Story:
    return a_story(*told, places=about(code), published=NOON - age)


def _follows(new: Story, *earlier: Story) -> int | None:
    return followed(gist(new), [gist(each) for each in earlier])


@pytest.mark.parametrize(("first", "second"), FOLLOWING, ids=[second[0] for _, second in FOLLOWING])
def test_a_later_story_of_the_same_matter_follows_on_the_first(first: tuple[str, str], second: tuple[str, str]) -> None:
    assert _follows(_story(second), _story(first, DAY)) == 0


@pytest.mark.parametrize(("first", "second"), UNRELATED, ids=[second[0] for _, second in UNRELATED])
def test_two_matters_of_one_country_in_one_week_are_not_joined(first: tuple[str, str], second: tuple[str, str]) -> None:
    assert _follows(_story(second), _story(first, DAY)) is None
    assert _follows(_story(first), _story(second, DAY)) is None


FIRST, SECOND = FOLLOWING[0]


def test_only_a_story_of_the_last_days_is_followed() -> None:
    new = _story(SECOND)
    assert _follows(new, _story(FIRST, WITHIN)) == 0
    assert _follows(new, _story(FIRST, WITHIN + timedelta(seconds=1))) is None
    assert _follows(new, _story(FIRST, -timedelta(seconds=1))) is None


def test_stories_about_different_places_do_not_follow_on_each_other() -> None:
    assert _follows(_story(SECOND), _story(FIRST, DAY, "SD")) is None
    assert _follows(_story(SECOND), a_story(*FIRST, published=NOON - DAY, places=mentioned("ML"))) is None
    assert _follows(_story(SECOND, code="sahel"), _story(FIRST, DAY, "sahel")) is None


def test_an_actor_joins_stories_as_a_place_does() -> None:
    wagner = (FoundSubject("wagner", (Evidence("Wagner", "title"),)),)
    first = a_story(*FIRST, published=NOON - DAY, actors=wagner)
    assert _follows(a_story(*SECOND, actors=wagner), first) == 0
    assert _follows(a_story(*SECOND), first) is None


def test_the_story_with_most_in_common_is_followed_and_of_two_alike_the_later() -> None:
    new = _story(SECOND)
    assert _follows(new, _story(FUEL, DAY), _story(FIRST, 2 * DAY), _story(UNRELATED[1][1], DAY)) == 1
    assert _follows(new, _story(FIRST, 2 * DAY), _story(FIRST, DAY), _story(FIRST, 3 * DAY)) == 1


def test_words_that_stories_about_other_places_use_as_well_are_not_rare() -> None:
    elsewhere = [_story(FIRST, DAY, code) for code in ("SD", "NE", "BF")]
    assert _follows(_story(SECOND), _story(FIRST, DAY), *elsewhere[:1]) == 0
    assert _follows(_story(SECOND), _story(FIRST, DAY), *elsewhere) is None


def test_names_of_the_shared_place_and_numbers_are_no_rare_words() -> None:
    found = gist(_story(("Mali: 350,000 flee Mali’s camps", "Malian camps, Malian farmers in 2026.")))
    assert "mali" not in found.said
    assert not any(any(map(str.isdigit, word)) for word in found.said)


_gists = st.builds(
    Gist,
    st.just(NOON),
    st.frozensets(st.sampled_from(["place:ML", "actor:wagner"])),
    st.frozensets(st.sampled_from("abcdefgh")),
    st.frozensets(st.sampled_from("abcdefgh")),
)


@given(_gists, st.lists(_gists, max_size=5))
def test_what_is_followed_is_one_of_the_earlier_stories(new: Gist, earlier: list[Gist]) -> None:
    at = followed(new, earlier)
    assert at is None or 0 <= at < len(earlier)
