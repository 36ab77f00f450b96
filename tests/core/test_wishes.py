"""The wish in an ordinary sentence."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.filters.grammar import read_filters, read_wish
from bot.core.filters.lexemes import plain
from bot.core.filters.questions import without_question
from bot.core.filters.tree import FilterError
from bot.core.filters.wishes import is_everything, is_list, is_talk, stop_in, wish_in
from bot.core.filters.wordings import LANGUAGES, Phrases
from bot.core.text import normalise
from tests.fakes.names import NAMES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrase_is_written_as_words_are_compared(language: Phrases) -> None:
    for each in fields(language):
        for phrase in getattr(language, each.name).split("|"):
            assert normalise(phrase) == phrase


@pytest.mark.parametrize(
    ("typed", "wish"),
    [
        ("I want to follow Mali", "Mali"),
        ("news about Sudan please", "Sudan"),
        ("tell me about Haiti", "Haiti"),
        ("stories on Mali and Niger", "Mali and Niger"),
        ("follow Mali for me", "Mali"),
        ("Hello, I'd like to get the latest news about (mali OR niger). Thanks!", "(mali OR niger)"),
        ("Please keep me posted on West Africa!", "West Africa"),
        ("What's happening in Mali?", "Mali"),
        ("all stories about the drought", "the drought"),
        ("mali -football please", "mali -football"),
        ("displac* please", "displac*"),
        ('news about "aid worker" please', '"aid worker"'),
        ("news about 🇲🇱 please 🙏", "🇲🇱"),
        ("follow: mali", "mali"),
        ("Hello! !football mali", "!football mali"),
        ("Mali news", "Mali"),
        ("latest news mali", "mali"),
        ("suivre le Mali", "le Mali"),
        ("Je veux suivre le Mali et le Niger", "le Mali et le Niger"),
        ("je voudrais suivre l’actualité du Mali, s’il vous plaît", "Mali"),
        ("j’aimerais recevoir des nouvelles d’Haïti", "d’Haïti"),
        ("Qu’est-ce qui se passe au Mali ?", "Mali"),
        ("actualités Mali", "Mali"),
        ("quiero noticias de Haití", "Haití"),
        ("Hola, ¿qué pasa en Malí?", "Malí"),
        ("noticias de Sudán, por favor", "Sudán"),
        ("háblame de Níger", "Níger"),
        ("أريد أخبار مالي", "مالي"),
        ("أريد أن أتابع السودان من فضلك", "السودان"),
        ("أخبار عن هايتي", "هايتي"),
        ("ماذا يحدث في النيجر؟", "النيجر"),
    ],
)
def test_what_is_asked_for_is_read_out_of_a_sentence(typed: str, wish: str) -> None:
    assert wish_in(typed, NAMES) == wish


@pytest.mark.parametrize(
    "typed",
    [
        "mali",
        "mali, niger, -football",
        '"news about mali"',
        '"tell me about" mali',
        "-news about mali",
        "!mali",
        "!football, mali",
        "-mali news",
        "news -mali",
        "topic:",
        "(news about mali) OR niger",
        "fake news mali",
        'news "mali"',
        "mali (please",
        "please",
        "I want to follow",
        "follow",
        "",
    ],
)
def test_what_is_no_opening_or_all_there_is_stays(typed: str) -> None:
    assert wish_in(typed, NAMES) == plain(typed)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("I want to follow Mali", "country:ML"),
        ("stories on Mali and Niger", "country:ML country:NE"),
        ("tell me about the war in Sudan", '"war" country:SD'),
        ("news about Wagner, please", "actor:wagner"),
        ("Je veux suivre le Mali et le Niger", "country:ML country:NE"),
        ("quiero seguir Mali y Niger", "country:ML country:NE"),
    ],
)
def test_a_sentence_is_read_as_its_wish(typed: str, canonical: str) -> None:
    assert [each.canonical for each in read_wish(typed, NAMES).filters] == [canonical]


@pytest.mark.parametrize("typed", ["everything", "All", "all news", "I want everything", "tout", "todo", "كل شيء", "*"])
def test_who_wants_everything_is_told_what_to_name(typed: str) -> None:
    with pytest.raises(FilterError, match="everything"):
        read_wish(typed, NAMES)


def test_everything_beside_a_name_is_a_word() -> None:
    assert not is_everything("everything mali")


@pytest.mark.parametrize(
    "typed",
    [
        "hello",
        "Hi!",
        "Thank you very much",
        "help me",
        "What can you do?",
        "Bonjour",
        "hola",
        "مرحبا",
        "I want to get",
    ],
)
def test_talk_is_no_wish(typed: str) -> None:
    assert is_talk(typed)


@pytest.mark.parametrize("typed", ["mali", "hello mali", "", '"help me" mali', "thanks to wagner"])
def test_a_wish_is_no_talk(typed: str) -> None:
    assert not is_talk(typed)


@pytest.mark.parametrize(
    ("typed", "leaving"),
    [
        ("please unfollow mali", "mali"),
        ("stop sending me stories about Haiti", "stories about Haiti"),
        ("unfolow mali", "mali"),
        ("Unsubscrbe: mali", ": mali"),
        ("i want to stop mali", "mali"),
        ("can you stop following Mali?", "Mali"),
        ("please stop", ""),
        ("ne plus suivre le Mali", "le Mali"),
        ("je voudrais arrêter le Mali", "le Mali"),
        ("quiero dejar de seguir Níger", "Níger"),
        ("أوقف السودان", "السودان"),
    ],
)
def test_what_somebody_wants_to_stop_is_read_out_of_a_sentence(typed: str, leaving: str) -> None:
    assert stop_in(typed) == leaving


@pytest.mark.parametrize("typed", ["mali", "follow mali", "folow mali", "the stop", "bus stop mali", '"stop" mali', ""])
def test_who_stops_nothing_is_not_heard_to(typed: str) -> None:
    assert stop_in(typed) is None


@pytest.mark.parametrize(
    "typed",
    ["show me my list", "What am I following?", "list", "ma liste, svp", "mi lista", "قائمتي", "my list please"],
)
def test_who_asks_for_the_list_is_heard(typed: str) -> None:
    assert is_list(typed)


@pytest.mark.parametrize("typed", ["mali list", "list mali", "my", ""])
def test_a_list_of_something_is_not_what_a_chat_follows(typed: str) -> None:
    assert not is_list(typed)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("can you tell me when something happens in Mali or Niger?", "country:ML OR country:NE"),
        ("what happened in Goma yesterday?", '"goma"'),
        ("who is wagner?", "actor:wagner"),
        ("are there stories on hunger?", '"hunger"'),
        ("is there any news of the war in Sudan today?", '"war" country:SD'),
        ("qué pasó ayer en Goma", '"goma"'),
        ("qui est Wagner ?", "actor:wagner"),
        ("mali today", "country:ML"),
        ("what happened and mali", '"happened" "what" country:ML'),
    ],
)
def test_a_question_is_about_what_it_names(typed: str, canonical: str) -> None:
    assert [each.canonical for each in without_question(read_wish(typed, NAMES), NAMES).filters] == [canonical]


@pytest.mark.parametrize(
    "typed",
    [
        "fake news drought",
        "the day after tomorrow",
        "what happened",
        '"what happened" mali',
        "who is mali -wagner",
        "who is mali, niger",
        "title:who is mali",
        "(who is mali)",
        "happen* mali today",
    ],
)
def test_what_is_no_ordinary_question_keeps_its_words(typed: str) -> None:
    asked = read_wish(typed, NAMES)
    assert without_question(asked, NAMES) == asked


_phrases = st.sampled_from(
    ["news about", "please", "I want to", '"', "(", "mali", ",", "-", "all", "🇲🇱", "أخبار", "d’"]
)


@given(st.text() | st.lists(_phrases, max_size=30).map(" ".join))
def test_a_wish_is_a_part_of_what_was_typed_and_never_nothing(typed: str) -> None:
    wish = wish_in(typed, NAMES)
    assert wish in plain(typed)
    assert bool(wish) == bool(plain(typed))
    try:
        read_filters(wish, NAMES)
    except FilterError:
        return
