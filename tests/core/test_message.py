"""The neutral message."""

from bot.core.message import Line, Message, Press, Span, line, rows_of


def test_a_line_of_nothing_is_empty() -> None:
    assert line("", "").spans == ()
    assert line("a", Span("b", bold=True), small=True) == Line((Span("a"), Span("b", bold=True)), small=True)


def test_a_messages_words_are_a_line_each() -> None:
    assert Message(Span("Title"), (line("one ", Span("two")), line("three"))).text == "Title\none two\nthree"
    assert Message(None, (line("one"),)).text == "one"
    assert Message().text == ""


def test_buttons_stand_in_rows_in_their_order() -> None:
    buttons = [Press(str(n), "list") for n in range(5)]
    assert rows_of(buttons, 2) == (tuple(buttons[:2]), tuple(buttons[2:4]), (buttons[4],))
    assert rows_of([], 2) == ()
