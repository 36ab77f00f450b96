"""The Web API's door: reads a request, asks who calls, how often, and whether they may; then runs the method."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.peers.slack_api import app_methods, chat_methods, conversation_methods
from tests.peers.slack_api.calls import Call, Desk, Rule
from tests.peers.slack_api.composing import Refused
from tests.peers.slack_api.faults import Faults, befall, too_many
from tests.peers.slack_api.ledger import Arrival
from tests.peers.slack_api.limits import Buckets
from tests.peers.slack_api.shapes import Json
from tests.peers.slack_api.world import Workspace

RULES: Mapping[str, Rule] = {**chat_methods.RULES, **conversation_methods.RULES, **app_methods.RULES}


@dataclass(slots=True)
class _Heard:
    """A request as it was understood."""

    args: Json
    token: str = ""
    in_header: bool = False
    no_charset: bool = False


class WebApi:
    """Answers `/api/<method>`."""

    def __init__(self, desk: Desk, buckets: Buckets, faults: Faults) -> None:
        self._desk, self._buckets, self._faults = desk, buckets, faults

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request and put it into the ledger, refused or not."""
        arrival = Arrival(self._desk.world.clock(), request.match_info["method"], {})
        try:
            heard = await _hear(request)
        except Refused as refused:
            arrival.error = refused.error
            self._desk.ledger.note(arrival)
            return web.json_response(refused.answer)
        arrival.args = {name: value for name, value in heard.args.items() if name != "client_secret"}
        fault = self._faults.take(arrival.method, str(heard.args.get("channel") or ""))
        arrival.fault = fault.kind if fault else ""
        answered = web.Response()
        if fault is None or fault.accepted:
            answered = self._answer(request, heard, arrival)
        self._desk.ledger.note(arrival)
        return await befall(fault, request, answered) if fault else answered

    def _answer(self, request: web.Request, heard: _Heard, arrival: Arrival) -> web.Response:
        try:
            rule, team = self._admit(request, heard, arrival)
            arrival.team = team.id if team else ""
            channel = str(heard.args.get("channel") or "")
            if wait := self._buckets.take(arrival.team, arrival.method, channel, arrival.at):
                arrival.status, arrival.error = 429, "ratelimited"
                return too_many(wait)
            # A method without a bot's token never looks at the workspace.
            body = {"ok": True, **rule.run(Call(self._desk, team or _NOBODY, heard.args))}
        except Refused as refused:
            arrival.error, arrival.reasons, body = refused.error, refused.messages, refused.answer
            team = None
        if heard.no_charset:
            # https://docs.slack.dev/apis/web-api/#warnings
            body = {**body, "warning": "missing_charset"}
            body["response_metadata"] = {**body.get("response_metadata", {}), "warnings": ["missing_charset"]}
        return web.json_response(body, headers={"X-OAuth-Scopes": ",".join(sorted(team.scopes))} if team else None)

    def _admit(self, request: web.Request, heard: _Heard, arrival: Arrival) -> tuple[Rule, Workspace | None]:
        # Errors every method shares: https://docs.slack.dev/reference/methods/auth.test#errors
        rule = RULES.get(arrival.method)
        if rule is None:
            raise Refused("unknown_method", req_method=arrival.method)
        if rule.post and request.method != "POST":
            raise Refused("insecure_request" if rule.token == "xapp" else "invalid_post_type")
        if not rule.json and request.content_type == "application/json":
            heard.args = {}
        if not rule.token:
            return rule, None
        if not heard.token:
            raise Refused("not_authed")
        if rule.token == "xapp":
            self._admit_app(heard)
            return rule, None
        return rule, self._admit_bot(rule, heard)

    def _admit_app(self, heard: _Heard) -> None:
        if heard.token.startswith("xoxb"):
            raise Refused("not_allowed_token_type")
        if heard.token != self._desk.world.app_token or not heard.in_header:
            raise Refused("invalid_auth")

    def _admit_bot(self, rule: Rule, heard: _Heard) -> Workspace:
        if heard.token.startswith("xapp"):
            raise Refused("not_allowed_token_type")
        team = self._desk.world.by_token(heard.token)
        if team is None:
            raise Refused("invalid_auth")
        if team.token_error:
            raise Refused(team.token_error)
        if rule.scopes and not team.scopes.intersection(rule.scopes):
            raise Refused("missing_scope", needed=rule.scopes[0], provided=",".join(sorted(team.scopes)))
        return team


_NOBODY = Workspace("", "", "", "", "")


async def _hear(request: web.Request) -> _Heard:
    heard = _Heard(dict(request.query), no_charset=False)
    if request.method == "POST":
        await _hear_body(request, heard)
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    heard.in_header = scheme == "Bearer" and bool(token)
    sent = str(heard.args.pop("token", "") or "")
    heard.token = token if heard.in_header else sent
    if scheme == "Basic":
        # https://docs.slack.dev/authentication/installing-with-oauth: client id and secret by HTTP Basic.
        login, _, password = base64.b64decode(token).decode().partition(":")
        heard.args.update(client_id=login, client_secret=password)
    return heard


async def _hear_body(request: web.Request, heard: _Heard) -> None:
    kind = request.content_type
    if kind == "application/json":
        heard.args.update(_object(await request.read()))
        heard.args.pop("token", None)  # In JSON bodies a token is not looked for.
        heard.no_charset = request.charset is None
    elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        heard.args.update(await request.post())
    elif request.can_read_body:
        raise Refused("missing_post_type" if kind == "application/octet-stream" else "invalid_post_type")


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except ValueError:
        raise Refused("invalid_json") from None
    if not isinstance(value, dict):
        raise Refused("json_not_object")
    return value
