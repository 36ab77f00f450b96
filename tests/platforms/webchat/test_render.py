import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.message import Copy, Line, Link, Menu, Message, Press, Span, line
from bot.platforms.webchat.render import buttons_body, message_body, typed_body

HOSTILE = '<img src=x onerror="alert(1)"></script>\n\r data: \u2028 \ud800 \x00 &amp;'


def drawn(message: Message) -> Any:
    return json.loads(message_body(message))


def test_a_message_keeps_its_title_lines_styles_and_rows() -> None:
    message = Message(
        Span("Title", bold=True, link="https://news.example/a"),
        (line("plain ", Span("bold", bold=True), Span("/follow", code=True)), line("muted", small=True)),
        ((Link("Read", "https://news.example/a"), Press("Undo", "unfollow mali")), (Copy("Copy", "text"),)),
    )
    assert drawn(message) == {
        "title": {"text": "Title", "bold": True, "link": "https://news.example/a"},
        "lines": [
            {"spans": [{"text": "plain "}, {"text": "bold", "bold": True}, {"text": "/follow", "code": True}]},
            {"spans": [{"text": "muted"}], "small": True},
        ],
        "rows": [
            [
                {"kind": "link", "label": "Read", "url": "https://news.example/a"},
                {"kind": "press", "label": "Undo", "command": "unfollow mali"},
            ],
            [{"kind": "copy", "label": "Copy", "text": "text"}],
        ],
    }


def test_what_became_of_a_story_stands_out_on_the_page() -> None:
    assert drawn(Message(None, (Line((Span("Updated"),), badge=True),)))["lines"] == [
        {"spans": [{"text": "Updated"}], "badge": True}
    ]


def test_a_menu_brings_its_options_closed() -> None:
    options = (Link("E-mail", "mailto:?subject=a"), Copy("Copy link", "https://news.example/a"))
    menu = drawn(Message(rows=((Menu("Share", "share 12", options),),)))["rows"][0][0]
    assert menu["kind"] == "menu"
    assert [option["label"] for option in menu["options"]] == ["E-mail", "Copy link"]


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.example", "http://", "http://[", " "],
)
def test_an_address_that_is_no_web_page_becomes_no_link(address: str) -> None:
    message = Message(Span("Title", link=address), (line(Span("a", link=address)),), ((Link("Read", address),),))
    shown = drawn(message)
    assert "link" not in shown["title"]
    assert "link" not in shown["lines"][0]["spans"][0]
    assert shown["rows"] == []


def test_a_mail_address_is_a_button_but_never_a_title() -> None:
    shown = drawn(Message(Span("Title", link="mailto:a@b.example"), (), ((Link("Mail", "mailto:?subject=a"),),)))
    assert "link" not in shown["title"]
    assert shown["rows"][0][0]["url"] == "mailto:?subject=a"


def test_hostile_words_arrive_unchanged_as_one_line_of_ascii() -> None:
    body = message_body(Message(lines=(line(HOSTILE),)))
    assert body.isascii()
    assert "\n" not in body
    assert "\r" not in body
    assert json.loads(body)["lines"][0]["spans"][0]["text"] == HOSTILE


@given(st.text(max_size=300))
def test_whatever_is_typed_can_be_kept_and_read_again(text: str) -> None:
    body = typed_body(text)
    assert body.isascii()
    assert json.loads(body) == {"text": text}


def test_endless_words_are_cut() -> None:
    shown = drawn(Message(lines=(Line((Span("word " * 100_000),)),)))
    assert len(shown["lines"][0]["spans"][0]["text"]) <= 4000


def test_buttons_alone_say_that_the_words_stay() -> None:
    body = json.loads(buttons_body(Message(lines=(line("unseen"),), rows=((Press("Back", "share 1 close"),),))))
    assert body == {"only": "buttons", "rows": [[{"kind": "press", "label": "Back", "command": "share 1 close"}]]}
