import json
import re
from collections.abc import Callable
from typing import Any

from tests.peers.bot_api import limits
from tests.peers.bot_api.access import find_chat
from tests.peers.bot_api.params import Params, as_text
from tests.peers.bot_api.refusal import Json, bad_request
from tests.peers.bot_api.state import World

PLAIN_SCOPES = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
CHAT_SCOPES = {"chat", "chat_administrators", "chat_member"}


def _language(params: Params) -> str:
    code = params.text("language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):  # docs: "A two-letter ISO 639-1 language code"
        raise bad_request("The language code is invalid")
    return code


def _scope(world: World, params: Params) -> str:
    """One text for a BotCommandScope. Source: docs, BotCommandScope; Client::get_bot_command_scope."""
    scope = params.parsed("scope", "BotCommandScope")
    if scope is None:
        return "default"
    if not isinstance(scope, dict):
        raise bad_request("can't parse BotCommandScope: Expected an Object")
    kind = scope.get("type")
    if kind in PLAIN_SCOPES:
        return str(kind)
    if kind not in CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    chat = find_chat(world, Params({"chat_id": as_text(scope.get("chat_id", ""))}))
    if kind != "chat" and chat.kind in {"private", "channel"}:
        raise bad_request("can't change commands in the chat")
    if kind == "chat_member" and not isinstance(scope.get("user_id"), int):
        raise bad_request("can't parse BotCommandScope: Can't find field \"user_id\"")
    return f"{kind}:{chat.id}:{scope.get('user_id', '')}"


def _command(raw: Any) -> Json:
    if not isinstance(raw, dict) or not all(isinstance(raw.get(name), str) for name in ("command", "description")):
        raise bad_request("can't parse BotCommand: Expected an Object with command and description")
    name, description = raw["command"].removeprefix("/"), raw["description"].strip()
    if not name or not description:
        raise bad_request("Command name and description must be non-empty")
    if len(name) > limits.COMMAND_CHARACTERS:
        raise bad_request("Command length must not exceed 32")
    if len(description) > limits.COMMAND_DESCRIPTION_CHARACTERS:
        raise bad_request("Command description length must not exceed 256")
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise bad_request("BOT_COMMAND_INVALID")
    return {"command": name, "description": description}


def set_my_commands(world: World, params: Params) -> bool:
    """docs, setMyCommands."""
    commands = params.parsed("commands", "commands JSON array")
    if not isinstance(commands, list):
        raise bad_request("can't parse BotCommands: Expected an Array of BotCommand")
    if len(commands) > limits.COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked = [_command(raw) for raw in commands]
    world.commands[_scope(world, params), _language(params)] = checked
    return True


def get_my_commands(world: World, params: Params) -> list[Json]:
    """docs, getMyCommands: exactly that scope and language, without the search apps do."""
    return world.commands.get((_scope(world, params), _language(params)), [])


def delete_my_commands(world: World, params: Params) -> bool:
    """docs, deleteMyCommands."""
    world.commands.pop((_scope(world, params), _language(params)), None)
    return True


Method = Callable[[World, Params], Any]


def _text_methods(field: str, longest: int) -> dict[str, Method]:
    """set and get of one text of the profile, per language. Source: docs, setMyName, setMyDescription and so on."""

    def write(world: World, params: Params) -> bool:
        text = params.text(field)
        if len(text) > longest:
            raise bad_request(f"BOT_{field.upper()}_TOO_LONG")
        world.texts[field, _language(params)] = text
        return True

    def read(world: World, params: Params) -> Json:
        text = world.texts.get((field, _language(params))) or world.texts.get((field, ""), "")
        return {field: text}

    stem = field.replace("_", "")
    return {f"setmy{stem}": write, f"getmy{stem}": read}


def menu_button(world: World, params: Params) -> Any:
    """docs, getChatMenuButton: the default shows the commands."""
    return json.loads(world.texts.get(("menu_button", params.text("chat_id")), '{"type": "commands"}'))


def set_menu_button(world: World, params: Params) -> bool:
    """docs, setChatMenuButton."""
    button = params.parsed("menu_button", "menu button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in {"commands", "web_app", "default"}:
        raise bad_request("can't parse menu button: Unsupported type specified")
    world.texts["menu_button", params.text("chat_id")] = json.dumps(button)
    return True


PROFILE: dict[str, Any] = {
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "deletemycommands": delete_my_commands,
    "getchatmenubutton": menu_button,
    "setchatmenubutton": set_menu_button,
    **_text_methods("name", limits.NAME_CHARACTERS),
    **_text_methods("description", limits.DESCRIPTION_CHARACTERS),
    **_text_methods("short_description", limits.SHORT_DESCRIPTION_CHARACTERS),
}
