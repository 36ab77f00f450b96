"""What is typed or pressed, as commands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.commands import CHANGES, MENU, Command, Verb, parse


@pytest.mark.parametrize(
    ("typed", "verb", "argument"),
    [
        ("/follow mali", Verb.FOLLOW, "mali"),
        ("/follow", Verb.FOLLOW, ""),
        ("/follow@Bot x", Verb.FOLLOW, "x"),
        ("/follow@Bot", Verb.FOLLOW, ""),
        ("/FOLLOW  mali  wagner ", Verb.FOLLOW, "mali  wagner"),
        ("  /follow\nmali\nniger", Verb.FOLLOW, "mali\nniger"),
        ("/follow /list", Verb.FOLLOW, "/list"),
        ("/sub mali", Verb.FOLLOW, "mali"),
        ("/subscribe mali", Verb.FOLLOW, "mali"),
        ("/add mali", Verb.FOLLOW, "mali"),
        ("/unsub mali", Verb.UNFOLLOW, "mali"),
        ("/unsubscribe mali", Verb.UNFOLLOW, "mali"),
        ("/remove mali", Verb.UNFOLLOW, "mali"),
        ("/stop", Verb.UNFOLLOW, ""),
        ("/unfollow #12", Verb.UNFOLLOW, "#12"),
        ("/list", Verb.LIST, ""),
        ("/latest sudan", Verb.LATEST, "sudan"),
        ("/pause", Verb.PAUSE, ""),
        ("/mute 3h", Verb.MUTE, "3h"),
        ("/snooze until 18:00", Verb.MUTE, "until 18:00"),
        ("/unmute", Verb.UNMUTE, ""),
        ("/digest daily 8:00", Verb.DIGEST, "daily 8:00"),
        ("/quiet 22-7", Verb.QUIET, "22-7"),
        ("/tz Bamako", Verb.TIMEZONE, "Bamako"),
        ("/bundle 10", Verb.BUNDLE, "10"),
        ("/group 10", Verb.BUNDLE, "10"),
        ("/limit 20", Verb.LIMIT, "20"),
        ("/threads off", Verb.THREADS, "off"),
        ("/loud 2", Verb.LOUD, "2"),
        ("/settings", Verb.SETTINGS, ""),
        ("/resume", Verb.RESUME, ""),
        ("/preview on", Verb.PREVIEW, "on"),
        ("/start deep-link", Verb.START, "deep-link"),
        ("/help", Verb.HELP, ""),
        ("/share 12 close", Verb.SHARE, "12 close"),
        ("/crisis follow mali", Verb.FOLLOW, "mali"),
        ("/crisis mali", Verb.SAY, "mali"),
        ("/crisis", Verb.SAY, ""),
        ("crisis follow mali", Verb.SAY, "crisis follow mali"),
        ("mali", Verb.SAY, "mali"),
        ("follow mali", Verb.SAY, "follow mali"),
        ("", Verb.SAY, ""),
        (" \n", Verb.SAY, ""),
    ],
)
def test_what_is_typed_is_a_command(typed: str, verb: Verb, argument: str) -> None:
    assert parse(typed) == Command(verb, argument)


@pytest.mark.parametrize(
    ("typed", "verb", "argument"),
    [
        ("follow mali", Verb.FOLLOW, "mali"),
        ("Unfollow #3", Verb.UNFOLLOW, "#3"),
        ("share 12", Verb.SHARE, "12"),
        ("list", Verb.LIST, ""),
        ("crisis follow mali", Verb.FOLLOW, "mali"),
        ("Crisis list", Verb.LIST, ""),
        ("crisis quiet 22-7", Verb.QUIET, "22-7"),
        ("crisis preview on", Verb.PREVIEW, "on"),
        ("crisis", Verb.SAY, "crisis"),
        ("crisis in mali", Verb.SAY, "crisis in mali"),
        ("crisis following floods", Verb.SAY, "crisis following floods"),
        ("/list", Verb.LIST, ""),
        ("say hello", Verb.SAY, "say hello"),
        ("unknown", Verb.SAY, "unknown"),
        ("mali drought", Verb.SAY, "mali drought"),
        ("", Verb.SAY, ""),
    ],
)
def test_a_bare_verb_is_a_command_where_it_is_asked_for(typed: str, verb: Verb, argument: str) -> None:
    assert parse(typed, bare=True) == Command(verb, argument)


@pytest.mark.parametrize(
    ("typed", "shown", "near"),
    [
        ("/folow mali", "/folow", "follow mali"),
        ("/subscrib", "/subscrib", "follow"),
        ("/halp@Bot", "/halp", "help"),
        ("/shar", "/shar", "start"),
        ("/xyzzy", "/xyzzy", ""),
        ("/say", "/say", ""),
        ("/unknown", "/unknown", ""),
        ("/", "/", ""),
        ("/ follow", "/", ""),
        ("/follow_mali now", "/follow_mali", ""),
        ("/follow: mali", "/follow:", ""),
    ],
)
def test_an_unknown_command_is_shown_with_the_likely_one(typed: str, shown: str, near: str) -> None:
    assert parse(typed) == Command(Verb.UNKNOWN, shown, near)


def test_an_unknown_command_of_any_length_is_shown_short() -> None:
    assert len(parse("/" + "x" * 4000).argument) <= 40
    assert len(parse("/" + "1" * 4000).argument) <= 40


@settings(deadline=None)
@given(st.text(), st.booleans())
def test_anything_at_all_can_be_parsed(typed: str, bare: bool) -> None:
    found = parse(typed, bare=bare)
    assert found.verb in Verb
    assert found.near == "" or found.near.split(" ")[0] in list(Verb)


def test_whatever_can_change_a_chat_is_for_admins() -> None:
    looks = {Verb.START, Verb.HELP, Verb.LIST, Verb.LATEST, Verb.SETTINGS, Verb.SHARE, Verb.UNKNOWN}
    assert set(Verb) - CHANGES == looks


def test_every_command_of_the_menu_can_be_typed() -> None:
    assert [parse(f"/{verb}").verb for verb in MENU] == list(MENU)
