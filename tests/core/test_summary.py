"""What of a story is shown."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.summary import SUMMARY_CHARS, TITLE_CHARS, first_sentences, shown_summary, shown_title, story_summary
from tests.core.given import a_story


def test_a_title_is_shown_as_published() -> None:
    assert shown_title(a_story("Inklings | “Aid” *now* …")) == "Inklings | “Aid” *now* …"


def test_only_a_title_no_platform_could_show_is_cut() -> None:
    title = shown_title(a_story("word " * 100))
    assert len(title) <= TITLE_CHARS
    assert title.endswith("word…")


@pytest.mark.parametrize("summary", ["Mali severs ties", "MALI SEVERS TIES.", "Mali severs ties…", ""])
def test_a_summary_that_only_repeats_the_title_is_not_shown(summary: str) -> None:
    assert shown_summary(a_story("Mali severs ties", summary)) == ""


def test_a_short_summary_is_shown_whole() -> None:
    assert shown_summary(a_story("Title", "One. two? Three")) == "One. two? Three"


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("One two. Three four. Five.", 22, "One two. Three four."),
        ("One two. Three four. Five.", 20, "One two. Three four."),
        ("One two. Three four. Five.", 19, "One two."),
        ("“Stop.” They did not. Not at all.", 25, "“Stop.” They did not."),
        ("He said “stop.” They did not.", 20, "He said “stop.”"),
        ("The U.S. said no. Then it said more.", 25, "The U.S. said no."),
        ("Prices rose 3.5 percent. Then fell.", 30, "Prices rose 3.5 percent."),
        ("من فضلك؟ ثم جاء المزيد من الكلام", 12, "من فضلك؟"),
        ("洪水が発生。数千人が避難。", 8, "洪水が発生。"),
        ("No sentence ends here at all", 15, "No sentence…"),
    ],
)
def test_a_long_summary_ends_with_a_sentence_where_one_fits(text: str, limit: int, shown: str) -> None:
    assert first_sentences(text, limit) == shown


@given(st.text(st.sampled_from("ab .!?“”Éx"), max_size=200), st.integers(1, 60))
def test_what_is_shown_is_how_the_text_begins_and_fits(text: str, limit: int) -> None:
    shown = first_sentences(text, limit)
    assert len(shown) <= limit or shown == text
    assert len(shown) <= limit
    assert text.startswith(shown.removesuffix("…"))


def test_a_summary_is_never_longer_than_is_read_in_a_chat() -> None:
    assert len(shown_summary(a_story("Title", "word " * 1000))) <= SUMMARY_CHARS


def summary(text: str, title: str = "Rain at last") -> str:
    return story_summary(text, "", title)


def test_the_feeds_own_words_come_before_the_pages() -> None:
    assert story_summary("The feed says so.", "The page says more.", "Title") == "The feed says so."
    assert story_summary("", "The page says more.", "Title") == "The page says more."
    assert story_summary("Read more", "The page says more.", "Title") == "The page says more."
    assert story_summary("", "", "Title") == ""


@pytest.mark.parametrize(
    "repeated",
    ["Rain at last", "RAIN AT LAST.", "Rain at last…", "«Rain\u00a0at last»", "  Rain at last  "],
)
def test_a_summary_never_only_repeats_the_title(repeated: str) -> None:
    assert summary(repeated) == ""
    assert story_summary(repeated, "Wells are full again.", "Rain at last") == "Wells are full again."
    assert summary(f"{repeated.strip(' .…')}. Wells are full.") == "Wells are full."


def test_nor_does_it_only_begin_to_repeat_the_title() -> None:
    assert summary("Rain at…") == ""
    assert summary("Rain at [...]") == ""
    assert summary("Rain at noon…") == "Rain at noon…"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("NAIROBI (Reuters) — Rain fell at last.", "Rain fell at last."),
        ("NAIROBI, Kenya (AP) — Rain fell at last.", "Rain fell at last."),
        ("Nairobi/Geneva, 12 May 2025 – Rain fell at last.", "Rain fell at last."),
        ("PORT-AU-PRINCE — Rain fell at last.", "Rain fell at last."),
        ("COX’S BAZAR, 3 June (IRIN) - Rain fell at last.", "Rain fell at last."),
        ("(Reuters) - Rain fell at last.", "Rain fell at last."),
        ("BAMAKO, 1er avril 2014 (AFP) - La pluie est tombée.", "La pluie est tombée."),
        ("LIMA, 3 de mayo (EFE) – Por fin llovió.", "Por fin llovió."),
        ("نيروبي (رويترز) - هطل المطر أخيرا.", "هطل المطر أخيرا."),
        ("By Amina Yusuf\nRain fell at last.", "Rain fell at last."),
        ("By Amina Yusuf and Jean Diallo\nNAIROBI (Reuters) — Rain fell.", "Rain fell."),
        ("Par Ali Traoré | La pluie est tombée.", "La pluie est tombée."),
        ("Image: A well near Wajir.\nRain fell at last.", "Rain fell at last."),
        ("[Amina Yusuf/News Agency] Rain fell at last.", "Rain fell at last."),
        ("Rain fell at last (Photo by A. Yusuf). It was short.", "Rain fell at last. It was short."),
        ("Photo: A. Yusuf/Agency\nRain fell at last.", "Rain fell at last."),
        ("Listen to this article\nRain fell at last.", "Rain fell at last."),
        ("5 min read\nRain fell at last.", "Rain fell at last."),
        ("Published 12 May 2025\nRain fell at last.", "Rain fell at last."),
        ("We use cookies to improve this site. Rain fell at last.", "Rain fell at last."),
        ("Advertisement\nRain fell at last.", "Rain fell at last."),
        ("Rain fell at last. Read more", "Rain fell at last."),
        ("Rain fell at last. Share this article. It was short.", "Rain fell at last."),
        ("Rain fell. Help us keep the pumps running. Support us today. Join.", "Rain fell."),
        ("Rain fell. Become a supporter of Wells Weekly", "Rain fell."),
        ("Rain fell. The post Rain at last appeared first on Wells.", "Rain fell."),
        ("Rain fell. Continue reading on »", "Rain fell."),
        ("La pluie est tombée. Lire la suite", "La pluie est tombée."),
        ("Por fin llovió. Leer más", "Por fin llovió."),
        ("هطل المطر أخيرا. اقرأ المزيد", "هطل المطر أخيرا."),
    ],
)
def test_what_stands_around_a_story_is_no_part_of_its_summary(text: str, told: str) -> None:
    assert summary(text, "Title") == told


@pytest.mark.parametrize(
    "text",
    [
        "Mali – a country at war – sees rain.",
        "UNICEF – the agency for children – saw rain.",
        "The World Food Programme (WFP) – which feeds many – saw rain.",
        "By noon the wells were full.",
        "By Monday Kenya had rain.",
        "Image makers paint rain.",
        "Shared wells are full.",
        "Readers saw rain in Wajir.",
        "Donated seeds grew.",
        "al-Shabaab fighters left the wells.",
        "Il pleut enfin.",
        "¿Por qué llueve?",
        "“We have rain,” she said.",
        "تبرع مواطنون بالماء.",
        "شارك آلاف في الصلاة.",
        "数千人が避難。雨が降る。",
    ],
)
def test_what_a_story_says_itself_is_kept_word_for_word(text: str) -> None:
    assert summary(text, "Title") == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("and then it rained. The wells are full.", "The wells are full."),
        ("… and then it rained. The wells are full.", "The wells are full."),
        (", he said. The wells are full.", "The wells are full."),
        ("and then it rained", ""),
        ("Rain fell. The wells are fu…", "Rain fell."),
        ("Rain fell. The wells are [...]", "Rain fell."),
        ("The wells are […]", "The wells are…"),
        ("The wells are, ...", "The wells are…"),
        ("[…]", ""),
    ],
)
def test_a_summary_begins_and_ends_with_a_sentence_where_there_is_one(text: str, told: str) -> None:
    assert summary(text, "Title") == told


def test_a_long_text_is_cut_at_a_sentence() -> None:
    text = "The wells are full again. " * 60
    told = summary(text, "Title")
    assert SUMMARY_CHARS - 30 < len(told) <= SUMMARY_CHARS
    assert told.endswith("again.")


@given(st.text(st.sampled_from("abC .!?“”—–()[]/,:\n…\u200b"), max_size=200))
def test_a_summary_of_a_summary_says_no_more_and_is_clean(text: str) -> None:
    told = summary(text, "Title")
    assert len(told) <= SUMMARY_CHARS
    assert "\n" not in told
    assert "\u200b" not in told
    assert told == told.strip()


_HOSTILE = ["A. ", "[", "(Photo ", "-", "A, ", "By A ", "(Reuters) - ", "[a/", ". . ", "the post ", "…"]


@pytest.mark.parametrize("unit", _HOSTILE)
def test_hostile_text_takes_no_longer_than_its_length(unit: str) -> None:
    hostile = (unit * 20_000)[:20_000]
    began = time.process_time()
    story_summary(hostile, hostile, "Title")
    assert time.process_time() - began < 0.5
