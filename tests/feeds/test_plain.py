import time

import pytest

from bot.feeds.plain import paragraphs, plain, without_more


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>Two</p>", "One Two"),
        ("<b>Ma</b>li", "Mali"),
        ("line<br/>break", "line break"),
        ("<script>alert('Mali')</script>Niger", "Niger"),
        ("<style>p { color: red }</style>Niger", "Niger"),
        ("Niger<script>never closed", "Niger"),
        ("<!-- Mali -->Niger<!-- open", "Niger"),
        ("<![if mso]>Niger<![endif]>", "Niger"),
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&T"),
        ("&amp;lt;p&amp;gt;twice&amp;lt;/p&amp;gt;", "twice"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Mali &amp;amp; Niger", "Mali & Niger"),
        ("Fewer than <5 cases, more than >3", "Fewer than <5 cases, more than >3"),
        ("3 < 5 and 7 > 6", "3 < 5 and 7 > 6"),
        ('<img alt="a > b" src=x>after', "after"),
        ('cut in a <a href="https://e', "cut in a"),
        ("no\u00a0break\u200b\u202e", "no break"),
        ("Caf&eacute; &#x2019; &#8217;", "Café ’ ’"),
        ("&a9;&nowhere;left", "left"),
        ("<IMG SRC=javascript:alert(1)>x", "x"),
        ("", ""),
    ],
)
def test_markup_becomes_plain_text(markup: str, text: str) -> None:
    assert plain(markup) == text


def test_paragraphs_are_kept_apart() -> None:
    assert paragraphs("<div class=x>Country: Chad</div><p>First.</p>\n<ul><li>a</li></ul>") == [
        "Country: Chad",
        "First.",
        "a",
    ]


@pytest.mark.parametrize(
    "last",
    ["Continue reading...", "Read more", "Read the full story »", "Lire la suite →", "The post X appeared first on Y."],
)
def test_an_invitation_to_read_on_is_no_part_of_a_summary(last: str) -> None:
    assert without_more(["A river rose.", last]) == ["A river rose."]
    assert without_more([f"A river rose. {last}"]) == ["A river rose."]


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        '<a "',
        "<!--",
        "<script>",
        "<![CDATA[",
        "&",
        "&lt;",
        "</",
        '<a b="',
        "<a ''",
        "< <",
        "\u0301",
        "<div>",
    ],
)
def test_no_markup_is_slow(piece: str) -> None:
    began = time.process_time()
    plain(piece * (200_000 // len(piece)))
    assert time.process_time() - began < 1.0
