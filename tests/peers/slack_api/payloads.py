"""What Slack tells an app when somebody does something."""

from typing import Any

from tests.peers.slack_api.chat_methods import shown
from tests.peers.slack_api.shapes import Json
from tests.peers.slack_api.world import Channel, Message, Person, Workspace, World, labels_of

VERIFICATION = "deprecated-and-not-to-be-trusted"


def slash_command(world: World, channel: Channel, person: Person, command: str, text: str) -> dict[str, str]:
    """Return a command's fields: https://docs.slack.dev/interactivity/implementing-slash-commands"""
    return {
        "token": VERIFICATION,
        "team_id": channel.team,
        "team_domain": world.workspaces[channel.team].domain,
        "channel_id": channel.id,
        # A private channel's name is not told, page above.
        "channel_name": "directmessage" if channel.direct_with else "privategroup" if channel.private else channel.name,
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": world.app_id,
        "is_enterprise_install": "false",
    }


def block_action(world: World, channel: Channel, person: Person, message: Message, action: Json) -> Json:
    """Return a press: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload"""
    team = world.workspaces[channel.team]
    container = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    payload: Json = {
        "type": "block_actions",
        "user": _who(person),
        "api_app_id": world.app_id,
        "token": VERIFICATION,
        "container": {**container, "is_ephemeral": bool(message.ephemeral_to)},
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "channel": {"id": channel.id, "name": channel.name},
        "state": {"values": {}},
        "actions": [action],
    }
    # An ephemeral message is not stored, so it is not told either.
    return payload if message.ephemeral_to else {**payload, "message": shown(message, team.id)}


def action_on(message: Message, wanted: str, at: str) -> Json:
    """Return the action of pressing what has this action_id or label; LookupError names what there is instead."""
    for element in message.elements:
        if wanted == element["action_id"] or wanted in labels_of(element):
            return _action(element, wanted, at)
    raise LookupError(f"nothing to press is called {wanted!r}; there is {message.labels}")


def view_submission(world: World, team: Workspace, person: Person, view: Json, values: Json) -> Json:
    """Return a modal's submission: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload"""
    return {
        "type": "view_submission",
        "team": {"id": team.id, "domain": team.domain},
        "user": _who(person),
        "api_app_id": world.app_id,
        "token": VERIFICATION,
        "enterprise": None,
        "is_enterprise_install": False,
        "view": {**view, "app_id": world.app_id, "bot_id": team.bot_id, "state": {"values": values}},
        "response_urls": [],
    }


def event_callback(world: World, team: Workspace, event: Json) -> Json:
    """Return an event's envelope: https://docs.slack.dev/apis/events-api/#callback-field"""
    now = world.clock()
    bot: dict[str, Any] = {"enterprise_id": None, "team_id": team.id, "user_id": team.bot_person, "is_bot": True}
    return {
        "token": VERIFICATION,
        "team_id": team.id,
        "context_team_id": team.id,
        "api_app_id": world.app_id,
        "event": {"event_ts": f"{now:.6f}", **event},
        "type": "event_callback",
        "event_id": world.new_id("Ev"),
        "event_time": int(now),
        "authorizations": [{**bot, "is_enterprise_install": False}],
        "is_ext_shared_channel": False,
    }


def _action(element: Json, wanted: str, at: str) -> Json:
    kept = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": element["block_id"],
        "action_ts": at,
    }
    options = element.get("options") or [o for g in element.get("option_groups", []) for o in g["options"]]
    if options:
        chosen = next((o for o in options if o["text"]["text"] == wanted), options[0])
        many = element["type"] in ("checkboxes", "multi_static_select")
        return {**kept, "selected_options": [chosen]} if many else {**kept, "selected_option": chosen}
    return {**kept, **{name: element[name] for name in ("text", "value", "url", "style") if name in element}}


def _who(person: Person) -> Json:
    return {"id": person.id, "username": person.name, "name": person.name, "team_id": person.team}
