from typing import Any

from tests.peers.bot_api.refusal import Json
from tests.peers.bot_api.state import Chat, Member, Message, User, World

ADMIN_RIGHTS = (  # docs, ChatMemberAdministrator: the fields that are always there
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages")  # "for channels only"
GROUP_RIGHTS = ("can_pin_messages", "can_manage_topics")  # "for groups and supergroups only"
MEMBER_RIGHTS = (  # docs, ChatMemberRestricted
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


def _present(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value not in (None, [], "")}


def user_json(user: User) -> Json:
    """docs, User."""
    base: Json = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    return base | _present(username=user.username, language_code=user.language_code)


def bot_json(world: World) -> Json:
    """docs, getMe: User with the fields only getMe returns."""
    return user_json(world.bot) | {
        "can_join_groups": True,
        "can_read_all_group_messages": world.can_read_all,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def chat_json(chat: Chat) -> Json:
    """docs, Chat."""
    name = {"first_name": chat.title} if chat.kind == "private" else {"title": chat.title}
    base: Json = {"id": chat.id, "type": chat.kind, **name}
    return base | _present(username=chat.username, is_forum=chat.is_forum or None)


def full_chat_json(chat: Chat) -> Json:
    """docs, ChatFullInfo."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    extra: Json = {"accent_color_id": 1, "max_reaction_count": 11}
    if chat.kind != "private":
        extra["permissions"] = dict.fromkeys(MEMBER_RIGHTS, True)
    return chat_json(chat) | extra | {"accepted_gift_types": dict.fromkeys(gifts, False)}


def _entity_json(world: World, entity: Json) -> Json:
    if "user_id" not in entity:
        return entity
    plain = {name: value for name, value in entity.items() if name != "user_id"}
    return plain | {"user": user_json(world.users.get(entity["user_id"], User(entity["user_id"], "")))}


def message_json(world: World, message: Message, nested: bool = False) -> Json:
    """docs, Message; a message inside another carries no further reply."""
    shape: Json = {"message_id": message.message_id, "date": int(message.date), "chat": chat_json(message.chat)}
    shape |= _present(
        sender_chat=chat_json(message.sender_chat) if message.sender_chat else None,
        text=message.text,
        entities=[_entity_json(world, entity) for entity in message.entities],
        edit_date=int(message.edit_date) if message.edit_date else None,
        link_preview_options=message.link_preview_options,
    )
    shape |= {"from": user_json(message.by)} if message.by else {}
    if message.buttons:  # a message shows inline keyboards only
        shape["reply_markup"] = message.reply_markup
    return shape | _thread(message) | ({} if nested else _reply(world, message))


def _thread(message: Message) -> Json:
    if message.topic:
        return {"message_thread_id": message.topic.id, "is_topic_message": True}
    if message.reply_to and message.chat.kind == "supergroup" and not message.chat.is_forum:
        return {"message_thread_id": message.reply_to.message_id}  # a thread of replies has an id too, and is no topic
    return {}


def _reply(world: World, message: Message) -> Json:
    if message.reply_to:
        return {"reply_to_message": message_json(world, message.reply_to, nested=True)}
    if message.topic:  # what is written in a topic replies to the service message that created the topic
        created = {"name": message.topic.name, "icon_color": 7322096}
        first: Json = {"message_id": message.topic.id, "date": int(message.date), "chat": chat_json(message.chat)}
        thread = {"message_thread_id": message.topic.id, "is_topic_message": True}
        return {"reply_to_message": first | thread | {"from": user_json(world.bot), "forum_topic_created": created}}
    return {}


def member_json(chat: Chat, member: Member) -> Json:
    """docs, ChatMember, in the shape of the member's status."""
    base: Json = {"user": user_json(member.user), "status": member.status}
    if member.status == "creator":
        return base | {"is_anonymous": member.is_anonymous}
    if member.status == "administrator":
        return base | {"can_be_edited": False, "is_anonymous": member.is_anonymous} | _admin_rights(chat, member)
    if member.status == "restricted":
        rights = {name: member.rights.get(name, False) for name in MEMBER_RIGHTS}
        return base | {"is_member": member.rights.get("is_member", True), "until_date": 0} | rights
    return base | ({"until_date": 0} if member.status == "kicked" else {})


def _admin_rights(chat: Chat, member: Member) -> Json:
    names = ADMIN_RIGHTS + (CHANNEL_RIGHTS if chat.kind == "channel" else GROUP_RIGHTS)
    return {name: has_right(member, name) for name in names}


def has_right(member: Member, name: str) -> bool:
    """Whether a member may do it: creators may all, administrators what was not taken away."""
    if member.status == "creator":
        return True
    return member.status == "administrator" and member.rights.get(name, name != "can_promote_members")
