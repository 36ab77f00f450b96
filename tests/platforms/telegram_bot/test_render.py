from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.message import Button, Copy, Line, Link, Menu, Message, Press, Span, line
from bot.core.sentences import Speaker
from bot.core.share import share_options
from bot.platforms.telegram.links import usable
from bot.platforms.telegram.render import render, render_plain
from tests.platforms.telegram_bot.payloads import HOSTILE
from tests.platforms.telegram_bot.tdlib import link_survives, parsed, piece, units

LINK = "https://news.example/news/2026/02/06/mali"
ALERT = Message(
    Span("Malians “weigh” <peace>", bold=True, link=LINK),
    (
        line("🇲🇱 Mali · West Africa"),
        line("News · 6 Feb 2026"),
        line("After months of talks & one long night, both sides named the roads they would open to aid."),
        line("Matched: Mali, Malians", small=True),
        line("News Example", small=True),
    ),
    ((Link("Read", LINK), Menu("Share", "share 12", ())),),
)


def test_an_alert_looks_as_people_know_it() -> None:
    assert render(ALERT)["text"] == (
        f'<b><a href="{LINK}">Malians “weigh” &lt;peace&gt;</a></b>\n'
        "🇲🇱 Mali · West Africa\n"
        "News · 6 Feb 2026\n"
        "\n"
        "After months of talks &amp; one long night, both sides named the roads they would open to aid.\n"
        "\n"
        "<i>Matched: Mali, Malians</i>\n"
        "<i>News Example</i>"
    )


def test_telegram_reads_an_alert_as_it_was_meant() -> None:
    text, entities = parsed(render(ALERT)["text"])
    assert text.startswith("Malians “weigh” <peace>\n")
    seen = {(entity["type"]["@type"], piece(text, entity)) for entity in entities}
    assert ("textEntityTypeTextUrl", "Malians “weigh” <peace>") in seen
    assert ("textEntityTypeBold", "Malians “weigh” <peace>") in seen
    assert ("textEntityTypeItalic", "Matched: Mali, Malians") in seen


def test_the_plain_form_has_no_markup_and_shows_the_link() -> None:
    form = render_plain(ALERT)
    assert "parse_mode" not in form
    assert form["text"].startswith(f"Malians “weigh” <peace>\n{LINK}\n")
    assert form["reply_markup"]["inline_keyboard"] == [[{"text": "Share", "callback_data": "share 12"}]]


def test_a_preview_is_shown_only_where_it_is_wanted_and_of_the_titles_link() -> None:
    assert render(ALERT)["link_preview_options"] == {"is_disabled": True}
    assert render(Message(ALERT.title, preview=True))["link_preview_options"] == {"url": LINK}


def test_code_in_a_small_line_stays_code() -> None:
    words = line("Type ", Span("/follow mali", code=True), small=True)
    _, entities = parsed(render(Message(lines=(words,)))["text"])
    assert [entity["type"]["@type"] for entity in entities] == ["textEntityTypeItalic", "textEntityTypeCode"]


@pytest.mark.parametrize("payload", HOSTILE)
@pytest.mark.parametrize("where", ["title", "line", "link", "label"])
def test_a_hostile_title_harms_nothing_wherever_it_stands(payload: str, where: str) -> None:
    title = Span(payload if where == "title" else "T", bold=True, link=payload if where == "link" else LINK)
    lines = (line("before"), line(payload, small=True), line("after")) if where == "line" else (line("after"),)
    label = payload if where == "label" else "Read"
    form = render(Message(title, lines, ((Link(label, LINK), Press(label, "list")),)))
    text, entities = parsed(form["text"])
    assert 1 <= units(text) <= 4096
    assert text.strip()
    foreign = {"textEntityTypeTextUrl", "textEntityTypeBold", "textEntityTypeItalic"}
    assert {entity["type"]["@type"] for entity in entities} <= foreign
    assert {entity["type"].get("url", LINK) for entity in entities} <= {LINK, payload if where == "link" else LINK}
    assert "after" in text
    assert all(button["text"].strip() for row in form["reply_markup"]["inline_keyboard"] for button in row)


@pytest.mark.parametrize("payload", HOSTILE)
def test_what_a_title_says_is_shown_letter_for_letter(payload: str) -> None:
    text, _ = parsed(render(Message(Span(payload), (line("after"),)))["text"])
    shown = text.removesuffix("after").strip().removesuffix("…").strip()
    letters = [char for char in payload if char.isalnum() or char in "<>&\"'"]
    assert letters[: sum(char.isalnum() or char in "<>&\"'" for char in shown)] == [
        char for char in shown if char.isalnum() or char in "<>&\"'"
    ]


