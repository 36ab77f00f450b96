"""An article pasted as text is read as its page is: breadcrumb, title, story, and nothing of what stands around it."""

import time

import pytest

from bot.feeds.pasted import read_pasted

PASTED = """Help us keep reporting.

  1. Home
  2. East Africa
  3. Kenya

Drought returns to Turkana

Herders in northern Kenya say the rains
have failed again.

Goats died “by the dozen”, one said.

Share this article

We need your help. Donate today.
"""


def test_a_pasted_page_gives_breadcrumb_title_and_story() -> None:
    article = read_pasted(PASTED)
    assert article.breadcrumb == ("East Africa", "Kenya")
    assert article.title == "Drought returns to Turkana"
    first = "Herders in northern Kenya say the rains have failed again."
    assert article.text == f"{first}\n\nGoats died “by the dozen”, one said."
    assert article.lead.startswith(first)


@pytest.mark.parametrize("trail", ["Home › West Africa › Mali", "Accueil > Afrique > Mali", "Home » Sahel » Mali"])
def test_a_breadcrumb_may_stand_on_one_line(trail: str) -> None:
    article = read_pasted(f"{trail}\n\nA market reopens\n\nTraders came back to Gao.")
    assert article.breadcrumb[-1] == "Mali"
    assert article.title == "A market reopens"


@pytest.mark.parametrize("footer", ["Home › About us › Contact", "1. Home\n2. About us\n3. Contact"])
def test_a_trail_below_the_story_is_no_breadcrumb(footer: str) -> None:
    article = read_pasted(f"Floods in Chad\n\nThe Chari rose over its banks on Monday.\n\n{footer}")
    assert article.breadcrumb == ()
    assert article.title == "Floods in Chad"
    assert "The Chari rose" in article.text


def test_a_long_list_takes_no_longer_than_its_lines() -> None:
    lines = "\n".join(f"{number % 100}. Water" for number in range(20_000))
    began = time.process_time()
    read_pasted(lines)
    assert time.process_time() - began < 2


def test_a_first_line_that_is_a_sentence_is_no_title() -> None:
    article = read_pasted("Rain fell on Goma.\n\nThen it stopped.")
    assert article.title == ""
    assert article.text == "Rain fell on Goma.\n\nThen it stopped."


def test_a_numbered_list_that_does_not_begin_at_home_is_part_of_the_story() -> None:
    article = read_pasted("What to pack\n\n1. Water\n2. Rice\n\nBoth are scarce.")
    assert article.breadcrumb == ()
    assert "Water" in article.text


def test_without_blank_lines_every_line_is_a_paragraph() -> None:
    article = read_pasted("A title\nOne sentence.\nAnother sentence.")
    assert article.title == "A title"
    assert article.text == "One sentence.\n\nAnother sentence."


@pytest.mark.parametrize("empty", ["", " \n\n ", "Share this article"])
def test_nothing_gives_an_empty_article(empty: str) -> None:
    article = read_pasted(empty)
    assert (article.title, article.text, article.breadcrumb) == ("", "", ())


@pytest.mark.parametrize(
    "line",
    [
        "شارك الآلاف في مظاهرات في الخرطوم",
        "Support the ceasefire, elders say",
        "Donate blood, the hospital asks its neighbours",
        "Comparte frontera con el Chad",
        "More from Gaza: the bakeries reopen",
        "Register to vote lists were burned in Zinder",
    ],
)
def test_a_line_that_only_begins_like_an_appeal_is_the_storys(line: str) -> None:
    article = read_pasted(f"A title\n\nOne sentence.\n\n{line}\n\nThe last sentence.")
    assert line in article.text
    assert article.text.endswith("The last sentence.")


@pytest.mark.parametrize(
    "line",
    [
        "Share this article",
        "Donate now",
        "Support our work.",
        "Sign up for our newsletter",
        "شارك المقال",
        "Suscríbete",
    ],
)
def test_an_appeal_ends_the_story(line: str) -> None:
    article = read_pasted(f"A title\n\nOne sentence.\n\n{line}\n\nGifts keep us going.")
    assert article.text == "One sentence."
