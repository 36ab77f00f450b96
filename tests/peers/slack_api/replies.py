"""response_url: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses"""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.peers.slack_api.calls import Desk
from tests.peers.slack_api.composing import Refused, compose, place, replace
from tests.peers.slack_api.ledger import Arrival, Post
from tests.peers.slack_api.shapes import Json
from tests.peers.slack_api.world import Channel, Message, Person

USES = 5  # "up to 5 times within 30 minutes", page above
SECONDS = 1800


@dataclass(eq=False, slots=True)
class ReplyUrl:
    """A way to answer one command or press. `source` is the pressed message, or the last one said through it."""

    url: str
    channel: Channel
    person: Person
    made_at: float
    source: Message | None = None
    uses: int = 0
    posts: list[Post] = field(default_factory=list)
    """What was shown through it, new messages and replacements alike."""
    deleted: int = 0


class ReplyUrls:
    """Gives out response_urls and takes what is posted to them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.base = ""
        self._issued: dict[str, ReplyUrl] = {}

    def issue(self, kind: str, channel: Channel, person: Person, source: Message | None = None) -> ReplyUrl:
        """Return a fresh one of a kind, `commands` or `actions`."""
        path = f"/{kind}/{channel.team}/{secrets.token_hex(8)}/{secrets.token_hex(8)}"
        made = ReplyUrl(self.base + path, channel, person, self._desk.world.clock(), source)
        self._issued[path] = made
        return made

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one post: `ok`, or an error status with a word."""
        arrival = Arrival(self._desk.world.clock(), "response_url", {})
        try:
            reply = self._found(request.path)
            arrival.team, arrival.args = reply.channel.team, await _payload(request)
            reply.uses += 1
            self.speak(reply, arrival.args, "response_url")
        except Refused as refused:
            gone = refused.error in ("no_service", "expired_url", "used_url")
            arrival.status, arrival.error, arrival.reasons = 404 if gone else 400, refused.error, refused.messages
        self._desk.ledger.note(arrival)
        return web.Response(status=arrival.status, text=arrival.error or "ok")

    def speak(self, reply: ReplyUrl, payload: Json, via: str) -> None:
        """Do what an answer says: show a message to all or to one, replace or delete the source."""
        if payload.get("delete_original") in (True, "true"):
            self._delete(reply)
            return
        draft = compose(payload)
        kind = payload.get("response_type", "ephemeral")
        if kind not in ("ephemeral", "in_channel"):
            raise Refused("invalid_payload", [f"[ERROR] unknown response_type {kind} [json-pointer:/response_type]"])
        world, ledger = self._desk.world, self._desk.ledger
        if payload.get("replace_original") in (True, "true") and reply.source is not None:
            replace(world, ledger, reply.channel, reply.source, draft, via)
            reply.posts.append(ledger.edits[-1])
        else:
            shown_to = "" if kind == "in_channel" else reply.person.id
            reply.source = place(world, ledger, reply.channel, draft, via, shown_to)
            reply.posts.append(ledger.posts[-1])
        ledger.changed()

    def _found(self, path: str) -> ReplyUrl:
        reply = self._issued.get(path)
        if reply is None:
            raise Refused("no_service")
        if self._desk.world.clock() - reply.made_at > SECONDS:
            raise Refused("expired_url")
        if reply.uses >= USES:
            raise Refused("used_url")
        return reply

    def _delete(self, reply: ReplyUrl) -> None:
        for held in (reply.channel.messages, reply.channel.ephemeral):
            if reply.source in held:
                held.remove(reply.source)
                reply.deleted += 1
        reply.source = None
        self._desk.ledger.changed()


async def _payload(request: web.Request) -> Json:
    try:
        raw: Any = await request.text() if request.content_type == "application/json" else None
        value = json.loads(raw if raw is not None else str((await request.post()).get("payload", "")))
    except ValueError:
        raise Refused("invalid_payload") from None
    if not isinstance(value, dict):
        raise Refused("invalid_payload")
    return value
