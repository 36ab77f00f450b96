"""How a wish was understood is said back, with buttons for what else may have been meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands import Verb, parse
from bot.core.filters.grammar import read_filters, read_wish
from bot.core.filters.tree import FilterError
from bot.core.message import COMMAND_BYTES, Press
from bot.core.readback import read_back
from bot.core.replies import Replies
from tests.core.given import ENGLISH, canonicals
from tests.fakes.names import NAMES

REPLIES = Replies(ENGLISH, NAMES)


def _notes(typed: str) -> str:
    return "\n".join(each.text for each in read_back(REPLIES, read_wish(typed, NAMES)).notes)


def _buttons(typed: str) -> dict[str, str]:
    buttons = read_back(REPLIES, read_wish(typed, NAMES)).buttons
    return {each.label: each.command for each in buttons if isinstance(each, Press)}


@pytest.mark.parametrize(
    ("typed", "notes"),
    [
        ("mali", '“mali” means the place. For the word alone, write /follow "mali".'),
        ("malian", 'I read “malian” as 🇲🇱 Mali. For the word alone, write /follow "malian".'),
        ("the DRC", 'I read “the DRC” as 🇨🇩 DR Congo. For the word alone, write /follow "the DRC".'),
        ("wagner", 'I look for Wagner / Africa Corps under all its names. For the word alone, write /follow "wagner".'),
        ('"mali"', ""),
        ("country:mali", ""),
        ("drought", ""),
        ("mali drought", "I read this as both together."),
        ("mali, niger", "I read the comma as either: one filter each."),
        ("malian wagner", "I read this as both together.\nI read “malian” as 🇲🇱 Mali."),
        ("niger OR (mali drought)", ""),
        ("mali drought war", "I read this as all of these together."),
        ("mali type:news", '“mali” means the place. For the word alone, write /follow "mali".'),
        ("mali -niger", '“mali” means the place. For the word alone, write /follow "mali".'),
        ("🇲🇱", ""),
        ("goma", "“goma” is read as the word; it lies in 🇨🇩 DR Congo."),
        ("el fasher", "“el fasher” is read as the word; it lies in 🇸🇩 Sudan."),
        ("Liptako?", "“Liptako” is read as the word; it may be a place in 🇧🇫 Burkina Faso or 🇳🇪 Niger."),
        ('"goma"', ""),
        ("mali -goma", '“mali” means the place. For the word alone, write /follow "mali".'),
        ("sudan", '“sudan” means the place. For the word alone, write /follow "sudan".\nThere is also 🇸🇸 South Sudan.'),
        ("country:soudan", "I read “soudan” as 🇸🇩 Sudan."),
        ("mali -football", '“mali” means the place. For the word alone, write /follow "mali".'),
    ],
)
def test_how_a_wish_was_read_is_said(typed: str, notes: str) -> None:
    assert _notes(typed) == notes


@pytest.mark.parametrize("typed", ["ml", "Ml", "mli", "bfa"])
def test_a_short_form_without_its_capitals_stays_a_word_and_is_told(typed: str) -> None:
    name = "🇧🇫 Burkina Faso" if typed == "bfa" else "🇲🇱 Mali"
    assert canonicals(typed.upper()) != canonicals(typed) == [f'"{typed.lower()}"']
    assert _notes(typed) == f"“{typed}” is read as the word. For {name}, write /follow {typed.upper()}."
    assert f"Follow {name}" in _buttons(typed)


def test_a_short_form_beside_other_words_is_just_a_word() -> None:
    assert "capitals" not in _notes("so many words")
    assert _buttons("so many words").keys() == {"Follow either: many or so or words"}


@pytest.mark.parametrize(
    ("typed", "label", "command"),
    [
        ("malli", "Follow 🇲🇱 Mali", "follow country:ML"),
        ("bukina faso", "Follow 🇧🇫 Burkina Faso", "follow country:BF"),
        ("malii", "Follow 🇲🇱 Mali", "follow country:ML"),
        ("malli drought", "Follow 🇲🇱 Mali and drought", "follow country:ML drought"),
        ("wagnre", "", ""),
        ("wagher", "Follow Wagner / Africa Corps", "follow actor:wagner"),
        ("somaliia", "Follow 🇸🇴 Somalia", "follow country:SO"),
        ("malt", "", ""),
        ("mali malian", "", ""),
        ("nigera", "Follow 🇳🇬 Nigeria", "follow country:NG"),
        ("nigeri", "", ""),
    ],
)
def test_a_word_very_near_a_name_is_followed_and_the_name_offered(typed: str, label: str, command: str) -> None:
    near = {name: given for name, given in _buttons(typed).items() if "either" not in name}
    assert near == ({label: command} if label else {})
    assert ("Did you mean" in _notes(typed)) is bool(label)


@pytest.mark.parametrize(
    ("typed", "label", "command"),
    [
        ("cholera", "Follow the topic: Cholera", "follow topic:cholera"),
        ("aid access", "Follow the topic: Aid access", "follow topic:aid-access"),
        ("mali cholera", "Follow 🇲🇱 Mali and topic Cholera", "follow mali topic:cholera"),
        (
            "war cholera -x",
            "Follow war and topic Cholera, without x",
            "follow war topic:cholera -x",
        ),
    ],
)
def test_a_word_that_names_a_topic_stays_the_word_and_the_topic_is_offered(
    typed: str, label: str, command: str
) -> None:
    assert "topic" not in " ".join(canonicals(typed))
    assert _buttons(typed)[label] == command


@pytest.mark.parametrize("typed", ['"cholera"', "topic:cholera", "choleras", "malian"])
def test_nothing_is_offered_where_nothing_else_is_meant(typed: str) -> None:
    assert _buttons(typed) == {}


def test_a_topic_and_a_slip_beside_it_are_both_seen() -> None:
    assert _buttons("somaliia cholera").keys() == {
        "Follow either: cholera or somaliia",
        "Follow somaliia and topic Cholera",
        "Follow 🇸🇴 Somalia and cholera",
    }


@pytest.mark.parametrize(
    ("typed", "label", "command"),
    [
        ("goma", "Follow 🇨🇩 DR Congo", "follow country:CD"),
        ("el fasher cholera", "Follow 🇸🇩 Sudan and cholera", "follow country:SD cholera"),
        ("liptako", "Follow 🇳🇪 Niger", "follow country:NE"),
        ("sudan", "Follow 🇸🇸 South Sudan", "follow country:SS"),
    ],
)
def test_the_country_a_word_lies_in_and_a_namesake_are_offered(typed: str, label: str, command: str) -> None:
    assert _buttons(typed)[label] == command


def test_the_other_reading_is_offered() -> None:
    assert _buttons("mali drought") == {"Follow either: 🇲🇱 Mali or drought": 'follow "drought" OR country:ML'}
    assert _buttons("Mali and Niger") == {"Follow either: 🇲🇱 Mali or 🇳🇪 Niger": "follow country:ML OR country:NE"}
    assert _buttons("mali, niger") == {"Follow both: 🇲🇱 Mali and 🇳🇪 Niger": "follow country:ML country:NE"}


def test_more_than_two_places_are_offered_all_together() -> None:
    label, *_ = _buttons("mali, niger, sudan")
    assert label.startswith("Follow all together: ")


_words = st.sampled_from(
    [
        "mali",
        "malli",
        "cholera",
        "goma",
        "liptako",
        "sudan",
        "wagner",
        "ml",
        "the",
        "war",
        "OR",
        "-x",
        ",",
        "malian",
        '"a"',
    ]
)


@given(st.lists(_words, min_size=1, max_size=12).map(" ".join))
def test_few_things_are_said_and_every_button_is_a_filter_that_can_be_followed(typed: str) -> None:
    try:
        asked = read_wish(typed, NAMES)
    except FilterError:
        return
    told = read_back(REPLIES, asked)
    assert len(told.notes) <= 3
    assert len(told.buttons) <= 3
    for button in told.buttons:
        assert isinstance(button, Press)
        assert len(button.command.encode()) <= COMMAND_BYTES
        command = parse(button.command, bare=True)
        assert command.verb is Verb.FOLLOW
        assert read_filters(command.argument, NAMES).filters
