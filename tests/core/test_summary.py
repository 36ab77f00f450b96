"""What of a story is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.summary import SUMMARY_CHARS, TITLE_CHARS, first_sentences, shown_summary, shown_title
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
