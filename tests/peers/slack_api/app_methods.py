"""auth.test, views.open, apps.connections.open and oauth.v2.access: https://docs.slack.dev/reference/methods"""

import json

from tests.peers.slack_api.blocks import check_view, completed
from tests.peers.slack_api.calls import Call, Rule
from tests.peers.slack_api.composing import Refused
from tests.peers.slack_api.shapes import Json


def _auth_test(call: Call) -> Json:
    team = call.team
    return {
        "url": f"https://{team.domain}.example.slack.com/",
        "team": team.name,
        "user": team.people[team.bot_person].name,
        "team_id": team.id,
        "user_id": team.bot_person,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


def _open_view(call: Call) -> Json:
    # Errors: https://docs.slack.dev/reference/methods/views.open
    trigger, view = call.required("trigger_id"), call.args.get("view")
    try:
        view = json.loads(view) if isinstance(view, str) else view
    except ValueError:
        view = None
    problems = check_view(view)
    if problems or not isinstance(view, dict):
        raise Refused("invalid_arguments", problems)
    person, wrong = call.desk.triggers.spend(trigger)
    if wrong:
        raise Refused(f"{wrong}_trigger_id")
    opened: Json = {
        **view,
        "blocks": completed(view["blocks"]),
        "id": call.desk.world.new_id("V"),
        "team_id": call.team.id,
    }
    call.desk.ledger.views.append({**opened, "opened_by": person})
    call.desk.ledger.changed()
    return {"view": opened}


def _open_connection(call: Call) -> Json:
    return {"url": call.desk.socket_url(call.desk.tickets.issue(call.desk.world.app_id))}


def _exchange_code(call: Call) -> Json:
    # Errors: https://docs.slack.dev/reference/methods/oauth.v2.access
    world = call.desk.world
    if call.args.get("client_id") != world.client_id:
        raise Refused("invalid_client_id")
    if call.args.get("client_secret") != world.client_secret:
        raise Refused("bad_client_secret")
    team_id, wrong = call.desk.codes.spend(str(call.args.get("code") or ""))
    if team_id is None:
        raise Refused({"exchanged": "code_already_used", "expired": "code_expired"}.get(wrong, "invalid_code"))
    team = world.workspaces[team_id]
    team.token_error = ""
    return {
        "access_token": team.bot_token,
        "token_type": "bot",
        "scope": ",".join(sorted(team.scopes)),
        "bot_user_id": team.bot_person,
        "app_id": world.app_id,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": next(iter(team.people))},
    }


RULES = {
    "auth.test": Rule(_auth_test, json=True),
    "views.open": Rule(_open_view, json=True, post=True),
    # The app-level token goes into the header: https://docs.slack.dev/reference/methods/apps.connections.open
    "apps.connections.open": Rule(_open_connection, token="xapp", json=True, post=True),
    "oauth.v2.access": Rule(_exchange_code, token="", post=False),
}
