import re

from tests.peers.bot_api.params import Params
from tests.peers.bot_api.refusal import Refusal, bad_request, forbidden
from tests.peers.bot_api.shapes import has_right
from tests.peers.bot_api.state import Chat, Member, Topic, World


def find_chat(world: World, params: Params) -> Chat:
    """The chat `chat_id` names by number or by @username; 400 when the bot has never met it (Client::check_chat)."""
    wanted = params.text("chat_id").strip()
    if not wanted:
        raise bad_request("chat_id is empty")
    if wanted.startswith("@"):  # usernames of channels and supergroups only, in any case
        named = [chat for chat in world.chats.values() if (chat.username or "").lower() == wanted[1:].lower()]
        found = next((chat for chat in named if chat.kind != "private"), None)
    else:
        found = world.chats.get(int(wanted)) if re.fullmatch(r"-?\d{1,19}", wanted) else None
    if found is None:
        raise bad_request("chat not found")
    return found


def check_reading(world: World, chat: Chat) -> None:
    """Refuse a chat the bot is not in. Texts: Client::check_chat_access."""
    if chat.kind == "private":
        return
    if chat.state == "upgraded":
        raise Refusal(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": chat.upgraded_to},
        )
    if chat.state == "deleted":
        raise forbidden("the group chat was deleted")
    status = chat.status_of(world.bot.id)
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if status == "left":
        raise forbidden(f"bot is not a member of the {chat.kind} chat")


def check_writing(world: World, chat: Chat) -> None:
    """Refuse a chat the bot may not write to, as sendMessage would."""
    check_reading(world, chat)
    if chat.kind == "private":
        return _check_person(chat)
    bot = chat.members[world.bot.id]
    if chat.kind == "channel" and not has_right(bot, "can_post_messages"):
        raise bad_request("need administrator rights in the channel chat")
    if bot.status == "restricted" and not bot.rights.get("can_send_messages", False):
        raise bad_request("not enough rights to send text messages to the chat")


def _check_person(chat: Chat) -> None:
    reasons = {
        "blocked": "bot was blocked by the user",  # from USER_IS_BLOCKED
        "deactivated": "user is deactivated",  # from INPUT_USER_DEACTIVATED
        "not_started": "bot can't initiate conversation with a user",
    }
    if chat.state in reasons:
        raise forbidden(reasons[chat.state])


def find_topic(world: World, chat: Chat, params: Params) -> Topic | None:
    """The topic `message_thread_id` names; None outside topics. The General topic (1) cannot be named.

    Closed topics: core.telegram.org/method/messages.sendMessage, TOPIC_CLOSED; docs, closeForumTopic and
    closeGeneralForumTopic. Who manages topics may write there all the same.
    """
    bot = bot_member(world, chat)
    thread = params.number("message_thread_id")
    if not thread:
        if chat.is_forum and chat.general_closed and not has_right(bot, "can_manage_topics"):
            raise bad_request("TOPIC_CLOSED")
        return None
    topic = chat.topics.get(thread) if chat.is_forum else None
    if topic is None:
        if chat.kind == "supergroup" and not chat.is_forum and thread in chat.history:
            return None  # a thread of replies
        raise bad_request("message thread not found")
    if topic.closed and not has_right(bot, "can_manage_topics"):
        raise bad_request("TOPIC_CLOSED")
    return topic


def bot_member(world: World, chat: Chat) -> Member:
    """The bot's own standing in a chat."""
    return chat.members.get(world.bot.id, Member(world.bot, "left"))
