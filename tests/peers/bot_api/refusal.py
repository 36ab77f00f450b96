from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(eq=False)
class Refusal(Exception):
    """What the Bot API says no with: an HTTP status, its description and the optional `parameters`."""

    code: int
    description: str
    parameters: Json = field(default_factory=dict)

    def body(self) -> Json:
        """The answer's JSON. Source: Bot API docs, "Making requests"."""
        answer: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return {**answer, "parameters": self.parameters} if self.parameters else answer


def bad_request(reason: str) -> Refusal:
    """A 400; the first letter is lower-cased unless the reason is a CONSTANT (Client::fail_query_with_error)."""
    second_is_capital = len(reason) > 1 and (reason[1] == "_" or reason[1].isupper())
    text = reason if second_is_capital else reason[:1].lower() + reason[1:]
    return Refusal(400, f"Bad Request: {text}")


def forbidden(reason: str) -> Refusal:
    """A 403: the bot may not write there."""
    return Refusal(403, f"Forbidden: {reason}")


def conflict(reason: str) -> Refusal:
    """A 409: another reader of the same bot's updates."""
    return Refusal(409, f"Conflict: {reason}")


def flood(seconds: int) -> Refusal:
    """A 429 for whole `seconds` (Query::set_retry_after_error)."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def not_found(reason: str = "") -> Refusal:
    """A 404, for a malformed token or an unknown method."""
    return Refusal(404, f"Not Found: {reason}" if reason else "Not Found")
