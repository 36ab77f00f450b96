"""Neutral messages as Slack shows them: whole, within its limits, and calling nobody."""

import re
from typing import Any

import pytest
import slackblocks
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SdkBlock

from bot.core.chat import Platform
from bot.core.message import Button, Copy, Line, Link, Menu, Message, Press, Span, line
from bot.core.sentences import Speaker
from bot.core.share import share_options
from bot.platforms.slack.mrkdwn import said, tidy
from bot.platforms.slack.render import BLOCKS, FALLBACK_CHARS, Rendered, plain, render
from tests.peers.slack_api import Reading, check_blocks, read, read_message
from tests.peers.slack_api.blocks import too_long, walk

SPEAKER = Speaker(Platform.SLACK)
LINK = "https://www.thenewhumanitarian.org/news/2026/02/06/mali-drought"
HOSTILE = (
    "<!channel> everybody <!here> now",
    "<@U0000001> and <#C0000001|general>",
    "<https://evil.example|bank.example>",
    "@channel @here #general https://evil.example/x",
    "AT&amp;T &lt;!channel&gt; & co",
    "*bold* _italic_ ~gone~ `code` ```block```",
    "|pipe|in|title> <https://a|b",
    "line\nbreaks\r\n> quoted\u2028next",
    "\u202egnirts\u202c \x00\x07 \ud800",
    ":smile: :100: <!subteam^S1> <!date^1^{date}|x>",
    "&" * 400,
    "<" * 3000,
    "😀" * 200,
    "x" * 5000,
)


def alert(title: str, summary: str = "A summary.", preview: bool = False, link: str = LINK) -> Message:
    menu = Menu("Share", "share 12", share_options(SPEAKER, tidy(title), link))
    lines = (
        line("🇲🇱 Mali · West Africa"),
        line("News · 6 Feb 2026"),
        line(summary),
        line(f"Matched: {summary[:40]}", small=True),
        line("The New Humanitarian", small=True),
    )
    return Message(Span(title, bold=True, link=link), lines, ((Link("Read", link), menu),), preview)


def reading(shown: Rendered) -> Reading:
    return read_message(shown.text, list(shown.blocks))


def assert_fits(shown: Rendered) -> None:
    assert check_blocks(list(shown.blocks)) == []
    assert not too_long(list(shown.blocks))
    assert len(shown.text) <= FALLBACK_CHARS
    assert shown.text.strip()
    for block in shown.blocks:
        parsed = SdkBlock.parse(block)
        assert parsed is not None
        parsed.validate_json()


def kinds(shown: Rendered) -> list[str]:
    return [block["type"] for block in shown.blocks]


def everything_pressable(shown: Rendered) -> list[dict[str, Any]]:
    return [e for block in shown.blocks if block["type"] == "actions" for e in block["elements"]]


def test_an_alert_is_a_header_a_section_a_context_and_buttons() -> None:
    shown = render(alert("Mali cuts ties"))
    assert kinds(shown) == ["header", "section", "context", "actions", "context"]
    assert shown.blocks[0]["text"]["text"] == "Mali cuts ties"
    assert shown.blocks[1]["text"]["text"] == "🇲🇱 Mali · West Africa\nNews · 6 Feb 2026\nA summary."
    assert [e["text"] for e in shown.blocks[2]["elements"]] == ["Matched: A summary.", "The New Humanitarian"]
    assert_fits(shown)


def test_every_place_to_share_to_is_one_tap_away_and_leads_there() -> None:
    shown = render(alert("Mali cuts ties"))
    read_button, menu, linkedin = everything_pressable(shown)
    assert (read_button["text"]["text"], read_button["url"]) == ("Read", LINK)
    assert [o["text"]["text"] for o in menu["options"]] == ["WhatsApp", "Telegram", "X", "Facebook", "Bluesky"]
    assert linkedin["text"]["text"] == "Share: LinkedIn"
    offered = {o.label: o.url for o in share_options(SPEAKER, "Mali cuts ties", LINK) if isinstance(o, Link)}
    assert {o["text"]["text"]: o["url"] for o in menu["options"]}.items() <= offered.items()
    assert linkedin["url"] == offered["LinkedIn"]
    links = reading(shown).links
    assert [(found.label, found.url) for found in links] == [
        ("E-mail", offered["E-mail"]),
        ("thenewhumanitarian.org", LINK),
    ]


def test_a_title_is_linked_in_the_text_only_where_a_preview_is_wanted() -> None:
    shown = render(alert("Mali & *friends*", preview=True))
    assert kinds(shown)[0] == "section"
    first = reading(shown).links[0]
    assert (first.url, first.label) == (LINK, "Mali & ∗friends∗")
    assert [found.url for found in reading(shown).links if found.url.startswith("http")] == [LINK, LINK]


