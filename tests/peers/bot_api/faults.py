import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from tests.peers.bot_api.refusal import Json
from tests.peers.bot_api.state import Request

Condition = Callable[[Request], bool]


class Fault:
    """Something that goes wrong with a request. `applied` says whether the request took effect before that."""

    applied = True

    async def answer(self, request: web.Request, body: Json, status: int) -> web.StreamResponse:
        """What the client gets instead of `body`; `status` is what it would have been."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Delay(Fault):
    """Accept, then answer only after `seconds`."""

    seconds: float

    async def answer(self, request: web.Request, body: Json, status: int) -> web.StreamResponse:
        await asyncio.sleep(self.seconds)
        return web.json_response(body, status=status)


@dataclass(frozen=True, slots=True)
class Close(Fault):
    """Close the connection without an answer; `applied` tells an accepted message from one that was lost."""

    applied: bool = True

    async def answer(self, request: web.Request, body: Json, status: int) -> web.StreamResponse:
        if request.transport:
            request.transport.close()
        return web.Response()


@dataclass(frozen=True, slots=True)
class BadGateway(Fault):
    """A 502 in HTML, as a proxy before the API gives it."""

    applied: bool = False

    async def answer(self, request: web.Request, body: Json, status: int) -> web.StreamResponse:
        page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"
        return web.Response(status=502, text=page, content_type="text/html")


@dataclass(frozen=True, slots=True)
class Refuse(Fault):
    """Any refusal in the API's own form, such as a 429 out of the blue."""

    code: int = 500
    description: str = "Internal Server Error"
    parameters: Json = field(default_factory=dict)
    applied: bool = False

    async def answer(self, request: web.Request, body: Json, status: int) -> web.StreamResponse:
        refused: Json = {"ok": False, "error_code": self.code, "description": self.description}
        refused |= {"parameters": self.parameters} if self.parameters else {}
        wait = self.parameters.get("retry_after")
        headers = {"Retry-After": str(wait)} if wait else {}
        return web.json_response(refused, status=self.code, headers=headers)


@dataclass(frozen=True, slots=True)
class SlowBytes(Fault):
    """The right answer, one byte every `seconds`."""

    seconds: float

    async def answer(self, request: web.Request, body: Json, status: int) -> web.StreamResponse:
        payload = json.dumps(body).encode()
        headers = {"Content-Length": str(len(payload)), "Content-Type": "application/json"}
        response = web.StreamResponse(status=status, headers=headers)
        await response.prepare(request)
        for position in range(len(payload)):
            await response.write(payload[position : position + 1])
            await asyncio.sleep(self.seconds)
        return response


@dataclass(slots=True)
class Scripted:
    """A fault that waits for the requests it is meant for."""

    fault: Fault
    method: str
    when: Condition
    times: int


class Faults:
    """The script: the first entry that fits a request and has turns left takes it."""

    def __init__(self) -> None:
        self.script: list[Scripted] = []

    def add(self, fault: Fault, method: str, when: Condition, times: int) -> None:
        self.script.append(Scripted(fault, method.lower(), when, times))

    def take(self, request: Request) -> Fault | None:
        for entry in self.script:
            if entry.times > 0 and entry.method in {"", request.method.lower()} and entry.when(request):
                entry.times -= 1
                return entry.fault
        return None
