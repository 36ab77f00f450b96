"""The peer driven from another process: JSON in, JSON out, under paths that begin with an underscore."""

import dataclasses
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from tests.peers.slack_api import faults
from tests.peers.slack_api.acting import Answer
from tests.peers.slack_api.events import Signature
from tests.peers.slack_api.ledger import Post
from tests.peers.slack_api.server import SlackApi
from tests.peers.slack_api.shapes import Json
from tests.peers.slack_api.timing import Handed

_FAULTS = (
    faults.accept_then_delay,
    faults.accept_then_close,
    faults.close,
    faults.status,
    faults.bad_gateway,
    faults.slow,
    faults.refuse,
    faults.rate_limited,
)


class Control:
    """The control endpoints of one peer. A wrong request gets 400 and `{"error": …}`."""

    def __init__(self, slack: SlackApi) -> None:
        self._slack = slack

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return what to add to the peer's own routes."""
        deeds = (
            self.workspace,
            self.person,
            self.channel,
            self.app,
            self.command,
            self.press,
            self.event,
            self.uninstall,
            self.fault,
            self.disconnect,
        )
        views = (self.state, self.posts, self.messages, self.requests)
        posts = [web.post(f"/_{deed.__name__}", _answering(deed)) for deed in deeds]
        return [*posts, *(web.get(f"/_{view.__name__}", _answering(view)) for view in views)]

    async def workspace(self, asked: Json) -> Json:
        """{name} makes a workspace; {team, token_error, scopes} changes one."""
        team = self._slack.world.workspaces[asked["team"]] if "team" in asked else None
        team = team or self._slack.add_workspace(asked["name"])
        team.token_error = asked.get("token_error", team.token_error)
        team.scopes = frozenset(asked.get("scopes", team.scopes))
        return {"team": team.id, "bot_token": team.bot_token, "bot_person": team.bot_person}

    async def person(self, asked: Json) -> Json:
        """{name, id, team, admin, owner} makes a member."""
        team = self._slack.world.workspaces.get(asked.pop("team", ""))
        return {"person": self._slack.add_person(asked.pop("name"), workspace=team, **asked).id}

    async def channel(self, asked: Json) -> Json:
        """{name, id, team, …} makes a channel, {channel, …} changes one: private, member, archived, restricted."""
        team = self._slack.world.workspaces.get(asked.pop("team", ""))
        if "channel" not in asked:
            return {"channel": self._slack.add_channel(asked.pop("name"), workspace=team, **asked).id}
        found = self._slack.channel(asked.pop("channel"))
        for name, value in asked.items():
            setattr(found, name, value)
        return {"channel": found.id}

    async def app(self, asked: Json) -> Json:
        """{url} says where the app listens for signed HTTP; {url, verify: true} asks it to prove that."""
        self._slack.http.url = asked["url"]
        return {"verified": await self._slack.http.verify_url() if asked.get("verify") else None}

    async def command(self, asked: Json) -> Json:
        """{channel, person, command, text, signature, wait, timeout}; `wait` is how many answers to wait for."""
        signature = Signature(asked.get("signature", "right"))
        where, who = asked["channel"], asked["person"]
        answer = await self._slack.command(where, who, asked["command"], asked.get("text", ""), signature)
        return await _told(answer, asked)

    async def press(self, asked: Json) -> Json:
        """{channel, message, wanted, person, signature, wait, timeout}; `wanted` is an action_id or a label."""
        signature = Signature(asked.get("signature", "right"))
        where, who = asked["channel"], asked["person"]
        answer = await self._slack.press(where, asked["message"], asked["wanted"], who, signature)
        return await _told(answer, asked)

    async def event(self, asked: Json) -> Json:
        """{event, team, signature}."""
        team = self._slack.world.workspaces.get(asked.get("team", ""))
        return _handed(await self._slack.event(asked["event"], team, Signature(asked.get("signature", "right"))))

    async def uninstall(self, asked: Json) -> Json:
        """{team} removes the app from a workspace."""
        team = self._slack.world.workspaces.get(asked.get("team", ""))
        return {"events": [_handed(one) for one in await self._slack.uninstall(team)]}

    async def fault(self, asked: Json) -> Json:
        """{fault, method, times, channel, seconds | code | error}: see the functions in `faults`."""
        made = {fault.__name__: fault for fault in _FAULTS}[asked["fault"]]
        details = {name: asked[name] for name in ("seconds", "code", "error") if name in asked}
        scripted: Any = made(**details)
        method = asked.get("method", "chat.postMessage")
        self._slack.fault(scripted, method, times=asked.get("times", 1), channel=asked.get("channel", ""))
        return {}

    async def disconnect(self, asked: Json) -> Json:
        """{reason, grace} tells the oldest socket that it ends; {drop: true} ends all without a warning."""
        if asked.get("drop"):
            await self._slack.sockets.drop()
        else:
            await self._slack.sockets.disconnect(asked.get("reason", "refresh_requested"), asked.get("grace", 0.05))
        return {}

    async def state(self, asked: Json) -> Json:
        """Who and what there is, with the tokens an app needs."""
        slack = self._slack
        teams = [
            {"team": t.id, "bot_token": t.bot_token, "channels": list(t.channels), "people": list(t.people)}
            for t in slack.world.workspaces.values()
        ]
        return {"url": slack.url, "app_token": slack.app_token, "sockets": len(slack.sockets.open), "workspaces": teams}

    async def posts(self, asked: Json) -> Json:
        """?since=N leaves out the first N; ?wait=N&timeout=S waits for N posts first."""
        if "wait" in asked:
            await self._slack.wait_for(int(asked["wait"]), float(asked.get("timeout", 5)))
        return {"posts": [_post(post) for post in self._slack.posts[int(asked.get("since", 0)) :]]}

    async def messages(self, asked: Json) -> Json:
        """?channel=… gives what people see there now."""
        channel = self._slack.channel(asked["channel"])
        return {"messages": [dataclasses.asdict(message) for message in [*channel.messages, *channel.ephemeral]]}

    async def requests(self, asked: Json) -> Json:
        """Every request so far, refused ones with the reason."""
        return {"requests": [dataclasses.asdict(arrival) for arrival in self._slack.requests]}


def _answering(deed: Callable[[Json], Awaitable[Json]]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        try:
            asked = await request.json() if request.method == "POST" else dict(request.query)
            return web.json_response({"ok": True, **await deed(asked)})
        except (LookupError, ValueError, TypeError, AttributeError, AssertionError) as wrong:
            return web.json_response({"ok": False, "error": f"{type(wrong).__name__}: {wrong}"}, status=400)

    return answer


async def _told(answer: Answer, asked: Json) -> Json:
    if wanted := int(asked.get("wait", 0)):
        await answer.wait_for(wanted, float(asked.get("timeout", 5)))
    return {**_handed(answer.handed), "error": answer.error, "posts": [_post(post) for post in answer.posts]}


def _handed(handed: Handed) -> Json:
    return dataclasses.asdict(handed)


def _post(post: Post) -> Json:
    described = dataclasses.asdict(post)
    described.pop("args")
    return {**json.loads(json.dumps(described)), "reading": dataclasses.asdict(post.reading)}