TEXTS = st.text(st.characters(), max_size=300) | st.sampled_from(HOSTILE)
SPANS = st.builds(Span, TEXTS, st.booleans(), st.booleans(), st.booleans(), st.sampled_from([LINK, ""]) | TEXTS)
LINES = st.builds(Line, st.lists(SPANS, max_size=4).map(tuple), st.booleans())
BUTTONS: st.SearchStrategy[Button] = st.one_of(
    st.builds(Link, TEXTS, TEXTS | st.just(LINK)),
    st.builds(Press, TEXTS, TEXTS),
    st.builds(Copy, TEXTS, TEXTS),
    st.builds(Menu, TEXTS, TEXTS, st.just(())),
)
ROWS = st.lists(st.lists(BUTTONS, max_size=12).map(tuple), max_size=15).map(tuple)


@given(st.builds(Message, st.none() | SPANS, st.lists(LINES, max_size=30).map(tuple), ROWS, st.booleans()))
def test_whatever_a_message_holds_telegram_takes_it(message: Message) -> None:
    for form in (render(message), render_plain(message)):
        text = parsed(form["text"])[0] if "parse_mode" in form else form["text"]
        assert 1 <= units(text.strip()) <= 4096
        rows = form["reply_markup"]["inline_keyboard"]
        assert sum(map(len, rows)) <= 100
        assert all(1 <= len(row) <= 8 for row in rows)
        for button in (button for row in rows for button in row):
            assert button["text"].strip()
            assert 1 <= len(button.get("callback_data", "x").encode()) <= 64
            assert 1 <= units(button.get("copy_text", {"text": "x"})["text"]) <= 256
            assert "url" not in button or link_survives(button["url"])


@given(TEXTS | st.from_regex(r"https?://[^/]{0,30}/.{0,30}", fullmatch=True))
def test_a_link_we_find_usable_telegram_finds_usable_too(link: str) -> None:
    assert not usable(link) or link_survives(link)


def test_a_link_with_a_name_before_its_host_is_no_link() -> None:
    assert not usable("https://bank.example@evil.example/")
    assert usable("https://صحيفة.example/مالي?a=1&b=2#c")


def test_too_much_text_is_cut_by_whole_lines() -> None:
    many = tuple(line(f"{number}. ", Span("country", bold=True), " of the list") for number in range(1000))
    text, _ = parsed(render(Message(lines=many))["text"])
    shown = text.split("\n")
    assert units(text) <= 4096
    assert len(shown) > 150
    assert shown[-1] == "…"
    assert all(each.endswith("of the list") for each in shown[:-1])


def test_a_line_too_long_is_cut_at_a_word_and_what_follows_still_shows() -> None:
    text, _ = parsed(
        render(Message(Span("T", link=LINK), (line("word " * 3000), line("Matched: x", small=True))))["text"]
    )
    assert "word…" in text
    assert text.endswith("Matched: x")


def test_an_emoji_of_two_halves_is_never_cut_in_two() -> None:
    text, _ = parsed(render(Message(lines=(line("x" + "😀" * 4000),)))["text"])
    assert set(text) == {"x", "😀", "…"}


def test_sharing_by_letter_copies_the_letter_for_telegram_opens_no_mail_programme() -> None:
    options = share_options(Speaker(), "Mali & <peace>", LINK)
    rows = render(Message(lines=(line("x"),), rows=(options,)))["reply_markup"]["inline_keyboard"]
    buttons = {button["text"]: button for row in rows for button in row}
    assert buttons["📋 E-mail"]["copy_text"]["text"] == f"Mali & <peace>\n{LINK}"
    assert buttons["Copy link"]["copy_text"]["text"] == LINK
    assert list(buttons) == ["WhatsApp", "Telegram", "X", "Facebook", "Bluesky", "LinkedIn", "📋 E-mail", "Copy link"]
    assert parse_qs(urlsplit(buttons["X"]["url"]).query)["url"] == [LINK]
    assert not link_survives("mailto:?subject=a&body=b")


def test_a_long_title_is_cut_in_the_letter_and_its_link_is_not() -> None:
    options = share_options(Speaker(), "word " * 100, LINK)
    rows = render(Message(lines=(line("x"),), rows=(options,)))["reply_markup"]["inline_keyboard"]
    copied = next(button["copy_text"]["text"] for row in rows for button in row if button["text"] == "📋 E-mail")
    assert copied.endswith(f"…\n{LINK}")
    assert units(copied) <= 256


def test_the_stories_of_a_digest_stand_apart_and_keep_their_links_without_markup() -> None:
    link = "https://news.example/{}"
    stories = [
        (line(), line(Span(f"Story {n}", bold=True, link=link.format(n))), line("Words."), line("Mali", small=True))
        for n in (1, 2)
    ]
    message = Message(Span("2 stories", bold=True), tuple(each for story in stories for each in story))
    shown = render(message)["text"]
    assert shown.split("\n\n") == [
        "<b>2 stories</b>",
        '<b><a href="https://news.example/1">Story 1</a></b>\nWords.\n<i>Mali</i>',
        '<b><a href="https://news.example/2">Story 2</a></b>\nWords.\n<i>Mali</i>',
    ]
    assert "Story 2\nhttps://news.example/2\nWords." in render_plain(message)["text"]
