"""What the bot answers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.chat import Platform
from bot.core.commands import Verb, parse
from bot.core.filters.grammar import read_filters
from bot.core.filters.tree import FilterError
from bot.core.message import COMMAND_BYTES, Button, Line, Press, Reply, Showing, Span
from bot.core.replies import POPULAR, Followed, Replies
from bot.core.sentences import Speaker
from tests.core.given import ENGLISH, a_story, canonical_of, one_filter, trees
from tests.fakes.names import NAMES

REPLIES = Replies(ENGLISH, NAMES)
ON_SLACK = Replies(Speaker(Platform.SLACK), NAMES)
MALI, WAGNER = one_filter("mali"), one_filter('"wagner"')
HOSTILE = "*b* `c` {typed} {0} <i>"


def _buttons(reply: Reply) -> list[Button]:
    return [button for row in reply.message.rows for button in row]


def _commands(reply: Reply) -> list[str]:
    return [button.command for button in _buttons(reply) if isinstance(button, Press)]


def _made_of(wanted: Any) -> dict[str, Callable[[], Reply]]:
    """Return every reply the core makes of a filter."""
    story = a_story(HOSTILE, HOSTILE, source=HOSTILE)
    return {
        "start": lambda: REPLIES.start(HOSTILE, trial=True),
        "help": REPLIES.help,
        "ask": REPLIES.ask_follow,
        "offer": lambda: REPLIES.offer(wanted),
        "followed": lambda: REPLIES.followed([(wanted, True)], [], story, _other(wanted)),
        "already": lambda: REPLIES.followed([(wanted, False)], [], None, []),
        "list": lambda: REPLIES.listing([Followed(10**12, wanted)], paused=True),
        "empty": lambda: REPLIES.listing([], paused=False, first=REPLIES.unfollowed([wanted])),
        "latest": lambda: REPLIES.latest([story], wanted),
        "none": lambda: REPLIES.latest([], wanted),
        "unreadable": lambda: REPLIES.unreadable(FilterError("field-unknown", typed=HOSTILE)),
        "say": lambda: REPLIES.say("unknown-command", typed=HOSTILE),
    }


def _other(wanted: Any) -> list[Button]:
    return [
        *REPLIES.press("button-either", Verb.FOLLOW, wanted.canonical, filter=REPLIES.describe(wanted)),
        *REPLIES.press("button-undo", Verb.UNFOLLOW, wanted.canonical),
    ]


@given(trees)
def test_every_button_of_every_reply_fits_and_is_a_command_that_is_understood(tree: Any) -> None:
    for make in _made_of(canonical_of(tree)).values():
        for button in _buttons(make()):
            assert isinstance(button, Press)
            assert len(button.command.encode()) <= COMMAND_BYTES
            assert 0 < len(button.label) <= 80
            assert parse(button.command, bare=True).verb not in (Verb.SAY, Verb.UNKNOWN)


def test_a_button_means_the_filter_it_names() -> None:
    offered = parse(_commands(REPLIES.offer(one_filter("mali wagner")))[0], bare=True)
    assert read_filters(offered.argument, NAMES).filters == (one_filter("mali wagner"),)


def test_a_filter_too_long_for_a_button_is_offered_in_words() -> None:
    reply = REPLIES.offer(one_filter(" OR ".join(f"word{n}longer" for n in range(10))))
    assert _buttons(reply) == []
    assert "type /follow before it" in reply.message.text


def test_a_long_label_is_cut_between_characters_people_see() -> None:
    flags = one_filter(" OR ".join(["mali", "niger", "sudan", "somalia", "drc", "burkina faso"]))
    (label,) = (b.label for b in _buttons(REPLIES.listing([Followed(1, flags)], paused=False)))
    assert label.endswith("…")
    assert len(re.findall("[\U0001f1e6-\U0001f1ff]", label)) % 2 == 0


@given(st.sampled_from(sorted(_made_of(MALI))), trees)
def test_no_reply_leaves_a_placeholder_or_a_mark(name: str, tree: Any) -> None:
    text = _made_of(canonical_of(tree))[name]().message.text
    rest = text.replace(HOSTILE, "")
    assert not re.search(r"[{}`]", rest)
    assert "*" not in rest.replace("displac*", "")


def test_the_first_answer_is_what_this_is_and_places_to_tap() -> None:
    reply = REPLIES.start("The New Humanitarian", trial=False)
    assert reply.message.title == Span("Crisis alerts, as they are published.", bold=True)
    assert len(reply.message.lines) == 2
    assert "The New Humanitarian" in reply.message.text
    assert len(_buttons(reply)) == len(POPULAR)
    assert "follow Mali" in _commands(reply)


def test_a_trial_chat_is_told_that_it_is_one() -> None:
    assert "trial chat" in REPLIES.start("x", trial=True).message.text


@pytest.mark.parametrize(("replies", "typed"), [(REPLIES, "/follow mali"), (ON_SLACK, "/crisis follow mali")])
def test_help_shows_commands_as_they_are_typed_here(replies: Replies, typed: str) -> None:
    spans = [span for each in replies.help().message.lines for span in each.spans if span.code]
    assert Span(typed, code=True) in spans


def test_only_telegram_is_told_about_its_channels() -> None:
    assert "@yourchannel" in REPLIES.help().message.text
    assert "@yourchannel" not in ON_SLACK.help().message.text


def test_a_follow_shows_its_latest_match_with_a_link() -> None:
    reply = REPLIES.followed([(MALI, True)], [Line((Span("noted"),))], a_story("Mali [x]"), [])
    assert reply.public
    assert [each.text for each in reply.message.lines] == [
        "This chat now follows 🇲🇱 Mali.",
        "noted",
        "The latest that matched:",
        "Mali [x]",
    ]
    assert reply.message.lines[-1].spans[0].link == "https://news.example.org/news/1"


def test_a_follow_of_what_is_followed_already_concerns_nobody_else() -> None:
    reply = REPLIES.followed([(MALI, False)], [], None, [])
    assert not reply.public
    assert reply.message.text == "This chat already follows 🇲🇱 Mali."


def test_the_list_is_numbered_and_each_has_a_button_that_stops_it() -> None:
    reply = REPLIES.listing([Followed(31, MALI), Followed(45, WAGNER)], paused=True)
    assert reply.showing is Showing.REPLACE
    assert "1. 🇲🇱 Mali\n2. wagner" in reply.message.text
    assert "/resume" in reply.message.text
    assert _commands(reply) == ["unfollow #31", "unfollow #45"]


def test_a_chat_that_follows_nothing_is_offered_places() -> None:
    reply = REPLIES.listing([], paused=False)
    assert "follows nothing yet" in reply.message.text
    assert not reply.public
    assert len(_buttons(reply)) == len(POPULAR)


def test_what_has_just_been_stopped_is_said_first_and_to_all() -> None:
    reply = REPLIES.listing([], paused=False, first=REPLIES.unfollowed([WAGNER]))
    assert reply.message.lines[0].text == "This chat no longer follows wagner."
    assert reply.public


def test_the_latest_are_headlines_with_source_and_date() -> None:
    reply = REPLIES.latest([a_story("One"), a_story("Two")], MALI)
    assert reply.message.title == Span("Latest on 🇲🇱 Mali", bold=True)
    assert [each.text for each in reply.message.lines] == [
        "One",
        "The New Humanitarian · 6 Feb 2026",
        "Two",
        "The New Humanitarian · 6 Feb 2026",
    ]


def test_whoever_looks_at_the_latest_on_something_can_follow_it() -> None:
    assert _commands(REPLIES.latest([a_story("One")], MALI)) == ["follow country:ML"]
    assert _commands(REPLIES.latest([a_story("One")], None)) == []


def test_where_nothing_matched_the_filter_can_be_followed_at_once() -> None:
    assert _commands(REPLIES.latest([], MALI)) == ["follow country:ML"]
    assert _commands(REPLIES.latest([], None)) == []


def _unreadable(typed: str, verb: Verb = Verb.FOLLOW) -> Reply:
    with pytest.raises(FilterError) as told:
        read_filters(typed, NAMES)
    return REPLIES.unreadable(told.value, verb)


def test_a_filter_that_cannot_be_read_is_answered_with_what_to_write() -> None:
    reply = _unreadable("country:malo")
    assert reply.message.text == "I know no country called “malo”. Did you mean Mali?"
    assert _buttons(reply) == [Press("🇲🇱 Mali", "follow country:ML")]


@pytest.mark.parametrize("verb", [Verb.FOLLOW, Verb.UNFOLLOW, Verb.LATEST])
def test_each_thing_that_is_near_has_a_button_that_completes_the_command(verb: Verb) -> None:
    reply = _unreadable("drought country:nigg", verb)
    assert "Did you mean Niger or Nigeria?" in reply.message.text
    assert _commands(reply) == [f"{verb} drought country:NE", f"{verb} drought country:NG"]
    assert all(read_filters(command.partition(" ")[2], NAMES) for command in _commands(reply))


def test_what_is_too_long_for_a_button_is_only_said() -> None:
    reply = _unreadable(f"{'drought ' * 8} country:malo")
    assert "Did you mean Mali?" in reply.message.text
    assert _buttons(reply) == []


@pytest.mark.parametrize(("names", "told"), [(["A"], "A"), (["A", "B"], "A or B"), (["A", "B", "C"], "A, B or C")])
def test_a_choice_is_told_as_people_tell_it(names: list[str], told: str) -> None:
    assert REPLIES.one_of(names) == told


def test_an_offer_says_how_it_was_read_and_what_else_may_be_meant() -> None:
    reply = REPLIES.offer(MALI, [Line((Span("noted"),))], [Press("Other", "follow x")])
    assert "noted" in reply.message.text
    assert _commands(reply) == ["follow country:ML", "latest country:ML", "follow x"]
