"""How a JSON object is judged: small checks that are put together into the shape of a block or an element."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Json = dict[str, Any]


class Problems:
    """What is wrong, one line each in Slack's form: `[ERROR] <what> [json-pointer:<where>]`."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, what: str, where: str) -> None:
        # https://docs.slack.dev/reference/methods/chat.postMessage: errors point into the arguments.
        self.lines.append(f"[ERROR] {what} [json-pointer:{where}]")


Check = Callable[[Any, str, Problems], None]


def string(most: int, least: int = 1) -> Check:
    """Accept a string of `least` to `most` characters (code points, as sent: an escaped & counts five)."""

    def check(value: Any, where: str, problems: Problems) -> None:
        if not isinstance(value, str):
            problems.add("must be a string", where)
        elif len(value) > most:
            problems.add(f"must be less than {most + 1} characters", where)
        elif len(value) < least:
            problems.add(f"must be more than {least - 1} characters", where)

    return check


def web_address(most: int, schemes: tuple[str, ...] = ("http://", "https://", "mailto:", "slack://")) -> Check:
    """Accept an address that names its scheme; an empty one is refused, it is not the same as none."""
    plain = string(most)

    def check(value: Any, where: str, problems: Problems) -> None:
        plain(value, where, problems)
        if isinstance(value, str) and value and not _is_address(value, schemes):
            problems.add("must be a valid URL", where)

    return check


def _is_address(value: str, schemes: tuple[str, ...]) -> bool:
    lowered = value.lower()
    return any(lowered.startswith(s) and len(value) > len(s) for s in schemes) and not any(c.isspace() for c in value)


def boolean(value: Any, where: str, problems: Problems) -> None:
    """Accept true and false only."""
    if not isinstance(value, bool):
        problems.add("must be a boolean", where)


def number(value: Any, where: str, problems: Problems) -> None:
    """Accept a whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        problems.add("must be an integer", where)


def one_of(*allowed: str) -> Check:
    """Accept one of the given words."""

    def check(value: Any, where: str, problems: Problems) -> None:
        if value not in allowed:
            problems.add(f"must be one of: {', '.join(allowed)}", where)

    return check


def items(each: Check, most: int, least: int = 1) -> Check:
    """Accept a list of `least` to `most` things that `each` accepts."""

    def check(value: Any, where: str, problems: Problems) -> None:
        if not isinstance(value, list):
            problems.add("must be an array", where)
            return
        if len(value) > most:
            problems.add(f"no more than {most} items allowed", where)
        if len(value) < least:
            problems.add(f"no fewer than {least} items allowed", where)
        for position, one in enumerate(value):
            each(one, f"{where}/{position}", problems)

    return check


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Accept an object with every required field and no unknown one; `type` is judged by who chose the shape."""
    known = {**required, **(optional or {})}

    def check(value: Any, where: str, problems: Problems) -> None:
        if not isinstance(value, dict):
            problems.add("must be an object", where)
            return
        for name in required.keys() - value.keys():
            problems.add(f"missing required field: {name}", where)
        for name, inner in value.items():
            if name == "type":
                continue
            if name in known:
                known[name](inner, f"{where}/{name}", problems)
            else:
                problems.add(f"invalid additional property: {name}", where)

    return check


def by_type(shapes: Mapping[str, Check], only: Iterable[str] | None = None) -> Check:
    """Accept an object whose `type` names one of the shapes, and which has that shape."""
    allowed = tuple(only if only is not None else shapes)

    def check(value: Any, where: str, problems: Problems) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind is None:
            problems.add("missing required field: type", where)
        elif not isinstance(kind, str) or kind not in allowed:
            problems.add(f"unsupported type: {kind}", f"{where}/type")
        else:
            shapes[kind](value, where, problems)

    return check


def written(most: int, *kinds: str) -> Check:
    """Accept a text object of one of the kinds (`plain_text`, `mrkdwn`) with 1 to `most` characters."""
    # https://docs.slack.dev/reference/block-kit/composition-objects/text-object: emoji only in plain_text,
    # verbatim only in mrkdwn, at least one character.
    length = string(most)
    return by_type(
        {
            "plain_text": shape({"text": length}, {"emoji": boolean}),
            "mrkdwn": shape({"text": length}, {"verbatim": boolean}),
        },
        only=kinds or ("plain_text", "mrkdwn"),
    )
