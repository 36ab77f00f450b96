import shlex
from dataclasses import asdict
from typing import Any

from aiohttp import web

from tests.peers.bot_api.server import BotApi
from tests.peers.bot_api.state import ANONYMOUS, Chat, Sent

_HELP = "say CHAT TEXT | press CHAT LABEL | chat private|group|channel ID [TITLE] | block CHAT | unblock CHAT | quit"


class Control:
    """Drives a running peer from another process: JSON endpoints and the commands of the standard input.

    POST /_say {"chat", "text", "by"?, "topic"?}, /_press {"chat", "button", "message_id"?, "by"?},
    /_chat {"id", "kind": private|group|channel, "title"?, "admins"?: [user ids], "topics"?: {id: name}},
    /_member {"chat", "status", "by"?}; GET /_sent?after=N, /_requests.
    """

    def __init__(self, api: BotApi) -> None:
        self.api = api

    def routes(self) -> list[web.RouteDef]:
        """To be added before the peer starts; they go before its catch-all."""
        return [
            web.post("/_say", self._post(self.say)),
            web.post("/_press", self._post(self.press)),
            web.post("/_chat", self._post(self.add_chat)),
            web.post("/_member", self._post(self.member)),
            web.get("/_sent", self._sent),
            web.get("/_requests", self._requests),
        ]

    def say(self, chat: int, text: str, by: int | str | None = None, topic: int | None = None) -> dict[str, Any]:
        where = self._chat(chat)
        message = self.api.say(where, self._person(by, where), text, topic=topic)
        return {"message_id": message.message_id}

    def press(
        self, chat: int, button: str, message_id: int | None = None, by: int | str | None = None
    ) -> dict[str, Any]:
        where = self._chat(chat)
        return {"callback_query_id": self.api.press(where, message_id, button, self._person(by, where)).id}

    def add_chat(
        self,
        id: int,
        kind: str = "private",
        title: str = "",
        admins: list[int] | None = None,
        topics: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        title = title or f"{kind} {id}"
        if kind == "private":
            self.api.add_private(id, title)
        elif kind == "channel":
            self.api.add_channel(id, title)
        else:
            named = {int(topic): name for topic, name in topics.items()} if topics else None
            self.api.add_group(id, title, topics=named)
        for admin in admins or []:
            self.api.set_member(id, self._known(admin), "administrator")
        return {"id": id}

    def member(self, chat: int, status: str, by: int | None = None) -> dict[str, Any]:
        self.api.member_update(self._chat(chat), status, self._known(by) if by else None)
        return {"status": status}

    def _chat(self, chat_id: int) -> Chat:
        if chat_id not in self.api.world.chats:
            kind = "private" if chat_id > 0 else "group"
            self.add_chat(chat_id, kind, f"Reader {chat_id}" if chat_id > 0 else f"Group {chat_id}")
        return self.api.chat(chat_id)

    def _person(self, by: int | str | None, chat: Chat) -> Any:
        if by == "anonymous":
            return ANONYMOUS
        if by is None and chat.kind in {"group", "supergroup"}:
            by = 1001  # somebody, an ordinary member
        return self._known(int(by)) if by is not None else None

    def _known(self, user_id: int) -> Any:
        return self.api.world.users.get(user_id) or self.api.add_user(user_id, f"Reader {user_id}")

    def _post(self, action: Any) -> Any:
        async def handle(request: web.Request) -> web.Response:
            try:
                return web.json_response(action(**await request.json()))
            except (TypeError, ValueError, LookupError) as error:
                return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

        return handle

    async def _sent(self, request: web.Request) -> web.Response:
        after = int(request.query.get("after", "0"))
        return web.json_response([asdict(sent) for sent in self.api.sent[after:]])

    async def _requests(self, request: web.Request) -> web.Response:
        return web.json_response([asdict(one) for one in self.api.requests])

    def obey(self, line: str) -> str:
        """One line of the standard input: say CHAT TEXT, press CHAT LABEL, chat KIND ID [TITLE], block CHAT, quit."""
        verb, _, rest = line.strip().partition(" ")
        try:
            return self._obey(verb, rest)
        except (TypeError, ValueError, LookupError) as error:
            return f"? {error}"

    def _obey(self, verb: str, rest: str) -> str:
        first, _, text = rest.partition(" ")
        if verb == "say":
            return f"said {self.say(int(first), text)['message_id']}"
        if verb == "press":
            return f"pressed {self.press(int(first), text)['callback_query_id']}"
        if verb == "chat":
            chat_id, *title = shlex.split(text)
            return f"chat {self.add_chat(int(chat_id), first, ' '.join(title))['id']}"
        if verb in {"block", "unblock"}:
            return str(self.member(int(first), "kicked" if verb == "block" else "member"))
        return _HELP


def describe(sent: Sent) -> str:
    """A message as one line for the terminal."""
    buttons = "".join(f" [{button['text']}]" for button in sent.buttons)
    where = f"{sent.chat_id}/{sent.topic}" if sent.topic else str(sent.chat_id)
    return f"{where} #{sent.message_id}: {sent.text!r}{buttons}"
