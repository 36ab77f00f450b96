import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Coroutine
from functools import partial
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from tests import faults
from tests.faults.result import Result

Row = Callable[..., Coroutine[Any, Any, Result]]
_MODULES = [
    import_module(f"{faults.__name__}.{each.name}")
    for each in iter_modules(faults.__path__)
    if not each.name.startswith(("test_", "__"))
]
_REASONS: dict[str, str] = {
    name: reason for module in _MODULES for name, reason in getattr(module, "REASONS", {}).items()
}
"""Where a row asks for less, or for something else, than one might expect, and why."""

_UNDER_LOAD = ("f04_killed_after_the_platform_accepted_and_before_the_commit", "f04_the_same_on_postgresql")
"""Rows whose number of kills is the caller's to say."""


def rows(tries: int) -> dict[str, Row]:
    """Return every row by its name; `tries` is how often the process is killed during dispatch."""
    found: dict[str, Row] = {
        name: function
        for module in _MODULES
        for name, function in vars(module).items()
        if name[:1] == "f" and name[1:3].isdigit()
    }
    for name in _UNDER_LOAD:
        found[name] = partial(found[name], tries)
    return dict(sorted(found.items()))


def title(name: str) -> str:
    """Return a row's name as people read it: `F04 killed after …`."""
    number, _, words = name.partition("_")
    return f"{number.upper()} {words.replace('_', ' ')}"


async def play(chosen: dict[str, Row]) -> bool:
    """Play rows one after the other, a line for each as it ends; return whether all hold."""
    well = True
    print(f"{'fault':66} {'tries':>5} {'lost':>5} {'dup.':>5} {'bound':>5}  verdict")
    for name, row in chosen.items():
        began = time.monotonic()
        result = await row()
        well = well and result.holds
        verdict = "holds" if result.holds else "BROKEN"
        numbers = f"{result.tries:5} {result.lost:5} {result.duplicates:5} {result.bound:5}"
        print(f"{title(name):66} {numbers}  {verdict} ({time.monotonic() - began:.0f} s)", flush=True)
        reason = [f"judged: {_REASONS[name]}"] if name in _REASONS else []
        for line in (*result.remarks, *reason, *result.wrong):
            print(f"    {line}", flush=True)
    return well


def main() -> int:
    """Play the rows whose names contain the words given, or all; return 1 where one does not hold."""
    parser = argparse.ArgumentParser("python -m tests.faults", description="Faults done to the real process.")
    parser.add_argument("words", nargs="*", help="only rows with one of these in their name, such as f04 or token")
    parser.add_argument("--kills", type=int, default=25, help="how often the process is killed during dispatch")
    asked = parser.parse_args()
    chosen = {name: row for name, row in rows(asked.kills).items() if _wanted(name, asked.words)}
    return 0 if asyncio.run(play(chosen)) else 1


def _wanted(name: str, words: list[str]) -> bool:
    return not words or any(word.lower().replace(" ", "_") in name for word in words)


if __name__ == "__main__":
    sys.exit(main())
