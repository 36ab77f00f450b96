"""What of all that is written where the bot can read is meant for it."""

import re

from telegram import Chat, Message, User
from telegram.constants import ChatType

from bot.core.chat import Address, ChatKind, Platform, Sighting
from bot.core.commands import Command, Verb, parse
from bot.platforms.telegram.wire import Me

_ADDRESSED = re.compile(r"/\w+@(?P<name>\w+)")
_KINDS = {ChatType.PRIVATE: ChatKind.PRIVATE, ChatType.CHANNEL: ChatKind.BROADCAST}


def heard(message: Message, me: Me) -> Command | None:
    """Return the command a message gives us; None where it is meant for others or for nobody."""
    text = (message.text or "").strip()
    if not text or message.is_automatic_forward or _is_foreign_bot(message):
        return None
    command = parse(text)
    if named := _ADDRESSED.match(text):
        return command if named["name"].lower() == me.username.lower() else None
    if message.chat.type == ChatType.PRIVATE:
        return command
    if command.verb is Verb.SAY:
        return command if _replies_to(message, me) else None
    # Where several bots may be, a command we do not know is another's.
    return None if command.verb is Verb.UNKNOWN else command


def spoke_as(message: Message) -> Chat | None:
    """Return the chat in whose name a message was written; None where a person wrote in their own."""
    return message.sender_chat or (message.chat if message.chat.type == ChatType.CHANNEL else None)


def address(lane: str, chat_id: int, topic: int | None = None) -> Address:
    """Return a Telegram chat's or topic's address."""
    return Address(Platform.TELEGRAM, lane, str(chat_id), str(topic) if topic else "")


def sighting(lane: str, chat: Chat, person: User | None = None, message: object = None) -> Sighting:
    """Return a chat as seen now; a message tells the topic, a person the language."""
    # Outside of forums a thread is a chain of replies, which is no place to send to.
    topic = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
    title = chat.title or " ".join(filter(None, (chat.first_name, chat.last_name))) or ""
    language = (person.language_code or "") if person else ""
    return Sighting(address(lane, chat.id, topic), _KINDS.get(ChatType(chat.type), ChatKind.GROUP), title, language)


def _is_foreign_bot(message: Message) -> bool:
    # Those who write in a chat's name (anonymous admins, channels) are shown as a bot too.
    return bool(message.from_user and message.from_user.is_bot and message.sender_chat is None)


def _replies_to(message: Message, me: Me) -> bool:
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created:  # what opens a topic is "answered" by all in it
        return False
    return answered.from_user is not None and answered.from_user.id == me.id