def test_a_title_too_long_for_a_header_is_shown_whole_in_a_section() -> None:
    title = "Long " * 50 + "end"
    shown = render(alert(title))
    assert kinds(shown)[0] == "section"
    assert title in reading(shown).plain


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_title_and_summary_call_nobody_and_link_nowhere_else(text: str, preview: bool) -> None:
    shown = render(alert(text, text, preview))
    assert_fits(shown)
    found = reading(shown)
    assert found.mentions == []
    allowed = (LINK, "mailto:?subject=")
    assert all(linked.url.startswith(allowed) for linked in found.links)
    assert not any("evil" in linked.label or "bank" in linked.label for linked in found.links)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_word_in_a_reply_stays_a_word(text: str) -> None:
    shown = render(
        Message(lines=(SPEAKER.line("following", filter=text), SPEAKER.line("understood-place", typed=text)))
    )
    assert_fits(shown)
    found = reading(shown)
    assert (found.mentions, found.links) == ([], [])
    assert all(b["text"].get("verbatim") or b["text"]["type"] == "plain_text" for b in shown.blocks)


@pytest.mark.parametrize("text", HOSTILE)
def test_plain_text_for_when_blocks_are_refused_holds_the_link_and_calls_nobody(text: str) -> None:
    found = read(plain(alert(text, text)))
    assert found.mentions == []
    assert [linked.url for linked in found.links] == [LINK]
    assert len(plain(alert(text, text))) <= 4000


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "",
        "//x",
        "https://",
        "http://[",
        "slack://open",
    ],
)
def test_a_link_that_is_no_web_page_is_no_button_and_no_link(url: str) -> None:
    shown = render(
        Message(Span("T", link=url), (line(Span("word", link=url)),), ((Link("Read", url), Press("P", "list")),))
    )
    assert_fits(shown)
    assert reading(shown).links == []
    assert [e["text"]["text"] for e in everything_pressable(shown)] == ["P"]


def test_a_link_may_not_be_labelled_with_another_address() -> None:
    label = Message(lines=(line(Span("https://bank.example/login", link="https://evil.example/")),))
    assert reading(render(label)).links == []
    honest = Message(lines=(line(Span("evil.example", link="https://evil.example/")),))
    assert [found.label for found in reading(render(honest)).links] == ["evil.example"]


def test_an_address_cannot_break_out_of_its_markup() -> None:
    url = "https://example.org/a|b>c<d e?x=1&y=2"
    shown = render(Message(lines=(line(Span("word", link=url)),)))
    assert [(f.url, f.label) for f in reading(shown).links] == [
        ("https://example.org/a%7Cb%3Ec%3Cd%20e?x=1&y=2", "word")
    ]


def test_bold_commands_and_links_are_slack_markup() -> None:
    shown = render(
        Message(lines=(SPEAKER.line("welcome-how"), line(Span("bold ", bold=True), Span("it", italic=True))))
    )
    assert shown.blocks[0]["text"]["text"] == "Tap a place to begin, or type `/crisis follow mali`.\n*bold* _it_"


def test_a_star_in_a_filter_ends_no_bold() -> None:
    shown = render(Message(lines=(SPEAKER.line("following", filter="displac*"),)))
    assert shown.blocks[0]["text"]["text"] == "This chat now follows *displac∗*."


def test_a_press_carries_its_command_and_action_ids_differ() -> None:
    rows: tuple[tuple[Button, ...], ...] = (
        (Press("Mali", "follow mali"), Press("Sudan", "follow sudan")),
        (Press("x", "list"),),
    )
    pressable = everything_pressable(render(Message(lines=(line("x"),), rows=rows)))
    assert [e["value"] for e in pressable] == ["follow mali", "follow sudan", "list"]
    assert len({e["action_id"] for e in pressable}) == 3


def test_sixty_rows_of_buttons_still_make_one_message() -> None:
    rows = tuple((Press(f"✕ filter {n}", f"unfollow {n}"),) for n in range(60))
    shown = render(Message(lines=(line("This chat follows:"),), rows=rows))
    assert_fits(shown)
    assert len(everything_pressable(shown)) == 60


def test_a_message_far_too_long_is_cut_by_lines_and_keeps_its_buttons() -> None:
    lines = tuple(line(f"{n} " + "& <words> " * 30, small=n % 2 == 0) for n in range(200))
    shown = render(Message(Span("T"), lines, ((Press("P", "list"),),)))
    assert_fits(shown)
    assert len(shown.blocks) <= BLOCKS
    assert everything_pressable(shown)[0]["value"] == "list"


def test_a_copy_button_of_its_own_shows_what_there_is_to_copy() -> None:
    shown = render(Message(lines=(line("x"),), rows=((Copy("Copy", "follow `mali`"),),)))
    assert_fits(shown)
    assert shown.blocks[-1]["elements"][0]["text"] == "`follow ˋmaliˋ`"


