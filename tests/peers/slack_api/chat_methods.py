"""chat.*: https://docs.slack.dev/reference/methods?query=chat"""

from typing import Any

from tests.peers.slack_api.calls import Call, Rule
from tests.peers.slack_api.composing import Refused, compose, place, replace
from tests.peers.slack_api.shapes import Json
from tests.peers.slack_api.world import Message


def _post(call: Call) -> Json:
    channel = call.open_channel()
    message = place(call.desk.world, call.desk.ledger, channel, compose(call.args), "chat.postMessage")
    return {"channel": channel.id, "ts": message.ts, "message": shown(message, call.team.id)}


def _update(call: Call) -> Json:
    # Errors: https://docs.slack.dev/reference/methods/chat.update
    channel = call.channel()
    message = call.message(channel)
    if channel.archived:
        raise Refused("is_inactive")
    if message.sender != call.team.bot_id:
        raise Refused("cant_update_message")
    if call.desk.world.clock() - float(message.ts) > call.team.edit_seconds:
        raise Refused("edit_window_closed")
    replace(call.desk.world, call.desk.ledger, channel, message, compose(call.args), "chat.update")
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": shown(message, call.team.id),
    }


def _delete(call: Call) -> Json:
    # Errors: https://docs.slack.dev/reference/methods/chat.delete
    channel = call.channel()
    message = call.message(channel)
    if message.sender != call.team.bot_id:
        raise Refused("cant_delete_message")
    channel.messages.remove(message)
    call.desk.ledger.changed()
    return {"channel": channel.id, "ts": message.ts}


def _post_ephemeral(call: Call) -> Json:
    # Errors: https://docs.slack.dev/reference/methods/chat.postEphemeral
    channel = call.open_channel()
    person = call.person()
    if channel.people and person.id not in channel.people:
        raise Refused("user_not_in_channel")
    message = place(call.desk.world, call.desk.ledger, channel, compose(call.args), "chat.postEphemeral", person.id)
    return {"message_ts": message.ts}


def shown(message: Message, team: str) -> Json:
    """Return a message as methods and interactions give it."""
    given: dict[str, Any] = {
        "type": "message",
        # https://docs.slack.dev/reference/events/message/thread_broadcast
        "subtype": "thread_broadcast" if message.broadcast else "",
        "text": message.text,
        "ts": message.ts,
        "team": team,
        "thread_ts": message.thread_ts,
        "attachments": message.attachments,
        "blocks": message.blocks,
        "bot_id" if message.sender.startswith("B") else "user": message.sender,
    }
    return {name: value for name, value in given.items() if value}


RULES = {
    "chat.postMessage": Rule(_post, ("chat:write",), json=True, post=True),
    "chat.update": Rule(_update, ("chat:write",), json=True, post=True),
    "chat.delete": Rule(_delete, ("chat:write",), json=True, post=True),
    "chat.postEphemeral": Rule(_post_ephemeral, ("chat:write",), json=True, post=True),
}
