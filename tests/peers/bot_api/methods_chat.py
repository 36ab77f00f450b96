from typing import Any

from tests.peers.bot_api.access import bot_member, check_reading, find_chat
from tests.peers.bot_api.params import Params
from tests.peers.bot_api.refusal import Json, bad_request
from tests.peers.bot_api.shapes import bot_json, full_chat_json, has_right, member_json
from tests.peers.bot_api.state import Chat, Member, World


def get_me(world: World, params: Params) -> Json:
    """docs, getMe."""
    return bot_json(world)


def get_chat(world: World, params: Params) -> Json:
    """docs, getChat."""
    chat = find_chat(world, params)
    check_reading(world, chat)
    return full_chat_json(chat)


def get_chat_member(world: World, params: Params) -> Json:
    """docs, getChatMember: "only guaranteed to work for other users if the bot is an administrator"."""
    chat = find_chat(world, params)
    check_reading(world, chat)
    user_id = params.number("user_id")
    if chat.kind == "channel":
        _check_list(world, chat, user_id)
    user = world.users.get(user_id)
    if user is None:
        raise bad_request("PARTICIPANT_ID_INVALID" if chat.kind in {"supergroup", "channel"} else "user not found")
    if chat.kind == "private":
        known = user_id in {chat.id, world.bot.id}
        return member_json(chat, Member(user, "member" if known else "left"))
    return member_json(chat, chat.members.get(user_id, Member(user, "left")))


def get_chat_administrators(world: World, params: Params) -> list[Json]:
    """docs, getChatAdministrators: all administrators that are not other bots."""
    chat = find_chat(world, params)
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    check_reading(world, chat)
    if chat.kind == "channel":
        _check_list(world, chat, 0)
    admins = [member for member in chat.members.values() if member.status in {"creator", "administrator"}]
    return [member_json(chat, one) for one in admins if not one.user.is_bot or one.user is world.bot]


def _check_list(world: World, chat: Chat, user_id: int) -> None:
    bot = bot_member(world, chat)
    if user_id != world.bot.id and not has_right(bot, "can_manage_chat"):
        raise bad_request("member list is inaccessible")


def leave_chat(world: World, params: Params) -> bool:
    """docs, leaveChat."""
    chat = find_chat(world, params)
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    check_reading(world, chat)
    chat.members[world.bot.id] = Member(world.bot, "left")
    return True


CHATS: dict[str, Any] = {
    "getme": get_me,
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "getchatadministrators": get_chat_administrators,
    "leavechat": leave_chat,
}
