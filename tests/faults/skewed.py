"""The bot in a world that is out of joint: `python -m tests.faults.skewed …` is `python -m bot …` in it.

SKEW names a file with the seconds by which the wall clock is ahead; it may change at any time. NAMES is JSON: for each
host name the answers to its look-ups in turn, the last of them for good; an answer is a list of addresses (none: there
is no such name) or a number of seconds to hang before there is none. PATIENCE lists constants to shorten, such as
`bot.scheduler.LATE_SECONDS=1`, where a test cannot wait as long as the bot does.
"""

import importlib
import json
import os
import socket
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

MODULE = "tests.faults.skewed"


def skew_clock(path: Path) -> None:
    """Let everything that asks for the wall time get it with the file's seconds added."""

    def ahead() -> float:
        return float(path.read_text(encoding="utf-8") or 0) if path.exists() else 0.0

    class Skewed(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Skewed":
            return cls.fromtimestamp((datetime.now(tz) + timedelta(seconds=ahead())).timestamp(), tz)

    asked: Callable[[], float] = time.time
    time.time = lambda: asked() + ahead()
    for name in ("bot.clock", "apscheduler.schedulers.base"):
        module = importlib.import_module(name)
        if hasattr(module, "datetime"):
            setattr(module, "datetime", Skewed)  # noqa: B010 - no module has it by its type


def answer_look_ups(names: dict[str, list[Any]]) -> None:
    """Let look-ups of these names be answered so; all others go to the machine's own resolver."""
    asked = socket.getaddrinfo
    turns = {name: iter([*answers[:-1]]) for name, answers in names.items()}

    def look_up(host: Any, *rest: Any, **named: Any) -> Any:
        if host not in names:
            return asked(host, *rest, **named)
        answer = next(turns[host], names[host][-1])
        if not isinstance(answer, list):
            time.sleep(answer)
        if not isinstance(answer, list) or not answer:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [found for address in answer for found in asked(address, *rest, **named)]

    socket.getaddrinfo = look_up


def shorten(constants: str) -> None:
    """Set module constants: `module.NAME=seconds`, separated by spaces."""
    for each in constants.split():
        place, _, seconds = each.partition("=")
        module, _, name = place.rpartition(".")
        found = importlib.import_module(module)
        assert hasattr(found, name), f"{module} has no {name}"
        setattr(found, name, float(seconds))


def main() -> int:
    """Put the world out of joint, then run the bot's command line."""
    skew_clock(Path(os.environ.get("SKEW", "skew.txt")))
    answer_look_ups(json.loads(os.environ.get("NAMES", "{}")))
    shorten(os.environ.get("PATIENCE", ""))
    from bot.__main__ import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
