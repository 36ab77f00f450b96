"""The manifest asks for what the code uses, and for nothing more."""

import re
from pathlib import Path

import pytest

from bot.platforms.slack import comings

ROOT = Path(__file__).parents[3]
CODE = sorted((ROOT / "bot/platforms/slack").glob("*.py"))

_HISTORY = {"channels:history", "groups:history", "im:history"}
# https://docs.slack.dev/reference/methods: one scope for each kind of conversation the method is used on.
METHODS = {
    "auth_test": set(),
    "apps_connections_open": set(),
    "chat_postMessage": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": _HISTORY,
    "conversations_info": {"channels:read", "groups:read", "im:read"},
    "conversations_replies": _HISTORY,
}
# https://docs.slack.dev/reference/events
EVENTS = {
    "app_mention": {"app_mentions:read"},
    "message.im": {"im:history"},
    "app_uninstalled": set(),
    "tokens_revoked": set(),
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "channel_id_changed": {"channels:read", "groups:read"},
    **{f"channel_{what}": {"channels:read"} for what in ("left", "archive", "unarchive", "deleted")},
    **{f"group_{what}": {"groups:read"} for what in ("left", "archive", "unarchive", "deleted")},
}
_LINE = re.compile(r"^(?P<indent> *)(?P<dash>- )?(?:(?P<key>\w+):)?(?P<value> ?.*)$")


def manifest() -> dict[str, list[str]]:
    """Read the part of YAML the manifest is written in: the path of each key to its values."""
    read: dict[str, list[str]] = {}
    path: list[tuple[int, str]] = []
    for text in (ROOT / "config/slack-manifest.yaml").read_text().splitlines():
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        found = _LINE.match(text)
        assert found, text
        indent = len(found["indent"]) + (2 if found["dash"] and found["key"] else 0)
        while path and path[-1][0] >= indent:
            path.pop()
        if found["key"] and (not found["dash"] or " " in found["value"]):
            path.append((indent, found["key"]))
            read.setdefault(".".join(key for _, key in path), [])
            value = found["value"]
        else:
            value = (f"{found['key']}:" if found["key"] else "") + found["value"]
        if value.strip():
            read[".".join(key for _, key in path)].append(value.strip().strip('"'))
    return read


def scopes() -> set[str]:
    return set(manifest()["oauth_config.scopes.bot"])


def events() -> set[str]:
    return set(manifest()["settings.event_subscriptions.bot_events"])


def methods_in_code() -> set[str]:
    called = re.compile(r"client\.((?:chat|conversations|users|auth|apps|team|views|reactions)_\w+)\b")
    return {name for path in CODE for name in called.findall(path.read_text())}


def test_every_method_the_code_calls_is_known_and_has_its_scopes() -> None:
    used = methods_in_code()
    assert used == METHODS.keys()
    assert set().union(*(METHODS[name] for name in used)) <= scopes()


def test_every_event_the_code_listens_to_is_subscribed_and_has_its_scopes() -> None:
    heard = comings.GONE | comings.BACK | {"app_mention", "message.im"}
    named = re.compile(r'"((?:member|channel|app|tokens)_\w+)"')
    heard |= set(named.findall((ROOT / "bot/platforms/slack/comings.py").read_text()))
    assert heard == events()
    assert events() == EVENTS.keys()
    assert set().union(*EVENTS.values()) <= scopes()


def test_no_scope_is_asked_for_that_nothing_needs() -> None:
    needed = {"commands"}.union(*METHODS.values(), *EVENTS.values())
    assert scopes() == needed


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("settings.socket_mode_enabled", "true"),
        ("settings.interactivity.is_enabled", "true"),
        ("settings.token_rotation_enabled", "false"),
        ("features.app_home.messages_tab_enabled", "true"),
        ("features.app_home.messages_tab_read_only_enabled", "false"),
        ("features.slash_commands.command", "/crisis"),
        ("features.bot_user.display_name", "crisisbot"),
    ],
)
def test_one_paste_makes_an_app_that_works(key: str, value: str) -> None:
    assert manifest()[key] == [value]


def test_slacks_limits_on_names_are_kept() -> None:
    # https://docs.slack.dev/reference/app-manifest
    read = manifest()
    assert len(read["display_information.name"][0]) <= 35
    assert len(read["display_information.description"][0]) <= 140
    assert len(read["features.bot_user.display_name"][0]) <= 80
