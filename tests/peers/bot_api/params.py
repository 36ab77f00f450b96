import json
import re
from typing import Any

from aiohttp import web

from tests.peers.bot_api.refusal import Refusal, bad_request


class Params:
    """A request's parameters, all of them text as the server keeps them, with its lenient conversions."""

    def __init__(self, raw: dict[str, str]) -> None:
        self.raw = raw

    def text(self, name: str) -> str:
        return self.raw.get(name, "")

    def given(self, name: str) -> bool:
        return name in self.raw

    def flag(self, name: str) -> bool:
        """True for true, yes and 1 in any case (Client.cpp, to_bool)."""
        return self.text(name).strip().lower() in {"true", "yes", "1"}

    def number(self, name: str, default: int = 0) -> int:
        """The leading integer, 0 when there is none (td::to_integer)."""
        if not self.given(name):
            return default
        match = re.match(r"-?\d+", self.text(name))
        return int(match.group()) if match else 0

    def parsed(self, name: str, what: str) -> Any:
        """A JSON-serialised parameter, None when absent or null; 400 "can't parse ..." when it is not JSON."""
        text = self.text(name)
        if not text.strip():
            return None
        try:
            return json.loads(text)
        except ValueError:
            raise bad_request(f"can't parse {what}: JSON object expected") from None


def as_text(value: Any) -> str:
    """A JSON body's value as the server stores it: text as it is, the rest as JSON text (HttpReader.cpp)."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


async def read_params(request: web.Request) -> Params:
    """Query, then JSON, form or multipart body. Source: Bot API docs, "Making requests"."""
    raw = {name: str(value) for name, value in request.query.items()}
    if request.method == "POST" and request.can_read_body:
        raw |= await _body(request)
    return Params(raw)


async def _body(request: web.Request) -> dict[str, str]:
    if request.content_type == "application/json":
        return _json_body(await request.read())
    if request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        form = await request.post()
        return {name: value for name, value in form.items() if isinstance(value, str)}
    return {}  # another content type: the body is not read


def _json_body(body: bytes) -> dict[str, str]:
    try:
        values = json.loads(body or b"{}")
    except ValueError:
        raise Refusal(400, "Bad Request: can't parse request: not a JSON object") from None
    if not isinstance(values, dict):
        raise Refusal(400, "Bad Request: can't parse request: not a JSON object")
    return {name: as_text(value) for name, value in values.items()}
