"""Whether the bot can speak in a chat."""

from telegram import Chat, ChatMember, ChatMemberAdministrator, ChatMemberRestricted
from telegram.constants import ChatMemberStatus, ChatType


def may_speak(chat: Chat, member: ChatMember) -> bool:
    """Whether what the bot is in a chat lets it write there."""
    if chat.type == ChatType.CHANNEL:
        return isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)
    if isinstance(member, ChatMemberRestricted):
        return member.is_member and member.can_send_messages
    return member.status not in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)
