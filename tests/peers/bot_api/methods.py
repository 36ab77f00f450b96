from contextlib import suppress
from typing import Any

from tests.peers.bot_api import limits
from tests.peers.bot_api.access import bot_member, check_reading, check_writing, find_chat, find_topic
from tests.peers.bot_api.entities import read_text
from tests.peers.bot_api.markup import read_markup
from tests.peers.bot_api.params import Params
from tests.peers.bot_api.refusal import Json, Refusal, bad_request
from tests.peers.bot_api.shapes import has_right, message_json
from tests.peers.bot_api.state import Chat, Message, Sent, World


def send_message(world: World, params: Params) -> Json:
    """docs, sendMessage; text and keyboard are judged before the chat, as Client::process_send_message_query does."""
    text, entities = read_text(params)
    preview = _preview(params)
    markup = read_markup(params, inline_only=_to_channel(world, params))
    chat = find_chat(world, params)
    check_writing(world, chat)
    topic = find_topic(world, chat, params)
    reply_to = _replied(chat, params)
    world.pacer.take(world.clock(), chat.id, params.flag("allow_paid_broadcast"))
    message = Message(chat, chat.take_message_id(), world.clock(), text, entities)
    message.reply_markup, message.topic, message.reply_to = markup, topic, reply_to
    message.link_preview_options = preview
    message.by, message.sender_chat = (None, chat) if chat.kind == "channel" else (world.bot, None)
    chat.history[message.message_id] = message
    world.sent.append(_record(world, "sendMessage", message, params))
    return message_json(world, message)


def _to_channel(world: World, params: Params) -> bool:
    with suppress(Refusal):
        return find_chat(world, params).kind == "channel"
    return False


def _preview(params: Params) -> Json | None:
    options = params.parsed("link_preview_options", "link preview options")
    if options is None:
        return {"is_disabled": True} if params.flag("disable_web_page_preview") else None
    if not isinstance(options, dict):
        raise bad_request("Object expected as link preview options")
    for name in ("is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text"):
        if not isinstance(options.get(name, False), bool):
            raise bad_request(f'Field "{name}" must be of type Boolean')
    return options


def _replied(chat: Chat, params: Params) -> Message | None:
    wanted = params.parsed("reply_parameters", "reply parameters")
    if wanted is None:  # the older parameters still work
        wanted = {"message_id": params.number("reply_to_message_id")} if params.given("reply_to_message_id") else {}
        wanted["allow_sending_without_reply"] = params.flag("allow_sending_without_reply")
    if not isinstance(wanted, dict):
        raise bad_request("Object expected as reply parameters")
    number = wanted.get("message_id")
    if not number:
        return None
    found = chat.history.get(int(number))
    if found is None and wanted.get("allow_sending_without_reply") is not True:
        raise bad_request("message to be replied not found")
    return found


def _record(world: World, method: str, message: Message, params: Params) -> Sent:
    return Sent(
        method=method,
        at=world.clock(),
        chat_id=message.chat.id,
        message_id=message.message_id,
        text=message.text,
        entities=message.entities,
        reply_markup=message.reply_markup,
        topic=message.topic.id if message.topic else None,
        silent=params.flag("disable_notification"),
        params=params.raw,
    )


def _own_message(world: World, params: Params, verb: str) -> Message:
    """The bot's message that `message_id` names, or the refusal of an edit."""
    if params.given("inline_message_id"):
        raise bad_request("MESSAGE_ID_INVALID")
    chat = find_chat(world, params)
    check_reading(world, chat)
    number = params.number("message_id")
    if not number:
        raise bad_request("message identifier is not specified")
    message = chat.history.get(number)
    if message is None:
        raise bad_request(f"message to {verb} not found")
    return message


def _editable(world: World, params: Params) -> Message:
    message = _own_message(world, params, "edit")
    own_post = message.chat.kind == "channel" and has_right(bot_member(world, message.chat), "can_edit_messages")
    if message.by is not world.bot and not own_post:
        raise bad_request("message can't be edited")
    check_writing(world, message.chat)
    return message


def _edited(world: World, method: str, message: Message, params: Params) -> Json:
    message.edit_date = world.clock()
    world.edits.append(_record(world, method, message, params))
    return message_json(world, message)


_SAME = (  # from MESSAGE_NOT_MODIFIED
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)


def edit_message_text(world: World, params: Params) -> Json:
    """docs, editMessageText; without `reply_markup` the message loses its keyboard."""
    text, entities = read_text(params)
    preview = _preview(params)
    markup = read_markup(params, inline_only=True)
    message = _editable(world, params)
    unchanged = (text, entities, markup) == (message.text, message.entities, message.reply_markup)
    if unchanged and preview == message.link_preview_options:
        raise bad_request(_SAME)
    message.text, message.entities, message.reply_markup = text, entities, markup
    message.link_preview_options = preview
    return _edited(world, "editMessageText", message, params)


def edit_message_reply_markup(world: World, params: Params) -> Json:
    """docs, editMessageReplyMarkup; without `reply_markup` the keyboard goes."""
    markup = read_markup(params, inline_only=True)
    message = _editable(world, params)
    if markup == message.reply_markup:
        raise bad_request(_SAME)
    message.reply_markup = markup
    return _edited(world, "editMessageReplyMarkup", message, params)


def delete_message(world: World, params: Params) -> bool:
    """docs, deleteMessage."""
    message = _own_message(world, params, "delete")
    if world.clock() - message.date > limits.DELETE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    chat, foreign = message.chat, message.by is not world.bot
    may = has_right(bot_member(world, chat), "can_delete_messages")
    if foreign and chat.kind != "private" and not may:
        raise bad_request("message can't be deleted")  # from MESSAGE_DELETE_FORBIDDEN
    del chat.history[message.message_id]
    return True


def answer_callback_query(world: World, params: Params) -> bool:
    """docs, answerCallbackQuery. How long a query lives is not documented; a second answer finds it gone."""
    callback = world.callbacks.get(params.text("callback_query_id"))
    gone = callback is None or callback.answer is not None or world.clock() - callback.at > world.callback_seconds
    if callback is None or gone:  # from QUERY_ID_INVALID
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.text("text")
    if len(text) > 200:  # docs: "0-200 characters"
        raise bad_request("MESSAGE_TOO_LONG")
    callback.answer = {"text": text, "show_alert": params.flag("show_alert"), "url": params.text("url")}
    return True


def send_chat_action(world: World, params: Params) -> bool:
    """docs, sendChatAction."""
    action = params.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("Wrong parameter action in request")
    chat = find_chat(world, params)
    check_writing(world, chat)
    find_topic(world, chat, params)
    world.actions.append((chat.id, action))
    return True


_MEDIA = ("photo", "video", "document", "voice", "video_note")
_ACTIONS = {"typing", "choose_sticker", "find_location", "cancel"}
_ACTIONS |= {f"{verb}_{what}" for what in _MEDIA for verb in ("upload", "record")}

SENDING: dict[str, Any] = {
    "sendmessage": send_message,
    "editmessagetext": edit_message_text,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "answercallbackquery": answer_callback_query,
    "sendchataction": send_chat_action,
}