def test_slackblocks_agrees_with_the_limits() -> None:
    header, section, context, *_ = render(alert("Mali " * 28)).blocks
    plain_text = slackblocks.TextType.PLAINTEXT
    assert slackblocks.HeaderBlock(header["text"]["text"])
    assert slackblocks.SectionBlock(slackblocks.Text(section["text"]["text"], type_=plain_text))
    elements: list[Any] = [slackblocks.Text(e["text"], type_=plain_text) for e in context["elements"]]
    assert slackblocks.ContextBlock(elements=elements)


SPANS = st.builds(
    Span,
    st.text(max_size=300),
    bold=st.booleans(),
    italic=st.booleans(),
    code=st.booleans(),
    link=st.sampled_from(["", LINK, "javascript:x", "https://example.org/?q=a|b>"]),
)
LINES = st.builds(Line, st.lists(SPANS, max_size=4).map(tuple), st.booleans())
BUTTONS: st.SearchStrategy[Button] = st.one_of(
    st.builds(
        Link, st.text(max_size=100), st.sampled_from([LINK, "mailto:?subject=x", "nonsense", "https://x/" + "y" * 3000])
    ),
    st.builds(Press, st.text(max_size=100), st.text(min_size=1, max_size=40)),
    st.builds(Copy, st.text(max_size=20), st.text(max_size=100)),
    st.text(max_size=400).map(lambda title: Menu("Share", "share 1", share_options(SPEAKER, title, LINK))),
)
ROWS = st.lists(st.lists(BUTTONS, max_size=4).map(tuple), max_size=14).map(tuple)
MESSAGES = st.builds(Message, st.none() | SPANS, st.lists(LINES, max_size=12).map(tuple), ROWS, preview=st.booleans())


@settings(max_examples=150, deadline=None)
@given(MESSAGES)
def test_any_message_fits_slack_and_calls_nobody(message: Message) -> None:
    shown = render(message)
    assert check_blocks(list(shown.blocks)) == []
    assert not too_long(list(shown.blocks))
    assert len(shown.blocks) <= BLOCKS
    assert reading(shown).mentions == []
    markup = [one["text"] for one in walk(list(shown.blocks)) if one.get("type") == "mrkdwn"]
    assert all(re.fullmatch(r"(?:[^<>]|<(?:https?:|mailto:)[^<>|]*\|[^<>]*>)*", text) for text in markup)
    assert plain(message).strip()


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="<>&|@#!*_~`\n abc:/.", max_size=80))
def test_any_mischief_in_a_title_calls_nobody(text: str) -> None:
    for preview in (False, True):
        found = reading(render(alert(text, text, preview)))
        assert found.mentions == []
        assert {linked.url for linked in found.links if linked.url.startswith("http")} <= {LINK}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("follow &lt;b&gt; &amp; co", "follow <b> & co"),
        ("follow <https://x.example|x.example>", "follow x.example"),
        ("latest <#C012|general> <@U012|ann>", "latest general @ann"),
        ("follow <@U012>", "follow"),
        ("follow &amp;lt;", "follow &lt;"),
    ],
)
def test_what_people_typed_is_read_as_they_saw_it(typed: str, meant: str) -> None:
    assert said(typed) == meant


def digest(stories: int) -> Message:
    told = [
        each
        for number in range(stories)
        for each in (
            line(),
            line(Span(f"Story {number}", bold=True, link=f"{LINK}/{number}")),
            line(f"Sentence {number}."),
            line("🇲🇱 Mali · 6 Feb 2026", small=True),
        )
    ]
    return Message(Span(f"Daily digest: {stories} stories", bold=True), tuple(told))


@pytest.mark.parametrize(("stories", "dividers"), [(2, 1), (8, 7), (16, 15), (17, 0), (20, 0), (40, 0)])
def test_stories_of_a_digest_are_parted_by_lines_while_there_is_room_for_them(stories: int, dividers: int) -> None:
    shown = render(digest(stories))
    assert_fits(shown)
    assert kinds(shown)[:3] == ["header", "section", "context"]
    assert kinds(shown)[-1] != "divider"
    assert kinds(shown).count("divider") == dividers
    assert [found.url for found in reading(shown).links][:2] == [f"{LINK}/0", f"{LINK}/1"]


def test_empty_lines_alone_show_nothing() -> None:
    assert kinds(render(Message(Span("Title"), (line(), line("  "), line("words"), line(), line())))) == [
        "header",
        "section",
    ]


def test_a_digest_without_blocks_has_every_link_it_has_room_for_beneath_its_story() -> None:
    shown = plain(digest(8))
    assert [found.url for found in read(shown).links] == [f"{LINK}/{number}" for number in range(8)]
    assert shown.index("Story 1") < shown.index(f"{LINK}/1") < shown.index("Sentence 1.")
    assert len(plain(digest(300))) <= FALLBACK_CHARS
