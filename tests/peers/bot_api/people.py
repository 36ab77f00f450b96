from tests.peers.bot_api.entities import detect
from tests.peers.bot_api.refusal import Json
from tests.peers.bot_api.shapes import chat_json, has_right, member_json, message_json, user_json
from tests.peers.bot_api.state import ANONYMOUS, Callback, Chat, Member, Message, Topic, User, World
from tests.peers.bot_api.updates import Updates

Person = User | int


class People:
    """The test's side of the peer: makes people and chats, and does what people do in an app."""

    world: World
    updates: Updates

    # --- who and where -------------------------------------------------------------------------------------------

    def add_user(self, user_id: int, name: str, language: str | None = "en", username: str | None = None) -> User:
        """A person the bot may meet in a group."""
        user = User(user_id, name, username, language)
        self.world.users[user_id] = user
        return user

    def add_private(self, user_id: int, name: str, language: str | None = "en", started: bool = True) -> Chat:
        """A person's private chat with the bot; not `started` is one the bot cannot begin."""
        self.add_user(user_id, name, language)
        chat = Chat(user_id, "private", name, state="active" if started else "not_started")
        return self._keep(chat)

    def add_group(
        self,
        chat_id: int,
        title: str,
        *,
        kind: str = "supergroup",
        topics: dict[int, str] | None = None,
        bot: str = "member",
        username: str | None = None,
    ) -> Chat:
        """A group ("group") or supergroup; with `topics` (id: name) a forum. `bot` is the bot's status in it."""
        chat = Chat(chat_id, kind, title, username, is_forum=topics is not None)
        for topic_id, name in (topics or {}).items():
            self.add_topic(chat, topic_id, name)
        chat.members[self.world.bot.id] = Member(self.world.bot, bot)
        return self._keep(chat)

    def add_channel(
        self,
        chat_id: int,
        title: str,
        *,
        bot: str = "administrator",
        can_post: bool = True,
        username: str | None = None,
    ) -> Chat:
        """A channel; bots are administrators there or not in it at all."""
        chat = Chat(chat_id, "channel", title, username)
        chat.members[self.world.bot.id] = Member(self.world.bot, bot, {"can_post_messages": can_post})
        return self._keep(chat)

    def add_topic(self, chat: Chat, topic_id: int, name: str, closed: bool = False) -> Topic:
        """A topic of a forum; message ids go on after its id."""
        topic = Topic(topic_id, name, closed)
        chat.topics[topic_id] = topic
        chat.next_message_id = max(chat.next_message_id, topic_id + 1)
        return topic

    def close_topic(self, chat: Chat | int, topic_id: int | None, closed: bool = True) -> None:
        """An admin closes a topic, or opens it again; None is the General topic. The bot is told by a service message,
        which privacy mode never keeps from it. Source: docs, Message.forum_topic_closed and forum_topic_reopened."""
        where = self.chat(chat)
        if topic_id is None:
            where.general_closed = closed
        else:
            where.topics[topic_id].closed = closed
        shape: Json = {"message_id": where.take_message_id(), "date": int(self.world.clock()), "chat": chat_json(where)}
        thread = {"message_thread_id": topic_id, "is_topic_message": True} if topic_id else {}
        told: Json = {"forum_topic_closed" if closed else "forum_topic_reopened": {}}
        sender = {"from": user_json(ANONYMOUS), "sender_chat": chat_json(where)}
        self.updates.put("message", shape | sender | thread | told)

    def set_member(
        self,
        chat: Chat | int,
        person: Person,
        status: str = "member",
        *,
        anonymous: bool = False,
        rights: dict[str, bool] | None = None,
    ) -> Member:
        """Somebody's status in a chat, without an update."""
        user = self._user(person)
        member = Member(user, status, rights or {}, anonymous)
        self.chat(chat).members[user.id] = member
        return member

    def chat(self, chat: Chat | int) -> Chat:
        """The chat by its id."""
        return chat if isinstance(chat, Chat) else self.world.chats[chat]

    def _keep(self, chat: Chat) -> Chat:
        self.world.chats[chat.id] = chat
        return chat

    def _user(self, person: Person) -> User:
        return person if isinstance(person, User) else self.world.users[person]

    # --- what they do --------------------------------------------------------------------------------------------

    def say(
        self,
        chat: Chat | int,
        from_user: Person | None = None,
        text: str = "",
        *,
        topic: int | None = None,
        reply_to: Message | int | None = None,
    ) -> Message:
        """Write in a chat. Without `from_user` the private chat's person writes, or a channel posts; ANONYMOUS is
        an anonymous admin. The bot hears of it as far as privacy mode lets it."""
        where = self.chat(chat)
        sender = self._sender(where, from_user)
        message = Message(where, where.take_message_id(), self.world.clock(), text, detect(text), by=sender)
        message.sender_chat = where if sender in (None, ANONYMOUS) else None
        message.topic = where.topics[topic] if topic else None
        message.reply_to = where.history[reply_to] if isinstance(reply_to, int) else reply_to
        where.history[message.message_id] = message
        if where.kind == "private":
            where.state = "active"  # whoever writes has started the bot and does not block it
        if self._heard(message):
            kind = "channel_post" if where.kind == "channel" else "message"
            self.updates.put(kind, message_json(self.world, message))
        self.world.touch()
        return message

    def post(self, chat: Chat | int, text: str) -> Message:
        """Publish in a channel, as the channel."""
        return self.say(chat, None, text)

    def _sender(self, chat: Chat, person: Person | None) -> User | None:
        if person is not None:
            return self._user(person)
        return None if chat.kind == "channel" else self.world.users[chat.id]

    def _heard(self, message: Message) -> bool:
        """Privacy mode. Source: docs, "Bots", section "Privacy mode"."""
        chat, bot = message.chat, message.chat.members.get(self.world.bot.id)
        if chat.kind == "private":
            return True
        if bot is None or bot.status in {"left", "kicked"}:
            return False
        if self.world.can_read_all or bot.status == "administrator" or chat.kind == "channel":
            return True
        if message.reply_to and message.reply_to.by is self.world.bot:
            return True
        return any(self._is_for_bot(message.text, entity) for entity in message.entities)

    def _is_for_bot(self, text: str, entity: Json) -> bool:
        if entity["type"] != "bot_command":
            return False
        units = text.encode("utf-16-le")[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2]
        _, _, named = units.decode("utf-16-le").partition("@")
        return named.lower() in {"", (self.world.bot.username or "").lower()}

    def press(self, chat: Chat | int, message_id: int | None, button: str, by: Person | None = None) -> Callback:
        """Press a callback button, found by its label or its data; None is the newest message that has it."""
        where = self.chat(chat)
        message, data = self._button(where, message_id, button)
        presser = self._sender(where, by)
        if presser is None:
            raise LookupError("say who presses a button in a channel")
        callback = Callback(str(10**17 + next(self.world.ids)), self.world.clock(), presser, data)
        self.world.callbacks[callback.id] = callback
        query: Json = {"id": callback.id, "from": user_json(presser), "chat_instance": str(where.id), "data": data}
        self.updates.put("callback_query", query | {"message": message_json(self.world, message)})
        return callback

    def _button(self, chat: Chat, message_id: int | None, wanted: str) -> tuple[Message, str]:
        seen = [chat.history[message_id]] if message_id else reversed(chat.messages)
        for message in seen:
            for button in message.buttons:
                if wanted in (button["text"], button.get("callback_data")) and "callback_data" in button:
                    return message, button["callback_data"]
        raise LookupError(f"no button to press that says {wanted!r}")

    # --- what changes about the bot ------------------------------------------------------------------------------

    def member_update(
        self, chat: Chat | int, status: str, by: Person | None = None, rights: dict[str, bool] | None = None
    ) -> None:
        """Change the bot's status in a chat and tell it (my_chat_member); kicked in a private chat is blocked."""
        where = self.chat(chat)
        bot = self.world.bot
        old = where.members.get(bot.id) or Member(bot, self._old_status(where))
        new = Member(bot, status, rights if rights is not None else old.rights)
        where.members[bot.id] = new
        if where.kind == "private":
            where.state = "blocked" if status == "kicked" else "active"
        changed: Json = {"chat": chat_json(where), "date": int(self.world.clock())}
        actor = self._user(by) if by is not None else self._owner(where)
        members = {"old_chat_member": member_json(where, old), "new_chat_member": member_json(where, new)}
        self.updates.put("my_chat_member", changed | {"from": user_json(actor)} | members)

    def _old_status(self, chat: Chat) -> str:
        if chat.kind != "private":
            return "left"
        return "kicked" if chat.state == "blocked" else "member"

    def _owner(self, chat: Chat) -> User:
        if chat.kind == "private":
            return self.world.users[chat.id]
        admins = [member.user for member in chat.members.values() if has_right(member, "can_manage_chat")]
        return next((user for user in admins if not user.is_bot), ANONYMOUS)

    def block(self, user_id: int) -> None:
        """A person blocks the bot."""
        self.member_update(user_id, "kicked")

    def unblock(self, user_id: int) -> None:
        """A person lets the bot write again."""
        self.member_update(user_id, "member")

    def deactivate(self, user_id: int) -> None:
        """A person's account is gone; the bot is not told."""
        self.chat(user_id).state = "deactivated"

    def upgrade(self, chat: Chat | int, new_id: int) -> Chat:
        """A group becomes a supergroup: both get a service message, the old id answers with migrate_to_chat_id."""
        old = self.chat(chat)
        new = self.add_group(new_id, old.title, bot=old.status_of(self.world.bot.id))
        new.members |= old.members
        old.state, old.upgraded_to = "upgraded", new_id
        for where, field, other in ((old, "migrate_to_chat_id", new_id), (new, "migrate_from_chat_id", old.id)):
            shape: Json = {"message_id": where.take_message_id(), "date": int(self.world.clock())}
            sender = {"from": user_json(ANONYMOUS), "sender_chat": chat_json(where), "chat": chat_json(where)}
            self.updates.put("message", shape | sender | {field: other})
        return new
