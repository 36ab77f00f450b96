from typing import Any

import pytest

from tests.peers.bot_api import BotApi
from tests.peers.bot_api.tests.conftest import READER, Call

FOLLOW = [{"command": "follow", "description": "Follow a country"}]


async def test_commands_are_kept_per_scope_and_language(api: BotApi, call: Call) -> None:
    everywhere = {"type": "all_private_chats"}
    assert (await call("setMyCommands", commands=FOLLOW, scope=everywhere, language_code="fr"))["ok"]
    kept = await call("getMyCommands", scope=everywhere, language_code="fr")
    assert kept["result"] == FOLLOW
    assert (await call("getMyCommands", scope=everywhere))["result"] == []
    assert (await call("deleteMyCommands", scope=everywhere, language_code="fr"))["ok"]
    assert api.world.commands == {}


@pytest.mark.parametrize(
    ("command", "description"),
    [
        ("Follow", "upper case"),
        ("fol-low", "a dash"),
        ("", "nothing"),
        ("a" * 33, "too long"),
        ("follow", ""),
        ("follow", "d" * 257),
        ("suivré", "an accent"),
    ],
)
async def test_a_wrong_command_is_refused(call: Call, command: str, description: str) -> None:
    answer = await call("setMyCommands", commands=[{"command": command, "description": description}])
    assert answer["error_code"] == 400


@pytest.mark.parametrize(
    "params",
    [
        {"commands": FOLLOW * 101},
        {"commands": FOLLOW, "scope": {"type": "everyone"}},
        {"commands": FOLLOW, "scope": {"type": "chat", "chat_id": 999}},
        {"commands": FOLLOW, "scope": {"type": "chat_administrators", "chat_id": READER}},
        {"commands": FOLLOW, "language_code": "french"},
        {"commands": "follow"},
        {},
    ],
)
async def test_wrong_lists_scopes_and_languages_are_refused(call: Call, params: dict[str, Any]) -> None:
    assert (await call("setMyCommands", **params))["error_code"] == 400


async def test_a_hundred_commands_at_the_limits_are_accepted(call: Call) -> None:
    longest = [{"command": f"c_{number:030d}", "description": "d" * 256} for number in range(100)]
    assert (await call("setMyCommands", commands=longest, scope={"type": "chat", "chat_id": READER}))["ok"]


async def test_descriptions_have_their_lengths_and_fall_back_to_the_default_language(call: Call) -> None:
    assert (await call("setMyDescription", description="d" * 512))["ok"]
    assert (await call("setMyDescription", description="d" * 513))["error_code"] == 400
    assert (await call("setMyShortDescription", short_description="d" * 121))["error_code"] == 400
    shown = await call("getMyDescription", language_code="fr")
    assert shown["result"] == {"description": "d" * 512}
